// Keeps the norm of every unit's incoming weights below a limit.
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int64_t kBlock = 4 * kLine;  // units whose sums stay in registers and cache

// Columns first .. first+n-1, n <= kBlock. Squares are added in double: those of any float fit.
SCHUSS_INLINE void limit_columns(float* weight, int64_t incoming, int64_t units, int64_t first, int64_t n,
                                 double limit) {
    double sums[kBlock] = {};
    for (int64_t row = 0; row < incoming; row++) {
        const float* const w = weight + row * units + first;
#pragma omp simd
        for (int64_t c = 0; c < n; c++) sums[c] += (double)w[c] * w[c];
    }
    float factors[kBlock];
    bool any = false;
    for (int64_t c = 0; c < n; c++) {
        const double norm = __builtin_sqrt(sums[c]);
        factors[c] = norm > limit ? (float)(limit / norm) : 1.0f;
        any |= norm > limit;
    }
    if (!any) return;
    for (int64_t row = 0; row < incoming; row++) {
        float* const w = weight + row * units + first;
#pragma omp simd
        for (int64_t c = 0; c < n; c++) w[c] *= factors[c];
    }
}

}  // namespace

// weight: (incoming, units)
int max_norm(float* weight, int64_t incoming, int64_t units, double limit, const int32_t* skip, int threads) {
    if (skip != nullptr && *skip != 0) return 0;
    for_ranges(units, kBlock, incoming * units, threads, [=](int64_t first, int64_t last) {
        for (int64_t start = first; start < last; start += kBlock) {
            limit_columns(weight, incoming, units, start, min(kBlock, last - start), limit);
        }
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
