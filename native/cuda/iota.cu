// Positions along an axis: y (outer, extent, inner) = 0, 1, ... along the one in the middle.
// Work mapping: a thread to an element.
// Bytes moved: a write of every element.
#include "kernel.h"

template <typename T>
__device__ void count(T* y, int64_t outer, int64_t extent, int64_t inner) {
    for (int64_t i = first_element(); i < outer * extent * inner; i += element_stride()) {
        y[i] = static_cast<T>(i / inner % extent);
    }
}

extern "C" __global__ void __launch_bounds__(256) iota(float* y, int64_t outer, int64_t extent, int64_t inner) {
    count(y, outer, extent, inner);
}

extern "C" __global__ void __launch_bounds__(256) iota_i32(int32_t* y, int64_t outer, int64_t extent, int64_t inner) {
    count(y, outer, extent, inner);
}

extern "C" __global__ void __launch_bounds__(256) iota_i64(int64_t* y, int64_t outer, int64_t extent, int64_t inner) {
    count(y, outer, extent, inner);
}
