// Filling memory.
// Work mapping: a thread to an element.
// Bytes moved: a write of every element.
#include "kernel.h"

// y: (n)
extern "C" __global__ void __launch_bounds__(256) fill(float* y, float value, int64_t n) {
    for (int64_t i = first_element(); i < n; i += element_stride()) y[i] = value;
}
