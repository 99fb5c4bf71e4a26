// Where the windows of a pooling kernel stand.
#pragma once

#include "registers.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

// Windows along one axis.
struct Axis {
    int64_t extent, outputs, size, stride, before;  // before: padding in front

    // The first pixel of an output's window, and one past its last; padding is not counted.
    SCHUSS_INLINE int64_t first(int64_t output) const { return max(output * stride - before, 0); }
    SCHUSS_INLINE int64_t end(int64_t output) const { return min(output * stride - before + size, extent); }
    // A pixel's place in an output's window.
    SCHUSS_INLINE int64_t place(int64_t pixel, int64_t output) const { return pixel + before - output * stride; }
};

// The windows that hold a pixel: low .. high. Pixels are visited in order, for no division is made.
struct Covering {
    int64_t low = 0, high = -1;

    SCHUSS_INLINE void advance(const Axis& axis, int64_t pixel) {
        while (high + 1 < axis.outputs && axis.place(pixel, high + 1) >= 0) high++;
        while (low <= high && axis.place(pixel, low) >= axis.size) low++;
    }
};

struct Pool {
    int64_t batch;
    Axis rows, columns;
    int64_t channels;

    SCHUSS_INLINE int64_t size() const { return batch * rows.extent * columns.extent * channels; }
    SCHUSS_INLINE int64_t pixel(int64_t example, int64_t row, int64_t column) const {
        return ((example * rows.extent + row) * columns.extent + column) * channels;
    }
    SCHUSS_INLINE int64_t output(int64_t example, int64_t row, int64_t column) const {
        return ((example * rows.outputs + row) * columns.outputs + column) * channels;
    }

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
