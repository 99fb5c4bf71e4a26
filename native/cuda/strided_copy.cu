// Copies of elements of four bytes between two layouts: slices, concatenation, padding, transposition.
#include "kernel.h"

constexpr int kMostCopyRank = 8;
constexpr int kTile = 32;  // a tile's rows are 128 bytes in x and in y

// Strides count elements. Java passes the same numbers in the same order.
struct CopyLayout {
    int64_t rank, extents[kMostCopyRank], x_strides[kMostCopyRank], y_strides[kMostCopyRank];
};

// Where an element lies in x and y, from its index among the extents.
__device__ inline void find_place(const CopyLayout& layout, int64_t index, int64_t* x, int64_t* y) {
    *x = *y = 0;
#pragma unroll
    for (int axis = kMostCopyRank - 1; axis >= 0; axis--) {
        if (axis >= layout.rank) continue;
        const int64_t position = axis == 0 ? index : index % layout.extents[axis];
        if (axis > 0) index /= layout.extents[axis];
        *x += position * layout.x_strides[axis];
        *y += position * layout.y_strides[axis];
    }
}

// Work mapping: a thread to an element, neighbouring threads to neighbours along the last dimension.
// Bytes moved: every element read once and written once.
extern "C" __global__ void __launch_bounds__(256)
    copy_elements(const uint32_t* x, uint32_t* y, CopyLayout layout, int64_t elements) {
    for (int64_t i = first_element(); i < elements; i += element_stride()) {
        int64_t from, to;
        find_place(layout, i, &from, &to);
        y[to] = x[from];
    }
}

// For planes (rows, columns) whose rows lie together in x, at a distance x_stride, and whose columns do in y, at a
// distance y_stride: y[i][j] = x[j][i]. planes: where they begin.
// Work mapping: a block to a tile of 32 by 32, turned in shared memory; a warp reads, then writes, 32 neighbours.
// Bytes moved: every element read once and written once.
extern "C" __global__ void __launch_bounds__(256)
    copy_turned(const uint32_t* x, uint32_t* y, CopyLayout planes, int64_t count, int64_t rows, int64_t columns,
                int64_t x_stride, int64_t y_stride) {
    __shared__ uint32_t tile[kTile][kTile + 1];  // the odd length keeps a column in 32 banks
    const int64_t row_tiles = (rows + kTile - 1) / kTile, column_tiles = (columns + kTile - 1) / kTile;
    const int lane = threadIdx.x % kTile, warp = threadIdx.x / kTile, warps = blockDim.x / kTile;
    for (int64_t item = blockIdx.x; item < count * row_tiles * column_tiles; item += gridDim.x) {
        int64_t from, to;
        find_place(planes, item / column_tiles / row_tiles, &from, &to);
        const int64_t row = item / column_tiles % row_tiles * kTile, column = item % column_tiles * kTile;
        for (int j = warp; j < kTile; j += warps) {
            if (row + lane < rows && column + j < columns) {
                tile[j][lane] = x[from + (column + j) * x_stride + row + lane];
            }
        }
        __syncthreads();
        for (int i = warp; i < kTile; i += warps) {
            if (row + i < rows && column + lane < columns) {
                y[to + (row + i) * y_stride + column + lane] = tile[lane][i];
            }
        }
        __syncthreads();  // the tile may be written again
    }
}
