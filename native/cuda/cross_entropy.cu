// Softmax and cross-entropy in one: the loss needs no probabilities, and the gradient is probabilities minus targets.
// The targets are one-hot, smoothed towards equal ones; scores may be log-probabilities already.
// Work mapping: a block to a row, its threads sharing the classes; blocks have a warp for ten classes, eight for many.
#include "kernel.h"
#include "schuss/cross_entropy.h"

__device__ inline float class_weight(const float* class_weights, int64_t j) {
    return class_weights == nullptr ? 1.0f : class_weights[j];
}

// The sum of value(j) over the classes, to all threads of the block.
template <typename Value>
__device__ float sum_classes(int64_t classes, Value value) {
    float sum = 0;
    for (int64_t j = threadIdx.x; j < classes; j += blockDim.x) sum += value(j);
    return block_reduce(sum, Sum(), 0.0f);
}

__device__ inline float largest_score(const float* z, int64_t classes) {
    float highest = -INFINITY;
    for (int64_t j = threadIdx.x; j < classes; j += blockDim.x) highest = Maximum()(highest, z[j]);
    return block_reduce(highest, Maximum(), -INFINITY);
}

// scores: (rows, classes); labels, loss, weight, maximum, sum: (rows); class_weights: (classes) or null
// Bytes moved: the scores, which the second and third time come from L1.
extern "C" __global__ void __launch_bounds__(256)
    cross_entropy_forward(const float* scores, const int32_t* labels, const float* class_weights, float* loss,
                          float* weight, float* maximum, float* sum, int64_t rows, int64_t classes,
                          int32_t log_probabilities, double smoothing, int64_t ignored) {
    const SchussTargets targets = schuss_targets(smoothing, classes);
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        const float* const z = scores + row * classes;
        const int64_t label = labels[row];
        const bool counts = label != ignored, valid = label >= 0 && label < classes;
        float highest = 0, total = 1;
        if (counts && !log_probabilities) {
            highest = largest_score(z, classes);
            total = sum_classes(classes, [=](int64_t j) { return expf(z[j] - highest); });
        }
        const float log_sum = logf(total);
        float of_all = 0;
        if (counts && targets.on_each != 0) {
            of_all = sum_classes(classes, [=](int64_t j) {
                return class_weight(class_weights, j) * schuss_class_loss(z[j], highest, log_sum);
            });
        }
        if (threadIdx.x != 0) continue;
        const float w = !counts ? 0.0f : valid ? class_weight(class_weights, label) : NAN;
        float y = w;  // 0 or NaN
        if (counts && valid) {
            y = w * targets.on_label * schuss_class_loss(z[label], highest, log_sum);
            if (targets.on_each != 0) y += targets.on_each * of_all;
        }
        loss[row] = y;
        weight[row] = w;
        maximum[row] = total == total ? highest : NAN;
        sum[row] = total;
    }
}

// scores, d_scores: (rows, classes); labels, maximum, sum, d_loss: (rows); class_weights: (classes) or null
// Bytes moved: the scores read once, their gradient written once.
extern "C" __global__ void __launch_bounds__(256)
    cross_entropy_backward(const float* scores, const int32_t* labels, const float* maximum, const float* sum,
                           const float* d_loss, const float* class_weights, float* d_scores, int64_t rows,
                           int64_t classes, int32_t log_probabilities, double smoothing, int64_t ignored) {
    const SchussTargets targets = schuss_targets(smoothing, classes);
    float on_all = 0;
    if (targets.on_each != 0) {
        on_all = targets.on_each * sum_classes(classes, [=](int64_t j) { return class_weight(class_weights, j); });
    }
    for (int64_t row = blockIdx.x; row < rows; row += gridDim.x) {
        const float* const z = scores + row * classes;
        float* const dz = d_scores + row * classes;
        const int64_t label = labels[row];
        if (label == ignored || label < 0 || label >= classes) {  // as the loss was
            for (int64_t j = threadIdx.x; j < classes; j += blockDim.x) dz[j] = label == ignored ? 0.0f : NAN;
            continue;
        }
        const float dy = d_loss[row];
        const float target = targets.on_label * class_weight(class_weights, label);
        const float each = targets.on_each * dy;
        const float highest = maximum[row];
        const float scale = (target + on_all) * dy / sum[row];
        for (int64_t j = threadIdx.x; j < classes; j += blockDim.x) {
            float slope = log_probabilities ? 0.0f : expf(z[j] - highest) * scale;
            if (targets.on_each != 0) slope -= each * class_weight(class_weights, j);
            dz[j] = j == label ? slope - target * dy : slope;
        }
    }
}
