// The C interface of matrix products, and the one that is ours: a single row.
#include "matmul.h"

#include <exception>

#include "cpu/error.h"
#include "cpu/kernels.h"

namespace schuss {
namespace {

struct BoundGemv final : BoundProduct {
    MatmulShape shape;
    ProductData data;

    BoundGemv(const MatmulShape& shape, const ProductData& data) : shape(shape), data(data) {}

    int run() override {
        gemv(data.a, data.b, data.c, shape.k, shape.n, shape.transpose_b, shape.threads);
        epilogue(data.c, data.bias, 1, shape.n, shape.activation, shape.alpha, 1);
        return 0;
    }
};

struct PreparedGemv final : PreparedProduct {
    MatmulShape shape;

    explicit PreparedGemv(const MatmulShape& shape) : shape(shape) {}

    std::unique_ptr<BoundProduct> bind(const ProductData& data) const override {
        return std::make_unique<BoundGemv>(shape, data);
    }
};

}  // namespace

std::unique_ptr<PreparedProduct> prepare_gemv(const MatmulShape& shape) {
    if (shape.m != 1 || shape.transpose_a) {
        fail("matmul, own kernel: expected one row and no transposed a, got m = %ld, transpose_a = %d", (long)shape.m,
             shape.transpose_a);
        return nullptr;
    }
    if (!shape.stack.empty()) {
        fail("matmul, own kernel: expected one product, got %ld", (long)shape.products());
        return nullptr;
    }
    return std::make_unique<PreparedGemv>(shape);
}

}  // namespace schuss

using schuss::fail;

void* schuss_matmul_prepare(int provider, int64_t m, int64_t k, int64_t n, int transpose_a, int transpose_b,
                            const int64_t* extents, const int64_t* a_strides, const int64_t* b_strides, int32_t axes,
                            int bias, int activation, float alpha, int64_t* scratch_bytes, int threads) try {
    if (m < 1 || k < 1 || n < 1) {
        fail("matmul: expected m, k, n of at least 1, got %ld, %ld, %ld", (long)m, (long)k, (long)n);
        return nullptr;
    }
    if (activation < SCHUSS_NONE || activation > SCHUSS_ACT_TANH) {
        fail("matmul: expected an activation of 0 to %d, got %d", SCHUSS_ACT_TANH, activation);
        return nullptr;
    }
    schuss::MatmulShape shape{m,         k,          n,     transpose_a != 0,          transpose_b != 0,
                              bias != 0, activation, alpha, threads > 1 ? threads : 1, {}};
    for (int32_t axis = 0; axis < axes; axis++) {
        if (extents[axis] < 1) {
            fail("matmul: expected a stack of extents of at least 1, got %ld", (long)extents[axis]);
            return nullptr;
        }
        shape.stack.push_back({extents[axis], a_strides[axis], b_strides[axis]});
    }
    std::unique_ptr<schuss::PreparedProduct> prepared;
    switch (provider) {
        case SCHUSS_ONEDNN:
            prepared = schuss::prepare_onednn(shape);
            break;
        case SCHUSS_OPENBLAS:
            prepared = schuss::prepare_openblas(shape);
            break;
        case SCHUSS_OURS:
            prepared = schuss::prepare_gemv(shape);
            break;
        default:
            fail("matmul: expected a provider of 0 to %d, got %d", SCHUSS_OURS, provider);
    }
    if (prepared && scratch_bytes != nullptr) *scratch_bytes = prepared->scratch_bytes();
    return prepared.release();
} catch (const std::exception& problem) {
    fail("matmul (%ld, %ld, %ld): %s", (long)m, (long)k, (long)n, problem.what());
    return nullptr;
}
