// Chooses the instruction set, once, and sends every kernel call to that variant. A switch on one integer that never
// changes costs less than a nanosecond and, unlike a table of pointers, cannot be called before it is filled.
#include <string.h>

#include <atomic>

#include "cpu/error.h"
#include "cpu/kernels.h"

namespace schuss {
namespace {

enum Isa { kBaseline, kAvx2, kAvx512, kIsas };
constexpr const char* kNames[kIsas] = {"baseline", "avx2", "avx512"};

std::atomic<int> chosen{-1};  // -1: not yet

bool supported(int isa) {
    switch (isa) {
        case kAvx512:
            return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                   __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                   __builtin_cpu_supports("fma");
        case kAvx2:
            return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
        default:
            return true;
    }
}

int best() {
    int isa = kAvx512;
    while (!supported(isa)) isa--;
    return isa;
}

int named(const char* name) {
    if (strcmp(name, "best") == 0) return best();
    for (int isa = 0; isa < kIsas; isa++) {
        if (strcmp(name, kNames[isa]) == 0) return isa;
    }
    return -1;
}

// Before anything is chosen the baseline runs: slow, never wrong.
int current() {
    const int isa = chosen.load(std::memory_order_relaxed);
    return isa < 0 ? kBaseline : isa;
}

}  // namespace

}  // namespace schuss

// Every kernel's function, schuss_name or schuss::name.
#define KERNEL(result, function, kernel, parameters, arguments) \
    result function parameters {                                \
        switch (schuss::current()) {                            \
            case schuss::kAvx512:                               \
                return schuss::avx512::kernel arguments;        \
            case schuss::kAvx2:                                 \
                return schuss::avx2::kernel arguments;          \
            default:                                            \
                return schuss::baseline::kernel arguments;      \
        }                                                       \
    }
#include "kernels.inc"
#undef KERNEL

int schuss_initialise(const char* isa) {
    const int wanted = schuss::named(isa);
    if (wanted < 0) {
        return schuss::fail("instruction set: expected best, avx512, avx2 or baseline, got %s", isa);
    }
    if (!schuss::supported(wanted)) {
        return schuss::fail("instruction set %s: this CPU does not have it; its best is %s", isa,
                            schuss::kNames[schuss::best()]);
    }
    int before = -1;
    if (!schuss::chosen.compare_exchange_strong(before, wanted) && before != wanted) {
        return schuss::fail("instruction set %s: this process already runs with %s", isa, schuss::kNames[before]);
    }
    return 0;
}

const char* schuss_isa(void) { return schuss::kNames[schuss::current()]; }
