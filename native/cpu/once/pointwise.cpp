// Binds a pointwise expression to its data: checks it, merges dimensions, and decides once how every input is read and
// every output written, so that a run only loops.
#include "cpu/pointwise.h"

#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <memory>
#include <new>
#include <numeric>
#include <vector>

#include "cpu/error.h"
#include "cpu/kernels.h"

namespace {

using schuss::fail;
using schuss::kMostRank;
using schuss::kTileElements;
using schuss::Pointwise;
using schuss::PointwiseInput;
using schuss::PointwiseInstruction;
using schuss::PointwiseOutput;
using schuss::PointwiseSource;

constexpr int64_t kLine = 16;  // floats of a cache line, and more than one line of integers
constexpr size_t kAlignment = 64;

struct Free {
    void operator()(void* memory) const { free(memory); }
};

// Owns what a Pointwise points at.
struct Bound {
    Pointwise program;
    std::vector<PointwiseInstruction> code;
    std::vector<PointwiseInput> inputs;
    std::vector<PointwiseOutput> outputs;
    std::vector<void*> tables;
    std::unique_ptr<void, Free> constant_tiles, scratch;
};

size_t slot_bytes(const Pointwise& program) { return program.integers ? sizeof(int64_t) : sizeof(float); }

int32_t slot_type(const Pointwise& program) { return program.integers ? SCHUSS_I64 : SCHUSS_F32; }

void* allocate_tiles(const Pointwise& program, int64_t tiles) {
    const size_t bytes = (size_t)(tiles > 0 ? tiles : 1) * kTileElements * slot_bytes(program);
    void* const memory = aligned_alloc(kAlignment, bytes);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}

template <typename T>
void fill_constants(void* tiles, const double* constants, int32_t count) {
    for (int64_t i = 0; i < count * kTileElements; i++) ((T*)tiles)[i] = (T)constants[i / kTileElements];
}

int operands(int32_t opcode) {
    if (opcode == SCHUSS_WHERE) return 3;
    return opcode <= SCHUSS_OR ? 2 : 1;
}

// Whether whole numbers stay whole.
bool is_whole(int32_t opcode) {
    switch (opcode) {
        case SCHUSS_ADD:
        case SCHUSS_SUB:
        case SCHUSS_MUL:
        case SCHUSS_MAX:
        case SCHUSS_MIN:
        case SCHUSS_GREATER:
        case SCHUSS_EQUAL:
        case SCHUSS_NOT_EQUAL:
        case SCHUSS_GREATER_EQUAL:
        case SCHUSS_AND:
        case SCHUSS_OR:
        case SCHUSS_NEG:
        case SCHUSS_ABS:
        case SCHUSS_SQUARE:
        case SCHUSS_RELU:
        case SCHUSS_STEP:
        case SCHUSS_SIGN:
        case SCHUSS_NOT:
        case SCHUSS_COPY:
        case SCHUSS_WHERE:
            return true;
        default:
            return false;
    }
}

bool is_real(int32_t type) { return type == SCHUSS_F32 || type == SCHUSS_BF16; }

// Slots must exist and be written before they are read; 0 when all is well.
int check(const Bound& bound, const int32_t* output_slots, int32_t fixed) {
    const int32_t slots = bound.program.slots;
    std::vector<bool> written((size_t)slots, false);
    std::fill(written.begin(), written.begin() + fixed, true);
    for (size_t i = 0; i < bound.code.size(); i++) {
        const PointwiseInstruction& step = bound.code[i];
        if (step.opcode < 0 || step.opcode >= SCHUSS_OPCODES) {
            return fail("pointwise instruction %zu: expected an opcode of 0 to %d, got %d", i, SCHUSS_OPCODES - 1,
                        step.opcode);
        }
        if (bound.program.integers && !is_whole(step.opcode)) {
            return fail("pointwise instruction %zu: expected a function of whole numbers, got opcode %d", i,
                        step.opcode);
        }
        const int32_t sources[] = {step.a, step.b, step.c};
        for (int s = 0; s < operands(step.opcode); s++) {
            if (sources[s] < 0 || sources[s] >= slots || !written[(size_t)sources[s]]) {
                return fail("pointwise instruction %zu: operand %d names slot %d, which holds nothing yet", i, s,
                            sources[s]);
            }
        }
        if (step.destination < fixed || step.destination >= slots) {
            return fail("pointwise instruction %zu: expected a destination slot of %d to %d, got %d", i, fixed,
                        slots - 1, step.destination);
        }
        written[(size_t)step.destination] = true;
    }
    for (size_t o = 0; o < bound.outputs.size(); o++) {
        if (output_slots[o] < 0 || output_slots[o] >= slots || !written[(size_t)output_slots[o]]) {
            return fail("pointwise output %zu: slot %d holds nothing", o, output_slots[o]);
        }
    }
    return 0;
}

// Leaves out dimensions of extent 1 and joins neighbours that every input walks through in one stride.
void merge_dimensions(Bound& bound, const int64_t* extents, const int64_t* strides, int32_t rank) {
    Pointwise& program = bound.program;
    program.rank = 0;
    for (int32_t d = 0; d < rank; d++) {
        if (extents[d] == 1) continue;
        const int32_t last = program.rank - 1;
        bool joins = last >= 0;
        for (size_t i = 0; joins && i < bound.inputs.size(); i++) {
            joins = bound.inputs[i].strides[last] == strides[(int64_t)i * rank + d] * extents[d];
        }
        const int32_t to = joins ? last : program.rank++;
        program.extents[to] = joins ? program.extents[to] * extents[d] : extents[d];
        for (size_t i = 0; i < bound.inputs.size(); i++) bound.inputs[i].strides[to] = strides[(int64_t)i * rank + d];
    }
    if (program.rank == 0) {  // a scalar
        program.rank = 1;
        program.extents[0] = 1;
        for (PointwiseInput& input : bound.inputs) input.strides[0] = 1;
    }
}

bool contiguous(const Pointwise& program, const PointwiseInput& input) {
    int64_t expected = 1;
    for (int32_t d = program.rank - 1; d >= 0; d--) {
        if (input.strides[d] != expected) return false;
        expected *= program.extents[d];
    }
    return true;
}

// After how many elements an input's values start again: 1 for a scalar, the row length for a bias, else all of them.
int64_t period(const Pointwise& program, const PointwiseInput& input) {
    int64_t length = program.elements;
    for (int32_t d = 0; d < program.rank && input.strides[d] == 0; d++) length /= program.extents[d];
    return length;
}

// A tile that is a whole number of short periods makes all tiles of such inputs alike: they are filled once.
void choose_tile_and_sources(Bound& bound) {
    Pointwise& program = bound.program;
    program.tile = kTileElements;
    for (const PointwiseInput& input : bound.inputs) {
        const int64_t length = period(program, input);
        if (contiguous(program, input) || length > kTileElements) continue;
        const int64_t aligned = std::lcm(length, kLine);
        const int64_t unit = aligned <= kTileElements ? aligned : length;
        if (kTileElements % length != 0 && program.tile == kTileElements) {
            program.tile = kTileElements / unit * unit;
        }
    }
    for (PointwiseInput& input : bound.inputs) {
        const bool repeats = program.tile % period(program, input) == 0;
        const bool in_place = input.type == slot_type(program) && contiguous(program, input);
        input.source = in_place  ? PointwiseSource::kInPlace
                       : repeats ? PointwiseSource::kRepeated
                                 : PointwiseSource::kGathered;
    }
}

bool overlap(const Pointwise& program, const PointwiseOutput& output, const PointwiseInput& input) {
    const char* const from = (const char*)output.data;
    const char* const in = (const char*)input.data;
    const int64_t bytes = program.elements * (int64_t)slot_bytes(program);
    return input.source == PointwiseSource::kInPlace && in < from + bytes && from < in + bytes;
}

// An output's slot may be the output itself unless an input that lies there is read after the slot's first write, or
// another output has taken the slot.
bool can_be_direct(const Bound& bound, size_t index, int32_t fixed) {
    const PointwiseOutput& output = bound.outputs[index];
    if (output.slot < fixed || output.type != slot_type(bound.program)) return false;
    for (size_t o = 0; o < index; o++) {
        if (bound.outputs[o].slot == output.slot) return false;
    }
    for (size_t i = 0; i < bound.inputs.size(); i++) {
        if (!overlap(bound.program, output, bound.inputs[i])) continue;
        bool written = false;
        for (const PointwiseInstruction& step : bound.code) {
            const int32_t slot = (int32_t)i;
            if (written && (step.a == slot || step.b == slot || step.c == slot)) return false;
            written = written || step.destination == output.slot;
        }
        for (const PointwiseOutput& other : bound.outputs) {
            if (other.slot == (int32_t)i) return false;  // copied after the last instruction
        }
    }
    return true;
}

}  // namespace

