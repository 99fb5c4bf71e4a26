// Binds a copy between two layouts.
#include "cpu/strided_copy.h"

#include <new>

#include "cpu/error.h"
#include "cpu/kernels.h"

using schuss::StridedCopy;

void* schuss_copy_bind(const float* x, float* y, const int64_t* extents, const int64_t* x_strides,
                       const int64_t* y_strides, int32_t rank, int threads) {
    if (rank < 1 || rank > schuss::kMostCopyRank) {
        schuss::fail("copy: expected 1 to %d dimensions, got %d", schuss::kMostCopyRank, rank);
        return nullptr;
    }
    StridedCopy copy = {x, y, rank, {}, {}, {}, threads};
    for (int32_t axis = 0; axis < rank; axis++) {
        copy.extents[axis] = extents[axis];
        copy.x_strides[axis] = x_strides[axis];
        copy.y_strides[axis] = y_strides[axis];
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
