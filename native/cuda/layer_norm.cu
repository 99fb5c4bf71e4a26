// Normalisation along rows: y = (x - mean) / sqrt(variance + epsilon) * scale + shift.
// x, y, dy, dx: (rows, columns); scale, shift: (columns); mean, variance: (rows)
#include "columns.h"
#include "moments.h"

// The sum of value(j) over the columns, to all threads of the block.
template <typename Value>
__device__ Pair sum_row(int64_t columns, Value value) {
    Pair sum = {0, 0};
    for (int64_t j = threadIdx.x; j < columns; j += blockDim.x) sum = AddPairs()(sum, value(j));
    return {block_reduce(sum.first, Sum(), 0.0), block_reduce(sum.second, Sum(), 0.0)};
}

// Work mapping: a block to a row, its threads sharing the columns; blocks have a warp for short rows, eight for long.
// Bytes moved: x, which the second time comes from L1, and y.
extern "C" __global__ void __launch_bounds__(256)
    layer_norm_forward(const float* x, const float* scale, const float* shift, float* y, float* mean, float* variance,
                       int64_t rows, int64_t columns, double epsilon) {
    __shared__ float mean_of_row, variance_of_row;
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        const float* const in = x + row * columns;
        float* const out = y + row * columns;
        const double centre = shift_from(in[0]);
        const Pair sums = sum_row(columns, [=](int64_t j) { return deviation(in[j], centre); });
        if (threadIdx.x == 0) {
            write_moments(sums, centre, static_cast<double>(columns), &mean_of_row, &variance_of_row);
            mean[row] = mean_of_row;
            variance[row] = variance_of_row;
        }
        __syncthreads();
        const float m = mean_of_row;
        const float r = static_cast<float>(reciprocal_deviation(variance_of_row, epsilon));
        for (int64_t j = threadIdx.x; j < columns; j += blockDim.x) out[j] = (in[j] - m) * r * scale[j] + shift[j];
    }
}

// Sums of dy and of dy * z, z = (x - mean) / sqrt(variance + epsilon), by column. partial: (parts, columns)
// Work mapping: a block to a part of `width` columns, as columns.h has it.
// Bytes moved: x and dy once.
extern "C" __global__ void __launch_bounds__(256)
    layer_norm_slope_sums(const float* x, const float* mean, const float* variance, const float* dy, Pair* partial,
                          int64_t rows, int64_t columns, int64_t part_rows, int64_t width, float epsilon) {
    const Columns all{1, rows, columns, part_rows, width};
    const auto slope = [&](const Share& share, int64_t row) -> Pair {
        const int64_t at = share.at(all, row);
        const float r = 1.0f / sqrtf(variance[row] + epsilon);  // in single precision: once an element
        return {dy[at], static_cast<double>(dy[at]) * ((x[at] - mean[row]) * r)};
    };
    reduce_columns(all, Pair{0, 0}, slope, AddPairs(), [=](int64_t i, Pair sum) { partial[i] = sum; });
}

// Work mapping: a block to `width` columns of the parts' sums, as columns.h has it.
// Bytes moved: the parts' sums once.
extern "C" __global__ void __launch_bounds__(256)
    layer_norm_parameter_gradients(const Pair* partial, float* d_scale, float* d_shift, int64_t parts, int64_t columns,
                                   int64_t width) {
    const Columns all{1, parts, columns, parts, width};
    reduce_columns(
        all, Pair{0, 0}, [&](const Share& share, int64_t row) { return partial[share.at(all, row)]; }, AddPairs(),
        [=](int64_t i, Pair sum) {
            d_scale[i] = static_cast<float>(sum.second);
            d_shift[i] = static_cast<float>(sum.first);
        });
}

// dx may lie on dy.
// Work mapping: a block to a row, its threads sharing the columns; blocks have a warp for short rows, eight for long.
// Bytes moved: x and dy, which the second time come from L1, and dx.
extern "C" __global__ void __launch_bounds__(256)
    layer_norm_input_gradient(const float* x, const float* scale, const float* mean, const float* variance,
                              const float* dy, float* dx, int64_t rows, int64_t columns, double epsilon) {
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        const float* const in = x + row * columns;
        const float* const slopes = dy + row * columns;
        float* const out = dx + row * columns;
        const float m = mean[row];
        const Pair sums = sum_row(columns, [=](int64_t j) -> Pair {
            const float g = slopes[j] * scale[j];
            return {g, static_cast<double>(g) * (in[j] - m)};
        });
        const double r = reciprocal_deviation(variance[row], epsilon), count = static_cast<double>(columns);
        const float factor = static_cast<float>(r), slope = static_cast<float>(-r * r * r * sums.second / count);
        const float offset = static_cast<float>(-r * sums.first / count);
        for (int64_t j = threadIdx.x; j < columns; j += blockDim.x) {
            if (columns == 1) {  // its own mean: nothing moves it
                out[j] = 0;
                continue;
            }
            out[j] = slopes[j] * scale[j] * factor + ((in[j] - m) * slope + offset);
        }
    }
}
