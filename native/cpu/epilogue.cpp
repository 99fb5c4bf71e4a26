// Bias and activation after a matrix product, in one pass while the product is still in cache.
#include "vector_math.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

// y: (rows, columns), bias: (columns) or null
template <typename Activation>
SCHUSS_INLINE void apply(float* y, const float* bias, int64_t rows, int64_t columns, int threads,
                         Activation activation) {
    if (bias == nullptr) {  // short rows would leave the vectors half empty
        for_ranges(rows * columns, kLine, rows * columns, threads, [=](int64_t first, int64_t last) {
#pragma omp simd
            for (int64_t i = first; i < last; i++) y[i] = activation(y[i]);
        });
        return;
    }
    for_ranges(rows, 1, rows * columns, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            float* const out = y + row * columns;
#pragma omp simd
            for (int64_t j = 0; j < columns; j++) out[j] = activation(out[j] + bias[j]);
        }
    });
}

}  // namespace

void epilogue(float* y, const float* bias, int64_t rows, int64_t columns, int activation, float alpha, int threads) {
    switch (activation) {
        case SCHUSS_ACT_RELU:
            return apply(y, bias, rows, columns, threads, [](float x) SCHUSS_LAMBDA { return x < 0 ? 0.0f : x; });
        case SCHUSS_LEAKY_RELU:
            return apply(y, bias, rows, columns, threads, [=](float x) SCHUSS_LAMBDA { return x < 0 ? alpha * x : x; });
        case SCHUSS_ACT_SIGMOID:
            return apply(y, bias, rows, columns, threads, [](float x) SCHUSS_LAMBDA { return sigmoid(x); });
        case SCHUSS_ACT_TANH:
            return apply(y, bias, rows, columns, threads, [](float x) SCHUSS_LAMBDA { return tanh(x); });
        default:
            if (bias != nullptr) apply(y, bias, rows, columns, threads, [](float x) SCHUSS_LAMBDA { return x; });
    }
}

}  // namespace schuss::SCHUSS_VARIANT
