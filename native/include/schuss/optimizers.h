// The optimisers' updates of one element, and how the parameters' groups lie: every 64 elements belong to one group,
// whose byte says where its 12 coefficients stand, the penalties' and then the optimiser's own.
#pragma once

#include "schuss/host_device.h"
#include "schuss/types.h"

namespace schuss {

constexpr int64_t kGroupElements = 64;
constexpr int64_t kGroupCoefficients = 12;
constexpr int64_t kOwnCoefficients = 4;  // where the optimiser's own begin
constexpr uint8_t kFrozenGroup = 255;

// Without a C library: the processor's kernels may not include one, the GPU has none.
SCHUSS_HOST_DEVICE static inline float square_root(float x) {
#ifdef __CUDACC__
    return sqrtf(x);
#else
    return __builtin_sqrtf(x);
#endif
}

// What happens to gradients and parameters before an optimiser's formula.
struct Terms {
    float scale, limit, l2, l1, shrink;
};

SCHUSS_HOST_DEVICE static inline Terms terms_of(const float* coefficients, float scale, float limit) {
    return {scale, limit, coefficients[0], coefficients[1], coefficients[2]};
}

// scale * g, limited, and the slopes of the penalties at p. Neither limit nor l1 where `plain`: few want them.
template <bool plain>
SCHUSS_HOST_DEVICE static inline float slope(float g, float p, const Terms& terms) {
    const float scaled = terms.scale * g;
    if (plain) return scaled + terms.l2 * p;
    const float above = scaled < -terms.limit ? -terms.limit : scaled;
    const float limited = above > terms.limit ? terms.limit : above;
    const float sign = (p > 0 ? 1.0f : 0.0f) - (p < 0 ? 1.0f : 0.0f);
    return limited + terms.l2 * p + terms.l1 * sign;
}

// The optimisers' own coefficients are named in their order. Each call updates one parameter and its state; down is the
// slope there.
struct Sgd {
    float rate;

    SCHUSS_HOST_DEVICE explicit Sgd(const float* own) : rate(own[0]) {}

    SCHUSS_HOST_DEVICE void update(float* p, float down, float shrink) const { *p = *p - shrink * *p - rate * down; }
};

struct Momentum {
    float mu, gradient, velocity, direct;

    SCHUSS_HOST_DEVICE explicit Momentum(const float* own)
        : mu(own[0]), gradient(own[1]), velocity(own[2]), direct(own[3]) {}

    SCHUSS_HOST_DEVICE void update(float* p, float* v, float down, float shrink) const {
        const float speed = mu * *v + gradient * down;
        *v = speed;
        *p = *p - shrink * *p + velocity * speed + direct * down;
    }
};

// A beta is the sum of two singles, high and low: of 0.999 alone, what it leaves would be off by 1e-5 of it.
struct Adam {
    float step, correction, beta1, low1, beta2, low2, epsilon, direct, rest1, rest2;

    SCHUSS_HOST_DEVICE explicit Adam(const float* own)
        : step(own[0]),
          correction(own[1]),
          beta1(own[2]),
          low1(own[3]),
          beta2(own[4]),
          low2(own[5]),
          epsilon(own[6]),
          direct(own[7]),
          rest1(1.0f - own[2] - own[3]),
          rest2(1.0f - own[4] - own[5]) {}

    SCHUSS_HOST_DEVICE void update(float* p, float* m, float* v, float down, float shrink) const {
        const float mean = beta1 * *m + (low1 * *m + rest1 * down);
        const float square = beta2 * *v + (low2 * *v + rest2 * (down * down));
        *m = mean;
        *v = square;
        *p = *p - shrink * *p - (step * mean + direct * down) / (square_root(correction * square) + epsilon);
    }
};

}  // namespace schuss
