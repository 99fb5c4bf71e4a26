// Between our form of a convolution's weights, (kernel_h, kernel_w, in / groups, out), and the library's, (out,
// kernel_h, kernel_w, in / groups): as a matrix, the one is the other's transpose.
#include "kernel.h"

constexpr int kTileRows = 8;  // rows of a tile that a block's 256 threads move at once

// y (columns, rows) = transpose of x (rows, columns). A block moves tiles of 32 x 32 through shared memory, so that
// warps read and write side by side; the spare column keeps a tile's columns in different banks. Reads x and writes y
// once.
extern "C" __global__ void __launch_bounds__(256)
    weights_transpose(const float* x, float* y, int64_t rows, int64_t columns) {
    __shared__ float tile[kWarp][kWarp + 1];
    const int lane = threadIdx.x % kWarp;
    const int first = threadIdx.x / kWarp;
    const int64_t across = (columns + kWarp - 1) / kWarp;
    const int64_t down = (rows + kWarp - 1) / kWarp;
    for (int64_t b = blockIdx.x; b < across * down; b += gridDim.x) {
        const int64_t row = b / across * kWarp;
        const int64_t column = b % across * kWarp;
        for (int k = first; k < kWarp; k += kTileRows) {
            if (row + k < rows && column + lane < columns) tile[k][lane] = x[(row + k) * columns + column + lane];
        }
        __syncthreads();
        for (int k = first; k < kWarp; k += kTileRows) {
            if (column + k < columns && row + lane < rows) y[(column + k) * rows + row + lane] = tile[lane][k];
        }
        __syncthreads();  // the tile is written again
    }
}
