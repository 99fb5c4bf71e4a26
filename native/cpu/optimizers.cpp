// Optimiser updates: one pass over all parameters of a model, which lie in one buffer. Every 64 elements belong to one
// group, whose byte says where its 8 coefficients (rate, decay, ...) stand.
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int64_t kGroupElements = 64;
constexpr int64_t kCoefficients = 8;

// Calls update(first, last, coefficients) for runs of elements of one group.
template <typename Update>
SCHUSS_INLINE void for_groups(const uint8_t* groups, const float* coefficients, int64_t n, int threads, Update update) {
    for_ranges(n, kGroupElements, n, threads, [=](int64_t first, int64_t last) {
        for (int64_t start = first; start < last;) {
            const uint8_t group = groups[start / kGroupElements];
            int64_t end = start + kGroupElements;
            while (end < last && groups[end / kGroupElements] == group) end += kGroupElements;
            end = min(end, last);
            update(start, end, coefficients + group * kCoefficients);
            start = end;
        }
    });
}

bool skipped(const int32_t* skip) { return skip != nullptr && *skip != 0; }

}  // namespace

// p, g: (n)
int sgd_update(float* p, const float* g, const uint8_t* groups, const float* coefficients, const int32_t* skip,
               int64_t n, int threads) {
    if (skipped(skip)) return 0;
    for_groups(groups, coefficients, n, threads, [=](int64_t first, int64_t last, const float* c) {
        const float rate = c[0], decay = c[1];
#pragma omp simd
        for (int64_t i = first; i < last; i++) p[i] -= rate * (g[i] + decay * p[i]);
    });
    return 0;
}

// p, g, v: (n)
int momentum_update(float* p, const float* g, float* v, const uint8_t* groups, const float* coefficients,
                    const int32_t* skip, int64_t n, int threads) {
    if (skipped(skip)) return 0;
    for_groups(groups, coefficients, n, threads, [=](int64_t first, int64_t last, const float* c) {
        const float mu = c[0], gradient = c[1], velocity = c[2], direct = c[3], decay = c[4];
#pragma omp simd
        for (int64_t i = first; i < last; i++) {
            const float slope = g[i] + decay * p[i];
            const float speed = mu * v[i] + gradient * slope;
            v[i] = speed;
            p[i] += velocity * speed + direct * slope;
        }
    });
    return 0;
}

// p, g, m, v: (n)
int adam_update(float* p, const float* g, float* m, float* v, const uint8_t* groups, const float* coefficients,
                float beta1, float beta2, float epsilon, const int32_t* skip, int64_t n, int threads) {
    if (skipped(skip)) return 0;
    const float rest1 = 1.0f - beta1, rest2 = 1.0f - beta2;
    for_groups(groups, coefficients, n, threads, [=](int64_t first, int64_t last, const float* c) {
        const float step = c[0], correction = c[1], decay = c[2];
#pragma omp simd
        for (int64_t i = first; i < last; i++) {
            const float slope = g[i] + decay * p[i];
            const float mean = beta1 * m[i] + rest1 * slope;
            const float square = beta2 * v[i] + rest2 * (slope * slope);
            m[i] = mean;
            v[i] = square;
            p[i] -= step * mean / (__builtin_sqrtf(square * correction) + epsilon);
        }
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
