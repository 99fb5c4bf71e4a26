// What the providers of matrix products have in common.
#pragma once

#include <stdint.h>

#include <memory>

#include "schuss/schuss.h"

namespace schuss {

struct MatmulShape {
    int64_t m, k, n;
    bool transpose_a, transpose_b, bias;
    int activation;  // SchussActivation
    float alpha;     // slope of a leaky ReLU below 0
    int threads;
};

struct MatmulData {
    const float* a;     // (m, k), or (k, m) transposed
    const float* b;     // (k, n), or (n, k) transposed
    const float* bias;  // (n), or null
    float* c;           // (m, n)
    void* scratch;
};

// A product on given addresses. run returns a status.
struct BoundMatmul {
    virtual ~BoundMatmul() = default;
    virtual int run() = 0;
};

// A product of one shape, ready to be bound.
struct PreparedMatmul {
    virtual ~PreparedMatmul() = default;
    virtual int64_t scratch_bytes() const { return 0; }
    virtual std::unique_ptr<BoundMatmul> bind(const MatmulData& data) const = 0;
};

// Each returns null, with the error set, where it cannot do the shape.
std::unique_ptr<PreparedMatmul> prepare_onednn(const MatmulShape& shape);
std::unique_ptr<PreparedMatmul> prepare_openblas(const MatmulShape& shape);
std::unique_ptr<PreparedMatmul> prepare_gemv(const MatmulShape& shape);

}  // namespace schuss
