// The functions of pointwise expressions, one for every opcode: called by the interpreter and by the sources that are
// made at run time. The device's own mathematics, within 2 ulp (powf 4); no flag makes it faster and less exact.
#pragma once

#include "schuss/elements.h"
#include "schuss/opcodes.h"
#include "vector.h"

namespace pointwise {

__device__ inline float add(float a, float b) { return a + b; }
__device__ inline float sub(float a, float b) { return a - b; }
__device__ inline float mul(float a, float b) { return a * b; }
__device__ inline float div(float a, float b) { return a / b; }

// Java's Math.max: NaN if either is, and +0 above -0 (their bits differ in the sign alone)
__device__ inline float max(float a, float b) {
    if (a != a) return a;
    if (a == b) return __uint_as_float(__float_as_uint(a) & __float_as_uint(b));
    return a > b ? a : b;
}
__device__ inline float min(float a, float b) {
    if (a != a) return a;
    if (a == b) return __uint_as_float(__float_as_uint(a) | __float_as_uint(b));
    return a < b ? a : b;
}

// Java's Math.pow: C gives 1 for these
__device__ inline float pow(float a, float b) {
    const bool unknown = b != b || (fabsf(b) == INFINITY && fabsf(a) == 1.0f);
    return unknown ? NAN : powf(a, b);
}

__device__ inline float greater(float a, float b) { return a > b ? 1.0f : 0.0f; }
__device__ inline float equal(float a, float b) { return a == b ? 1.0f : 0.0f; }
__device__ inline float not_equal(float a, float b) { return a != b ? 1.0f : 0.0f; }
__device__ inline float greater_equal(float a, float b) { return a >= b ? 1.0f : 0.0f; }
__device__ inline float and_(float a, float b) { return a != 0 && b != 0 ? 1.0f : 0.0f; }
__device__ inline float or_(float a, float b) { return a != 0 || b != 0 ? 1.0f : 0.0f; }
__device__ inline float neg(float a) { return -a; }
__device__ inline float abs(float a) { return fabsf(a); }
__device__ inline float exp(float a) { return expf(a); }
__device__ inline float log(float a) { return logf(a); }
__device__ inline float log1p(float a) { return log1pf(a); }
__device__ inline float expm1(float a) { return expm1f(a); }
__device__ inline float sqrt(float a) { return sqrtf(a); }
__device__ inline float reciprocal(float a) { return 1.0f / a; }
__device__ inline float square(float a) { return a * a; }
__device__ inline float tanh(float a) { return tanhf(a); }

// 1 / (1 + e^-a), through e^-|a|, which cannot overflow
__device__ inline float sigmoid(float a) {
    const float e = expf(-fabsf(a));
    return (a < 0 ? e : 1.0f) / (1.0f + e);
}

__device__ inline float erf(float a) { return erff(a); }

// log(1 + e^a)
__device__ inline float softplus(float a) { return (a > 0 ? a : 0.0f) + log1pf(expf(-fabsf(a))); }

__device__ inline float relu(float a) { return a <= 0 ? 0.0f : a; }
__device__ inline float step(float a) { return a > 0 ? 1.0f : 0.0f; }
__device__ inline float sign(float a) { return a > 0 ? 1.0f : (a < 0 ? -1.0f : a); }
__device__ inline float not_(float a) { return a == 0 ? 1.0f : 0.0f; }
__device__ inline float sin(float a) { return sinf(a); }
__device__ inline float cos(float a) { return cosf(a); }
__device__ inline float floor(float a) { return floorf(a); }
__device__ inline float copy(float a) { return a; }
__device__ inline float where(float a, float b, float c) { return a != 0 ? b : c; }

// The functions of whole numbers. What leaves 64 bits wraps around: unsigned, since C leaves that open for signed ones.
__device__ inline int64_t add(int64_t a, int64_t b) { return static_cast<uint64_t>(a) + static_cast<uint64_t>(b); }
__device__ inline int64_t sub(int64_t a, int64_t b) { return static_cast<uint64_t>(a) - static_cast<uint64_t>(b); }
__device__ inline int64_t mul(int64_t a, int64_t b) { return static_cast<uint64_t>(a) * static_cast<uint64_t>(b); }
__device__ inline int64_t max(int64_t a, int64_t b) { return a > b ? a : b; }
__device__ inline int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }
__device__ inline int64_t greater(int64_t a, int64_t b) { return a > b; }
__device__ inline int64_t equal(int64_t a, int64_t b) { return a == b; }
__device__ inline int64_t not_equal(int64_t a, int64_t b) { return a != b; }
__device__ inline int64_t greater_equal(int64_t a, int64_t b) { return a >= b; }
__device__ inline int64_t and_(int64_t a, int64_t b) { return a != 0 && b != 0; }
__device__ inline int64_t or_(int64_t a, int64_t b) { return a != 0 || b != 0; }
__device__ inline int64_t neg(int64_t a) { return sub(0, a); }
__device__ inline int64_t abs(int64_t a) { return a < 0 ? neg(a) : a; }
__device__ inline int64_t square(int64_t a) { return mul(a, a); }
__device__ inline int64_t relu(int64_t a) { return a < 0 ? 0 : a; }
__device__ inline int64_t step(int64_t a) { return a > 0; }
__device__ inline int64_t sign(int64_t a) { return (a > 0) - (a < 0); }
__device__ inline int64_t not_(int64_t a) { return a == 0; }
__device__ inline int64_t copy(int64_t a) { return a; }
__device__ inline int64_t where(int64_t a, int64_t b, int64_t c) { return a != 0 ? b : c; }

