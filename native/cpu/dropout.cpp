// Dropout. The mask is a function of seed, step, stream and element index alone: the backward pass draws it again
// instead of reading it from memory.
#include "schuss/philox.h"
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int64_t kWords = 4;   // of one Philox call
constexpr int64_t kCalls = 16;  // side by side in vector registers
constexpr int64_t kBlock = kWords * kCalls;

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

// x, y: (n); random: {seed, step}
int dropout(const float* x, float* y, const uint64_t* random, uint32_t stream, float rate, int64_t n, int threads) {
    const uint64_t seed = random[0], step = random[1];
    const float scale = 1.0f / (1.0f - rate);
    for_ranges(n, kBlock, n * kWords, threads, [=](int64_t first, int64_t last) {  // an element costs as much as four
        for (int64_t start = first; start < last; start += kBlock) {
            float uniform[kBlock];
            draw((uint64_t)(start / kWords), seed, step, stream, uniform);
            const int64_t count = min(kBlock, last - start);
            // Chosen, not multiplied by 0: what is dropped is 0 even where x is infinite.
#pragma omp simd
            for (int64_t i = 0; i < count; i++) {
                const float kept = x[start + i] * scale;
                y[start + i] = uniform[i] >= rate ? kept : 0.0f;
            }
        }
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
