// What products do to their elements where the library's own epilogue is not to be had.
#include "kernel.h"

// y = max(y, 0) in place, where NaN stays NaN. A thread per element; reads and writes y once.
extern "C" __global__ void __launch_bounds__(256) relu_in_place(float* y, int64_t n) {
    for (int64_t i = first_element(); i < n; i += element_stride()) {
        const float x = y[i];
        y[i] = x > 0 || x != x ? x : 0;
    }
}
