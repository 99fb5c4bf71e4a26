// Blocks of random numbers, drawn so that the loop becomes vector code. Element i of a stream is word i % 4 of Philox
// at counter {low(i / 4), high(i / 4), low(step), stream} with key {low(seed), high(seed)}.
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
        const uint64_t counter = first_call + (uint64_t)call;
        uint32_t c0 = (uint32_t)counter, c1 = (uint32_t)(counter >> 32), c2 = (uint32_t)step, c3 = stream;
        schuss_philox(&c0, &c1, &c2, &c3, (uint32_t)seed, (uint32_t)(seed >> 32));
        uniform[kWords * call] = schuss_uniform(c0);
        uniform[kWords * call + 1] = schuss_uniform(c1);
        uniform[kWords * call + 2] = schuss_uniform(c2);
        uniform[kWords * call + 3] = schuss_uniform(c3);
    }
}

}  // namespace
}  // namespace schuss::SCHUSS_VARIANT
