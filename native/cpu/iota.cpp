// Positions along an axis.
#include "error.h"
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
int iota(void* y, int type, int64_t outer, int64_t extent, int64_t inner, int threads) {
    switch (type) {
        case SCHUSS_F32:
            count((float*)y, outer, extent, inner, threads);
            return 0;
        case SCHUSS_I32:
            count((int32_t*)y, outer, extent, inner, threads);
            return 0;
        case SCHUSS_I64:
            count((int64_t*)y, outer, extent, inner, threads);
            return 0;
        default:
            return fail("iota: expected numbers of f32, i32 or i64, got type %d", type);
    }
}

}  // namespace schuss::SCHUSS_VARIANT
