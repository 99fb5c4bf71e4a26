// Filling memory, and looking through it for what is not a number.
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {

// y: (n)
void fill(float* y, float value, int64_t n, int threads) {
    for_ranges(n, kLine, n, threads, [=](int64_t first, int64_t last) {
#pragma omp simd
        for (int64_t i = first; i < last; i++) y[i] = value;
    });
}

// x: (n)
int64_t first_non_finite(const float* x, int64_t n) {
    constexpr int64_t kBlock = 1024;  // one early way out per block keeps the loop inside it a vector loop
    for (int64_t start = 0; start < n; start += kBlock) {
        const int64_t end = min(start + kBlock, n);
        int found = 0;
#pragma omp simd reduction(| : found)
        for (int64_t i = start; i < end; i++) found |= !(x[i] - x[i] == 0.0f);  // inf - inf and NaN - NaN are NaN
        for (int64_t i = start; found && i < end; i++) {
            if (!(x[i] - x[i] == 0.0f)) return i;
        }
    }
    return -1;
}

}  // namespace schuss::SCHUSS_VARIANT
