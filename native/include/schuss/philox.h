// Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", 2011): a counter and a
// key give four random words, with no state between calls. Host and device code include this one file, so a mask is
// the same bits wherever it is drawn.
#pragma once

#include "schuss/host_device.h"
#include "schuss/types.h"

// Unrolled, the rounds leave a loop around them straight-line code, which a compiler can turn into vector code.
#if defined(__CUDACC__) || defined(__clang__)
#define SCHUSS_UNROLL_ROUNDS _Pragma("unroll")
#else
#define SCHUSS_UNROLL_ROUNDS _Pragma("GCC unroll 10")
#endif

#define SCHUSS_PHILOX_ROUNDS 10
#define SCHUSS_PHILOX_MULTIPLIER_0 0xD2511F53u
#define SCHUSS_PHILOX_MULTIPLIER_1 0xCD9E8D57u
#define SCHUSS_PHILOX_WEYL_0 0x9E3779B9u  // golden ratio
#define SCHUSS_PHILOX_WEYL_1 0xBB67AE85u  // sqrt(3) - 1

// counter (4), key (2) -> the counter's place holds the four random words
SCHUSS_HOST_DEVICE static inline void schuss_philox(uint32_t* c0, uint32_t* c1, uint32_t* c2, uint32_t* c3, uint32_t k0,
                                                    uint32_t k1) {
    uint32_t x0 = *c0, x1 = *c1, x2 = *c2, x3 = *c3;
    SCHUSS_UNROLL_ROUNDS
    for (int round = 0; round < SCHUSS_PHILOX_ROUNDS; round++) {
        const uint64_t product0 = (uint64_t)SCHUSS_PHILOX_MULTIPLIER_0 * x0;
        const uint64_t product1 = (uint64_t)SCHUSS_PHILOX_MULTIPLIER_1 * x2;
        x0 = (uint32_t)(product1 >> 32) ^ x1 ^ k0;
        x1 = (uint32_t)product1;
        x2 = (uint32_t)(product0 >> 32) ^ x3 ^ k1;
        x3 = (uint32_t)product0;
        k0 += SCHUSS_PHILOX_WEYL_0;
        k1 += SCHUSS_PHILOX_WEYL_1;
    }
    *c0 = x0;
    *c1 = x1;
    *c2 = x2;
    *c3 = x3;
}

// A word as a uniform number in [0, 1): its upper 24 bits, which a float holds exactly.
SCHUSS_HOST_DEVICE static inline float schuss_uniform(uint32_t word) {
    return (float)(word >> 8) * (1.0f / 16777216.0f);
}

// Numbers 4 * call .. 4 * call + 3 of a random stream, uniform: the words of counter {low(call), high(call), low(step),
// stream} with key {low(seed), high(seed)}.
SCHUSS_HOST_DEVICE static inline void schuss_uniforms(uint64_t call, uint64_t seed, uint64_t step, uint32_t stream,
                                                      float* uniform) {
    uint32_t c0 = (uint32_t)call, c1 = (uint32_t)(call >> 32), c2 = (uint32_t)step, c3 = stream;
    schuss_philox(&c0, &c1, &c2, &c3, (uint32_t)seed, (uint32_t)(seed >> 32));
    uniform[0] = schuss_uniform(c0);
    uniform[1] = schuss_uniform(c1);
    uniform[2] = schuss_uniform(c2);
    uniform[3] = schuss_uniform(c3);
}
