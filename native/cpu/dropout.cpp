// Dropout. The mask is a function of seed, step, stream and element index alone: the backward pass draws it again
// instead of reading it from memory.
#include "schuss/philox.h"
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {

// x, y: (n); random: {seed, step}
int dropout(const float* x, float* y, const uint64_t* random, uint32_t stream, float rate, int64_t n, int threads) {
    constexpr int64_t kWords = 4;   // a Philox call's
    constexpr int64_t kCalls = 16;  // side by side in vector registers
    constexpr int64_t kBlock = kWords * kCalls;
    const uint64_t seed = random[0], step = random[1];
    const float scale = 1.0f / (1.0f - rate);
    for_ranges(n, kBlock, n * kWords, threads, [=](int64_t first, int64_t last) {  // an element costs as much as four
        for (int64_t start = first; start < last; start += kBlock) {
            float uniform[kBlock];
#pragma omp simd
            for (int64_t call = 0; call < kCalls; call++) {
                const uint64_t counter = (uint64_t)(start / kWords + call);
                uint32_t c0 = (uint32_t)counter, c1 = (uint32_t)(counter >> 32), c2 = (uint32_t)step, c3 = stream;
                schuss_philox(&c0, &c1, &c2, &c3, (uint32_t)seed, (uint32_t)(seed >> 32));
                uniform[kWords * call] = schuss_uniform(c0);
                uniform[kWords * call + 1] = schuss_uniform(c1);
                uniform[kWords * call + 2] = schuss_uniform(c2);
                uniform[kWords * call + 3] = schuss_uniform(c3);
            }
            const int64_t count = min(kBlock, last - start);
            // Chosen, not multiplied by 0: what is dropped is 0 even where x is infinite.
#pragma omp simd
            for (int64_t i = 0; i < count; i++) y[start + i] = uniform[i] >= rate ? x[start + i] * scale : 0.0f;
        }
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
