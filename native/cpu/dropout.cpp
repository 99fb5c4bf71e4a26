// Dropout. The mask is a function of seed, step, stream and mask index alone: the backward pass draws it again instead
// of reading it from memory.
#include "random_block.h"

namespace schuss::SCHUSS_VARIANT {

// x, y: (groups, shared, channels), the rows of a group under one mask: (groups, channels); random: {seed, step}
int dropout(const float* x, const uint64_t* random, float* y, uint32_t stream, float rate, float scale, int64_t groups,
            int64_t shared, int64_t channels, int threads) {
    const uint64_t seed = random[0], step = random[1];
    const int64_t drawn = groups * channels;
    for_ranges(drawn, kBlock, drawn * (kDrawCost + shared - 1), threads, [=](int64_t first, int64_t last) {
        for (int64_t start = first; start < last; start += kBlock) {
            float uniform[kBlock];
            draw((uint64_t)(start / kWords), seed, step, stream, uniform);
            const int64_t end = min(start + kBlock, last);
            for (int64_t at = start; at < end;) {  // a block of the mask may reach into the next groups
                const int64_t group = at / channels, channel = at % channels;
                const int64_t count = min(channels - channel, end - at);
                const float* const mask = uniform + (at - start);
                for (int64_t row = 0; row < shared; row++) {
                    const int64_t offset = (group * shared + row) * channels + channel;
                    // Chosen, not multiplied by 0: what is dropped is 0 even where x is infinite.
#pragma omp simd
                    for (int64_t i = 0; i < count; i++) {
                        const float kept = x[offset + i] * scale;
                        y[offset + i] = mask[i] >= rate ? kept : 0.0f;
                    }
                }
                at += count;
            }
        }
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
