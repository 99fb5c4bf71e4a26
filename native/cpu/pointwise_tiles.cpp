// Runs a pointwise expression tile by tile: every instruction is one vector loop over a tile that stays in L1, so a
// chain of any length reads and writes memory once.
#include "schuss/elements.h"
#include "vector_math.h"

extern "C" {  // <math.h> would bring inline functions along
float powf(float, float);
float sinf(float);
float cosf(float);
}

namespace schuss::SCHUSS_VARIANT {
namespace {

// ---- elements ------------------------------------------------------------------------------------------------------

// Slots hold numbers of type T, which are float or int64_t; elements of these two stand for themselves.
struct Bf16 {
    uint16_t bits;
};
struct Flag {
    uint8_t value;
};

template <typename T, typename Element>
SCHUSS_INLINE T number(Element x) {
    return (T)x;
}
template <typename T>
SCHUSS_INLINE T number(Flag x) {
    return (T)(x.value != 0);
}
template <typename T>
SCHUSS_INLINE T number(Bf16 x) {
    return (T)float_of((uint32_t)x.bits << 16);
}

SCHUSS_INLINE void put(float x, float* y) { *y = x; }
SCHUSS_INLINE void put(float x, uint8_t* y) { *y = schuss_u8_of(x); }
SCHUSS_INLINE void put(float x, int32_t* y) { *y = schuss_i32_of(x); }
SCHUSS_INLINE void put(float x, int64_t* y) { *y = schuss_i64_of(x); }
SCHUSS_INLINE void put(float x, Flag* y) { y->value = x != 0; }
SCHUSS_INLINE void put(float x, Bf16* y) { y->bits = schuss_bf16_of_bits(bits_of(x)); }
template <typename Element>
SCHUSS_INLINE void put(int64_t x, Element* y) {
    *y = (Element)x;
}
SCHUSS_INLINE void put(int64_t x, Flag* y) { y->value = x != 0; }
SCHUSS_INLINE void put(int64_t x, Bf16* y) { put((float)x, y); }

// out[i] = in[i * stride]
template <typename T, typename Element>
SCHUSS_INLINE void read(const Element* in, int64_t stride, T* out, int64_t n) {
    if (stride == 0) {
        const T value = number<T>(*in);
#pragma omp simd
        for (int64_t i = 0; i < n; i++) out[i] = value;
    } else if (stride == 1) {
#pragma omp simd
        for (int64_t i = 0; i < n; i++) out[i] = number<T>(in[i]);
    } else {
        for (int64_t i = 0; i < n; i++) out[i] = number<T>(in[i * stride]);
    }
}

template <typename T>
void read_run(const PointwiseInput& input, int64_t offset, int64_t stride, T* out, int64_t n) {
    switch (input.type) {
        case SCHUSS_U8:
            return read((const uint8_t*)input.data + offset, stride, out, n);
        case SCHUSS_I32:
            return read((const int32_t*)input.data + offset, stride, out, n);
        case SCHUSS_BOOL:
            return read((const Flag*)input.data + offset, stride, out, n);
        case SCHUSS_BF16:
            return read((const Bf16*)input.data + offset, stride, out, n);
        case SCHUSS_I64:
            return read((const int64_t*)input.data + offset, stride, out, n);
        default:
            return read((const float*)input.data + offset, stride, out, n);
    }
}

template <typename T, typename Element>
SCHUSS_INLINE void write(const T* in, Element* out, int64_t n) {
#pragma omp simd
    for (int64_t i = 0; i < n; i++) put(in[i], out + i);
}

// A slot's n numbers to the output's elements from `offset` on.
template <typename T>
void write_run(const T* in, const PointwiseOutput& output, int64_t offset, int64_t n) {
    switch (output.type) {
        case SCHUSS_U8:
            return write(in, (uint8_t*)output.data + offset, n);
        case SCHUSS_I32:
            return write(in, (int32_t*)output.data + offset, n);
        case SCHUSS_BOOL:
            return write(in, (Flag*)output.data + offset, n);
        case SCHUSS_BF16:
            return write(in, (Bf16*)output.data + offset, n);
        case SCHUSS_I64:
            return write(in, (int64_t*)output.data + offset, n);
        default:
            return write(in, (float*)output.data + offset, n);
    }
}

// Elements start .. start+n-1 of the iteration space into out, one run of the innermost dimension after the other.
template <typename T>
void gather(const Pointwise& program, const PointwiseInput& input, int64_t start, int64_t n, T* out) {
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
        read_run(input, offset, input.strides[last], out, run);
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
            const auto x = a[i];                              \
            y[i] = (expression);                              \
        }                                                     \
        break;                                                \
    }
#define SCHUSS_MAP2(opcode, expression)                       \
    case opcode: {                                            \
        _Pragma("omp simd") for (int64_t i = 0; i < n; i++) { \
            const auto x = a[i], z = b[i];                    \
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

template <typename T>
SCHUSS_INLINE void choose(T* y, const T* a, const T* b, const T* c, int64_t n) {
#pragma omp simd
    for (int64_t i = 0; i < n; i++) {
        const T yes = b[i], no = c[i];  // read both: a choice between loads is no vector code
        y[i] = a[i] != 0 ? yes : no;
    }
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
            SCHUSS_MAP2(SCHUSS_NOT_EQUAL, x != z ? 1.0f : 0.0f)
            SCHUSS_MAP2(SCHUSS_GREATER_EQUAL, x >= z ? 1.0f : 0.0f)
            SCHUSS_MAP2(SCHUSS_AND, (x != 0) & (z != 0) ? 1.0f : 0.0f)
            SCHUSS_MAP2(SCHUSS_OR, (x != 0) | (z != 0) ? 1.0f : 0.0f)
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
            SCHUSS_MAP(SCHUSS_NOT, x == 0 ? 1.0f : 0.0f)
        case SCHUSS_SIN:
            for (int64_t i = 0; i < n; i++) y[i] = sinf(a[i]);
            break;
        case SCHUSS_COS:
            for (int64_t i = 0; i < n; i++) y[i] = cosf(a[i]);
            break;
            SCHUSS_MAP(SCHUSS_FLOOR, floor(x))
            SCHUSS_MAP(SCHUSS_COPY, x)
        case SCHUSS_WHERE:
            choose(y, a, b, c, n);
            break;
        default:
            break;  // bind has refused it
    }
}

// What leaves 64 bits wraps around: unsigned, since C leaves that open for signed numbers.
SCHUSS_INLINE int64_t sum(int64_t x, int64_t z) { return (int64_t)((uint64_t)x + (uint64_t)z); }
SCHUSS_INLINE int64_t difference(int64_t x, int64_t z) { return (int64_t)((uint64_t)x - (uint64_t)z); }
SCHUSS_INLINE int64_t product(int64_t x, int64_t z) { return (int64_t)((uint64_t)x * (uint64_t)z); }

// The functions of whole numbers.
void execute(int32_t opcode, int64_t* y, const int64_t* a, const int64_t* b, const int64_t* c, int64_t n) {
    switch (opcode) {
        SCHUSS_MAP2(SCHUSS_ADD, sum(x, z))
        SCHUSS_MAP2(SCHUSS_SUB, difference(x, z))
        SCHUSS_MAP2(SCHUSS_MUL, product(x, z))
        SCHUSS_MAP2(SCHUSS_MAX, max(x, z))
        SCHUSS_MAP2(SCHUSS_MIN, min(x, z))
        SCHUSS_MAP2(SCHUSS_GREATER, x > z)
        SCHUSS_MAP2(SCHUSS_EQUAL, x == z)
        SCHUSS_MAP2(SCHUSS_NOT_EQUAL, x != z)
        SCHUSS_MAP2(SCHUSS_GREATER_EQUAL, x >= z)
        SCHUSS_MAP2(SCHUSS_AND, (x != 0) & (z != 0))
        SCHUSS_MAP2(SCHUSS_OR, (x != 0) | (z != 0))
        SCHUSS_MAP(SCHUSS_NEG, difference(0, x))
        SCHUSS_MAP(SCHUSS_ABS, x < 0 ? difference(0, x) : x)
        SCHUSS_MAP(SCHUSS_SQUARE, product(x, x))
        SCHUSS_MAP(SCHUSS_RELU, x < 0 ? 0 : x)
        SCHUSS_MAP(SCHUSS_STEP, x > 0)
        SCHUSS_MAP(SCHUSS_SIGN, (x > 0) - (x < 0))
        SCHUSS_MAP(SCHUSS_NOT, x == 0)
        SCHUSS_MAP(SCHUSS_COPY, x)
        case SCHUSS_WHERE:
            choose(y, a, b, c, n);
            break;
        default:
            break;  // bind has refused it
    }
}

// ---- tiles ---------------------------------------------------------------------------------------------------------

// Elements first .. last-1, where first is the start of a tile, with one thread's scratch.
template <typename T>
void run_range(const Pointwise& program, int64_t first, int64_t last, int64_t thread) {
    T* const scratch = (T*)program.scratch + thread * program.slots * kTileElements;
    T** const slot = (T**)program.tables + thread * program.slots;
    for (int32_t s = 0; s < program.slots; s++) slot[s] = scratch + s * kTileElements;
    for (int32_t i = 0; i < program.constant_count; i++) {
        slot[program.input_count + i] = (T*)program.constant_tiles + i * kTileElements;
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
            if (input.source == PointwiseSource::kInPlace) slot[i] = (T*)input.data + start;
            if (input.source == PointwiseSource::kGathered) gather(program, input, start, n, slot[i]);
        }
        for (int32_t o = 0; o < program.output_count; o++) {
            const PointwiseOutput& output = program.outputs[o];
            if (output.direct) slot[output.slot] = (T*)output.data + start;
        }
        for (int32_t i = 0; i < program.instructions; i++) {
            const PointwiseInstruction& step = program.code[i];
            execute(step.opcode, slot[step.destination], slot[step.a], slot[step.b], slot[step.c], n);
        }
        for (int32_t o = 0; o < program.output_count; o++) {
            const PointwiseOutput& output = program.outputs[o];
            if (!output.direct) write_run(slot[output.slot], output, start, n);
        }
    }
}

}  // namespace

void pointwise_tiles(const Pointwise& program) {
    if (program.skip != nullptr && *program.skip != 0) return;
    const Pointwise* const bound = &program;
    for_ranges(program.elements, program.tile, program.elements * (program.instructions + 1), program.threads,
               [=](int64_t first, int64_t last) {
                   const int64_t thread = region_member();
                   if (bound->integers) {
                       run_range<int64_t>(*bound, first, last, thread);
                   } else {
                       run_range<float>(*bound, first, last, thread);
                   }
               });
}

}  // namespace schuss::SCHUSS_VARIANT
