// Softmax and its logarithm along rows. The row's maximum is taken off first: e^x cannot overflow then.
#include "vector_math.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

SCHUSS_INLINE float row_maximum(const float* x, int64_t columns) {
    float maximum = -kInfinity;  // a NaN is skipped here and comes back through the sum
#pragma omp simd reduction(max : maximum)
    for (int64_t j = 0; j < columns; j++) maximum = x[j] > maximum ? x[j] : maximum;
    return maximum;
}

}  // namespace

// x, y: (rows, columns)
int softmax_forward(const float* x, float* y, int64_t rows, int64_t columns, int threads) {
    for_ranges(rows, 1, rows * columns, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            const float* const in = x + row * columns;
            float* const out = y + row * columns;
            const float maximum = row_maximum(in, columns);
            float sum = 0;
#pragma omp simd reduction(+ : sum)
            for (int64_t j = 0; j < columns; j++) {
                const float e = exp(in[j] - maximum);
                out[j] = e;
                sum += e;
            }
            const float scale = 1.0f / sum;
#pragma omp simd
            for (int64_t j = 0; j < columns; j++) out[j] *= scale;
        }
    });
    return 0;
}

// x, y: (rows, columns)
int log_softmax_forward(const float* x, float* y, int64_t rows, int64_t columns, int threads) {
    for_ranges(rows, 1, rows * columns, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            const float* const in = x + row * columns;
            float* const out = y + row * columns;
            const float maximum = row_maximum(in, columns);
            float sum = 0;
#pragma omp simd reduction(+ : sum)
            for (int64_t j = 0; j < columns; j++) sum += exp(in[j] - maximum);
            const float log_sum = log(sum);
#pragma omp simd
            for (int64_t j = 0; j < columns; j++) out[j] = (in[j] - maximum) - log_sum;
        }
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
