// Convolutions straight from their formula, for what the library has no engine for, and where there is little to reuse:
// y[n, i, j, o] = sum over p, q, c of x[n, i * stride_h - pad_top + p * dilation_h, ..., c] * w[p, q, c, o], where x is
// 0 outside of the picture and c runs over the channels of o's group. Pictures are (batch, height, width, channels),
// weights (kernel_h, kernel_w, in / groups, out). Every sum runs in an order that the sizes fix.
#include "kernel.h"
#include "schuss/convolution_sizes.h"

using schuss::ConvolutionSizes;

// Where a pixel of a picture (height, width) of so many channels begins.
__device__ inline int64_t pixel(int64_t n, int64_t h, int64_t v, int64_t height, int64_t width, int64_t channels) {
    return ((n * height + h) * width + v) * channels;
}

// A thread makes an element of y; neighbours differ in the output channel, so they share what they read of x and read w
// side by side. Reads for each y kernel * in / groups elements of x and of w, most from cache; writes y once.
extern "C" __global__ void __launch_bounds__(256)
    convolution_forward(const float* x, const float* w, float* y, ConvolutionSizes s) {
    const int64_t group_in = s.group_in();
    for (int64_t e = first_element(); e < s.pixels() * s.out; e += element_stride()) {
        const int64_t o = e % s.out;
        const int64_t j = e / s.out % s.out_width;
        const int64_t i = e / s.out / s.out_width % s.out_height;
        const int64_t n = e / s.out / s.out_width / s.out_height;
        const int64_t first = o / s.group_out() * group_in;
        float sum = 0;
        for (int64_t p = 0; p < s.kernel_h; p++) {
            const int64_t h = i * s.stride_h - s.pad_top + p * s.dilation_h;
            if (h < 0 || h >= s.height) continue;
            for (int64_t q = 0; q < s.kernel_w; q++) {
                const int64_t v = j * s.stride_w - s.pad_left + q * s.dilation_w;
                if (v < 0 || v >= s.width) continue;
                const float* from = x + pixel(n, h, v, s.height, s.width, s.in) + first;
                const float* weight = w + (p * s.kernel_w + q) * group_in * s.out + o;
                for (int64_t c = 0; c < group_in; c++) sum += from[c] * weight[c * s.out];
            }
        }
        y[e] = sum;
    }
}

// A thread makes an element of dx, of all dy that saw it; neighbours differ in the input channel, so they share what
// they read of dy. Reads for each dx up to kernel * out / groups elements of dy and of w, most from cache; writes dx
// once.
extern "C" __global__ void __launch_bounds__(256)
    convolution_data_gradient(const float* dy, const float* w, float* dx, ConvolutionSizes s) {
    const int64_t group_in = s.group_in();
    const int64_t group_out = s.group_out();
    for (int64_t e = first_element(); e < s.batch * s.height * s.width * s.in; e += element_stride()) {
        const int64_t c = e % s.in;
        const int64_t v = e / s.in % s.width;
        const int64_t h = e / s.in / s.width % s.height;
        const int64_t n = e / s.in / s.width / s.height;
        const int64_t first = c / group_in * group_out;
        float sum = 0;
        for (int64_t p = 0; p < s.kernel_h; p++) {
            const int64_t down = h + s.pad_top - p * s.dilation_h;
            const int64_t i = down / s.stride_h;
            if (down < 0 || down % s.stride_h != 0 || i >= s.out_height) continue;
            for (int64_t q = 0; q < s.kernel_w; q++) {
                const int64_t right = v + s.pad_left - q * s.dilation_w;
                const int64_t j = right / s.stride_w;
                if (right < 0 || right % s.stride_w != 0 || j >= s.out_width) continue;
                const float* from = dy + pixel(n, i, j, s.out_height, s.out_width, s.out) + first;
                const float* weight = w + ((p * s.kernel_w + q) * group_in + c % group_in) * s.out + first;
                for (int64_t o = 0; o < group_out; o++) sum += from[o] * weight[o];
            }
        }
        dx[e] = sum;
    }
}

// ---- the gradient of the weights ----
//
// dw (kernel_h * kernel_w * in, out) is a product of matrices: x by pixels of y, unrolled, transposed, times dy
// (pixels, out). Both results are small and the sum over pixels is long, so it is split: each block sums some pixels,
// and convolution_weight_gradient_sum adds what the blocks of a tile have.

