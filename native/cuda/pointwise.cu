// Pointwise expressions by interpretation, where no compiler is there at run time: every thread follows the
// instructions by itself, its slots in local memory.
// Work mapping: a thread to an element. All threads read the same instruction at the same time, so code, constants and
// layout come from cache.
// Bytes moved: what the inputs and outputs hold, once each.
#include "pointwise_functions.h"

namespace {

constexpr int kWords = 5;  // of an instruction: opcode, destination, a, b, c
constexpr int kMostRank = 8;

__device__ inline float execute(int32_t opcode, float a, float b, float c) {
    switch (opcode) {
        case SCHUSS_ADD:
            return pointwise::add(a, b);
        case SCHUSS_SUB:
            return pointwise::sub(a, b);
        case SCHUSS_MUL:
            return pointwise::mul(a, b);
        case SCHUSS_DIV:
            return pointwise::div(a, b);
        case SCHUSS_MAX:
            return pointwise::max(a, b);
        case SCHUSS_MIN:
            return pointwise::min(a, b);
        case SCHUSS_POW:
            return pointwise::pow(a, b);
        case SCHUSS_GREATER:
            return pointwise::greater(a, b);
        case SCHUSS_EQUAL:
            return pointwise::equal(a, b);
        case SCHUSS_NOT_EQUAL:
            return pointwise::not_equal(a, b);
        case SCHUSS_GREATER_EQUAL:
            return pointwise::greater_equal(a, b);
        case SCHUSS_AND:
            return pointwise::and_(a, b);
        case SCHUSS_OR:
            return pointwise::or_(a, b);
        case SCHUSS_NEG:
            return pointwise::neg(a);
        case SCHUSS_ABS:
            return pointwise::abs(a);
        case SCHUSS_EXP:
            return pointwise::exp(a);
        case SCHUSS_LOG:
            return pointwise::log(a);
        case SCHUSS_LOG1P:
            return pointwise::log1p(a);
        case SCHUSS_EXPM1:
            return pointwise::expm1(a);
        case SCHUSS_SQRT:
            return pointwise::sqrt(a);
        case SCHUSS_RECIPROCAL:
            return pointwise::reciprocal(a);
        case SCHUSS_SQUARE:
            return pointwise::square(a);
        case SCHUSS_TANH:
            return pointwise::tanh(a);
        case SCHUSS_SIGMOID:
            return pointwise::sigmoid(a);
        case SCHUSS_ERF:
            return pointwise::erf(a);
        case SCHUSS_SOFTPLUS:
            return pointwise::softplus(a);
        case SCHUSS_RELU:
            return pointwise::relu(a);
        case SCHUSS_STEP:
            return pointwise::step(a);
        case SCHUSS_SIGN:
            return pointwise::sign(a);
        case SCHUSS_NOT:
            return pointwise::not_(a);
        case SCHUSS_SIN:
            return pointwise::sin(a);
        case SCHUSS_COS:
            return pointwise::cos(a);
        case SCHUSS_FLOOR:
            return pointwise::floor(a);
        case SCHUSS_COPY:
            return pointwise::copy(a);
        case SCHUSS_WHERE:
            return pointwise::where(a, b, c);
        default:
            return NAN;
    }
}

__device__ inline int64_t execute(int32_t opcode, int64_t a, int64_t b, int64_t c) {
    switch (opcode) {
        case SCHUSS_ADD:
            return pointwise::add(a, b);
        case SCHUSS_SUB:
            return pointwise::sub(a, b);
        case SCHUSS_MUL:
            return pointwise::mul(a, b);
        case SCHUSS_MAX:
            return pointwise::max(a, b);
        case SCHUSS_MIN:
            return pointwise::min(a, b);
        case SCHUSS_GREATER:
            return pointwise::greater(a, b);
        case SCHUSS_EQUAL:
            return pointwise::equal(a, b);
        case SCHUSS_NOT_EQUAL:
            return pointwise::not_equal(a, b);
        case SCHUSS_GREATER_EQUAL:
            return pointwise::greater_equal(a, b);
        case SCHUSS_AND:
            return pointwise::and_(a, b);
        case SCHUSS_OR:
            return pointwise::or_(a, b);
        case SCHUSS_NEG:
            return pointwise::neg(a);
        case SCHUSS_ABS:
            return pointwise::abs(a);
        case SCHUSS_SQUARE:
            return pointwise::square(a);
        case SCHUSS_RELU:
            return pointwise::relu(a);
        case SCHUSS_STEP:
            return pointwise::step(a);
        case SCHUSS_SIGN:
            return pointwise::sign(a);
        case SCHUSS_NOT:
            return pointwise::not_(a);
        case SCHUSS_COPY:
            return pointwise::copy(a);
        case SCHUSS_WHERE:
            return pointwise::where(a, b, c);
        default:
            return 0;  // no function of whole numbers
    }
}

// Calls of one element: its inputs and the constants into slots of T, the instructions, the outputs out of slots.
template <typename T, int kSlots>
__device__ inline void interpret(const int32_t* code, int32_t instructions, const double* constants,
                                 int32_t constant_count, const int64_t* inputs, const int32_t* input_types,
                                 int32_t input_count, const int64_t* strides, const int64_t* outputs,
                                 const int32_t* output_types, const int32_t* output_slots, int32_t output_count,
                                 const int64_t* extents, int32_t rank, int64_t elements, const int32_t* skip) {
    if (skip != nullptr && *skip != 0) return;
    T slots[kSlots];
    for (int32_t i = 0; i < constant_count; i++) slots[input_count + i] = static_cast<T>(constants[i]);
    for (int64_t i = first_element(); i < elements; i += element_stride()) {
        int64_t index[kMostRank];
        int64_t rest = i;
        for (int32_t d = rank - 1; d >= 0; d--) {
            index[d] = d == 0 ? rest : rest % extents[d];
            rest = d == 0 ? 0 : rest / extents[d];
        }
        for (int32_t k = 0; k < input_count; k++) {
            int64_t offset = 0;
            for (int32_t d = 0; d < rank; d++) offset += index[d] * strides[k * rank + d];
            pointwise::load(reinterpret_cast<const void*>(inputs[k]), input_types[k], offset, slots + k);
        }
        for (int32_t at = 0; at < instructions; at++) {
            const int32_t* const step = code + at * kWords;
            slots[step[1]] = execute(step[0], slots[step[2]], slots[step[3]], slots[step[4]]);
        }
        // nothing is read after the first of these: an output may lie on an input
        for (int32_t o = 0; o < output_count; o++) {
            pointwise::store(reinterpret_cast<void*>(outputs[o]), output_types[o], i, slots[output_slots[o]]);
        }
    }
}

}  // namespace

