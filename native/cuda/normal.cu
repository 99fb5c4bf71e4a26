// Normal numbers by the method of Box and Muller: two uniforms u, v give sqrt(-2 log(1 - u)) times cos and sin of 2 pi
// v.
// Work mapping: a thread to one Philox call, two pairs.
// Bytes moved: a write of every element.
#include "schuss/philox.h"
#include "vector.h"

namespace {

// The pair made of two uniforms.
__device__ inline float2 pair_of(float u, float v, float deviation) {
    const float square = -2.0f * logf(1.0f - u);
    const float radius = deviation * sqrtf(square > 0 ? square : 0.0f);
    float sin, cos;
    sincospif(2.0f * v, &sin, &cos);
    return make_float2(radius * cos, radius * sin);
}

}  // namespace

// y: (n); random: {seed, step}
extern "C" __global__ void __launch_bounds__(256)
    normal(const uint64_t* random, float* y, uint32_t stream, float deviation, int64_t n) {
    const uint64_t seed = random[0], step = random[1];
    const bool aligned = is_aligned(y);
    for (int64_t call = first_element(); call * kVector < n; call += element_stride()) {
        float uniform[kVector];
        schuss_uniforms(static_cast<uint64_t>(call), seed, step, stream, uniform);
        const float2 first = pair_of(uniform[0], uniform[1], deviation);
        const float2 second = pair_of(uniform[2], uniform[3], deviation);
        const int64_t at = call * kVector;
        if (aligned && at + kVector <= n) {
            store_vector(y + at, make_float4(first.x, first.y, second.x, second.y));
        } else {
            const float numbers[kVector] = {first.x, first.y, second.x, second.y};
            for (int i = 0; i < kVector && at + i < n; i++) y[at + i] = numbers[i];
        }
    }
}
