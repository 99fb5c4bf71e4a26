// What the providers of matrix products have in common. a: (m, k), or (k, m) transposed; b: (k, n), or (n, k)
// transposed; c: (m, n).
#pragma once

#include "product.h"

namespace schuss {

struct MatmulShape {
    int64_t m, k, n;
    bool transpose_a, transpose_b, bias;
    int activation;  // SchussActivation
    float alpha;     // slope of a leaky ReLU below 0
    int threads;
};

// Each returns null, with the error set, where it cannot do the shape.
std::unique_ptr<PreparedProduct> prepare_onednn(const MatmulShape& shape);
std::unique_ptr<PreparedProduct> prepare_openblas(const MatmulShape& shape);
std::unique_ptr<PreparedProduct> prepare_gemv(const MatmulShape& shape);

}  // namespace schuss
