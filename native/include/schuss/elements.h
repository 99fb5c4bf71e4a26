// How numbers become elements of another type, where C leaves that open or has no such type: the same on the processor
// and on a GPU. Out of range is the nearest number there is, NaN is 0, as in Java.
#pragma once

#include "schuss/host_device.h"
#include "schuss/types.h"

SCHUSS_HOST_DEVICE static inline int32_t schuss_i32_of(float x) {
    constexpr float kEnd = 2147483648.0f;  // 2^31
    const int32_t inside = x >= -kEnd && x < kEnd ? (int32_t)x : 0;
    return x >= kEnd ? 0x7fffffff : x < -kEnd ? -0x7fffffff - 1 : inside;
}

SCHUSS_HOST_DEVICE static inline int64_t schuss_i64_of(float x) {
    constexpr float kEnd = 9223372036854775808.0f;  // 2^63
    const int64_t inside = x >= -kEnd && x < kEnd ? (int64_t)x : 0;
    return x >= kEnd ? 0x7fffffffffffffffLL : x < -kEnd ? -0x7fffffffffffffffLL - 1 : inside;
}

SCHUSS_HOST_DEVICE static inline uint8_t schuss_u8_of(float x) {
    const int32_t inside = x >= 0 && x < 256 ? (int32_t)x : 0;
    return (uint8_t)(x >= 256 ? 255 : inside);
}

// The upper half of a single's bits, rounded to nearest, ties to even. NaN stays NaN: rounding up could make it
// infinite.
SCHUSS_HOST_DEVICE static inline uint16_t schuss_bf16_of_bits(uint32_t bits) {
    constexpr uint32_t kInfinity = 0x7f800000u, kMagnitude = 0x7fffffffu, kQuiet = 0x40u;
    const uint32_t rounded = (bits + 0x7fffu + (bits >> 16 & 1)) >> 16;
    return (uint16_t)((bits & kMagnitude) > kInfinity ? bits >> 16 | kQuiet : rounded);
}
