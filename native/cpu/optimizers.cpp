// Optimiser updates: one pass over all parameters of a model, which lie in one buffer.
#include "schuss/optimizers.h"

#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

template <bool flag>
struct Flag {
    static constexpr bool value = flag;
};

// Calls update(Flag<plain>, first, last, terms, own coefficients) for runs of elements of one group.
template <typename Update>
SCHUSS_INLINE void for_groups(const uint8_t* groups, const float* coefficients, const float* scale, float limit,
                              int64_t n, int threads, Update update) {
    const float factor = scale == nullptr ? 1.0f : *scale;
    for_ranges(n, kGroupElements, n, threads, [=](int64_t first, int64_t last) {
        for (int64_t start = first; start < last;) {
            const uint8_t group = groups[start / kGroupElements];
            int64_t end = start + kGroupElements;
            while (end < last && groups[end / kGroupElements] == group) end += kGroupElements;
            end = min(end, last);
            if (group != kFrozenGroup) {
                const float* const c = coefficients + group * kGroupCoefficients;
                const Terms terms = terms_of(c, factor, limit);
                if (terms.l1 == 0 && limit == __builtin_inff()) {
                    update(Flag<true>(), start, end, terms, c + kOwnCoefficients);
                } else {
                    update(Flag<false>(), start, end, terms, c + kOwnCoefficients);
                }
            }
            start = end;
        }
    });
}

bool skipped(const int32_t* skip) { return skip != nullptr && *skip != 0; }

}  // namespace

// p, g: (n)
int sgd_update(float* p, const float* g, const uint8_t* groups, const float* coefficients, const int32_t* skip,
               const float* scale, float limit, int64_t n, int threads) {
    if (skipped(skip)) return 0;
    for_groups(groups, coefficients, scale, limit, n, threads,
               [=](auto plain, int64_t first, int64_t last, const Terms& terms, const float* c) {
                   const Sgd sgd(c);
                   const float shrink = terms.shrink;
#pragma omp simd
                   for (int64_t i = first; i < last; i++) {
                       sgd.update(p + i, slope<decltype(plain)::value>(g[i], p[i], terms), shrink);
                   }
               });
    return 0;
}

// p, g, v: (n)
int momentum_update(float* p, const float* g, float* v, const uint8_t* groups, const float* coefficients,
                    const int32_t* skip, const float* scale, float limit, int64_t n, int threads) {
    if (skipped(skip)) return 0;
    for_groups(groups, coefficients, scale, limit, n, threads,
               [=](auto plain, int64_t first, int64_t last, const Terms& terms, const float* c) {
                   const Momentum momentum(c);
                   const float shrink = terms.shrink;
#pragma omp simd
                   for (int64_t i = first; i < last; i++) {
                       momentum.update(p + i, v + i, slope<decltype(plain)::value>(g[i], p[i], terms), shrink);
                   }
               });
    return 0;
}

// p, g, m, v: (n)
int adam_update(float* p, const float* g, float* m, float* v, const uint8_t* groups, const float* coefficients,
                const int32_t* skip, const float* scale, float limit, int64_t n, int threads) {
    if (skipped(skip)) return 0;
    for_groups(groups, coefficients, scale, limit, n, threads,
               [=](auto plain, int64_t first, int64_t last, const Terms& terms, const float* c) {
                   const Adam adam(c);
                   const float shrink = terms.shrink;
#pragma omp simd
                   for (int64_t i = first; i < last; i++) {
                       adam.update(p + i, m + i, v + i, slope<decltype(plain)::value>(g[i], p[i], terms), shrink);
                   }
               });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
