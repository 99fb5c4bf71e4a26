// Softmax and its logarithm along the rows of x (rows, columns), with the largest element taken off first.
// Work mapping: a warp to a row, its lanes sharing the columns; the grid's warps share the rows.
// Bytes moved: 3 reads and 1 write of an element; rows of up to some thousand columns come from L1 the 2nd and 3rd
// time.
#include "kernel.h"

// The row's largest element and the sum of exp(x - largest), to all lanes.
__device__ inline void row_statistics(const float* x, int64_t columns, int lane, float* largest, float* sum) {
    float highest = -INFINITY;
    for (int64_t i = lane; i < columns; i += kWarp) highest = Maximum()(highest, x[i]);
    highest = warp_reduce(highest, Maximum());
    float total = 0;
    for (int64_t i = lane; i < columns; i += kWarp) total += expf(x[i] - highest);
    *largest = highest;
    *sum = warp_reduce(total, Sum());
}

// y may lie on x: every lane reads an element before it writes it.
extern "C" __global__ void __launch_bounds__(256)
    softmax_forward(const float* x, float* y, int64_t rows, int64_t columns) {
    const int lane = threadIdx.x % kWarp;
    for (int64_t row = first_element() / kWarp; row < rows; row += element_stride() / kWarp) {
        const float* in = x + row * columns;
        float* out = y + row * columns;
        float largest, sum;
        row_statistics(in, columns, lane, &largest, &sum);
        const float scale = 1.0f / sum;
        for (int64_t i = lane; i < columns; i += kWarp) out[i] = expf(in[i] - largest) * scale;
    }
}

extern "C" __global__ void __launch_bounds__(256)
    log_softmax_forward(const float* x, float* y, int64_t rows, int64_t columns) {
    const int lane = threadIdx.x % kWarp;
    for (int64_t row = first_element() / kWarp; row < rows; row += element_stride() / kWarp) {
        const float* in = x + row * columns;
        float* out = y + row * columns;
        float largest, sum;
        row_statistics(in, columns, lane, &largest, &sum);
        const float logarithm = logf(sum);
        for (int64_t i = lane; i < columns; i += kWarp) out[i] = in[i] - largest - logarithm;
    }
}
