// What every kernel file starts with. Kernel files are compiled once per instruction set, with SCHUSS_VARIANT set to
// the variant's name: kernels go into namespace schuss::SCHUSS_VARIANT, helpers into an anonymous namespace inside it.
// No inline function or template of the standard library may be used there: the linker keeps one copy of those, and
// that could be the AVX-512 one.
#pragma once

#include <stdint.h>
#include <string.h>

#include "kernels.h"
#include "parallel.h"

#ifndef SCHUSS_VARIANT
#error "kernel files are compiled with SCHUSS_VARIANT set"
#endif

#define SCHUSS_INLINE inline __attribute__((always_inline))
// The same for a lambda inside a vector loop.
#define SCHUSS_LAMBDA __attribute__((always_inline))

namespace schuss::SCHUSS_VARIANT {
namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 16;
#elif defined(__AVX__)
constexpr int kLanes = 8;
#else
constexpr int kLanes = 4;
#endif

// A register of floats, loadable from any address.
typedef float Vector __attribute__((vector_size(kLanes * sizeof(float)), aligned(sizeof(float)), may_alias));

SCHUSS_INLINE Vector load(const float* address) { return *(const Vector*)address; }
SCHUSS_INLINE void store(float* address, Vector value) { *(Vector*)address = value; }
SCHUSS_INLINE Vector broadcast(float value) { return Vector{} + value; }
SCHUSS_INLINE float sum_lanes(Vector value) {
    float sum = 0;
    for (int lane = 0; lane < kLanes; lane++) sum += value[lane];
    return sum;
}

// Floats in a cache line: ranges that start on such a boundary never share a line between threads.
constexpr int64_t kLine = 16;
// Under this many elements a region costs more than it saves.
constexpr int64_t kSerialElements = 32768;

SCHUSS_INLINE int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }
SCHUSS_INLINE int64_t max(int64_t a, int64_t b) { return a > b ? a : b; }
SCHUSS_INLINE int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }

// Calls body(first, last) for ranges that cover 0 .. n-1 and start at multiples of `grain`: one range per member, or
// all at once on this thread where `elements`, what there is to do, is little.
template <typename Body>
SCHUSS_INLINE void for_ranges(int64_t n, int64_t grain, int64_t elements, int threads, Body body) {
    if (threads <= 1 || elements < kSerialElements || n <= grain) {
        body((int64_t)0, n);
        return;
    }
    const int64_t grains = ceil_div(n, grain);
    parallel(threads, (uint64_t)(n * 31 + elements), [=](int64_t member, int64_t members) {
        const int64_t first = grains * member / members * grain;
        const int64_t last = min(grains * (member + 1) / members * grain, n);
        if (first < last) body(first, last);
    });
}

}  // namespace
}  // namespace schuss::SCHUSS_VARIANT
