#include "execution.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

// Saves the running fiber's registers on its stack, its stack in *from, and goes on where `to` was left.
extern "C" void schuss_switch(void** from, void* to);
asm(R"(
.text
.globl schuss_switch
.hidden schuss_switch
.type schuss_switch, @function
schuss_switch:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, (%rdi)
    mov %rsi, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
)");

namespace schuss::emulation {
namespace {

constexpr size_t kStackBytes = 128 << 10;
constexpr unsigned kWarp = 32;
constexpr int kNotANumber = 0xff;  // every byte of what nobody has written

struct Fiber {
    void* stack;    // its lowest address
    void* pointer;  // of the stack while it does not run
    State state;
};

struct Grid {
    Block* seen;
    Entry entry;
    void** arguments;
    std::vector<Fiber> fibers;
    unsigned running;
    void* scheduler;  // its stack while a fiber runs
};

Grid grid;  // the driver runs one at a time

void wait_for_others(State state) {
    Fiber& self = grid.fibers[grid.running];
    self.state = state;
    schuss_switch(&self.pointer, grid.scheduler);
}

void fiber_main() {
    while (true) {
        grid.entry(grid.arguments);
        wait_for_others(State::kDone);
    }
}

void prepare(Fiber& fiber) {
    if (fiber.stack == nullptr) {
        fiber.stack = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (fiber.stack == MAP_FAILED) throw std::runtime_error("no memory for a thread's stack");
    }
    void** top = reinterpret_cast<void**>(static_cast<char*>(fiber.stack) + kStackBytes);
    *--top = nullptr;  // a call leaves the stack 8 bytes off a multiple of 16
    *--top = reinterpret_cast<void*>(fiber_main);
    for (int saved = 0; saved < 6; saved++) *--top = nullptr;
    fiber.pointer = top;
    fiber.state = State::kReady;
}

void resume(unsigned thread) {
    const Dimensions threads = grid.seen->threads;
    grid.running = thread;
    grid.seen->thread = {thread % threads.x, thread / threads.x % threads.y, thread / threads.x / threads.y};
    schuss_switch(&grid.scheduler, grid.fibers[thread].pointer);
}

// Runs a warp's threads to the next barrier of the block, in either order: results must not depend on it.
const char* run_warp(unsigned begin, unsigned end, bool backwards) {
    while (true) {
        for (unsigned i = begin; i < end; i++) {
            const unsigned thread = backwards ? begin + end - 1 - i : i;
            if (grid.fibers[thread].state == State::kReady) resume(thread);
        }
        unsigned waiting = 0;
        for (unsigned i = begin; i < end; i++) waiting += grid.fibers[i].state == State::kAtWarpBarrier;
        if (waiting == 0) return nullptr;
        if (waiting < end - begin) return "a warp's barrier or shuffle that not all its lanes come to";
        for (unsigned i = begin; i < end; i++) grid.fibers[i].state = State::kReady;
    }
}

const char* run_block(unsigned count, bool backwards) {
    for (unsigned i = 0; i < count; i++) prepare(grid.fibers[i]);
    const unsigned warps = (count + kWarp - 1) / kWarp;
    while (true) {
        for (unsigned i = 0; i < warps; i++) {
            const unsigned warp = backwards ? warps - 1 - i : i;
            const char* fault = run_warp(warp * kWarp, std::min((warp + 1) * kWarp, count), backwards);
            if (fault != nullptr) return fault;
        }
        unsigned done = 0;
        for (unsigned i = 0; i < count; i++) done += grid.fibers[i].state == State::kDone;
        if (done == count) return nullptr;
        if (done > 0) return "a block's barrier that not all its threads come to";
        for (unsigned i = 0; i < count; i++) grid.fibers[i].state = State::kReady;
    }
}

}  // namespace

const char* run_grid(Block* seen, Entry entry, void** arguments, Dimensions blocks, Dimensions threads, char* shared,
                     char* shared_end) {
    const unsigned count = threads.x * threads.y * threads.z;
    if (grid.fibers.empty()) grid.fibers.resize(kMostThreads);
    grid.seen = seen;
    grid.entry = entry;
    grid.arguments = arguments;
    seen->threads = threads;
    seen->blocks = blocks;
    seen->wait = wait_for_others;
    for (unsigned z = 0; z < blocks.z; z++) {
        for (unsigned y = 0; y < blocks.y; y++) {
            for (unsigned x = 0; x < blocks.x; x++) {
                seen->block = {x, y, z};
                memset(shared, kNotANumber, static_cast<size_t>(shared_end - shared));
                const char* fault = run_block(count, (x + y + z) % 2 == 1);
                if (fault != nullptr) return fault;
            }
        }
    }
    return nullptr;
}

}  // namespace schuss::emulation