// code: (instructions, 5), operands that a function lacks naming any slot; slots are inputs, constants, temporaries.
// inputs, outputs: addresses, outputs contiguous; strides: (inputs, rank) in elements, rank <= 8. Slots hold singles or
// whole numbers. There are two sizes, because a launch sets local memory aside for all threads that a GPU can hold.
extern "C" __global__ void __launch_bounds__(256)
    pointwise_32(const int32_t* code, int32_t instructions, const double* constants, int32_t constant_count,
                 const int64_t* inputs, const int32_t* input_types, int32_t input_count, const int64_t* strides,
                 const int64_t* outputs, const int32_t* output_types, const int32_t* output_slots, int32_t output_count,
                 const int64_t* extents, int32_t rank, int64_t elements, const int32_t* skip) {
    interpret<float, 32>(code, instructions, constants, constant_count, inputs, input_types, input_count, strides,
                         outputs, output_types, output_slots, output_count, extents, rank, elements, skip);
}
extern "C" __global__ void __launch_bounds__(256)
    pointwise_256(const int32_t* code, int32_t instructions, const double* constants, int32_t constant_count,
                  const int64_t* inputs, const int32_t* input_types, int32_t input_count, const int64_t* strides,
                  const int64_t* outputs, const int32_t* output_types, const int32_t* output_slots,
                  int32_t output_count, const int64_t* extents, int32_t rank, int64_t elements, const int32_t* skip) {
    interpret<float, 256>(code, instructions, constants, constant_count, inputs, input_types, input_count, strides,
                          outputs, output_types, output_slots, output_count, extents, rank, elements, skip);
}
extern "C" __global__ void __launch_bounds__(256)
    pointwise_integers_32(const int32_t* code, int32_t instructions, const double* constants, int32_t constant_count,
                          const int64_t* inputs, const int32_t* input_types, int32_t input_count,
                          const int64_t* strides, const int64_t* outputs, const int32_t* output_types,
                          const int32_t* output_slots, int32_t output_count, const int64_t* extents, int32_t rank,
                          int64_t elements, const int32_t* skip) {
    interpret<int64_t, 32>(code, instructions, constants, constant_count, inputs, input_types, input_count, strides,
                           outputs, output_types, output_slots, output_count, extents, rank, elements, skip);
}
extern "C" __global__ void __launch_bounds__(256)
    pointwise_integers_256(const int32_t* code, int32_t instructions, const double* constants, int32_t constant_count,
                           const int64_t* inputs, const int32_t* input_types, int32_t input_count,
                           const int64_t* strides, const int64_t* outputs, const int32_t* output_types,
                           const int32_t* output_slots, int32_t output_count, const int64_t* extents, int32_t rank,
                           int64_t elements, const int32_t* skip) {
    interpret<int64_t, 256>(code, instructions, constants, constant_count, inputs, input_types, input_count, strides,
                            outputs, output_types, output_slots, output_count, extents, rank, elements, skip);
}
