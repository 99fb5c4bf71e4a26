// Convolutions without groups as products of matrices, in singles: a block makes a tile of the result, a thread 4 x 4
// elements of it in registers. One matrix is an image whose windows are unrolled (pixels, kernel * channels); nobody
// writes it down: what a tile needs of it goes from the image to shared memory. Every sum runs in an order that the
// sizes fix.
#include "kernel.h"
#include "schuss/convolution_sizes.h"

using schuss::ConvolutionSizes;

constexpr int kMostThreads = 256;  // of a block
constexpr int kSide = 4;           // a thread makes kSide x kSide elements
constexpr int kChunk = 16;         // of what is summed over, in shared memory at a time

// sums += a b', of kSide numbers each
__device__ inline void add_outer(float (&sums)[kSide][kSide], float4 a, float4 b) {
    const float left[kSide] = {a.x, a.y, a.z, a.w};
    const float right[kSide] = {b.x, b.y, b.z, b.w};
    for (int r = 0; r < kSide; r++) {
        for (int c = 0; c < kSide; c++) sums[r][c] += left[r] * right[c];
    }
}

// ---- the result, and the gradient of the input where strides are 1 ----
//
// y (pixels, out) = windows of x (pixels, kernel * in) times w (kernel * in, out). dx is the same of dy, with the
// windows mirrored and w's channels exchanged.

// What such a product reads and writes.
struct Windows {
    int height, width, channels;              // of the image with the windows
    int out_height, out_width, out_channels;  // of the result
    int kernel_w, stride_h, stride_w;
    int top, left;    // of the first window
    int down, right;  // from one element of a window to the next
    int64_t pixels;   // of the result
    int depth;        // elements of a window
};

template <bool kGradient>
__device__ Windows windows(const ConvolutionSizes& s) {
    Windows w;
    w.height = static_cast<int>(kGradient ? s.out_height : s.height);
    w.width = static_cast<int>(kGradient ? s.out_width : s.width);
    w.channels = static_cast<int>(kGradient ? s.out : s.in);
    w.out_height = static_cast<int>(kGradient ? s.height : s.out_height);
    w.out_width = static_cast<int>(kGradient ? s.width : s.out_width);
    w.out_channels = static_cast<int>(kGradient ? s.in : s.out);
    w.kernel_w = static_cast<int>(s.kernel_w);
    w.stride_h = static_cast<int>(s.stride_h);
    w.stride_w = static_cast<int>(s.stride_w);
    w.top = static_cast<int>(kGradient ? s.pad_top : -s.pad_top);
    w.left = static_cast<int>(kGradient ? s.pad_left : -s.pad_left);
    w.down = static_cast<int>(kGradient ? -s.dilation_h : s.dilation_h);
    w.right = static_cast<int>(kGradient ? -s.dilation_w : s.dilation_w);
    w.pixels = s.batch * w.out_height * w.out_width;
    w.depth = static_cast<int>(s.kernel()) * w.channels;
    return w;
}

