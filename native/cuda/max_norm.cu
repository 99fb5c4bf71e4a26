// Keeps the norm of every unit's incoming weights below a limit.
// Work mapping: a block to 32 units, a lane to a unit, each warp to every eighth row: neighbours in a row are read
// together.
// Bytes moved: a read of every weight, and of those of units above the limit another read and a write.
#include "kernel.h"

namespace {

constexpr int kRows = 8;  // warps of a block

}  // namespace

// weight: (incoming, units); blocks of 256 threads
extern "C" __global__ void __launch_bounds__(256)
    max_norm(float* weight, int64_t incoming, int64_t units, double limit, const int32_t* skip) {
    __shared__ double sums[kRows][kWarp];
    if (skip != nullptr && *skip != 0) return;
    const int lane = threadIdx.x % kWarp;
    const int warp = threadIdx.x / kWarp;
    for (int64_t first = static_cast<int64_t>(blockIdx.x) * kWarp; first < units;
         first += static_cast<int64_t>(gridDim.x) * kWarp) {
        const int64_t unit = first + lane;
        const int64_t rows = unit < units ? incoming : 0;
        double sum = 0;  // squares in double: those of any float fit
        for (int64_t row = warp; row < rows; row += kRows) {
            const double w = weight[row * units + unit];
            sum += w * w;
        }
        sums[warp][lane] = sum;
        __syncthreads();
        double total = 0;
        for (int i = 0; i < kRows; i++) total += sums[i][lane];
        __syncthreads();  // the next units' sums take their place
        const double norm = sqrt(total);
        if (norm > limit) {
            const float factor = static_cast<float>(limit / norm);
            for (int64_t row = warp; row < rows; row += kRows) weight[row * units + unit] *= factor;
        }
    }
}
