// A pointwise expression bound to its data: what pointwise.cpp prepares once and pointwise_tiles.cpp runs.
#pragma once

#include <stdint.h>

namespace schuss {

constexpr int kMostRank = 8;
constexpr int64_t kTileElements = 512;  // of one slot: a dozen slots and their inputs fit L1

struct PointwiseInstruction {
    int32_t opcode, destination, a, b, c;
};

// How an input's elements reach its slot.
enum class PointwiseSource {
    kInPlace,   // contiguous, of the slots' own type: read where it lies
    kRepeated,  // the same values for every tile: filled once per run
    kGathered,  // filled anew for every tile
};

struct PointwiseInput {
    const void* data;
    int32_t type;  // SchussType
    PointwiseSource source;
    int64_t strides[kMostRank];  // in elements, of the merged dimensions
};

struct PointwiseOutput {
    void* data;
    int32_t type;  // SchussType
    int32_t slot;
    bool direct;  // the instructions write the output itself; else the slot is converted at the end of a tile
};

struct Pointwise {
    bool integers;  // what slots hold: int64, else floats
    const PointwiseInstruction* code;
    int32_t instructions;
    const PointwiseInput* inputs;
    int32_t input_count;
    const PointwiseOutput* outputs;  // those that copy an input come first
    int32_t output_count;
    int32_t constant_count;
    int32_t slots;
    const void* constant_tiles;  // (constants, kTileElements)
    void* scratch;               // (threads, slots, kTileElements)
    void** tables;               // (threads, slots): where each slot lies just now
    int64_t extents[kMostRank];  // merged: as few dimensions as the strides allow
    int32_t rank;
    int64_t elements;
    int64_t tile;  // elements of one tile, at most kTileElements
    const int32_t* skip;
    int threads;
};

}  // namespace schuss
