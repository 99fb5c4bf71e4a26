// Rows of a table by index, and the way back. An index outside the table reads nothing: its row is NaN.
#include "kernel.h"

constexpr int kColumnsOfThread = 4;

// table: (rows, size), indices: (count), y: (count, size)
// Work mapping: a thread to an element of y.
// Bytes moved: every element of y read once and written once; the indices come from L1.
template <typename Index>
__device__ void gather_rows(const float* table, const Index* indices, float* y, int64_t rows, int64_t size,
                            int64_t count) {
    for (int64_t i = first_element(); i < count * size; i += element_stride()) {
        const int64_t row = indices[i / size];
        y[i] = row >= 0 && row < rows ? table[row * size + i % size] : NAN;
    }
}

extern "C" __global__ void __launch_bounds__(256)
    gather(const float* table, const int32_t* indices, float* y, int64_t rows, int64_t size, int64_t count) {
    gather_rows(table, indices, y, rows, size, count);
}
extern "C" __global__ void __launch_bounds__(256)
    gather_i64(const float* table, const int64_t* indices, float* y, int64_t rows, int64_t size, int64_t count) {
    gather_rows(table, indices, y, rows, size, count);
}

// Calls body(i) for every i with indices[i] == row, in their order, until it returns false; returns whether it never
// did. All threads of the block come here, look at an index each and are called alike.
template <typename Index, typename Body>
__device__ bool for_each_match(const Index* indices, int64_t count, int64_t row, Body body) {
    __shared__ unsigned matches[kMostWarps];  // a bit for every thread
    const int warps = blockDim.x / kWarp;
    for (int64_t start = 0; start < count; start += blockDim.x) {
        const int64_t own = start + threadIdx.x;
        const unsigned of_warp = __ballot_sync(kAllLanes, own < count && indices[own] == row);
        __syncthreads();  // the matches before have been read
        if (threadIdx.x % kWarp == 0) matches[threadIdx.x / kWarp] = of_warp;
        __syncthreads();
        for (int warp = 0; warp < warps; warp++) {
            for (unsigned left = matches[warp]; left != 0; left &= left - 1) {
                if (!body(start + warp * kWarp + __ffs(static_cast<int>(left)) - 1)) return false;
            }
        }
    }
    return true;
}

// x: (count, size), indices: (count), y: (rows, size) = the sums of x's rows by index, in the order of the indices.
// Work mapping: a block to a row of y, of which a thread has every blockDim-th column; it goes through all indices, 256
// at a time. by_index, for tables with more rows than there are indices: a block to an index, which does the index's
// row if it is the first that names it; y is zero beforehand.
// Bytes moved: x once, y once, and the indices, which stay in cache, once for each block: min(rows, count) * count /
// 256 steps, some milliseconds for a million indices into fifty thousand rows.
template <typename Index>
__device__ void add_rows(const float* x, const Index* indices, float* y, int64_t rows, int64_t size, int64_t count,
                         int32_t by_index) {
    const int64_t width = kColumnsOfThread * static_cast<int64_t>(blockDim.x);
    const int64_t tiles = (size + width - 1) / width;
    for (int64_t item = blockIdx.x; item < (by_index ? count : rows) * tiles; item += gridDim.x) {
        const int64_t owner = item / tiles, column = item % tiles * width + threadIdx.x;
        const int64_t row = by_index ? indices[owner] : owner;
        if (row < 0 || row >= rows) continue;
        float sums[kColumnsOfThread] = {};
        bool first = true;
        const bool owns = for_each_match(indices, count, row, [&](int64_t i) {
            if (by_index && first && i != owner) return false;
            first = false;
            for (int c = 0; c < kColumnsOfThread; c++) {
                const int64_t at = column + c * blockDim.x;
                if (at < size) sums[c] += x[i * size + at];
            }
            return true;
        });
        if (!owns) continue;
        for (int c = 0; c < kColumnsOfThread; c++) {
            const int64_t at = column + c * blockDim.x;
            if (at < size) y[row * size + at] = sums[c];
        }
    }
}

extern "C" __global__ void __launch_bounds__(256)
    scatter_add(const float* x, const int32_t* indices, float* y, int64_t rows, int64_t size, int64_t count,
                int32_t by_index) {
    add_rows(x, indices, y, rows, size, count, by_index);
}
extern "C" __global__ void __launch_bounds__(256)
    scatter_add_i64(const float* x, const int64_t* indices, float* y, int64_t rows, int64_t size, int64_t count,
                    int32_t by_index) {
    add_rows(x, indices, y, rows, size, count, by_index);
}

// x: (n, size), indices: (n), y: (count, size) = the sums of x's rows with one index, in their order, where the first
// of them stands, and 0 elsewhere; row: (count) = that index, or -1. Work mapping: a block to a row of y, as
// scatter_add's by_index. Bytes moved: x once, y once, and the indices, which stay in cache, for each row up to its
// first match or its last.
extern "C" __global__ void __launch_bounds__(256)
    group_rows(const float* x, const int32_t* indices, float* y, int32_t* row, int64_t rows, int64_t size, int64_t n,
               int64_t count) {
    const int64_t width = kColumnsOfThread * static_cast<int64_t>(blockDim.x);
    const int64_t tiles = (size + width - 1) / width;
    for (int64_t item = blockIdx.x; item < count * tiles; item += gridDim.x) {
        const int64_t owner = item / tiles, column = item % tiles * width + threadIdx.x;
        const int64_t index = owner < n ? indices[owner] : -1;
        float sums[kColumnsOfThread] = {};
        bool first = true;
        const bool owns = index >= 0 && index < rows && for_each_match(indices, n, index, [&](int64_t i) {
                              if (first && i != owner) return false;
                              first = false;
                              for (int c = 0; c < kColumnsOfThread; c++) {
                                  const int64_t at = column + c * blockDim.x;
                                  if (at < size) sums[c] += x[i * size + at];
                              }
                              return true;
                          });
        if (threadIdx.x == 0) row[owner] = owns ? static_cast<int32_t>(index) : -1;
        for (int c = 0; c < kColumnsOfThread; c++) {
            const int64_t at = column + c * blockDim.x;
            if (at < size) y[owner * size + at] = sums[c];
        }
    }
}
