// Filling memory, with one number or with positions.
// Work mapping: a thread to an element.
// Bytes moved: a write of every element.
#include "kernel.h"
#include "schuss/opcodes.h"

// y: (n)
extern "C" __global__ void __launch_bounds__(256) fill(float* y, float value, int64_t n) {
    for (int64_t i = first_element(); i < n; i += element_stride()) y[i] = value;
}

// y: (n / extent / inner, extent, inner) = 0, 1, ... along the axis in the middle; type: SCHUSS_F32, _I32 or _I64
extern "C" __global__ void __launch_bounds__(256)
    iota(void* y, int32_t type, int64_t extent, int64_t inner, int64_t n) {
    for (int64_t i = first_element(); i < n; i += element_stride()) {
        const int64_t position = i / inner % extent;
        if (type == SCHUSS_F32) {
            static_cast<float*>(y)[i] = static_cast<float>(position);
        } else if (type == SCHUSS_I32) {
            static_cast<int32_t*>(y)[i] = static_cast<int32_t>(position);
        } else {
            static_cast<int64_t*>(y)[i] = position;
        }
    }
}
