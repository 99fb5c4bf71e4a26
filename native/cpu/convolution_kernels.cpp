// What convolutions without oneDNN are made of: images spread out into the rows of a matrix product and gathered
// back, and depthwise convolutions, which are no products.
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

// The kernel positions first .. end - 1 along one axis that fall into the image when the first stands at `origin`.
struct Inside {
    int64_t first, end;
};
SCHUSS_INLINE Inside inside(int64_t origin, int64_t dilation, int64_t kernel, int64_t extent) {
    const int64_t first = origin < 0 ? min(ceil_div(-origin, dilation), kernel) : 0;
    const int64_t end = origin >= extent ? 0 : min(ceil_div(extent - origin, dilation), kernel);
    return {first, max(end, first)};
}

// An output pixel by its number, and where its kernel starts in the image.
struct Pixel {
    int64_t n, top, left;
};
SCHUSS_INLINE Pixel pixel(const ConvolutionSizes& s, int64_t index) {
    const int64_t j = index % s.out_width, i = index / s.out_width % s.out_height;
    return {index / s.out_width / s.out_height, i * s.stride_h - s.pad_top, j * s.stride_w - s.pad_left};
}

SCHUSS_INLINE void zero(float* y, int64_t n) {
    for (int64_t i = 0; i < n; i++) y[i] = 0;
}
SCHUSS_INLINE void copy(const float* x, float* y, int64_t n) {
#pragma omp simd
    for (int64_t i = 0; i < n; i++) y[i] = x[i];
}
SCHUSS_INLINE void add(const float* x, float* y, int64_t n) {
#pragma omp simd
    for (int64_t i = 0; i < n; i++) y[i] += x[i];
}

// Position q of dx reads position t of dy through this kernel element; -1 where there is none.
SCHUSS_INLINE int64_t source(int64_t position, int64_t pad, int64_t offset, int64_t stride, int64_t extent) {
    const int64_t shifted = position + pad - offset;
    const int64_t t = shifted / stride;
    return shifted >= 0 && shifted % stride == 0 && t < extent ? t : -1;
}

}  // namespace

// columns (pixels, kernel_h, kernel_w, group_in): what the kernel sees of one group at the output pixels first ..
void im2col(const float* x, float* columns, const ConvolutionSizes& s, int64_t group, int64_t first, int64_t pixels) {
    const int64_t channels = s.group_in();
    const bool whole = s.groups == 1 && s.dilation_w == 1;  // a row of the kernel is one piece
    for (int64_t index = first; index < first + pixels; index++) {
        const Pixel at = pixel(s, index);
        const float* const image = x + at.n * s.height * s.width * s.in + group * channels;
        const Inside columns_in = inside(at.left, s.dilation_w, s.kernel_w, s.width);
        for (int64_t p = 0; p < s.kernel_h; p++, columns += s.kernel_w * channels) {
            const int64_t h = at.top + p * s.dilation_h;
            if (h < 0 || h >= s.height) {
                zero(columns, s.kernel_w * channels);
                continue;
            }
            const float* const row = image + h * s.width * s.in;
            zero(columns, columns_in.first * channels);
            if (whole) {
                copy(row + (at.left + columns_in.first) * channels, columns + columns_in.first * channels,
                     (columns_in.end - columns_in.first) * channels);
            } else {
                for (int64_t q = columns_in.first; q < columns_in.end; q++) {
                    copy(row + (at.left + q * s.dilation_w) * s.in, columns + q * channels, channels);
                }
            }
            zero(columns + columns_in.end * channels, (s.kernel_w - columns_in.end) * channels);
        }
    }
}

// Adds columns, as im2col makes them, to the places in x that they were read from.
void col2im(const float* columns, float* x, const ConvolutionSizes& s, int64_t group, int64_t first, int64_t pixels) {
    const int64_t channels = s.group_in();
    for (int64_t index = first; index < first + pixels; index++) {
        const Pixel at = pixel(s, index);
        float* const image = x + at.n * s.height * s.width * s.in + group * channels;
        const Inside columns_in = inside(at.left, s.dilation_w, s.kernel_w, s.width);
        for (int64_t p = 0; p < s.kernel_h; p++, columns += s.kernel_w * channels) {
            const int64_t h = at.top + p * s.dilation_h;
            if (h < 0 || h >= s.height) continue;
            for (int64_t q = columns_in.first; q < columns_in.end; q++) {
                add(columns + q * channels, image + (h * s.width + at.left + q * s.dilation_w) * s.in, channels);
            }
        }
    }
}