void* schuss_pointwise_bind(int integers, const int32_t* code, int32_t instructions, const double* constants,
                            int32_t constant_count, const int64_t* inputs, const int32_t* input_types,
                            int32_t input_count, const int64_t* strides, const int64_t* outputs,
                            const int32_t* output_types, const int32_t* output_slots, int32_t output_count,
                            const int64_t* extents, int32_t rank, int32_t slots, const int32_t* skip, int threads) try {
    if (rank < 0 || rank > kMostRank) {
        fail("pointwise: expected a rank of 0 to %d, got %d", kMostRank, rank);
        return nullptr;
    }
    const int32_t fixed = input_count + constant_count;
    if (slots < fixed || slots < 1) {
        fail("pointwise: expected at least %d slots for %d inputs and %d constants, got %d", fixed, input_count,
             constant_count, slots);
        return nullptr;
    }
    auto bound = std::make_unique<Bound>();
    Pointwise& program = bound->program;
    program.integers = integers != 0;
    program.slots = slots;
    program.constant_count = constant_count;
    program.skip = skip;
    program.threads = threads > 1 ? threads : 1;
    program.elements = 1;
    for (int32_t d = 0; d < rank; d++) program.elements *= extents[d];
    for (int32_t i = 0; i < instructions; i++) {
        PointwiseInstruction step;
        memcpy(&step, code + i * 5, sizeof step);
        bound->code.push_back(step);
    }
    for (int32_t i = 0; i < input_count; i++) {
        if (input_types[i] < 0 || input_types[i] >= SCHUSS_TYPES) {
            fail("pointwise input %d: expected a type of 0 to %d, got %d", i, SCHUSS_TYPES - 1, input_types[i]);
            return nullptr;
        }
        if (program.integers && is_real(input_types[i])) {
            fail("pointwise input %d: expected whole numbers, got type %d", i, input_types[i]);
            return nullptr;
        }
        bound->inputs.push_back({(const void*)inputs[i], input_types[i], PointwiseSource::kGathered, {}});
    }
    for (int32_t o = 0; o < output_count; o++) {
        if (output_types[o] < 0 || output_types[o] >= SCHUSS_TYPES) {
            fail("pointwise output %d: expected a type of 0 to %d, got %d", o, SCHUSS_TYPES - 1, output_types[o]);
            return nullptr;
        }
    }
    bound->outputs.resize((size_t)output_count);
    if (check(*bound, output_slots, fixed) != 0) return nullptr;

    // Unused operands point at slot 0: the loop over instructions need not look.
    for (PointwiseInstruction& step : bound->code) {
        if (operands(step.opcode) < 2) step.b = 0;
        if (operands(step.opcode) < 3) step.c = 0;
    }
    bound->outputs.clear();
    for (bool copies_input : {true, false}) {  // those first: nothing may be written over an input before it is copied
        for (int32_t o = 0; o < output_count; o++) {
            if ((output_slots[o] < fixed) == copies_input) {
                bound->outputs.push_back({(void*)outputs[o], output_types[o], output_slots[o], false});
            }
        }
    }
    merge_dimensions(*bound, extents, strides, rank);
    choose_tile_and_sources(*bound);
    for (size_t o = 0; o < bound->outputs.size(); o++) bound->outputs[o].direct = can_be_direct(*bound, o, fixed);

    bound->constant_tiles.reset(allocate_tiles(program, constant_count));
    if (program.integers) {
        fill_constants<int64_t>(bound->constant_tiles.get(), constants, constant_count);
    } else {
        fill_constants<float>(bound->constant_tiles.get(), constants, constant_count);
    }
    bound->scratch.reset(allocate_tiles(program, (int64_t)program.threads * slots));
    bound->tables.resize((size_t)program.threads * (size_t)slots);
    program.code = bound->code.data();
    program.instructions = instructions;
    program.inputs = bound->inputs.data();
    program.input_count = input_count;
    program.outputs = bound->outputs.data();
    program.output_count = output_count;
    program.constant_tiles = bound->constant_tiles.get();
    program.scratch = bound->scratch.get();
    program.tables = bound->tables.data();
    return bound.release();
} catch (const std::bad_alloc&) {
    fail("pointwise: out of memory");
    return nullptr;
}

int schuss_pointwise_run(void* bound) {
    schuss::pointwise_tiles(((Bound*)bound)->program);
    return 0;
}

void schuss_pointwise_free(void* bound) { delete (Bound*)bound; }
