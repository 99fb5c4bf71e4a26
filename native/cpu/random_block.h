// Blocks of random numbers, drawn so that the loop becomes vector code.
#pragma once

#include "schuss/philox.h"
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int64_t kWords = 4;   // of one Philox call
constexpr int64_t kCalls = 16;  // side by side in vector registers
constexpr int64_t kBlock = kWords * kCalls;
constexpr int64_t kDrawCost = 4;  // a drawn element costs as much as this many that are only moved

// uniform: (kCalls, kWords), from counter {first_call, ...} on. Not inlined: by itself it is sure to become vector
// code.
__attribute__((noinline)) void draw(uint64_t first_call, uint64_t seed, uint64_t step, uint32_t stream,
                                    float* uniform) {
#pragma omp simd
    for (int64_t call = 0; call < kCalls; call++) {
        schuss_uniforms(first_call + (uint64_t)call, seed, step, stream, uniform + kWords * call);
    }
}

}  // namespace
}  // namespace schuss::SCHUSS_VARIANT
