// Rows of large tables, of which only some change.
#include "kernel.h"

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
