// Looks for what should not be there, while faults are searched for.
// Work mapping: all threads of the grid share the elements. Bytes moved: 1 read of an element.
#include "kernel.h"

// *first becomes the index of the first NaN of x, where that is less than what it holds.
extern "C" __global__ void __launch_bounds__(256) first_nan(const float* x, int64_t n, unsigned long long* first) {
    for (int64_t i = first_element(); i < n; i += element_stride()) {
        if (x[i] != x[i]) atomicMin(first, static_cast<unsigned long long>(i));
    }
}
