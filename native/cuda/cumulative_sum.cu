// Sums along an axis, from its start or from its end to each position. x, y: (outer, extent, inner); y may lie on x.
// Work mapping: where a warp's lanes find neighbours along inner, a thread to a column, else a warp to one, 32 elements
// at a time.
// Bytes moved: a read and a write of every element.
#include "kernel.h"

namespace {

// The sum of value over a warp's lanes up to each.
template <typename Sum>
__device__ Sum sum_up_to_lane(Sum value, int lane) {
    for (int distance = 1; distance < kWarp; distance *= 2) {
        const Sum before = __shfl_up_sync(kAllLanes, value, distance);
        if (lane >= distance) value += before;
    }
    return value;
}

// Sum: what is added up in; unsigned for integers, so that they wrap around.
template <typename Sum, typename T>
__device__ void sum_along(const T* x, T* y, int64_t outer, int64_t extent, int64_t inner, int32_t backwards) {
    const int lane = threadIdx.x % kWarp;
    const bool by_thread = inner >= kWarp;
    const int64_t share = by_thread ? 1 : kWarp;
    for (int64_t column = first_element() / share; column < outer * inner; column += element_stride() / share) {
        const int64_t start = column / inner * extent * inner + column % inner;
        Sum sum = 0;
        if (by_thread) {
            for (int64_t k = 0; k < extent; k++) {
                const int64_t at = start + (backwards ? extent - 1 - k : k) * inner;
                sum += static_cast<Sum>(x[at]);
                y[at] = static_cast<T>(sum);
            }
            continue;
        }
        for (int64_t first = 0; first < extent; first += kWarp) {
            const int64_t k = first + lane;
            const int64_t at = start + (backwards ? extent - 1 - k : k) * inner;
            const Sum up_to = sum_up_to_lane(k < extent ? static_cast<Sum>(x[at]) : Sum(0), lane) + sum;
            if (k < extent) y[at] = static_cast<T>(up_to);
            sum = __shfl_sync(kAllLanes, up_to, kWarp - 1);
        }
    }
}

}  // namespace

extern "C" __global__ void __launch_bounds__(256)
    cumulative_sum(const float* x, float* y, int64_t outer, int64_t extent, int64_t inner, int32_t backwards) {
    sum_along<double>(x, y, outer, extent, inner, backwards);
}
extern "C" __global__ void __launch_bounds__(256)
    cumulative_sum_i32(const int32_t* x, int32_t* y, int64_t outer, int64_t extent, int64_t inner, int32_t backwards) {
    sum_along<uint32_t>(x, y, outer, extent, inner, backwards);
}
extern "C" __global__ void __launch_bounds__(256)
    cumulative_sum_i64(const int64_t* x, int64_t* y, int64_t outer, int64_t extent, int64_t inner, int32_t backwards) {
    sum_along<uint64_t>(x, y, outer, extent, inner, backwards);
}
