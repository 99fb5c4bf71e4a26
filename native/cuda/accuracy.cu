// Counting right answers, and adding per-row values up over many batches.
#include "kernel.h"

// scores: (rows, classes); labels, correct: (rows)
// Work mapping: a warp to a row, its lanes sharing the classes.
// Bytes moved: a read of every score.
extern "C" __global__ void __launch_bounds__(256)
    accuracy(const float* scores, const int32_t* labels, float* correct, int64_t rows, int64_t classes) {
    const int lane = threadIdx.x % kWarp;
    for (int64_t row = first_element() / kWarp; row < rows; row += element_stride() / kWarp) {
        const float* z = scores + row * classes;
        const int64_t label = labels[row];
        const bool known = label >= 0 && label < classes;
        // First largest: everything before the label is smaller, everything after it at most as large, NaN neither.
        const float score = known ? z[label] : NAN;
        int wrong = known ? 0 : 1;
        for (int64_t i = lane; i < classes; i += kWarp) wrong += i < label ? !(z[i] < score) : !(z[i] <= score);
        wrong = warp_reduce(wrong, Sum());
        if (lane == 0) correct[row] = wrong == 0 ? 1.0f : 0.0f;
    }
}

// x: (rows, columns)
// Work mapping: a thread to a column; of one column one block, for a batch's losses are few.
// Bytes moved: a read of every element.
extern "C" __global__ void __launch_bounds__(256)
    accumulate(const float* x, double* totals, const int32_t* skip, int32_t index, int64_t rows, int64_t columns) {
    if (skip != nullptr && *skip != 0) return;
    if (columns > 1) {
        for (int64_t j = first_element(); j < columns; j += element_stride()) {
            double sum = 0;
            for (int64_t row = 0; row < rows; row++) sum += x[row * columns + j];
            totals[index + j] += sum;
        }
        return;
    }
    double sum = 0;
    for (int64_t i = threadIdx.x; i < rows; i += blockDim.x) sum += x[i];
    sum = block_reduce(sum, Sum(), 0.0);
    if (threadIdx.x == 0) totals[index] += sum;
}
