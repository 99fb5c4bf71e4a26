// The largest element along an axis, NaN where one is, and where the gradient goes: to the first of the largest.
// x, dx: (outer, reduced, inner), y, dy: (outer, inner)
#include "columns.h"

struct Minimum {
    __device__ int64_t operator()(int64_t a, int64_t b) const { return a < b ? a : b; }
};

// Where y is NaN, no element equals it and one is NaN.
__device__ inline bool is_largest(float x, float y) { return x == y || x != x; }

// Work mapping: a thread to a result, for up to some ten elements each.
// Bytes moved: every element once, and the results.
extern "C" __global__ void __launch_bounds__(256)
    max_short(const float* x, float* y, int64_t outer, int64_t reduced, int64_t inner) {
    reduce_short(x, outer, reduced, inner, Maximum(), [=](int64_t i, float maximum) { y[i] = maximum; });
}

// y: (outer, parts, inner), the largest of parts of `part_rows`.
// Work mapping: a block to a part of `width` columns, as columns.h has it; where it is one column, to a part of a row.
// Bytes moved: every element once, and the results.
extern "C" __global__ void __launch_bounds__(256) max_columns(const float* x, float* y, int64_t outer, int64_t reduced,
                                                              int64_t inner, int64_t part_rows, int64_t width) {
    const Columns columns{outer, reduced, inner, part_rows, width};
    reduce_columns(
        columns, -INFINITY, [&](const Share& share, int64_t row) { return x[share.at(columns, row)]; }, Maximum(),
        [=](int64_t i, float maximum) { y[i] = maximum; });
}

// Work mapping: a thread to a result, for up to some ten elements each.
// Bytes moved: every element read once and written once.
extern "C" __global__ void __launch_bounds__(256)
    max_backward_short(const float* x, const float* y, const float* dy, float* dx, int64_t outer, int64_t reduced,
                       int64_t inner) {
    for (int64_t i = first_element(); i < outer * inner; i += element_stride()) {
        const int64_t start = i / inner * reduced * inner + i % inner;
        bool found = false;
        for (int64_t r = 0; r < reduced; r++) {
            const int64_t at = start + r * inner;
            const bool here = !found && is_largest(x[at], y[i]);
            dx[at] = here ? dy[i] : 0.0f;
            found = found || here;
        }
    }
}

// Work mapping: a block to `width` columns, which it goes through twice: once for where the largest stands, once to
// write. A single long row keeps one block busy only: a maximum over everything is seldom differentiated.
// Bytes moved: every element read once and written once.
extern "C" __global__ void __launch_bounds__(256)
    max_backward_columns(const float* x, const float* y, const float* dy, float* dx, int64_t outer, int64_t reduced,
                         int64_t inner, int64_t width) {
    const Columns columns{outer, reduced, inner, reduced, width};
    for_each_share(columns, [&](const Share& share) {
        int64_t first = reduced;
        for (int64_t row = share.first; row < share.end && first == reduced; row += share.step) {
            if (is_largest(x[share.at(columns, row)], y[share.result(columns)])) first = row;
        }
        first = combine_column(first, width, Minimum());
        for (int64_t row = share.first; row < share.end; row += share.step) {
            dx[share.at(columns, row)] = row == first ? dy[share.result(columns)] : 0.0f;
        }
    });
}
