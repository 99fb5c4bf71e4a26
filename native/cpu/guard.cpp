// Watches a training step: the norm of all gradients, and a flag that stops the update where they, the loss or what a
// state would become are not finite.
#include "vector_math.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int64_t kChunk = 4096;    // elements whose squares are added in f32
constexpr float kTinySum = 1e-30f;  // below, squares may have lost bits to underflow
constexpr int kSums = 4;            // independent sums hide the latency of an addition

// x: (n), n <= kChunk
SCHUSS_INLINE double sum_of_squares(const float* x, int64_t n) {
    Vector sums[kSums] = {};
    int64_t i = 0;
    for (; i + kSums * kLanes <= n; i += kSums * kLanes) {
        for (int s = 0; s < kSums; s++) {
            const Vector value = load(x + i + s * kLanes);
            sums[s] += value * value;
        }
    }
    float sum = sum_lanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; i < n; i++) sum += x[i] * x[i];
    if (sum >= kTinySum && sum < kInfinity) return sum;
    double exact = 0;  // squares of any two floats fit a double
#pragma omp simd reduction(+ : exact)
    for (int64_t j = 0; j < n; j++) exact += (double)x[j] * x[j];
    return exact;
}

}  // namespace

int64_t guard_scratch(int64_t n) { return max(ceil_div(n, kChunk), 1) * (int64_t)sizeof(double); }

// loss, norm, tripped: (); gradients: (n); scratch: guard_scratch(n) bytes, one double per chunk
int guard(const float* loss, const float* gradients, int64_t n, float* norm, int32_t* tripped, float* scratch,
          int threads) {
    double* const chunks = (double*)scratch;
    for_ranges(n, kChunk, n, threads, [=](int64_t first, int64_t last) {
        for (int64_t start = first; start < last; start += kChunk) {
            chunks[start / kChunk] = sum_of_squares(gradients + start, min(kChunk, last - start));
        }
    });
    double sum = 0;
    for (int64_t chunk = 0; chunk < ceil_div(n, kChunk); chunk++) sum += chunks[chunk];
    *norm = (float)__builtin_sqrt(sum);
    const float watched = loss == nullptr ? *norm : *norm * 0.0f + *loss * 0.0f;  // NaN unless both are finite
    if (!(watched - watched == 0.0f)) *tripped = 1;
    return 0;
}

// x: (n); tripped: ()
int expect_finite(const float* x, int64_t n, int32_t* tripped, int threads) {
    for_ranges(n, kChunk, n, threads, [=](int64_t first, int64_t last) {
        int found = 0;
#pragma omp simd reduction(| : found)
        for (int64_t i = first; i < last; i++) found |= !(x[i] - x[i] == 0.0f);  // inf - inf and NaN - NaN are NaN
        if (found) __atomic_store_n(tripped, 1, __ATOMIC_RELAXED);
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