// y: (batch, out_height, out_width, out); w: (kernel_h, kernel_w, 1, out)
void depthwise_forward(const float* x, const float* w, float* y, const ConvolutionSizes& sizes, int threads) {
    const int64_t multiplier = sizes.group_out();
    const int64_t rows = sizes.batch * sizes.out_height;
    const ConvolutionSizes s = sizes;
    for_ranges(rows, 1, s.pixels() * s.out * s.kernel(), threads, [=](int64_t first, int64_t last) {
        for (int64_t index = first * s.out_width; index < last * s.out_width; index++) {
            const Pixel at = pixel(s, index);
            float* const out = y + index * s.out;
            const Inside in_w = inside(at.left, s.dilation_w, s.kernel_w, s.width);
            const Inside in_h = inside(at.top, s.dilation_h, s.kernel_h, s.height);
            zero(out, s.out);
            for (int64_t p = in_h.first; p < in_h.end; p++) {
                for (int64_t q = in_w.first; q < in_w.end; q++) {
                    const float* const weight = w + (p * s.kernel_w + q) * s.out;
                    const float* const in =
                        x +
                        ((at.n * s.height + at.top + p * s.dilation_h) * s.width + at.left + q * s.dilation_w) * s.in;
                    if (multiplier == 1) {
#pragma omp simd
                        for (int64_t c = 0; c < s.out; c++) out[c] += in[c] * weight[c];
                    } else {
                        for (int64_t c = 0; c < s.in; c++) {
                            for (int64_t o = c * multiplier; o < (c + 1) * multiplier; o++) out[o] += in[c] * weight[o];
                        }
                    }
                }
            }
        }
    });
}

// dx: (batch, height, width, in)
void depthwise_data(const float* dy, const float* w, float* dx, const ConvolutionSizes& sizes, int threads) {
    const int64_t multiplier = sizes.group_out();
    const int64_t rows = sizes.batch * sizes.height;
    const ConvolutionSizes s = sizes;
    for_ranges(rows, 1, s.pixels() * s.out * s.kernel(), threads, [=](int64_t first, int64_t last) {
        zero(dx + first * s.width * s.in, (last - first) * s.width * s.in);
        for (int64_t row = first; row < last; row++) {
            for (int64_t p = 0; p < s.kernel_h; p++) {
                const int64_t i = source(row % s.height, s.pad_top, p * s.dilation_h, s.stride_h, s.out_height);
                if (i < 0) continue;
                const float* const dy_row = dy + (row / s.height * s.out_height + i) * s.out_width * s.out;
                for (int64_t column = 0; column < s.width; column++) {
                    float* const out = dx + (row * s.width + column) * s.in;
                    for (int64_t q = 0; q < s.kernel_w; q++) {
                        const int64_t j = source(column, s.pad_left, q * s.dilation_w, s.stride_w, s.out_width);
                        if (j < 0) continue;
                        const float* const d = dy_row + j * s.out;
                        const float* const weight = w + (p * s.kernel_w + q) * s.out;
                        if (multiplier == 1) {
#pragma omp simd
                            for (int64_t c = 0; c < s.in; c++) out[c] += d[c] * weight[c];
                        } else {
                            for (int64_t o = 0; o < s.out; o++) out[o / multiplier] += d[o] * weight[o];
                        }
                    }
                }
            }
        }
    });
}

// dw: (slices, kernel_h, kernel_w, 1, out), each slice the sum over a share of the rows of y
void depthwise_weights(const float* x, const float* dy, float* dw, const ConvolutionSizes& sizes, int64_t slices,
                       int threads) {
    const int64_t multiplier = sizes.group_out();
    const int64_t rows = sizes.batch * sizes.out_height;
    const ConvolutionSizes s = sizes;
    for_ranges(slices, 1, s.pixels() * s.out * s.kernel(), threads, [=](int64_t first_slice, int64_t last_slice) {
        for (int64_t slice = first_slice; slice < last_slice; slice++) {
            float* const sums = dw + slice * s.weights();
            zero(sums, s.weights());
            const int64_t first = rows * slice / slices * s.out_width;
            const int64_t last = rows * (slice + 1) / slices * s.out_width;
            for (int64_t index = first; index < last; index++) {
                const Pixel at = pixel(s, index);
                const float* const d = dy + index * s.out;
                const Inside in_w = inside(at.left, s.dilation_w, s.kernel_w, s.width);
                const Inside in_h = inside(at.top, s.dilation_h, s.kernel_h, s.height);
                for (int64_t p = in_h.first; p < in_h.end; p++) {
                    for (int64_t q = in_w.first; q < in_w.end; q++) {
                        float* const sum = sums + (p * s.kernel_w + q) * s.out;
                        const float* const in =
                            x + ((at.n * s.height + at.top + p * s.dilation_h) * s.width + at.left + q * s.dilation_w) *
                                    s.in;
                        if (multiplier == 1) {
#pragma omp simd
                            for (int64_t c = 0; c < s.out; c++) sum[c] += in[c] * d[c];
                        } else {
                            for (int64_t o = 0; o < s.out; o++) sum[o] += in[o / multiplier] * d[o];
                        }
                    }
                }
            }
        }
    });
}

}  // namespace schuss::SCHUSS_VARIANT
