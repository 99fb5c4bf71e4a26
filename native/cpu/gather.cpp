// Rows of a table by index, and the way back. An index outside the table reads nothing: its row is NaN.
#include "vector_math.h"

namespace schuss::SCHUSS_VARIANT {

namespace {

template <typename Index>
void gather_rows(const float* table, const Index* indices, float* y, int64_t rows, int64_t size, int64_t count,
                 int threads) {
    for_ranges(count, kLine, count * size, threads, [=](int64_t first, int64_t last) {
        for (int64_t i = first; i < last; i++) {
            const int64_t row = indices[i];
            float* const to = y + i * size;
            if (row >= 0 && row < rows) {
                memcpy(to, table + row * size, (size_t)size * sizeof(float));
            } else {
                for (int64_t j = 0; j < size; j++) to[j] = kNan;
            }
        }
    });
}

// Each thread owns columns of y, or rows where columns are few, and goes through all indices: an element's sum is made
// in one order, whoever makes it.
template <typename Index>
void add_rows(const float* x, const Index* indices, float* y, int64_t rows, int64_t size, int64_t count, int threads) {
    const int64_t elements = (count + rows) * size;
    const auto add = [=](int64_t first_row, int64_t last_row, int64_t first, int64_t last) SCHUSS_LAMBDA {
        for (int64_t row = first_row; row < last_row; row++) {
            memset(y + row * size + first, 0, (size_t)(last - first) * sizeof(float));
        }
        for (int64_t i = 0; i < count; i++) {
            const int64_t row = indices[i];
            if (row < first_row || row >= last_row) continue;
            const float* const from = x + i * size;
            float* const to = y + row * size;
#pragma omp simd
            for (int64_t j = first; j < last; j++) to[j] += from[j];
        }
    };
    if (size >= kLine * threads) {
        for_ranges(size, kLine, elements, threads, [=](int64_t first, int64_t last) { add(0, rows, first, last); });
    } else {
        for_ranges(rows, 1, elements, threads, [=](int64_t first, int64_t last) { add(first, last, 0, size); });
    }
}

}  // namespace

// table: (rows, size), indices: (count), y: (count, size)
int gather(const float* table, const int32_t* indices, float* y, int64_t rows, int64_t size, int64_t count,
           int threads) {
    gather_rows(table, indices, y, rows, size, count, threads);
    return 0;
}
int gather_i64(const float* table, const int64_t* indices, float* y, int64_t rows, int64_t size, int64_t count,
               int threads) {
    gather_rows(table, indices, y, rows, size, count, threads);
    return 0;
}

// x: (count, size), indices: (count), y: (rows, size) = the sums of x's rows by index
int scatter_add(const float* x, const int32_t* indices, float* y, int64_t rows, int64_t size, int64_t count,
                int threads) {
    add_rows(x, indices, y, rows, size, count, threads);
    return 0;
}
int scatter_add_i64(const float* x, const int64_t* indices, float* y, int64_t rows, int64_t size, int64_t count,
                    int threads) {
    add_rows(x, indices, y, rows, size, count, threads);
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
