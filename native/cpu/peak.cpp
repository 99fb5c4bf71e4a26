// What this CPU can do: f32 multiply-adds on registers only, counted for a while.
#include <time.h>

#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int kSums = 12;  // enough chains to cover latency times width, few enough for 16 registers
constexpr int64_t kRounds = 20000;

double now() {
    timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

// Floating-point operations per second of one thread.
double measure(double seconds) {
    Vector sums[kSums];
    for (int s = 0; s < kSums; s++) sums[s] = broadcast((float)s);
    Vector factor = broadcast(0.999f), addend = broadcast(0.001f);
    asm volatile("" : "+m"(factor), "+m"(addend));  // unknown to the compiler from here
    const double start = now();
    double elapsed = 0, operations = 0;
    while (elapsed < seconds) {
        for (int64_t round = 0; round < kRounds; round++) {
            for (int s = 0; s < kSums; s++) sums[s] = sums[s] * factor + addend;
        }
        operations += 2.0 * kLanes * kSums * (double)kRounds;
        elapsed = now() - start;
    }
    Vector all = {};
    for (int s = 0; s < kSums; s++) all += sums[s];
    asm volatile("" : : "m"(all));  // somebody reads it, so it is computed
    return operations / elapsed;
}

}  // namespace

double peak_gflops(int threads, double seconds) {
    int64_t total = 0;
    int64_t* const sum = &total;
    parallel(threads, 0, [=](int, int) { __atomic_fetch_add(sum, (int64_t)measure(seconds), __ATOMIC_RELAXED); });
    return (double)total * 1e-9;
}

}  // namespace schuss::SCHUSS_VARIANT
