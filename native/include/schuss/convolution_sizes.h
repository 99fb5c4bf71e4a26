// The sizes of a convolution, as kernels and libraries need them.
#pragma once

#include "schuss/host_device.h"
#include "schuss/types.h"

namespace schuss {

// In the order of the C interface.
struct ConvolutionSizes {
    int64_t batch, height, width, in, out_height, out_width, out, kernel_h, kernel_w, stride_h, stride_w, pad_top,
        pad_bottom, pad_left, pad_right, dilation_h, dilation_w, groups;

    SCHUSS_HOST_DEVICE inline int64_t group_in() const { return in / groups; }
    SCHUSS_HOST_DEVICE inline int64_t group_out() const { return out / groups; }
    SCHUSS_HOST_DEVICE inline int64_t kernel() const { return kernel_h * kernel_w; }
    SCHUSS_HOST_DEVICE inline int64_t pixels() const { return batch * out_height * out_width; }  // of y
    SCHUSS_HOST_DEVICE inline int64_t weights() const { return kernel() * group_in() * out; }
};

}  // namespace schuss
