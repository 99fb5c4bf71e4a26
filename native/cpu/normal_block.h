// Blocks of normal numbers by the method of Box and Muller: two uniforms u, v give sqrt(-2 log(1 - u)) times cos and
// sin of 2 pi v.
#pragma once

#include "random_block.h"
#include "vector_math.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

struct CosSin {
    float cos, sin;
};

// Of 2 pi v for v in [0, 1). v is cut into quarter turns and a rest of at most half of one, exactly; the rest's sine
// and cosine are Taylor series in s = (pi / 2 * rest)^2, s < 0.62, whose first left out terms are below 2^-27 of the
// sum.
SCHUSS_INLINE CosSin cos_sin_of_turn(float v) {
    constexpr float kHalfPi = 1.57079632679489662f;
    const float shifted = 4.0f * v + kRoundToInteger;
    const uint32_t quarter = bits_of(shifted) - bits_of(kRoundToInteger);
    const float angle = (4.0f * v - (shifted - kRoundToInteger)) * kHalfPi;
    const float s = angle * angle;
    float sin = 1.0f / 362880;
    sin = sin * s - 1.0f / 5040;
    sin = sin * s + 1.0f / 120;
    sin = sin * s - 1.0f / 6;
    sin = angle + angle * (s * sin);
    float cos = -1.0f / 3628800;
    cos = cos * s + 1.0f / 40320;
    cos = cos * s - 1.0f / 720;
    cos = cos * s + 1.0f / 24;
    cos = cos * s - 0.5f;
    cos = 1.0f + s * cos;
    // a quarter turn on: cos becomes -sin, sin becomes cos
    const bool odd = (quarter & 1) != 0;
    const uint32_t cos_sign = ((quarter + 1) & 2) << 30, sin_sign = (quarter & 2) << 30;
    const float x = odd ? sin : cos, y = odd ? cos : sin;
    return {float_of(bits_of(x) ^ cos_sign), float_of(bits_of(y) ^ sin_sign)};
}

// numbers: (kBlock) = deviation times normal numbers, of calls from the first on
SCHUSS_INLINE void draw_normal(uint64_t first_call, uint64_t seed, uint64_t step, uint32_t stream, float deviation,
                               float* numbers) {
    float uniform[kBlock];
    draw(first_call, seed, step, stream, uniform);
#pragma omp simd
    for (int64_t i = 0; i < kBlock; i += 2) {
        const float square = -2.0f * log(1.0f - uniform[i]);
        const float radius = deviation * __builtin_sqrtf(square > 0 ? square : 0.0f);
        const CosSin turn = cos_sin_of_turn(uniform[i + 1]);
        numbers[i] = radius * turn.cos;
        numbers[i + 1] = radius * turn.sin;
    }
}

}  // namespace
}  // namespace schuss::SCHUSS_VARIANT
