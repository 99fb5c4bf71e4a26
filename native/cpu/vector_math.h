// Elementary functions for vector loops: no branches, no calls, so that GCC turns `#pragma omp simd` around them into
// vector code. Within 3 ulp of the true value, right at infinities, NaN, overflow and underflow. The polynomials are
// near-minimax fits, made with weights such that the error of the whole function is level over the interval.
#pragma once

#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr float kInfinity = __builtin_inff();
constexpr float kNan = __builtin_nanf("");
constexpr float kLog2E = 1.44269504088896341f;
constexpr float kLn2High = 0.693359375f;  // ln 2 in two parts: n * high is exact for the n that occur
constexpr float kLn2Low = -2.12194440054690583e-4f;
constexpr float kRoundToInteger = 12582912.0f;  // 1.5 * 2^23: adding it leaves no bits for a fraction
constexpr float kExpHighest = 89.0f;            // above: infinity
constexpr float kExpLowest = -104.0f;           // below: 0
constexpr float kExpm1Lowest = -20.0f;          // below: -1
constexpr uint32_t kExponentBias = 127, kMantissaBits = 23;
constexpr uint32_t kSignBit = 0x80000000u;

SCHUSS_INLINE uint32_t bits_of(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
SCHUSS_INLINE float float_of(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
SCHUSS_INLINE float absolute(float x) { return float_of(bits_of(x) & ~kSignBit); }
SCHUSS_INLINE float with_sign_of(float magnitude, float sign) {
    return float_of(bits_of(magnitude) | (bits_of(sign) & kSignBit));
}
// NaN stays NaN: both comparisons are false
SCHUSS_INLINE float clamp(float x, float lowest, float highest) {
    const float below = x > highest ? highest : x;
    return below < lowest ? lowest : below;
}
// 2^n for n of -126 .. 127
SCHUSS_INLINE float power_of_two(uint32_t n) { return float_of((n + kExponentBias) << kMantissaBits); }

// x = n ln 2 + r, |r| <= ln 2 / 2: n as an integer (two's complement), r, and e^r - 1 - r
struct Reduced {
    uint32_t n;
    float r, rest;
};
SCHUSS_INLINE Reduced reduce(float x) {
    const float shifted = x * kLog2E + kRoundToInteger;
    const float n = shifted - kRoundToInteger;
    const float r = (x - n * kLn2High) - n * kLn2Low;
    float p = 1.991503112e-04f;
    p = p * r + 1.394205986e-03f;
    p = p * r + 8.333271722e-03f;
    p = p * r + 4.166634188e-02f;
    p = p * r + 1.666666682e-01f;
    p = p * r + 5.000000049e-01f;
    return {bits_of(shifted) - bits_of(kRoundToInteger), r, p * r * r};
}

SCHUSS_INLINE float exp(float x) {
    const Reduced reduced = reduce(clamp(x, kExpLowest, kExpHighest));
    // Two factors, since 2^128 and 2^-150 are no floats of their own.
    const uint32_t half = (uint32_t)((int32_t)reduced.n >> 1);
    return (1.0f + (reduced.r + reduced.rest)) * power_of_two(half) * power_of_two(reduced.n - half);
}

// e^x - 1, exact near 0
SCHUSS_INLINE float expm1(float x) {
    const Reduced reduced = reduce(clamp(x, kExpm1Lowest, kExpHighest));
    const float half = power_of_two(reduced.n - 1);  // 2^(n-1): 2^128 is not a float
    const float y = 2.0f * (half * (reduced.r + reduced.rest) + (half - 0.5f));
    return x == 0 ? x : y;  // keeps -0
}

SCHUSS_INLINE float log(float x) {
    constexpr float kSmallestNormal = 1.17549435e-38f, kTwo23 = 8388608.0f;
    constexpr uint32_t kSqrtHalf = 0x3f3504f3u, kMantissa = 0x007fffffu;
    const bool denormal = x < kSmallestNormal;
    const float scaled = denormal ? x * kTwo23 : x;
    const float exponent_shift = denormal ? -23.0f : 0.0f;
    // x = 2^e (1 + f) with 1 + f between sqrt(1/2) and sqrt(2)
    const uint32_t bits = bits_of(scaled) - kSqrtHalf;
    const float e = (float)((int32_t)bits >> kMantissaBits) + exponent_shift;
    const float f = float_of((bits & kMantissa) + kSqrtHalf) - 1.0f;
    float p = 6.746601237e-02f;
    p = p * f - 1.167564127e-01f;
    p = p * f + 1.188817462e-01f;
    p = p * f - 1.240559143e-01f;
    p = p * f + 1.421955091e-01f;
    p = p * f - 1.666799567e-01f;
    p = p * f + 2.000211873e-01f;
    p = p * f - 2.500000960e-01f;
    p = p * f + 3.333331260e-01f;
    const float square = f * f;
    float y = (f + (square * (p * f) - 0.5f * square + e * kLn2Low)) + e * kLn2High;
    y = x == kInfinity ? x : y;
    y = x == 0 ? -kInfinity : y;
    return x >= 0 ? y : kNan;
}

// log(1 + x), exact near 0: what rounding took from 1 + x is given back
SCHUSS_INLINE float log1p(float x) {
    const float u = 1.0f + x;
    const float log_u = log(u);
    const float lost = (x - (u - 1.0f)) / u;  // NaN where u is 0 or infinite
    const float y = lost == lost ? log_u + lost : log_u;
    return x == 0 ? x : y;
}

SCHUSS_INLINE float tanh(float x) {
    constexpr float kSaturated = 20.0f;  // of 2|x|: the result is 1
    const float e = expm1(clamp(2.0f * absolute(x), 0.0f, kSaturated));
    return with_sign_of(e / (e + 2.0f), x);
}

// 1 / (1 + e^-x), through e^-|x|, which cannot overflow
SCHUSS_INLINE float sigmoid(float x) {
    const float e = exp(-absolute(x));
    return (x < 0 ? e : 1.0f) / (1.0f + e);
}

// log(1 + e^x)
SCHUSS_INLINE float softplus(float x) { return (x > 0 ? x : 0.0f) + log1p(exp(-absolute(x))); }

SCHUSS_INLINE float erf(float x) {
    constexpr float kSaturated = 4.0f;
    const float s = x * x;
    float inner = 7.889119516e-05f;  // |x| <= 1: (erf(x) - x) / x
    inner = inner * s - 8.020841275e-04f;
    inner = inner * s + 5.189535339e-03f;
    inner = inner * s - 2.685444459e-02f;
    inner = inner * s + 1.128360018e-01f;
    inner = inner * s - 3.761262714e-01f;
    inner = inner * s + 1.283791659e-01f;
    const float t = clamp(absolute(x), 0.0f, kSaturated);
    float outer = 2.168685000e-05f;  // |x| >= 1: -log(1 - erf(|x|))
    outer = outer * t - 4.413363776e-04f;
    outer = outer * t + 4.204561876e-03f;
    outer = outer * t - 2.520825674e-02f;
    outer = outer * t + 1.084185773e-01f;
    outer = outer * t + 6.332198931e-01f;
    outer = outer * t + 1.129578424e+00f;
    outer = outer * t - 1.880402281e-04f;
    const float tail = with_sign_of(1.0f - exp(-outer), x);
    return t > 1.0f ? tail : x + x * inner;
}

}  // namespace
}  // namespace schuss::SCHUSS_VARIANT
