// The largest element along an axis, and where the gradient goes: to the first of the largest.
#include "vector_math.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int64_t kColumns = 512;  // of a piece: its largest elements so far stay in L1

// x: (n)
SCHUSS_INLINE float max_long_row(const float* x, int64_t n) {
    float maximum = -kInfinity;
    int unordered = 0;
#pragma omp simd reduction(max : maximum) reduction(| : unordered)
    for (int64_t j = 0; j < n; j++) {
        maximum = x[j] > maximum ? x[j] : maximum;
        unordered |= x[j] != x[j];
    }
    return unordered ? kNan : maximum;
}

// Short rows are padded to a cache line: a loop of fixed length has no remainder.
SCHUSS_INLINE float max_row(const float* x, int64_t n) {
    if (n > kLine) return max_long_row(x, n);
    float padded[kLine];
#pragma omp simd
    for (int64_t j = 0; j < kLine; j++) padded[j] = j < n ? x[j] : -kInfinity;  // a masked load
    return max_long_row(padded, kLine);
}

// Calls body(outer, first, last) for pieces of columns.
template <typename Body>
SCHUSS_INLINE void for_columns(int64_t outer, int64_t inner, int64_t elements, int threads, Body body) {
    const int64_t pieces = ceil_div(inner, kColumns);
    for_ranges(outer * pieces, 1, elements, threads, [=](int64_t first, int64_t last) {
        for (int64_t piece = first; piece < last; piece++) {
            const int64_t start = piece % pieces * kColumns;
            body(piece / pieces, start, min(start + kColumns, inner));
        }
    });
}

}  // namespace

// x: (outer, reduced, inner), y: (outer, inner)
int max_forward(const float* x, float* y, int64_t outer, int64_t reduced, int64_t inner, int threads) {
    const int64_t elements = outer * reduced * inner;
    if (inner == 1) {
        for_ranges(outer, kLine, elements, threads, [=](int64_t first, int64_t last) {
            for (int64_t o = first; o < last; o++) y[o] = max_row(x + o * reduced, reduced);
        });
        return 0;
    }
    for_columns(outer, inner, elements, threads, [=](int64_t o, int64_t first, int64_t last) {
        const float* const block = x + o * reduced * inner;
        float* const maximum = y + o * inner;
        memcpy(maximum + first, block + first, (size_t)(last - first) * sizeof(float));
        for (int64_t r = 1; r < reduced; r++) {
            const float* const row = block + r * inner;
#pragma omp simd
            for (int64_t j = first; j < last; j++) {  // a NaN comes in by itself and is never left again
                maximum[j] = row[j] > maximum[j] || row[j] != row[j] ? row[j] : maximum[j];
            }
        }
    });
    return 0;
}

// x, dx: (outer, reduced, inner), y, dy: (outer, inner)
int max_backward(const float* x, const float* y, const float* dy, float* dx, int64_t outer, int64_t reduced,
                 int64_t inner, int threads) {
    const int64_t elements = outer * reduced * inner;
    if (inner == 1) {
        for_ranges(outer, 1, elements, threads, [=](int64_t first, int64_t last) {
            for (int64_t o = first; o < last; o++) {
                const float* const row = x + o * reduced;
                int64_t at = 0;  // where y is NaN, no element equals it and one is NaN
                while (at < reduced - 1 && row[at] != y[o] && row[at] == row[at]) at++;
                memset(dx + o * reduced, 0, (size_t)reduced * sizeof(float));
                dx[o * reduced + at] = dy[o];
            }
        });
        return 0;
    }
    for_columns(outer, inner, elements, threads, [=](int64_t o, int64_t first, int64_t last) {
        float left[kColumns];  // dy until it has gone to an element, then 0
        memcpy(left, dy + o * inner + first, (size_t)(last - first) * sizeof(float));
        for (int64_t r = 0; r < reduced; r++) {
            const int64_t offset = (o * reduced + r) * inner;
#pragma omp simd
            for (int64_t j = first; j < last; j++) {
                const float value = x[offset + j];
                const bool largest = value == y[o * inner + j] || value != value;
                dx[offset + j] = largest ? left[j - first] : 0.0f;
                left[j - first] = largest ? 0.0f : left[j - first];
            }
        }
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
