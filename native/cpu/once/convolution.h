// What the providers of convolutions have in common. x: (batch, height, width, in), w: (kernel_h, kernel_w, in /
// groups, out), y: (batch, out_height, out_width, out). a and b are x and w in the forward pass, which makes y; dy and
// w for the data gradient, which makes dx; x and dy for the weight gradient, which makes dw.
#pragma once

#include "product.h"
#include "schuss/convolution_sizes.h"

namespace schuss {

struct ConvolutionShape {
    ConvolutionSizes sizes;
    int pass;     // SchussConvolutionPass
    int weights;  // SchussWeights
    bool bias;
    int activation;  // SchussActivation
    float alpha;     // slope of a leaky ReLU below 0
    int threads;
};

// Null where oneDNN has no more than its reference loop for the shape.
std::unique_ptr<PreparedProduct> prepare_convolution_onednn(const ConvolutionShape& shape);
// Depthwise ones by kernels of ours, all others through OpenBLAS.
std::unique_ptr<PreparedProduct> prepare_convolution_ours(const ConvolutionShape& shape);

}  // namespace schuss
