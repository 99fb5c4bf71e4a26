// What the providers of matrix products have in common. a: (m, k), or (k, m) transposed; b: (k, n), or (n, k)
// transposed; c: (m, n). There may be a stack of them.
#pragma once

#include <vector>

#include "product.h"

namespace schuss {

// An axis of a stack: how many products there are along it, and the way from one's a and b to the next's, in elements.
struct StackAxis {
    int64_t extent, a_stride, b_stride;
};

struct MatmulShape {
    int64_t m, k, n;
    bool transpose_a, transpose_b, bias;
    int activation;  // SchussActivation
    float alpha;     // slope of a leaky ReLU below 0
    int threads;
    std::vector<StackAxis> stack;  // outermost first; none for a single product

    int64_t products() const {
        int64_t count = 1;
        for (const StackAxis& axis : stack) count *= axis.extent;
        return count;
    }
};

// Each returns null, with the error set, where it cannot do the shape.
std::unique_ptr<PreparedProduct> prepare_onednn(const MatmulShape& shape);
std::unique_ptr<PreparedProduct> prepare_openblas(const MatmulShape& shape);
std::unique_ptr<PreparedProduct> prepare_gemv(const MatmulShape& shape);

}  // namespace schuss
