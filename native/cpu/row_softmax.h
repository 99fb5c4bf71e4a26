// What softmax and cross-entropy share: e^(x - maximum) along a row, and its sum. Rows shorter than a cache line (ten
// classes) are padded to one, so that their loops have a fixed length and no scalar remainder.
#pragma once

#include "vector_math.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

struct RowSum {
    float maximum, sum;  // of x; of e^(x - maximum)
};

// x: (n); e: (n), e^(x - maximum), may be x itself
SCHUSS_INLINE RowSum exp_row(const float* x, float* e, int64_t n) {
    float maximum = -kInfinity;  // a NaN is skipped here and comes back through the sum
#pragma omp simd reduction(max : maximum)
    for (int64_t j = 0; j < n; j++) maximum = x[j] > maximum ? x[j] : maximum;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < n; j++) {
        const float power = exp(x[j] - maximum);
        e[j] = power;
        sum += power;
    }
    return {maximum, sum};
}

// The same where only the sum is wanted.
SCHUSS_INLINE RowSum sum_row_exp(const float* x, int64_t n) {
    float maximum = -kInfinity;
#pragma omp simd reduction(max : maximum)
    for (int64_t j = 0; j < n; j++) maximum = x[j] > maximum ? x[j] : maximum;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < n; j++) sum += exp(x[j] - maximum);
    return {maximum, sum};
}

// x: (columns), padded: (kLine). The padding adds nothing: e^-infinity is 0.
SCHUSS_INLINE void pad_row(const float* x, int64_t columns, float* padded) {
#pragma omp simd
    for (int64_t j = 0; j < kLine; j++) padded[j] = j < columns ? x[j] : -kInfinity;  // a masked load
}

SCHUSS_INLINE RowSum row_sum(const float* x, int64_t columns) {
    if (columns > kLine) return sum_row_exp(x, columns);
    float padded[kLine];
    pad_row(x, columns, padded);
    return sum_row_exp(padded, kLine);
}

}  // namespace
}  // namespace schuss::SCHUSS_VARIANT
