// Rows of large tables, of which only some change.
#include "kernel.h"

// x: (n, size), indices: (n), y: (count, size) = the sums of x's rows with one index, in their order, where the first
// of them stands and 0 elsewhere; row: (count) = that index, or -1. Work mapping: a block to a row of y. Its threads
// look together for others with the index, then each adds up every blockDim-th column. Bytes moved: x twice, y once,
// and the indices, which stay in cache, for each row.
extern "C" __global__ void __launch_bounds__(256)
    group_rows(const float* x, const int32_t* indices, float* y, int32_t* row, int64_t rows, int64_t size, int64_t n,
               int64_t count) {
    __shared__ int32_t earlier;
    for (int64_t i = blockIdx.x; i < count; i += gridDim.x) {
        const int32_t index = i < n ? indices[i] : -1;
        const bool inside = index >= 0 && index < rows;
        __syncthreads();  // the row before has been read
        if (threadIdx.x == 0) earlier = 0;
        __syncthreads();
        if (inside) {
            for (int64_t j = threadIdx.x; j < i; j += blockDim.x) {
                if (indices[j] == index) earlier = 1;
            }
        }
        __syncthreads();
        const bool first = inside && earlier == 0;
        if (threadIdx.x == 0) row[i] = first ? index : -1;
        for (int64_t column = threadIdx.x; column < size; column += blockDim.x) {
            float sum = 0;
            for (int64_t j = i; first && j < n; j++) {
                if (indices[j] == index) sum += x[j * size + column];
            }
            y[i * size + column] = sum;
        }
    }
}

// table: (rows, size), indices: (n), x: (n, size) or more
// Work mapping: a thread to an element of x.
extern "C" __global__ void __launch_bounds__(256)
    put_rows(float* table, const int32_t* indices, const float* x, int64_t rows, int64_t size, int64_t n) {
    for (int64_t i = first_element(); i < n * size; i += element_stride()) {
        const int64_t row = indices[i / size];
        if (row >= 0 && row < rows) table[row * size + i % size] = x[i];
    }
}

// x, y: (rows, size), marks: (rows)
// Work mapping: a thread to an element of y.
extern "C" __global__ void __launch_bounds__(256)
    copy_rows(const float* x, float* y, const float* marks, int64_t rows, int64_t size) {
    for (int64_t i = first_element(); i < rows * size; i += element_stride()) {
        if (marks[i / size] != 0) y[i] = x[i];
    }
}

// table: (rows, size), marks: (rows)
// Work mapping: a thread to an element of the table.
extern "C" __global__ void __launch_bounds__(256)
    expect_finite_rows(const float* table, const float* marks, int32_t* tripped, int64_t rows, int64_t size) {
    for (int64_t i = first_element(); i < rows * size; i += element_stride()) {
        if (marks[i / size] != 0 && !(table[i] * 0.0f == 0.0f)) *tripped = 1;
    }
}