constexpr int kChunk = 16;         // pixels that are in shared memory at a time
constexpr int kMostThreads = 256;  // of a block
constexpr int kSide = 4;           // a thread makes kSide x kSide elements of dw
constexpr int kSlices = 16;        // warps that share the splits of an element

// A block makes a tile of dw, blockDim * 16 / kOut rows and kOut columns, over the pixels of one split. Blocks
// (tiles, splits). Reads kernel * in elements of x, most from cache, and out of dy for each pixel and tile; writes its
// tile once.
template <int kOut>
__device__ void weight_gradient_tile(const float* x, const float* dy, float* dw, const ConvolutionSizes& s) {
    constexpr int kAcross = kOut / kSide;                             // threads along a row of the tile
    __shared__ float4 x_chunk[kChunk * kMostThreads * kSide / kOut];  // (kChunk, rows)
    __shared__ float4 dy_chunk[kChunk * kAcross];                     // (kChunk, kOut)
    __shared__ int64_t begins[kChunk];                                // of the pixels' windows in x
    __shared__ int tops[kChunk], lefts[kChunk];
    const int tile_rows = blockDim.x * 16 / kOut;
    const int rows = static_cast<int>(s.kernel() * s.in);
    const int height = static_cast<int>(s.height), width = static_cast<int>(s.width);
    const int row_tiles = (rows + tile_rows - 1) / tile_rows;
    const int first_row = blockIdx.x % row_tiles * tile_rows;
    const int first_out = blockIdx.x / row_tiles * kOut;
    const int64_t chunks = (s.pixels() + kChunk - 1) / kChunk;
    const int64_t share = (chunks + gridDim.y - 1) / gridDim.y * kChunk;
    const int64_t begin = blockIdx.y * share;
    const int64_t end = begin + share < s.pixels() ? begin + share : s.pixels();
    // the one row that this thread brings: a place of the kernel and a channel
    const int own_row = threadIdx.x % tile_rows;
    const int k = first_row + own_row;
    const int down = static_cast<int>(k / s.in / s.kernel_w * s.dilation_h);
    const int right = static_cast<int>(k / s.in % s.kernel_w * s.dilation_w);
    const int64_t offset = (down * s.width + right) * s.in + k % s.in;
    const int row = threadIdx.x / kAcross;     // in fours, of the elements it makes
    const int column = threadIdx.x % kAcross;  // likewise
    float sums[kSide][kSide] = {};
    for (int64_t at = begin; at < end; at += kChunk) {
        __syncthreads();  // the last chunk has been read
        if (threadIdx.x < kChunk) {
            const int64_t pixel_at = at + threadIdx.x;
            const int64_t j = pixel_at % s.out_width, i = pixel_at / s.out_width % s.out_height;
            const int64_t n = pixel_at / s.out_width / s.out_height;
            tops[threadIdx.x] = static_cast<int>(i * s.stride_h - s.pad_top);
            lefts[threadIdx.x] = static_cast<int>(j * s.stride_w - s.pad_left);
            begins[threadIdx.x] = ((n * s.height + tops[threadIdx.x]) * s.width + lefts[threadIdx.x]) * s.in;
        }
        for (int e = threadIdx.x; e < kChunk * kOut; e += blockDim.x) {
            const int64_t pixel_at = at + e / kOut;
            const int o = first_out + e % kOut;
            reinterpret_cast<float*>(dy_chunk)[e] = pixel_at < end && o < s.out ? dy[pixel_at * s.out + o] : 0;
        }
        __syncthreads();
#pragma unroll
        for (int step = 0; step < kChunk * 16 / kOut; step++) {
            const int pixel = threadIdx.x / tile_rows + step * (kOut / 16);
            const int h = tops[pixel] + down, v = lefts[pixel] + right;
            const bool inside = k < rows && at + pixel < end && h >= 0 && h < height && v >= 0 && v < width;
            reinterpret_cast<float*>(x_chunk)[pixel * tile_rows + own_row] = inside ? x[begins[pixel] + offset] : 0;
        }
        __syncthreads();
#pragma unroll
        for (int pixel = 0; pixel < kChunk; pixel++) {
            const float4 a = x_chunk[pixel * (tile_rows / kSide) + row];
            const float4 b = dy_chunk[pixel * kAcross + column];
            const float of_x[kSide] = {a.x, a.y, a.z, a.w};
            const float of_dy[kSide] = {b.x, b.y, b.z, b.w};
            for (int r = 0; r < kSide; r++) {
                for (int o = 0; o < kSide; o++) sums[r][o] += of_x[r] * of_dy[o];
            }
        }
    }
    float* target = dw + blockIdx.y * rows * s.out;
    for (int r = 0; r < kSide; r++) {
        for (int o = 0; o < kSide; o++) {
            const int to_row = first_row + row * kSide + r, to_out = first_out + column * kSide + o;
            if (to_row < rows && to_out < s.out) target[to_row * s.out + to_out] = sums[r][o];
        }
    }
}

