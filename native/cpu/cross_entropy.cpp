// Softmax and cross-entropy in one: the loss needs no probabilities, and the gradient is probabilities minus one-hot.
#include "row_softmax.h"

namespace schuss::SCHUSS_VARIANT {

// logits: (rows, classes); labels, loss, log_sum_exp: (rows)
int cross_entropy_forward(const float* logits, const int32_t* labels, float* loss, float* log_sum_exp, int64_t rows,
                          int64_t classes, int threads) {
    for_ranges(rows, kLine, rows * classes, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            const float* const z = logits + row * classes;
            const auto [maximum, sum] = row_sum(z, classes);
            const float log_sum = log(sum);
            const int64_t label = labels[row];
            // The maximum comes off the logit before the logarithm is added: both may be large, their difference small.
            loss[row] = label >= 0 && label < classes ? log_sum - (z[label] - maximum) : kNan;
            log_sum_exp[row] = log_sum + maximum;
        }
    });
    return 0;
}

// logits, d_logits: (rows, classes); labels, log_sum_exp, d_loss: (rows)
int cross_entropy_backward(const float* logits, const int32_t* labels, const float* log_sum_exp, const float* d_loss,
                           float* d_logits, int64_t rows, int64_t classes, int threads) {
    for_ranges(rows, 1, rows * classes, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            const float* const z = logits + row * classes;
            float* const dz = d_logits + row * classes;
            const int64_t label = labels[row];
            const float log_sum = log_sum_exp[row];
            const bool valid = label >= 0 && label < classes;
            const float dy = valid ? d_loss[row] : kNan;  // as the loss was
            if (classes > kLine) {
#pragma omp simd
                for (int64_t j = 0; j < classes; j++) dz[j] = exp(z[j] - log_sum) * dy;
            } else {
                float padded[kLine];
                pad_row(z, classes, padded);
#pragma omp simd
                for (int64_t j = 0; j < kLine; j++) padded[j] = exp(padded[j] - log_sum) * dy;
                for (int64_t j = 0; j < classes; j++) dz[j] = padded[j];
            }
            if (valid) dz[label] -= dy;
        }
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
