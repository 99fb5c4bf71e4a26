// Dropout. The mask is a function of seed, step, stream and mask index alone: the backward pass draws it again instead
// of reading it from memory.
// Work mapping: a thread to one Philox call, four neighbours of the mask, in every row that shares them.
// Bytes moved: a read and a write of every element.
#include "schuss/philox.h"
#include "vector.h"

namespace {

constexpr int kDraws = 4;  // of one Philox call

struct Draws {
    float uniform[kDraws];
    float rate, scale;

    // Chosen, not multiplied by 0: what is dropped is 0 even where x is infinite.
    __device__ float apply(int draw, float x) const { return uniform[draw] >= rate ? x * scale : 0.0f; }
    __device__ float4 apply(float4 x) const {
        return make_float4(apply(0, x.x), apply(1, x.y), apply(2, x.z), apply(3, x.w));
    }
};

}  // namespace

// x, y: (groups, shared, channels), the rows of a group under one mask: (groups, channels); random: {seed, step}. y may
// lie on x.
extern "C" __global__ void __launch_bounds__(256)
    dropout(const float* x, const uint64_t* random, float* y, uint32_t stream, float rate, float scale, int64_t groups,
            int64_t shared, int64_t channels) {
    const uint64_t seed = random[0], step = random[1];
    const int64_t drawn = groups * channels;
    const bool aligned = is_aligned(x) && is_aligned(y) && (shared == 1 || channels % kVector == 0);
    for (int64_t call = first_element(); call * kDraws < drawn; call += element_stride()) {
        Draws draws = {{}, rate, scale};
        schuss_uniforms(static_cast<uint64_t>(call), seed, step, stream, draws.uniform);
        const int64_t from = call * kDraws;
        if (aligned && from + kDraws <= drawn) {  // in one group, and a whole vector
            const int64_t group = from / channels;
            int64_t at = (group * shared - group) * channels + from;
            for (int64_t row = 0; row < shared; row++, at += channels) {
                store_vector(y + at, draws.apply(load_vector(x + at)));
            }
        } else {
            for (int draw = 0; draw < kDraws && from + draw < drawn; draw++) {
                const int64_t group = (from + draw) / channels;
                int64_t at = (group * shared - group) * channels + from + draw;
                for (int64_t row = 0; row < shared; row++, at += channels) y[at] = draws.apply(draw, x[at]);
            }
        }
    }
}
