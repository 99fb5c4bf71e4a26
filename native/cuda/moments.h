// What all normalisations need of means and variances. Sums are made in double: deviations from any element of what is
// summed then neither cancel nor overflow, so one pass over memory is enough.
#pragma once

#include "kernel.h"

struct Pair {
    double first, second;
};

struct AddPairs {
    __device__ Pair operator()(Pair a, Pair b) const { return {a.first + b.first, a.second + b.second}; }
};

// An element to take deviations from: 0 where it is not finite, so that infinities reach the sums as they are.
__device__ inline double shift_from(float element) { return element - element == 0 ? element : 0; }

__device__ inline Pair deviation(float x, double shift) {
    const double d = x - shift;
    return {d, d * d};
}

// Writes mean and variance of `count` elements from the sums of deviations from the shift and of their squares.
__device__ inline void write_moments(Pair sums, double shift, double count, float* mean, float* variance) {
    const double moved = sums.first / count;
    const double spread = (sums.second - sums.first * moved) / count;
    *mean = static_cast<float>(shift + moved);
    *variance = static_cast<float>(spread < 0 ? 0 : spread);  // NaN stays
}

__device__ inline double reciprocal_deviation(float variance, double epsilon) {
    return 1 / sqrt(static_cast<double>(variance) + epsilon);
}
