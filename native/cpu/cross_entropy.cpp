// Softmax and cross-entropy in one: the loss needs no probabilities, and the gradient is probabilities minus targets.
// The targets are one-hot, smoothed towards equal ones; the same loops serve scores that are log-probabilities already.
#include "schuss/cross_entropy.h"

#include "row_softmax.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

// class_weights: (classes), or null for ones
SCHUSS_INLINE float sum_weights(const float* class_weights, int64_t classes) {
    if (class_weights == nullptr) return (float)classes;
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t j = 0; j < classes; j++) sum += class_weights[j];
    return sum;
}

// z: (classes); the sum of w (log_sum - (z - maximum))
SCHUSS_INLINE float sum_losses(const float* z, const float* class_weights, float maximum, float log_sum,
                               int64_t classes) {
    float sum = 0;
    if (class_weights == nullptr) {
#pragma omp simd reduction(+ : sum)
        for (int64_t j = 0; j < classes; j++) sum += schuss_class_loss(z[j], maximum, log_sum);
    } else {
#pragma omp simd reduction(+ : sum)
        for (int64_t j = 0; j < classes; j++) {
            sum += class_weights[j] * schuss_class_loss(z[j], maximum, log_sum);
        }
    }
    return sum;
}

// z, dz: (classes); dz = e^(z - maximum) * scale
SCHUSS_INLINE void scaled_powers(const float* z, float* dz, float maximum, float scale, int64_t classes) {
    if (classes > kLine) {
#pragma omp simd
        for (int64_t j = 0; j < classes; j++) dz[j] = exp(z[j] - maximum) * scale;
    } else {
        float padded[kLine];
        pad_row(z, classes, padded);
#pragma omp simd
        for (int64_t j = 0; j < kLine; j++) padded[j] = exp(padded[j] - maximum) * scale;
        for (int64_t j = 0; j < classes; j++) dz[j] = padded[j];
    }
}

SCHUSS_INLINE void fill_row(float* row, float value, int64_t n) {
#pragma omp simd
    for (int64_t j = 0; j < n; j++) row[j] = value;
}

}  // namespace

// scores: (rows, classes); labels, loss, weight, maximum, sum: (rows); class_weights: (classes) or null
int cross_entropy_forward(const float* scores, const int32_t* labels, const float* class_weights, float* loss,
                          float* weight, float* maximum, float* sum, int64_t rows, int64_t classes,
                          int log_probabilities, double smoothing, int64_t ignored, int threads) {
    const SchussTargets targets = schuss_targets(smoothing, classes);
    const float on_label = targets.on_label, on_each = targets.on_each;
    for_ranges(rows, kLine, rows * classes, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            const float* const z = scores + row * classes;
            const int64_t label = labels[row];
            if (label == ignored) {
                loss[row] = weight[row] = maximum[row] = 0;
                sum[row] = 1;
                continue;
            }
            const RowSum powers = log_probabilities ? RowSum{0, 1} : row_sum(z, classes);
            const float log_sum = log(powers.sum);
            float y = kNan, w = kNan;
            if (label >= 0 && label < classes) {
                w = class_weights == nullptr ? 1.0f : class_weights[label];
                y = w * on_label * schuss_class_loss(z[label], powers.maximum, log_sum);
                if (on_each != 0) y += on_each * sum_losses(z, class_weights, powers.maximum, log_sum, classes);
            }
            loss[row] = y;
            weight[row] = w;
            maximum[row] = powers.sum == powers.sum ? powers.maximum : kNan;
            sum[row] = powers.sum;
        }
    });
    return 0;
}

// scores, d_scores: (rows, classes); labels, maximum, sum, d_loss: (rows); class_weights: (classes) or null
int cross_entropy_backward(const float* scores, const int32_t* labels, const float* maximum, const float* sum,
                           const float* d_loss, const float* class_weights, float* d_scores, int64_t rows,
                           int64_t classes, int log_probabilities, double smoothing, int64_t ignored, int threads) {
    const SchussTargets targets = schuss_targets(smoothing, classes);
    const float on_label = targets.on_label, on_each = targets.on_each;
    const float on_all = on_each == 0 ? 0 : on_each * sum_weights(class_weights, classes);
    for_ranges(rows, 1, rows * classes, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            float* const dz = d_scores + row * classes;
            const int64_t label = labels[row];
            const bool valid = label >= 0 && label < classes;
            if (label == ignored || !valid) {
                fill_row(dz, label == ignored ? 0 : kNan, classes);  // as the loss was
                continue;
            }
            const float dy = d_loss[row];
            const float target = on_label * (class_weights == nullptr ? 1.0f : class_weights[label]);
            if (log_probabilities) {
                fill_row(dz, 0, classes);
            } else {
                scaled_powers(scores + row * classes, dz, maximum[row], (target + on_all) * dy / sum[row], classes);
            }
            if (on_each != 0) {
                const float each = on_each * dy;
#pragma omp simd
                for (int64_t j = 0; j < classes; j++)
                    dz[j] -= class_weights == nullptr ? each : each * class_weights[j];
            }
            dz[label] -= target * dy;
        }
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
