// How pooling goes over windows and over the pixels they hold.
#pragma once

#include "registers.h"
#include "schuss/pool_window.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

// The windows that hold a pixel: low .. high. Pixels are visited in order, for no division is made.
struct Covering {
    int64_t low = 0, high = -1;

    SCHUSS_INLINE void advance(const PoolAxis& axis, int64_t pixel) {
        while (high + 1 < axis.outputs && axis.place(pixel, high + 1) >= 0) high++;
        while (low <= high && axis.place(pixel, low) >= axis.size) low++;
    }
};

struct Pool : PoolSizes {
    SCHUSS_INLINE int64_t size() const { return batch * rows.extent * columns.extent * channels; }

    // Calls body(example, row of outputs).
    template <typename Body>
    SCHUSS_INLINE void for_output_rows(int threads, Body body) const {
        const int64_t outputs = rows.outputs;
        for_ranges(batch * outputs, 1, size(), threads, [=](int64_t first, int64_t last) {
            for (int64_t item = first; item < last; item++) body(item / outputs, item % outputs);
        });
    }

    // Calls body(example, row, column, windows over the row, windows over the column) for every pixel of the input.
    template <typename Body>
    SCHUSS_INLINE void for_pixels(int threads, Body body) const {
        const Pool p = *this;
        for_ranges(batch * p.rows.extent, 1, size(), threads, [=](int64_t first, int64_t last) {
            for (int64_t item = first; item < last; item++) {
                const int64_t row = item % p.rows.extent;
                Covering over_row;
                over_row.advance(p.rows, row);
                Covering over_column;
                for (int64_t column = 0; column < p.columns.extent; column++) {
                    over_column.advance(p.columns, column);
                    body(item / p.rows.extent, row, column, over_row, over_column);
                }
            }
        });
    }
};

}  // namespace
}  // namespace schuss::SCHUSS_VARIANT
