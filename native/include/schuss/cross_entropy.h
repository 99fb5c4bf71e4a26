// Cross-entropy's targets and their loss, for host and device.
#pragma once

#include "schuss/host_device.h"
#include "schuss/types.h"

// How much of a row's target lies on its label, and on each class besides.
typedef struct {
    float on_label, on_each;
} SchussTargets;

SCHUSS_HOST_DEVICE static inline SchussTargets schuss_targets(double smoothing, int64_t classes) {
    const SchussTargets targets = {(float)(1 - smoothing), (float)(smoothing / (double)classes)};
    return targets;
}

// -log of a class's probability by its score. The maximum comes off the score before the logarithm is added: both may
// be large, their difference small.
SCHUSS_HOST_DEVICE static inline float schuss_class_loss(float score, float maximum, float log_sum) {
    return log_sum - (score - maximum);
}
