// The functions of pointwise expressions, one for every opcode: called by the interpreter and by the sources that are
// made at run time. The device's own mathematics, within 2 ulp (powf 4); no flag makes it faster and less exact.
#pragma once

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
__device__ inline float sin(float a) { return sinf(a); }
__device__ inline float cos(float a) { return cosf(a); }
__device__ inline float floor(float a) { return floorf(a); }
__device__ inline float copy(float a) { return a; }
__device__ inline float where(float a, float b, float c) { return a != 0 ? b : c; }

// A byte that stands for true where it is not 0.
struct Flag {
    uint8_t value;
};

// An element as the number that expressions see.
__device__ inline float element(float x) { return x; }
__device__ inline float element(uint8_t x) { return static_cast<float>(x); }
__device__ inline float element(int32_t x) { return static_cast<float>(x); }
__device__ inline float element(Flag x) { return x.value != 0 ? 1.0f : 0.0f; }

// Four neighbours, the first at x.
template <typename T>
__device__ inline float4 elements(const T* x) {
    return make_float4(element(x[0]), element(x[1]), element(x[2]), element(x[3]));
}
__device__ inline float4 elements(const float* x) { return load_vector(x); }

// The element with an index where the type is known at run time only.
__device__ inline float element(const void* data, int32_t type, int64_t index) {
    switch (type) {
        case SCHUSS_U8:
            return element(static_cast<const uint8_t*>(data)[index]);
        case SCHUSS_I32:
            return element(static_cast<const int32_t*>(data)[index]);
        case SCHUSS_BOOL:
            return element(static_cast<const Flag*>(data)[index]);
        default:
            return element(static_cast<const float*>(data)[index]);
    }
}

}  // namespace pointwise
