// Counting right answers, and adding per-row values up over many batches.
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {

// scores: (rows, classes); labels, correct: (rows)
int accuracy(const float* scores, const int32_t* labels, float* correct, int64_t rows, int64_t classes, int threads) {
    for_ranges(rows, kLine, rows * classes, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            const float* const z = scores + row * classes;
            const int64_t label = labels[row];
            if (label < 0 || label >= classes) {
                correct[row] = 0;
                continue;
            }
            // First largest: everything before the label is smaller, everything after it at most as large. Written as
            // a count of what is not so, NaN included, it is a vector loop.
            const float score = z[label];
            int wrong = 0;
#pragma omp simd reduction(+ : wrong)
            for (int64_t j = 0; j < label; j++) wrong += !(z[j] < score);
#pragma omp simd reduction(+ : wrong)
            for (int64_t j = label; j < classes; j++) wrong += !(z[j] <= score);
            correct[row] = wrong == 0 ? 1.0f : 0.0f;
        }
    });
    return 0;
}

// x: (rows, columns); a batch's losses are few, so one thread adds them up
int accumulate(const float* x, double* totals, const int32_t* skip, int index, int64_t rows, int64_t columns,
               int /*threads*/) {
    if (skip != nullptr && *skip != 0) return 0;
    if (columns == 1) {
        double sum = 0;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = 0; i < rows; i++) sum += x[i];
        totals[index] += sum;
        return 0;
    }
    double* const sums = totals + index;
    for (int64_t row = 0; row < rows; row++) {
        const float* const of_row = x + row * columns;
#pragma omp simd
        for (int64_t j = 0; j < columns; j++) sums[j] += of_row[j];
    }
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
