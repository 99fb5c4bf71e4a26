// What all normalisations need of means and variances.
#pragma once

#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

// By halves: of a short row the sum of one register's lanes, one after the other, would be the longest part.
SCHUSS_INLINE float sum_halves(Vector value) {
    float lanes[kLanes];
    store(lanes, value);
    for (int width = kLanes / 2; width > 0; width /= 2) {
        for (int i = 0; i < width; i++) lanes[i] += lanes[i + width];
    }
    return lanes[0];
}

// Mean and variance of x (rows, width), whose rows begin `stride` apart, without shortcuts: for where infinities or
// overflows spoilt sums in f32.
inline void plain_moments(const float* x, int64_t rows, int64_t stride, int64_t width, double* mean, double* variance) {
    const double count = (double)(rows * width);
    double sum = 0, squares = 0;
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t j = 0; j < width; j++) sum += x[row * stride + j];
    }
    *mean = sum / count;
    for (int64_t row = 0; row < rows; row++) {
        for (int64_t j = 0; j < width; j++) {
            const double d = x[row * stride + j] - *mean;
            squares += d * d;
        }
    }
    *variance = squares / count;
}

SCHUSS_INLINE double reciprocal_deviation(float variance, double epsilon) {
    return 1 / __builtin_sqrt((double)variance + epsilon);
}

}  // namespace
}  // namespace schuss::SCHUSS_VARIANT
