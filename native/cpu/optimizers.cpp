// Optimiser updates: one pass over all parameters of a model, which lie in one buffer. Every 64 elements belong to one
// group, whose byte says where its 12 coefficients stand: the penalties', then the optimiser's own.
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int64_t kGroupElements = 64;
constexpr int64_t kCoefficients = 12;
constexpr int64_t kOwn = 4;  // where the optimiser's own begin
constexpr uint8_t kFrozen = 255;

// What happens to gradients and parameters before an optimiser's formula.
struct Terms {
    float scale, limit, l2, l1, shrink;
};

template <bool flag>
struct Flag {
    static constexpr bool value = flag;
};

SCHUSS_INLINE float sign(float x) { return (x > 0 ? 1.0f : 0.0f) - (x < 0 ? 1.0f : 0.0f); }

// scale * g, limited, and the slopes of the penalties at p. Neither limit nor l1 where `plain`: few want them.
template <bool plain>
SCHUSS_INLINE float slope(float g, float p, const Terms& terms) {
    const float scaled = terms.scale * g;
    if constexpr (plain) return scaled + terms.l2 * p;
    const float above = scaled < -terms.limit ? -terms.limit : scaled;
    const float limited = above > terms.limit ? terms.limit : above;
    return limited + terms.l2 * p + terms.l1 * sign(p);
}

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
            if (group != kFrozen) {
                const float* const c = coefficients + group * kCoefficients;
                const Terms terms = {factor, limit, c[0], c[1], c[2]};
                if (terms.l1 == 0 && limit == __builtin_inff()) {
                    update(Flag<true>(), start, end, terms, c + kOwn);
                } else {
                    update(Flag<false>(), start, end, terms, c + kOwn);
                }
            }
            start = end;
        }
    });
}

bool skipped(const int32_t* skip) { return skip != nullptr && *skip != 0; }

}  // namespace

// p, g: (n)
int sgd_update(float* p, const float* g, const uint8_t* groups, const float* coefficients, const float* scale,
               float limit, const int32_t* skip, int64_t n, int threads) {
    if (skipped(skip)) return 0;
    for_groups(groups, coefficients, scale, limit, n, threads,
               [=](auto plain, int64_t first, int64_t last, const Terms& terms, const float* c) {
                   const float rate = c[0], shrink = terms.shrink;
#pragma omp simd
                   for (int64_t i = first; i < last; i++) {
                       p[i] = p[i] - shrink * p[i] - rate * slope<decltype(plain)::value>(g[i], p[i], terms);
                   }
               });
    return 0;
}

// p, g, v: (n)
int momentum_update(float* p, const float* g, float* v, const uint8_t* groups, const float* coefficients,
                    const float* scale, float limit, const int32_t* skip, int64_t n, int threads) {
    if (skipped(skip)) return 0;
    for_groups(groups, coefficients, scale, limit, n, threads,
               [=](auto plain, int64_t first, int64_t last, const Terms& terms, const float* c) {
                   const float mu = c[0], gradient = c[1], velocity = c[2], direct = c[3], shrink = terms.shrink;
#pragma omp simd
                   for (int64_t i = first; i < last; i++) {
                       const float down = slope<decltype(plain)::value>(g[i], p[i], terms);
                       const float speed = mu * v[i] + gradient * down;
                       v[i] = speed;
                       p[i] = p[i] - shrink * p[i] + velocity * speed + direct * down;
                   }
               });
    return 0;
}

// p, g, m, v: (n)
int adam_update(float* p, const float* g, float* m, float* v, const uint8_t* groups, const float* coefficients,
                const float* scale, float limit, const int32_t* skip, int64_t n, int threads) {
    if (skipped(skip)) return 0;
    for_groups(groups, coefficients, scale, limit, n, threads,
               [=](auto plain, int64_t first, int64_t last, const Terms& terms, const float* c) {
                   const float step = c[0], correction = c[1], beta1 = c[2], rest1 = c[3], beta2 = c[4], rest2 = c[5],
                               epsilon = c[6], direct = c[7], shrink = terms.shrink;
#pragma omp simd
                   for (int64_t i = first; i < last; i++) {
                       const float down = slope<decltype(plain)::value>(g[i], p[i], terms);
                       const float mean = beta1 * m[i] + rest1 * down;
                       const float square = beta2 * v[i] + rest2 * (down * down);
                       m[i] = mean;
                       v[i] = square;
                       p[i] = p[i] - shrink * p[i] -
                              (step * mean + direct * down) / (__builtin_sqrtf(correction * square) + epsilon);
                   }
               });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
