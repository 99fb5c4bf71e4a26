// Binds a copy between two layouts: dimensions that are one in both are merged, those of one element dropped.
#include "strided_copy.h"

#include <new>

#include "error.h"
#include "kernels.h"

using schuss::StridedCopy;

void* schuss_copy_bind(const float* x, float* y, const int64_t* extents, const int64_t* x_strides,
                       const int64_t* y_strides, int32_t rank, int threads) {
    StridedCopy copy = {x, y, 0, {}, {}, {}, threads};
    for (int32_t axis = 0; axis < rank; axis++) {
        if (extents[axis] == 1) continue;
        const int32_t last = copy.rank - 1;
        const bool one = last >= 0 && copy.x_strides[last] == extents[axis] * x_strides[axis] &&
                         copy.y_strides[last] == extents[axis] * y_strides[axis];
        if (one) {
            copy.extents[last] *= extents[axis];
            copy.x_strides[last] = x_strides[axis];
            copy.y_strides[last] = y_strides[axis];
        } else if (copy.rank == schuss::kMostCopyRank) {
            schuss::fail("copy: expected at most %d dimensions that cannot be merged", schuss::kMostCopyRank);
            return nullptr;
        } else {
            copy.extents[copy.rank] = extents[axis];
            copy.x_strides[copy.rank] = x_strides[axis];
            copy.y_strides[copy.rank] = y_strides[axis];
            copy.rank++;
        }
    }
    if (copy.rank == 0) {  // one element
        copy.rank = 1;
        copy.extents[0] = copy.x_strides[0] = copy.y_strides[0] = 1;
    }
    StridedCopy* const bound = new (std::nothrow) StridedCopy(copy);
    if (bound == nullptr) schuss::fail("copy: out of memory");
    return bound;
}

int schuss_copy_run(void* bound) {
    schuss::copy_tiles(*(const StridedCopy*)bound);
    return 0;
}

void schuss_copy_free(void* bound) { delete (StridedCopy*)bound; }
