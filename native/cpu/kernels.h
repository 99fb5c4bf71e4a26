// Declares the kernels of every instruction set: those of schuss.h, without schuss_ before their names, and those here,
// which only C++ calls. What is called is schuss_name, or schuss::name: it runs the chosen variant.
#pragma once

#include <stdint.h>

#include "pointwise.h"
#include "schuss/convolution_sizes.h"
#include "schuss/schuss.h"
#include "strided_copy.h"

namespace schuss {

SCHUSS_KERNEL void pointwise_tiles(const Pointwise& program);
SCHUSS_KERNEL void copy_tiles(const StridedCopy& copy);

SCHUSS_KERNEL void gemv(const float* x, const float* weight, float* y, int64_t in_features, int64_t out_features,
                        bool transposed, int threads);
SCHUSS_KERNEL void epilogue(float* y, const float* bias, int64_t rows, int64_t columns, int activation, float alpha,
                            int threads);

SCHUSS_KERNEL void im2col(const float* x, float* columns, const ConvolutionSizes& sizes, int64_t group, int64_t first,
                          int64_t pixels);
SCHUSS_KERNEL void col2im(const float* columns, float* x, const ConvolutionSizes& sizes, int64_t group, int64_t first,
                          int64_t pixels);
SCHUSS_KERNEL void depthwise_forward(const float* x, const float* w, float* y, const ConvolutionSizes& sizes,
                                     int threads);
SCHUSS_KERNEL void depthwise_data(const float* dy, const float* w, float* dx, const ConvolutionSizes& sizes,
                                  int threads);
SCHUSS_KERNEL void depthwise_weights(const float* x, const float* dy, float* dw, const ConvolutionSizes& sizes,
                                     int64_t slices, int threads);

// kernels.inc, made by the build, is the list of all of them.
#define KERNEL(result, function, kernel, parameters, arguments) result kernel parameters;
namespace baseline {
#include "kernels.inc"
}
namespace avx2 {
#include "kernels.inc"
}
namespace avx512 {
#include "kernels.inc"
}
#undef KERNEL

}  // namespace schuss
