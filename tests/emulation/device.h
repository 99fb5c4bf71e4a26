// CUDA C++ for the processor: included before a kernel's source, it makes the source compile with g++. A thread of a
// block is a fiber of the emulated driver, which runs one at a time; threads meet at barriers only. Shared memory lies
// in a section of its own, which the driver fills with NaN before every block.
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <type_traits>
#include <utility>

#include "execution.h"

extern "C" {
schuss::emulation::Block* emulated_block = nullptr;  // set by the driver when it loads the module
}

#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __restrict__ __restrict
#define __shared__ static __attribute__((section("shared_memory")))
#define __constant__ static const

#define threadIdx (emulated_block->thread)
#define blockIdx (emulated_block->block)
#define blockDim (emulated_block->threads)
#define gridDim (emulated_block->blocks)

static inline void __syncthreads() { emulated_block->wait(schuss::emulation::State::kAtBlockBarrier); }
static inline void __syncwarp(unsigned = 0xffffffffu) {
    emulated_block->wait(schuss::emulation::State::kAtWarpBarrier);
}

// Every lane of the warp must come here: each leaves its value, then reads another's.
template <typename T>
static inline T emulated_exchange(T value, unsigned lane) {
    static_assert(sizeof(T) <= sizeof(schuss::emulation::Slot), "a register at most");
    const unsigned self = threadIdx.x;
    memcpy(emulated_block->slots[self].bytes, &value, sizeof(T));
    __syncwarp();
    const unsigned other = self / 32 * 32 + lane;
    T result = value;
    if (lane < 32 && other < blockDim.x) memcpy(&result, emulated_block->slots[other].bytes, sizeof(T));
    __syncwarp();
    return result;
}

template <typename T>
static inline T __shfl_sync(unsigned, T value, int lane) {
    return emulated_exchange(value, static_cast<unsigned>(lane) % 32);
}
template <typename T>
static inline T __shfl_xor_sync(unsigned, T value, int mask) {
    return emulated_exchange(value, (threadIdx.x % 32) ^ static_cast<unsigned>(mask));
}
template <typename T>
static inline T __shfl_down_sync(unsigned, T value, unsigned distance) {
    return emulated_exchange(value, threadIdx.x % 32 + distance);
}
template <typename T>
static inline T __shfl_up_sync(unsigned, T value, unsigned distance) {
    return emulated_exchange(value, threadIdx.x % 32 - distance);
}
static inline unsigned __ballot_sync(unsigned, int predicate) {
    const unsigned lane = threadIdx.x % 32;
    unsigned votes = predicate ? 1u << lane : 0;
    for (int distance = 16; distance > 0; distance /= 2) {
        votes |= emulated_exchange(votes, lane ^ static_cast<unsigned>(distance));
    }
    return votes;
}
static inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
static inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, !predicate) == 0; }

// One thread runs at a time, so a plain access is an atomic one.
template <typename T>
static inline T atomicAdd(T* at, T value) {
    const T before = *at;
    *at = before + value;
    return before;
}
template <typename T>
static inline T atomicMax(T* at, T value) {
    const T before = *at;
    *at = before < value ? value : before;
    return before;
}
template <typename T>
static inline T atomicMin(T* at, T value) {
    const T before = *at;
    *at = value < before ? value : before;
    return before;
}
template <typename T>
static inline T atomicOr(T* at, T value) {
    const T before = *at;
    *at = before | value;
    return before;
}
template <typename T>
static inline T atomicExch(T* at, T value) {
    const T before = *at;
    *at = value;
    return before;
}
static inline void __threadfence() {}

template <typename T>
static inline T __ldg(const T* at) {
    return *at;
}

struct alignas(16) float4 {
    float x, y, z, w;
};
struct alignas(8) float2 {
    float x, y;
};
static inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
static inline float2 make_float2(float x, float y) { return {x, y}; }

// Of pi times x; the fraction of a whole turn is exact.
static inline void sincospif(float x, float* sin_result, float* cos_result) {
    const double angle = M_PI * fmod(x, 2.0);
    *sin_result = static_cast<float>(sin(angle));
    *cos_result = static_cast<float>(cos(angle));
}
static inline float rsqrtf(float x) { return 1.0f / sqrtf(x); }
static inline double rsqrt(double x) { return 1.0 / sqrt(x); }
static inline unsigned __float_as_uint(float x) {
    unsigned bits;
    memcpy(&bits, &x, sizeof(bits));
    return bits;
}
static inline int __float_as_int(float x) { return static_cast<int>(__float_as_uint(x)); }
static inline float __uint_as_float(unsigned bits) {
    float x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}
static inline float __int_as_float(int bits) { return __uint_as_float(static_cast<unsigned>(bits)); }
static inline int __ffs(int bits) { return __builtin_ffs(bits); }
static inline unsigned __umulhi(unsigned a, unsigned b) { return static_cast<uint64_t>(a) * b >> 32; }
static inline int min(int a, int b) { return b < a ? b : a; }
static inline int max(int a, int b) { return a < b ? b : a; }
static inline int64_t min(int64_t a, int64_t b) { return b < a ? b : a; }
static inline int64_t max(int64_t a, int64_t b) { return a < b ? b : a; }

template <typename... A, size_t... I>
static void emulated_call(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) {
    kernel(*static_cast<std::remove_const_t<A>*>(arguments[I])...);
}
template <typename... A>
static void emulated_call(void (*kernel)(A...), void** arguments) {
    emulated_call(kernel, arguments, std::index_sequence_for<A...>());
}
template <typename... A>
static size_t emulated_parameter_size(void (*)(A...), size_t index) {
    const size_t sizes[] = {sizeof(A)..., 0};
    return index < sizeof...(A) ? sizes[index] : 0;
}

// The entry by which the driver calls a kernel with an array of pointers to its arguments.
#define EMULATED_KERNEL(name)                                                             \
    extern "C" void emulated_##name(void** arguments) { emulated_call(name, arguments); } \
    extern "C" size_t emulated_size_##name(size_t index) { return emulated_parameter_size(name, index); }

// Where the module's shared memory lies; one variable is always there, so that the section is.
__attribute__((used)) __shared__ char emulated_shared_memory[8];
extern char __start_shared_memory, __stop_shared_memory;
extern "C" void emulated_shared_range(char** begin, char** end) {
    *begin = &__start_shared_memory;
    *end = &__stop_shared_memory;
}
