// What trying out a way to compute something needs: operands, and how far two results lie apart.
// Work mapping: all threads of the grid share the elements.
#include "kernel.h"

// x = whole numbers from -2 to 2, another row of them for each seed. Sums of their products are exact in singles, in
// any order, up to 2^24. Writes x once.
extern "C" __global__ void __launch_bounds__(256) trial_operand(float* x, int64_t n, uint32_t seed) {
    for (int64_t i = first_element(); i < n; i += element_stride()) {
        // the last steps of MurmurHash3, after which every bit depends on all
        uint32_t h = static_cast<uint32_t>(i) * 0x9e3779b1u + seed;
        h = (h ^ h >> 16) * 0x85ebca6bu;
        h = (h ^ h >> 13) * 0xc2b2ae35u;
        x[i] = static_cast<float>((h ^ h >> 16) % 5) - 2;
    }
}

// The larger of the two and what is there; NaN is larger than all numbers. value is not negative: then singles are in
// the order of their bits.
__device__ inline void keep_largest(float* at, float value) {
    atomicMax(reinterpret_cast<int*>(at), __float_as_int(value));
}

// largest[0] = max |y - expected|, largest[1] = max |expected|, where they are larger than what is there. Reads both
// once.
extern "C" __global__ void __launch_bounds__(256)
    trial_difference(const float* y, const float* expected, int64_t n, float* largest) {
    float difference = 0, size = 0;
    for (int64_t i = first_element(); i < n; i += element_stride()) {
        difference = Maximum()(difference, fabsf(y[i] - expected[i]));
        size = Maximum()(size, fabsf(expected[i]));
    }
    difference = block_reduce(difference, Maximum(), 0.0f);
    size = block_reduce(size, Maximum(), 0.0f);
    if (threadIdx.x == 0) {
        keep_largest(largest, fabsf(difference));
        keep_largest(largest + 1, fabsf(size));
    }
}
