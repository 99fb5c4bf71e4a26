// Convolutions straight from their formula, for what the library has no engine for, and where there is little to reuse:
// y[n, i, j, o] = sum over p, q, c of x[n, i * stride_h - pad_top + p * dilation_h, ..., c] * w[p, q, c, o], where x is
// 0 outside of the image and c runs over the channels of o's group. Images are (batch, height, width, channels),
// weights (kernel_h, kernel_w, in / groups, out). Every sum runs in an order that the sizes fix.
#include "kernel.h"
#include "schuss/convolution_sizes.h"

using schuss::ConvolutionSizes;

// Where a pixel of an image (height, width) of so many channels begins.
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

constexpr int kSlices = 256 / kWarp;  // warps of a block

// A block makes the weights of 32 output channels at one place of the kernel and one input channel: a lane has an
// output channel, so that a warp reads dy side by side; each of the 8 warps sums every eighth pixel of y, and the
// warps' sums are added in their order. Blocks of 256 threads. Reads dy kernel * in / groups times and of x for each dy
// one element; writes dw once.
extern "C" __global__ void __launch_bounds__(256)
    convolution_weight_gradient(const float* x, const float* dy, float* dw, ConvolutionSizes s) {
    __shared__ float sums[kSlices][kWarp];
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
        for (int64_t at = slice; o < s.out && at < s.pixels(); at += kSlices) {
            const int64_t v = at % s.out_width * s.stride_w - s.pad_left + q * s.dilation_w;
            const int64_t h = at / s.out_width % s.out_height * s.stride_h - s.pad_top + p * s.dilation_h;
            if (h < 0 || h >= s.height || v < 0 || v >= s.width) continue;
            const int64_t n = at / s.out_width / s.out_height;
            sum += x[pixel(n, h, v, s.height, s.width, s.in) + c] * dy[at * s.out + o];
        }
        sums[slice][lane] = sum;
        __syncthreads();
        if (slice == 0 && o < s.out) {
            for (int k = 1; k < kSlices; k++) sum += sums[k][lane];
            dw[place * s.out + o] = sum;
        }
        __syncthreads();  // sums are written again
    }
}
