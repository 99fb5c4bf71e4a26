// Watches a training step: the norm of all gradients, and a flag that stops the update where something is not finite.
// Squares are added in double, which holds those of any float, in chunks that the number of gradients alone decides.
// Work mapping: a block to a chunk, then one block to the chunks' sums.
// Bytes moved: a read of every gradient.
#include "kernel.h"

namespace {

constexpr int64_t kChunk = 4096;  // as CudaBookkeeping counts them

}  // namespace

// gradients: (n); chunks: one double for every 4096 gradients
extern "C" __global__ void __launch_bounds__(256) guard_chunks(const float* gradients, int64_t n, double* chunks) {
    for (int64_t chunk = blockIdx.x; chunk * kChunk < n; chunk += gridDim.x) {
        const int64_t end = (chunk + 1) * kChunk < n ? (chunk + 1) * kChunk : n;
        double sum = 0;
        for (int64_t i = chunk * kChunk + threadIdx.x; i < end; i += blockDim.x) {
            const double g = gradients[i];
            sum += g * g;
        }
        sum = block_reduce(sum, Sum(), 0.0);
        if (threadIdx.x == 0) chunks[chunk] = sum;
    }
}

// loss, norm, tripped: (); one block
extern "C" __global__ void __launch_bounds__(256)
    guard_norm(const float* loss, const double* chunks, int64_t count, float* norm, int32_t* tripped) {
    double sum = 0;
    for (int64_t i = threadIdx.x; i < count; i += blockDim.x) sum += chunks[i];
    sum = block_reduce(sum, Sum(), 0.0);
    if (threadIdx.x != 0) return;
    *norm = static_cast<float>(sqrt(sum));
    const float watched = *norm * 0.0f + *loss * 0.0f;  // NaN unless both are finite
    if (!(watched == 0.0f)) *tripped = 1;
}

// arrays: (count) addresses of (sizes[i]) elements; a row of blocks, blockIdx.y, to an array
extern "C" __global__ void __launch_bounds__(256)
    expect_finite(const float* const* arrays, const int64_t* sizes, int64_t count, int32_t* tripped) {
    for (int64_t array = blockIdx.y; array < count; array += gridDim.y) {
        const float* x = arrays[array];
        for (int64_t i = first_element(); i < sizes[array]; i += element_stride()) {
            if (!(x[i] * 0.0f == 0.0f)) *tripped = 1;
        }
    }
}