// A byte that stands for true where it is not 0.
struct Flag {
    uint8_t value;
};

// The upper half of a single.
struct Bf16 {
    uint16_t bits;
};

// An element as the number that expressions see.
__device__ inline float element(float x) { return x; }
__device__ inline float element(uint8_t x) { return static_cast<float>(x); }
__device__ inline float element(int32_t x) { return static_cast<float>(x); }
__device__ inline float element(int64_t x) { return static_cast<float>(x); }
__device__ inline float element(Flag x) { return x.value != 0 ? 1.0f : 0.0f; }
__device__ inline float element(Bf16 x) { return __uint_as_float(static_cast<uint32_t>(x.bits) << 16); }

// The same for expressions of whole numbers.
__device__ inline int64_t whole(uint8_t x) { return x; }
__device__ inline int64_t whole(int32_t x) { return x; }
__device__ inline int64_t whole(int64_t x) { return x; }
__device__ inline int64_t whole(Flag x) { return x.value != 0; }

// A number as an element.
__device__ inline void store(float* y, float x) { *y = x; }
__device__ inline void store(uint8_t* y, float x) { *y = schuss_u8_of(x); }
__device__ inline void store(int32_t* y, float x) { *y = schuss_i32_of(x); }
__device__ inline void store(int64_t* y, float x) { *y = schuss_i64_of(x); }
__device__ inline void store(Flag* y, float x) { y->value = x != 0; }
__device__ inline void store(Bf16* y, float x) { y->bits = schuss_bf16_of_bits(__float_as_uint(x)); }
__device__ inline void store(float* y, int64_t x) { *y = static_cast<float>(x); }
__device__ inline void store(uint8_t* y, int64_t x) { *y = static_cast<uint8_t>(x); }
__device__ inline void store(int32_t* y, int64_t x) { *y = static_cast<int32_t>(x); }
__device__ inline void store(int64_t* y, int64_t x) { *y = x; }
__device__ inline void store(Flag* y, int64_t x) { y->value = x != 0; }
__device__ inline void store(Bf16* y, int64_t x) { store(y, static_cast<float>(x)); }

// Four neighbours, the first at x.
template <typename T>
__device__ inline float4 elements(const T* x) {
    return make_float4(element(x[0]), element(x[1]), element(x[2]), element(x[3]));
}
__device__ inline float4 elements(const float* x) { return load_vector(x); }

// Element and whole, of an element with an index, where the type is known at run time only.
__device__ inline void load(const void* data, int32_t type, int64_t index, float* x) {
    switch (type) {
        case SCHUSS_U8:
            *x = element(static_cast<const uint8_t*>(data)[index]);
            break;
        case SCHUSS_I32:
            *x = element(static_cast<const int32_t*>(data)[index]);
            break;
        case SCHUSS_BOOL:
            *x = element(static_cast<const Flag*>(data)[index]);
            break;
        case SCHUSS_BF16:
            *x = element(static_cast<const Bf16*>(data)[index]);
            break;
        case SCHUSS_I64:
            *x = element(static_cast<const int64_t*>(data)[index]);
            break;
        default:
            *x = element(static_cast<const float*>(data)[index]);
            break;
    }
}
__device__ inline void load(const void* data, int32_t type, int64_t index, int64_t* x) {
    switch (type) {
        case SCHUSS_U8:
            *x = whole(static_cast<const uint8_t*>(data)[index]);
            break;
        case SCHUSS_I32:
            *x = whole(static_cast<const int32_t*>(data)[index]);
            break;
        case SCHUSS_BOOL:
            *x = whole(static_cast<const Flag*>(data)[index]);
            break;
        default:
            *x = whole(static_cast<const int64_t*>(data)[index]);
            break;
    }
}

template <typename T>
__device__ inline void store(void* data, int32_t type, int64_t index, T x) {
    switch (type) {
        case SCHUSS_U8:
            return store(static_cast<uint8_t*>(data) + index, x);
        case SCHUSS_I32:
            return store(static_cast<int32_t*>(data) + index, x);
        case SCHUSS_BOOL:
            return store(static_cast<Flag*>(data) + index, x);
        case SCHUSS_BF16:
            return store(static_cast<Bf16*>(data) + index, x);
        case SCHUSS_I64:
            return store(static_cast<int64_t*>(data) + index, x);
        default:
            return store(static_cast<float*>(data) + index, x);
    }
}

}  // namespace pointwise
