// Rows of large tables, of which only some change.
#include "vector_math.h"

namespace schuss::SCHUSS_VARIANT {

namespace {

// Places of a table that finds indices by their hash: a power of two, more than twice as many as there are indices.
int64_t hash_places(int64_t n) {
    int64_t places = 4;
    while (places < 2 * n) places *= 2;
    return places;
}

// first[i] = the first j with the index of i, or -1 where that is outside 0 .. rows-1
void find_first(const int32_t* indices, int64_t rows, int64_t n, int32_t* first, int32_t* table) {
    const int64_t places = hash_places(n);
    memset(table, 0xff, (size_t)places * sizeof(int32_t));
    for (int64_t i = 0; i < n; i++) {
        const int32_t index = indices[i];
        if (index < 0 || index >= rows) {
            first[i] = -1;
            continue;
        }
        int64_t place = (int64_t)((uint32_t)index * 2654435769u) & (places - 1);
        while (table[place] >= 0 && indices[table[place]] != index) place = (place + 1) & (places - 1);
        if (table[place] < 0) table[place] = (int32_t)i;
        first[i] = table[place];
    }
}

}  // namespace

int64_t group_rows_scratch(int64_t n) { return (n + hash_places(n)) * (int64_t)sizeof(int32_t); }

int group_rows(const float* x, const int32_t* indices, float* y, int32_t* row, int64_t rows, int64_t size, int64_t n,
               int64_t count, int32_t* scratch, int threads) {
    int32_t* const owner = scratch;
    find_first(indices, rows, n, owner, scratch + n);
    for (int64_t i = 0; i < count; i++) row[i] = i < n && owner[i] == i ? indices[i] : -1;
    for_ranges(size, kLine, count * size, threads, [=](int64_t first, int64_t last) SCHUSS_LAMBDA {
        const size_t bytes = (size_t)(last - first) * sizeof(float);
        for (int64_t i = 0; i < count; i++) {
            if (i < n && owner[i] == i) {
                memcpy(y + i * size + first, x + i * size + first, bytes);
                continue;
            }
            memset(y + i * size + first, 0, bytes);
            if (i >= n || owner[i] < 0) continue;
            const float* const from = x + i * size;
            float* const to = y + owner[i] * size;
#pragma omp simd
            for (int64_t j = first; j < last; j++) to[j] += from[j];
        }
    });
    return 0;
}

int put_rows(float* table, const int32_t* indices, const float* x, int64_t rows, int64_t size, int64_t n, int threads) {
    for_ranges(n, kLine, n * size, threads, [=](int64_t first, int64_t last) {
        for (int64_t i = first; i < last; i++) {
            const int64_t row = indices[i];
            if (row >= 0 && row < rows) memcpy(table + row * size, x + i * size, (size_t)size * sizeof(float));
        }
    });
    return 0;
}

int copy_rows(const float* x, float* y, const float* marks, int64_t rows, int64_t size, int threads) {
    for_ranges(rows, kLine, rows * size, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            if (marks[row] != 0) memcpy(y + row * size, x + row * size, (size_t)size * sizeof(float));
        }
    });
    return 0;
}

int expect_finite_rows(const float* table, const float* marks, int32_t* tripped, int64_t rows, int64_t size,
                       int threads) {
    for_ranges(rows, kLine, rows * size, threads, [=](int64_t first, int64_t last) {
        int found = 0;
        for (int64_t row = first; row < last; row++) {
            if (marks[row] == 0) continue;
            const float* const x = table + row * size;
#pragma omp simd reduction(| : found)
            for (int64_t j = 0; j < size; j++) found |= !(x[j] - x[j] == 0.0f);  // inf - inf and NaN - NaN are NaN
        }
        if (found) __atomic_store_n(tripped, 1, __ATOMIC_RELAXED);
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
