// What follows a product where the library's own epilogue is not to be had.
#include "kernel.h"

// y (n / columns, columns) += bias (columns), where there is one; then, where it is asked for, y = max(y, 0), in which
// NaN stays NaN. A thread per element; reads and writes y once.
extern "C" __global__ void __launch_bounds__(256)
    product_epilogue(float* y, const float* bias, int64_t n, int64_t columns, int32_t relu) {
    for (int64_t i = first_element(); i < n; i += element_stride()) {
        float x = y[i];
        if (bias != nullptr) x += bias[i % columns];
        y[i] = relu && x < 0 ? 0 : x;
    }
}
