// What matrix products and convolutions have in common: two operands, a result, and what follows in the same pass.
#pragma once

#include <stdint.h>

#include <memory>

#include "schuss/schuss.h"

namespace schuss {

struct ProductData {
    const float* a;
    const float* b;
    const float* bias;  // one number per element of the result's last axis, or null
    float* c;
    void* scratch;
};

// A product on given addresses. run returns a status.
struct BoundProduct {
    virtual ~BoundProduct() = default;
    virtual int run() = 0;
};

// A product of one shape, ready to be bound.
struct PreparedProduct {
    virtual ~PreparedProduct() = default;
    virtual int64_t scratch_bytes() const { return 0; }
    virtual int64_t packed_bytes() const { return 0; }  // of b in a form of its own; 0 where it is read as it is
    virtual std::unique_ptr<BoundProduct> bind(const ProductData& data) const = 0;
};

}  // namespace schuss
