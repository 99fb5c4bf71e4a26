// Four neighbouring floats at once, where they lie on a multiple of 16 bytes.
#pragma once

#include "kernel.h"

constexpr int kVector = 4;

__device__ inline bool is_aligned(const void* x) { return reinterpret_cast<uint64_t>(x) % sizeof(float4) == 0; }
__device__ inline float4 load_vector(const float* x) { return *reinterpret_cast<const float4*>(x); }
__device__ inline void store_vector(float* y, float4 value) { *reinterpret_cast<float4*>(y) = value; }
