// Positions along an axis.
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

template <typename T>
void count(T* y, int64_t outer, int64_t extent, int64_t inner, int threads) {
    for_ranges(outer * extent, kLine, outer * extent * inner, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            const T position = (T)(row % extent);
            T* const to = y + row * inner;
#pragma omp simd
            for (int64_t i = 0; i < inner; i++) to[i] = position;
        }
    });
}

}  // namespace

// y: (outer, extent, inner)
int iota(float* y, int64_t outer, int64_t extent, int64_t inner, int threads) {
    count(y, outer, extent, inner, threads);
    return 0;
}
int iota_i32(int32_t* y, int64_t outer, int64_t extent, int64_t inner, int threads) {
    count(y, outer, extent, inner, threads);
    return 0;
}
int iota_i64(int64_t* y, int64_t outer, int64_t extent, int64_t inner, int threads) {
    count(y, outer, extent, inner, threads);
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