extern "C" __global__ void __launch_bounds__(256)
    convolution_weight_gradient_16(const float* x, const float* dy, float* dw, ConvolutionSizes s) {
    weight_gradient_tile<16>(x, dy, dw, s);
}
extern "C" __global__ void __launch_bounds__(256)
    convolution_weight_gradient_32(const float* x, const float* dy, float* dw, ConvolutionSizes s) {
    weight_gradient_tile<32>(x, dy, dw, s);
}
extern "C" __global__ void __launch_bounds__(256)
    convolution_weight_gradient_64(const float* x, const float* dy, float* dw, ConvolutionSizes s) {
    weight_gradient_tile<64>(x, dy, dw, s);
}

// dw (n) = the sum of splits rows of n. A block makes 32 elements: a warp sums every 16th row, and the warps' sums are
// added in their order. Blocks of 512 threads. Reads all rows, writes dw, once.
extern "C" __global__ void __launch_bounds__(512)
    convolution_weight_gradient_sum(const float* rows, float* dw, int64_t n, int64_t splits) {
    __shared__ float sums[kSlices][kWarp];
    const int lane = threadIdx.x % kWarp;
    const int slice = threadIdx.x / kWarp;
    const int64_t e = static_cast<int64_t>(blockIdx.x) * kWarp + lane;
    float sum = 0;
#pragma unroll 4
    for (int64_t k = slice; k < splits; k += kSlices) sum += e < n ? rows[k * n + e] : 0;
    sums[slice][lane] = sum;
    __syncthreads();
    if (slice == 0 && e < n) {
        for (int k = 1; k < kSlices; k++) sum += sums[k][lane];
        dw[e] = sum;
    }
}

constexpr int kGroupSlices = 256 / kWarp;  // warps of a block

// Of a convolution in groups, whose matrices are small: a block makes the weights of 32 output channels at one place of
// the kernel and one input channel: a lane has an output channel, so that a warp reads dy side by side; each of the 8
// warps sums every eighth pixel of y, and the warps' sums are added in their order. Blocks of 256 threads. Reads dy
// kernel * in / groups times and of x for each dy one element; writes dw once.
extern "C" __global__ void __launch_bounds__(256)
    convolution_weight_gradient_grouped(const float* x, const float* dy, float* dw, ConvolutionSizes s) {
    __shared__ float sums[kGroupSlices][kWarp];
    const int lane = threadIdx.x % kWarp;
    const int slice = threadIdx.x / kWarp;
    const int64_t runs = (s.out + kWarp - 1) / kWarp;  // of output channels
    for (int64_t b = blockIdx.x; b < s.kernel() * s.group_in() * runs; b += gridDim.x) {
        const int64_t o = b % runs * kWarp + lane;
        const int64_t place = b / runs;  // of p, q, c
        const int64_t c = o / s.group_out() * s.group_in() + place % s.group_in();
        const int64_t q = place / s.group_in() % s.kernel_w;
        const int64_t p = place / s.group_in() / s.kernel_w;
        float sum = 0;
        for (int64_t at = slice; o < s.out && at < s.pixels(); at += kGroupSlices) {
            const int64_t v = at % s.out_width * s.stride_w - s.pad_left + q * s.dilation_w;
            const int64_t h = at / s.out_width % s.out_height * s.stride_h - s.pad_top + p * s.dilation_h;
            if (h < 0 || h >= s.height || v < 0 || v >= s.width) continue;
            const int64_t n = at / s.out_width / s.out_height;
            sum += x[pixel(n, h, v, s.height, s.width, s.in) + c] * dy[at * s.out + o];
        }
        sums[slice][lane] = sum;
        __syncthreads();
        if (slice == 0 && o < s.out) {
            for (int k = 1; k < kGroupSlices; k++) sum += sums[k][lane];
            dw[place * s.out + o] = sum;
        }
        __syncthreads();  // sums are written again
    }
}
