// Arrays of normal numbers.
#include "normal_block.h"

namespace schuss::SCHUSS_VARIANT {

// y: (n); random: {seed, step}
int normal(const uint64_t* random, float* y, uint32_t stream, float deviation, int64_t n, int threads) {
    const uint64_t seed = random[0], step = random[1];
    for_ranges(n, kBlock, 2 * n * kDrawCost, threads, [=](int64_t first, int64_t last) {
        for (int64_t start = first; start < last; start += kBlock) {
            float numbers[kBlock];
            draw_normal((uint64_t)(start / kWords), seed, step, stream, deviation, numbers);
            memcpy(y + start, numbers, (size_t)min(kBlock, last - start) * sizeof(float));
        }
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
