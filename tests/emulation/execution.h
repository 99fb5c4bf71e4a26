// How a grid runs on the processor: block by block, its threads as fibers that switch at barriers.
#pragma once

#include <stddef.h>

namespace schuss::emulation {

struct Dimensions {
    unsigned x, y, z;
};

enum class State { kReady, kAtWarpBarrier, kAtBlockBarrier, kDone };

// What a lane leaves for others to read.
struct alignas(16) Slot {
    char bytes[16];
};

constexpr unsigned kMostThreads = 1024;

// What the running thread sees of its block.
struct Block {
    Dimensions thread, block, threads, blocks;
    Slot slots[kMostThreads];
    void (*wait)(State);  // gives up the processor until all that should have come are there
};

using Entry = void (*)(void** arguments);

// Runs a kernel on a whole grid. Returns null, or what it did that a GPU would hang or fail on.
const char* run_grid(Block* seen, Entry entry, void** arguments, Dimensions blocks, Dimensions threads, char* shared,
                     char* shared_end);

}  // namespace schuss::emulation
