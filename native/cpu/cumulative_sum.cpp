// Sums along an axis, from its start or from its end to each position.
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int64_t kColumns = 256;  // of a piece: its sums so far stay in L1

// Integers are added without a sign, so that they wrap around.
template <typename T>
struct Adder;
template <>
struct Adder<float> {
    typedef double Type;
};
template <>
struct Adder<int32_t> {
    typedef uint32_t Type;
};
template <>
struct Adder<int64_t> {
    typedef uint64_t Type;
};

// Rows of neighbours: one sum at a time.
template <typename T>
void sum_rows(const T* x, T* y, int64_t rows, int64_t extent, int backwards, int threads) {
    typedef typename Adder<T>::Type Sum;
    const int64_t step = backwards ? -1 : 1;
    for_ranges(rows, 1, rows * extent, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            int64_t at = row * extent + (backwards ? extent - 1 : 0);
            Sum sum = 0;
            for (int64_t k = 0; k < extent; k++, at += step) {
                sum += (Sum)x[at];
                y[at] = (T)sum;
            }
        }
    });
}

// A thread to pieces of columns, which it goes through row by row.
template <typename T>
void sum_along(const T* x, T* y, int64_t outer, int64_t extent, int64_t inner, int backwards, int threads) {
    if (inner == 1) return sum_rows(x, y, outer, extent, backwards, threads);
    typedef typename Adder<T>::Type Sum;
    const int64_t pieces = ceil_div(inner, kColumns);
    for_ranges(outer * pieces, 1, outer * extent * inner, threads, [=](int64_t first, int64_t last) SCHUSS_LAMBDA {
        for (int64_t piece = first; piece < last; piece++) {
            const int64_t from = piece % pieces * kColumns, count = min(kColumns, inner - from);
            const int64_t start = piece / pieces * extent * inner + from;
            Sum sums[kColumns] = {};
            for (int64_t k = 0; k < extent; k++) {
                const int64_t at = start + (backwards ? extent - 1 - k : k) * inner;
#pragma omp simd
                for (int64_t j = 0; j < count; j++) {
                    sums[j] += (Sum)x[at + j];
                    y[at + j] = (T)sums[j];
                }
            }
        }
    });
}

}  // namespace

// x, y: (outer, extent, inner); y may lie on x
int cumulative_sum(const float* x, float* y, int64_t outer, int64_t extent, int64_t inner, int backwards, int threads) {
    sum_along(x, y, outer, extent, inner, backwards, threads);
    return 0;
}
int cumulative_sum_i32(const int32_t* x, int32_t* y, int64_t outer, int64_t extent, int64_t inner, int backwards,
                       int threads) {
    sum_along(x, y, outer, extent, inner, backwards, threads);
    return 0;
}
int cumulative_sum_i64(const int64_t* x, int64_t* y, int64_t outer, int64_t extent, int64_t inner, int backwards,
                       int threads) {
    sum_along(x, y, outer, extent, inner, backwards, threads);
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
