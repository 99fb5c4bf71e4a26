// A copy between two layouts: what strided_copy.cpp binds once and copy_tiles.cpp runs.
#pragma once

#include <stdint.h>

namespace schuss {

constexpr int kMostCopyRank = 8;

struct StridedCopy {
    const float* x;
    float* y;
    int32_t rank;  // at least 1
    int64_t extents[kMostCopyRank], x_strides[kMostCopyRank], y_strides[kMostCopyRank];
    int threads;
};

}  // namespace schuss
