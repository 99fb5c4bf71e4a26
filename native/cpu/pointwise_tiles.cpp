// Runs a pointwise expression tile by tile: every instruction is one vector loop over a tile that stays in L1, so a
// chain of any length reads and writes memory once.
#include "vector_math.h"

extern "C" {  // <math.h> would bring inline functions along
float powf(float, float);
float sinf(float);
float cosf(float);
}

namespace schuss::SCHUSS_VARIANT {
namespace {

// ---- inputs --------------------------------------------------------------------------------------------------------

// out[i] = in[i * stride], converted
template <typename T>
SCHUSS_INLINE void convert(const T* in, int64_t stride, float* out, int64_t n) {
    if (stride == 0) {
        const float value = (float)*in;
#pragma omp simd
        for (int64_t i = 0; i < n; i++) out[i] = value;
    } else if (stride == 1) {
#pragma omp simd
        for (int64_t i = 0; i < n; i++) out[i] = (float)in[i];
    } else {
        for (int64_t i = 0; i < n; i++) out[i] = (float)in[i * stride];
    }
}

void convert_run(const PointwiseInput& input, int64_t offset, int64_t stride, float* out, int64_t n) {
    switch (input.type) {
        case SCHUSS_U8:
            return convert((const uint8_t*)input.data + offset, stride, out, n);
        case SCHUSS_I32:
            return convert((const int32_t*)input.data + offset, stride, out, n);
        case SCHUSS_BOOL: {
            convert((const uint8_t*)input.data + offset, stride, out, n);
#pragma omp simd
            for (int64_t i = 0; i < n; i++) out[i] = out[i] != 0 ? 1.0f : 0.0f;
            return;
        }
        default:
            return convert((const float*)input.data + offset, stride, out, n);
    }
}

// Elements start .. start+n-1 of the iteration space into out, one run of the innermost dimension after the other.
void gather(const Pointwise& program, const PointwiseInput& input, int64_t start, int64_t n, float* out) {
    const int last = program.rank - 1;
    int64_t index[kMostRank];
    int64_t offset = 0, rest = start;
    for (int d = last; d >= 0; d--) {
        index[d] = rest % program.extents[d];
        rest /= program.extents[d];
        offset += index[d] * input.strides[d];
    }
    while (n > 0) {
        const int64_t run = min(n, program.extents[last] - index[last]);
        convert_run(input, offset, input.strides[last], out, run);
        out += run;
        n -= run;
        offset += run * input.strides[last];
        index[last] += run;
        for (int d = last; d > 0 && index[d] == program.extents[d]; d--) {  // carry
            offset += input.strides[d - 1] - index[d] * input.strides[d];
            index[d] = 0;
            index[d - 1]++;
        }
    }
}

// ---- instructions --------------------------------------------------------------------------------------------------

#define SCHUSS_MAP(opcode, expression)                        \
    case opcode: {                                            \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) { \
            const float x = a[i];                             \
            y[i] = (expression);                              \
        }                                                     \
        break;                                                \
    }
#define SCHUSS_MAP2(opcode, expression)                       \
    case opcode: {                                            \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) { \
            const float x = a[i], z = b[i];                   \
            y[i] = (expression);                              \
        }                                                     \
        break;                                                \
    }

// Java's Math.max: NaN if either is, and +0 above -0 (their bits differ in the sign alone)
SCHUSS_INLINE float maximum(float x, float z) {
    const float larger = x > z ? x : z;
    const float same = x == z ? float_of(bits_of(x) & bits_of(z)) : larger;
    return x != x ? x : same;
}
SCHUSS_INLINE float minimum(float x, float z) {
    const float smaller = x < z ? x : z;
    const float same = x == z ? float_of(bits_of(x) | bits_of(z)) : smaller;
    return x != x ? x : same;
}
// Java's Math.pow: C gives 1 for these
float power(float x, float z) {
    const bool unknown = z != z || (absolute(z) == kInfinity && absolute(x) == 1.0f);
    return unknown ? kNan : powf(x, z);
}
// Beyond 2^23 every float is whole.
SCHUSS_INLINE float floor(float x) {
    constexpr float kAllWhole = 8388608.0f;
    const float limited = clamp(x, -kAllWhole, kAllWhole);
    const float rounded = (limited + kRoundToInteger) - kRoundToInteger;
    const float down = rounded > limited ? rounded - 1.0f : rounded;
    return absolute(x) < kAllWhole ? with_sign_of(absolute(down), x) : x;
}

