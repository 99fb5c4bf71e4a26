// What all kernels share: the loop over elements, and sums over the threads of a warp or block in an order that is
// always the same. Blocks have one dimension, a multiple of 32 threads.
#pragma once

#include "schuss/types.h"

#ifndef INFINITY  // NVRTC has no <math.h>
#define INFINITY __int_as_float(0x7f800000)
#endif
#ifndef NAN
#define NAN __int_as_float(0x7fffffff)
#endif

constexpr int kWarp = 32;
constexpr int kMostWarps = 32;
constexpr unsigned kAllLanes = 0xffffffffu;

// Index and stride of a loop in which all threads of the grid share `n` elements:
// for (int64_t i = first_element(); i < n; i += element_stride())
__device__ inline int64_t first_element() { return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; }
__device__ inline int64_t element_stride() { return static_cast<int64_t>(gridDim.x) * blockDim.x; }

struct Sum {
    template <typename T>
    __device__ T operator()(T a, T b) const {
        return a + b;
    }
};

// NaN if either is
struct Maximum {
    __device__ float operator()(float a, float b) const { return a > b || a != a ? a : b; }
};

// combine over a warp's lanes; every lane gets the result. combine must not care for the order of its operands.
template <typename T, typename Combine>
__device__ T warp_reduce(T value, Combine combine) {
    for (int distance = kWarp / 2; distance > 0; distance /= 2) {
        value = combine(value, __shfl_xor_sync(kAllLanes, value, distance));
    }
    return value;
}

// combine over a block's threads, all of which must come here; every thread gets the result. identity: what changes
// nothing.
template <typename T, typename Combine>
__device__ T block_reduce(T value, Combine combine, T identity) {
    __shared__ T of_warps[kMostWarps];
    const int lane = threadIdx.x % kWarp;
    const int warp = threadIdx.x / kWarp;
    value = warp_reduce(value, combine);
    if (lane == 0) of_warps[warp] = value;
    __syncthreads();
    const int warps = blockDim.x / kWarp;
    value = warp_reduce(lane < warps ? of_warps[lane] : identity, combine);
    __syncthreads();  // of_warps may be written again
    return value;
}
