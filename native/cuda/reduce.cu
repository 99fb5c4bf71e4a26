// Sums along one axis: y (outer, inner) = scale * sum over r of x (outer, reduced, inner).
#include "columns.h"

// Work mapping: a thread to a result, for up to some ten elements each.
// Bytes moved: every element once, and the results.
extern "C" __global__ void __launch_bounds__(256)
    sum_short(const float* x, float* y, int64_t outer, int64_t reduced, int64_t inner, float scale) {
    reduce_short(x, outer, reduced, inner, Sum(), [=](int64_t i, float sum) { y[i] = sum * scale; });
}

// y: (outer, parts, inner), the sums of parts of `part_rows`.
// Work mapping: a block to a part of `width` columns, as columns.h has it; where it is one column, to a part of a row.
// Bytes moved: every element once, and the results.
extern "C" __global__ void __launch_bounds__(256)
    sum_columns(const float* x, float* y, int64_t outer, int64_t reduced, int64_t inner, int64_t part_rows,
                int64_t width, float scale) {
    const Columns columns{outer, reduced, inner, part_rows, width};
    reduce_columns(
        columns, 0.0f, [&](const Share& share, int64_t row) { return x[share.at(columns, row)]; }, Sum(),
        [=](int64_t i, float sum) { y[i] = sum * scale; });
}