// A block of 256 threads makes 4096 / kOut pixels and kOut channels of the result. Blocks (tiles of pixels, tiles of
// channels). Reads each window and w once a tile; writes the result once.
template <int kOut, bool kGradient>
__device__ void window_product(const float* x, const float* w, float* y, const ConvolutionSizes& s) {
    constexpr int kPixels = kMostThreads * kSide * kSide / kOut;  // of a tile
    constexpr int kStride = kPixels + kSide;                      // of its rows in shared memory: fewer bank conflicts
    constexpr int kAcross = kOut / kSide;                         // threads along the channels
    constexpr int kSteps = kPixels * kChunk / kMostThreads;       // elements that a thread brings of the windows
    constexpr int kWeights = kOut * kChunk / kMostThreads;        // and of w
    __shared__ float4 x_chunk[kChunk * kStride / kSide];
    __shared__ float4 w_chunk[kChunk * kAcross];
    __shared__ int64_t begins[kPixels];  // of the images' rows: where the window's own pixel 0, 0 would be
    __shared__ int tops[kPixels], lefts[kPixels];
    const Windows v = windows<kGradient>(s);
    const int64_t first_pixel = static_cast<int64_t>(blockIdx.x) * kPixels;
    const int first_out = blockIdx.y * kOut;
    for (int e = threadIdx.x; e < kPixels; e += kMostThreads) {
        const int64_t at = first_pixel + e;
        const int j = static_cast<int>(at % v.out_width);
        const int64_t line = at / v.out_width;
        const int i = static_cast<int>(line % v.out_height);
        // a pixel beyond the last has all of its window outside
        tops[e] = at < v.pixels ? i * v.stride_h + v.top : -(1 << 30);
        lefts[e] = j * v.stride_w + v.left;
        begins[e] = ((line / v.out_height * v.height + tops[e]) * v.width + lefts[e]) * v.channels;
    }
    const int own = threadIdx.x % kChunk;        // the element of the windows that this thread brings
    const int own_pixel = threadIdx.x / kChunk;  // of every 16 pixels
    float bring[kSteps], bring_w[kWeights];
    const auto load = [&](int depth) {
        const int k = depth + own;
        const int place = k / v.channels;
        const int down = place / v.kernel_w * v.down, right = place % v.kernel_w * v.right;
        const int64_t offset = (static_cast<int64_t>(down) * v.width + right) * v.channels + k % v.channels;
#pragma unroll
        for (int step = 0; step < kSteps; step++) {
            const int e = own_pixel + step * (kMostThreads / kChunk);
            const int row = tops[e] + down, column = lefts[e] + right;
            const bool inside = k < v.depth && row >= 0 && row < v.height && column >= 0 && column < v.width;
            bring[step] = inside ? x[begins[e] + offset] : 0;
        }
#pragma unroll
        for (int step = 0; step < kWeights; step++) {
            const int e = threadIdx.x + step * kMostThreads;
            // w lies (kernel, in, out): what is summed over comes first for y, last for dx
            const int at_k = depth + (kGradient ? e % kChunk : e / kOut);
            const int o = first_out + (kGradient ? e / kChunk : e % kOut);
            const int at_place = at_k / v.channels, channel = at_k % v.channels;
            const int64_t at = kGradient ? (static_cast<int64_t>(at_place) * v.out_channels + o) * v.channels + channel
                                         : static_cast<int64_t>(at_k) * v.out_channels + o;
            bring_w[step] = at_k < v.depth && o < v.out_channels ? w[at] : 0;
        }
    };
    const auto store = [&] {
        for (int step = 0; step < kSteps; step++) {
            const int e = own_pixel + step * (kMostThreads / kChunk);
            reinterpret_cast<float*>(x_chunk)[own * kStride + e] = bring[step];
        }
        for (int step = 0; step < kWeights; step++) {
            const int e = threadIdx.x + step * kMostThreads;
            const int at_k = kGradient ? e % kChunk : e / kOut, o = kGradient ? e / kChunk : e % kOut;
            reinterpret_cast<float*>(w_chunk)[at_k * kOut + o] = bring_w[step];
        }
    };
    const int row = threadIdx.x / kAcross;     // in fours, of the elements it makes
    const int column = threadIdx.x % kAcross;  // likewise
    float sums[kSide][kSide] = {};
    __syncthreads();
    load(0);
    for (int depth = 0; depth < v.depth; depth += kChunk) {
        store();
        __syncthreads();
        if (depth + kChunk < v.depth) load(depth + kChunk);  // under way while the chunk at hand is multiplied
#pragma unroll
        for (int k = 0; k < kChunk; k++) {
            add_outer(sums, x_chunk[k * (kStride / kSide) + row], w_chunk[k * kAcross + column]);
        }
        __syncthreads();
    }
    for (int r = 0; r < kSide; r++) {
        const int64_t pixel = first_pixel + row * kSide + r;
        for (int c = 0; c < kSide; c++) {
            const int o = first_out + column * kSide + c;
            if (pixel < v.pixels && o < v.out_channels) y[pixel * v.out_channels + o] = sums[r][c];
        }
    }
}

extern "C" __global__ void __launch_bounds__(256)
    convolution_tiles_forward_16(const float* x, const float* w, float* y, ConvolutionSizes s) {
    window_product<16, false>(x, w, y, s);
}
extern "C" __global__ void __launch_bounds__(256)
    convolution_tiles_forward_32(const float* x, const float* w, float* y, ConvolutionSizes s) {
    window_product<32, false>(x, w, y, s);
}
extern "C" __global__ void __launch_bounds__(256)
    convolution_tiles_forward_64(const float* x, const float* w, float* y, ConvolutionSizes s) {
    window_product<64, false>(x, w, y, s);
}
extern "C" __global__ void __launch_bounds__(256)
    convolution_tiles_data_gradient_16(const float* dy, const float* w, float* dx, ConvolutionSizes s) {
    window_product<16, true>(dy, w, dx, s);
}
extern "C" __global__ void __launch_bounds__(256)
    convolution_tiles_data_gradient_32(const float* dy, const float* w, float* dx, ConvolutionSizes s) {
    window_product<32, true>(dy, w, dx, s);
}
extern "C" __global__ void __launch_bounds__(256)
    convolution_tiles_data_gradient_64(const float* dy, const float* w, float* dx, ConvolutionSizes s) {
    window_product<64, true>(dy, w, dx, s);
}

// ---- the gradient of the weights ----
//
// dw (kernel_h * kernel_w * in, out) is a product of matrices: x by pixels of y, unrolled, transposed, times dy
// (pixels, out). Both results are small and the sum over pixels is long, so it is split: each block sums some pixels,
// and convolution_tiles_weight_gradient_sum adds what the blocks of a tile have.

constexpr int kSlices = 16;  // warps that share the splits of an element

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
            add_outer(sums, x_chunk[pixel * (tile_rows / kSide) + row], dy_chunk[pixel * kAcross + column]);
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
    convolution_tiles_weight_gradient_16(const float* x, const float* dy, float* dw, ConvolutionSizes s) {
    weight_gradient_tile<16>(x, dy, dw, s);
}
extern "C" __global__ void __launch_bounds__(256)
    convolution_tiles_weight_gradient_32(const float* x, const float* dy, float* dw, ConvolutionSizes s) {
    weight_gradient_tile<32>(x, dy, dw, s);
}
extern "C" __global__ void __launch_bounds__(256)
    convolution_tiles_weight_gradient_64(const float* x, const float* dy, float* dw, ConvolutionSizes s) {
    weight_gradient_tile<64>(x, dy, dw, s);
}

// dw (n) = the sum of splits rows of n. A block makes 32 elements: a warp sums every 16th row, and the warps' sums are
// added in their order. Blocks of 512 threads. Reads all rows, writes dw, once.
extern "C" __global__ void __launch_bounds__(512)
    convolution_tiles_weight_gradient_sum(const float* rows, float* dw, int64_t n, int64_t splits) {
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