// y, a, b, c: (n); y may lie exactly on one of the others
void execute(int32_t opcode, float* y, const float* a, const float* b, const float* c, int64_t n) {
    switch (opcode) {
        SCHUSS_MAP2(SCHUSS_ADD, x + z)
        SCHUSS_MAP2(SCHUSS_SUB, x - z)
        SCHUSS_MAP2(SCHUSS_MUL, x * z)
        SCHUSS_MAP2(SCHUSS_DIV, x / z)
        SCHUSS_MAP2(SCHUSS_MAX, maximum(x, z))
        SCHUSS_MAP2(SCHUSS_MIN, minimum(x, z))
        case SCHUSS_POW:
            for (int64_t i = 0; i < n; i++) y[i] = power(a[i], b[i]);
            break;
            SCHUSS_MAP2(SCHUSS_GREATER, x > z ? 1.0f : 0.0f)
            SCHUSS_MAP2(SCHUSS_EQUAL, x == z ? 1.0f : 0.0f)
            SCHUSS_MAP(SCHUSS_NEG, -x)
            SCHUSS_MAP(SCHUSS_ABS, absolute(x))
            SCHUSS_MAP(SCHUSS_EXP, exp(x))
            SCHUSS_MAP(SCHUSS_LOG, log(x))
            SCHUSS_MAP(SCHUSS_LOG1P, log1p(x))
            SCHUSS_MAP(SCHUSS_EXPM1, expm1(x))
            SCHUSS_MAP(SCHUSS_SQRT, __builtin_sqrtf(x))
            SCHUSS_MAP(SCHUSS_RECIPROCAL, 1.0f / x)
            SCHUSS_MAP(SCHUSS_SQUARE, x * x)
            SCHUSS_MAP(SCHUSS_TANH, tanh(x))
            SCHUSS_MAP(SCHUSS_SIGMOID, sigmoid(x))
            SCHUSS_MAP(SCHUSS_ERF, erf(x))
            SCHUSS_MAP(SCHUSS_SOFTPLUS, softplus(x))
            SCHUSS_MAP(SCHUSS_RELU, x <= 0 ? 0.0f : x)
            SCHUSS_MAP(SCHUSS_STEP, x > 0 ? 1.0f : 0.0f)
            SCHUSS_MAP(SCHUSS_SIGN, x > 0 ? 1.0f : (x < 0 ? -1.0f : x))
        case SCHUSS_SIN:
            for (int64_t i = 0; i < n; i++) y[i] = sinf(a[i]);
            break;
        case SCHUSS_COS:
            for (int64_t i = 0; i < n; i++) y[i] = cosf(a[i]);
            break;
            SCHUSS_MAP(SCHUSS_FLOOR, floor(x))
            SCHUSS_MAP(SCHUSS_COPY, x)
        case SCHUSS_WHERE: {
#pragma omp simd
            for (int64_t i = 0; i < n; i++) {
                const float yes = b[i], no = c[i];  // read both: a choice between loads is no vector code
                y[i] = a[i] != 0 ? yes : no;
            }
            break;
        }
        default:
            break;  // bind has refused it
    }
}

// ---- tiles ---------------------------------------------------------------------------------------------------------

// Elements first .. last-1, where first is the start of a tile, with one thread's scratch.
void run_range(const Pointwise& program, int64_t first, int64_t last, int64_t thread) {
    float* const scratch = program.scratch + thread * program.slots * kTileFloats;
    float** const slot = program.tables + thread * program.slots;
    for (int32_t s = 0; s < program.slots; s++) slot[s] = scratch + s * kTileFloats;
    for (int32_t i = 0; i < program.constant_count; i++) {
        slot[program.input_count + i] = (float*)program.constant_tiles + i * kTileFloats;
    }
    for (int32_t i = 0; i < program.input_count; i++) {
        const PointwiseInput& input = program.inputs[i];
        const int64_t n = min(program.tile, program.elements);
        if (input.source == PointwiseSource::kRepeated) gather(program, input, 0, n, slot[i]);
    }
    for (int64_t start = first; start < last; start += program.tile) {
        const int64_t n = min(program.tile, last - start);
        for (int32_t i = 0; i < program.input_count; i++) {
            const PointwiseInput& input = program.inputs[i];
            if (input.source == PointwiseSource::kInPlace) slot[i] = (float*)input.data + start;
            if (input.source == PointwiseSource::kGathered) gather(program, input, start, n, slot[i]);
        }
        for (int32_t o = 0; o < program.output_count; o++) {
            const PointwiseOutput& output = program.outputs[o];
            if (output.direct) slot[output.slot] = output.data + start;
        }
        for (int32_t i = 0; i < program.instructions; i++) {
            const PointwiseInstruction& step = program.code[i];
            execute(step.opcode, slot[step.destination], slot[step.a], slot[step.b], slot[step.c], n);
        }
        for (int32_t o = 0; o < program.output_count; o++) {
            const PointwiseOutput& output = program.outputs[o];
            if (!output.direct) execute(SCHUSS_COPY, output.data + start, slot[output.slot], nullptr, nullptr, n);
        }
    }
}

}  // namespace

void pointwise_tiles(const Pointwise& program) {
    if (program.skip != nullptr && *program.skip != 0) return;
    const Pointwise* const bound = &program;
    for_ranges(program.elements, program.tile, program.elements * (program.instructions + 1), program.threads,
               [=](int64_t first, int64_t last) { run_range(*bound, first, last, omp_get_thread_num()); });
}

}  // namespace schuss::SCHUSS_VARIANT
