// Matrix products through oneDNN, on plain row-major data, with bias and activation done as the result is written.
#include <string.h>

#include "matmul.h"
#include "onednn.h"

namespace schuss {
namespace {

using dnnl::memory;

// Matrices with the stack's axes in front, of which those with stride 0 have one position: oneDNN broadcasts them.
memory::desc plain(int64_t rows, int64_t columns, bool transposed, memory::dims extents = {},
                   memory::dims strides = {}) {
    for (size_t axis = 0; axis < extents.size(); axis++) {
        if (strides[axis] == 0) {
            extents[axis] = 1;
            strides[axis] = rows * columns;
        }
    }
    extents.insert(extents.end(), {rows, columns});
    strides.insert(strides.end(), {transposed ? 1 : columns, transposed ? rows : 1});
    return {extents, memory::data_type::f32, strides};
}

dnnl::matmul::primitive_desc describe(const MatmulShape& shape) {
    memory::dims extents, ones, of_a, of_b, of_c;
    int64_t products = shape.products();
    for (const StackAxis& axis : shape.stack) {
        products /= axis.extent;
        extents.push_back(axis.extent);
        ones.push_back(1);
        of_a.push_back(axis.a_stride);
        of_b.push_back(axis.b_stride);
        of_c.push_back(products * shape.m * shape.n);
    }
    return {onednn::engine(),
            plain(shape.m, shape.k, shape.transpose_a, extents, of_a),
            plain(shape.k, shape.n, shape.transpose_b, extents, of_b),
            shape.bias ? plain(1, shape.n, false, ones, memory::dims(ones.size(), 0)) : memory::desc(),
            plain(shape.m, shape.n, false, extents, of_c),
            onednn::attributes(shape.activation, shape.alpha)};
}

class PreparedOneDnn final : public PreparedProduct {
  public:
    explicit PreparedOneDnn(const MatmulShape& shape)
        : shape(shape), description(describe(shape)), primitive(description) {}

    int64_t scratch_bytes() const override { return (int64_t)description.scratchpad_desc().get_size(); }

    std::unique_ptr<BoundProduct> bind(const ProductData& data) const override {
        auto bound = std::make_unique<onednn::BoundCalls>(shape.threads);
        onednn::Call& call = bound->add(primitive);
        call.add(DNNL_ARG_SRC, description.src_desc(), data.a);
        call.add(DNNL_ARG_WEIGHTS, description.weights_desc(), data.b);
        if (data.bias != nullptr) call.add(DNNL_ARG_BIAS, description.bias_desc(), data.bias);
        call.add(DNNL_ARG_DST, description.dst_desc(), data.c);
        call.add(DNNL_ARG_SCRATCHPAD, description.scratchpad_desc(), data.scratch);
        bound->finish(shape.activation, data.c, shape.products() * shape.m, shape.n);
        return bound;
    }

    // Whether plain loops are all that oneDNN has for this.
    bool is_slow() const { return strncmp(description.impl_info_str(), "ref", strlen("ref")) == 0; }

  private:
    MatmulShape shape;
    dnnl::matmul::primitive_desc description;
    dnnl::matmul primitive;
};

}  // namespace

std::unique_ptr<PreparedProduct> prepare_onednn(const MatmulShape& shape) {
    const onednn::ThreadScope scope(shape.threads, &shape);  // the implementation chosen depends on it
    auto prepared = std::make_unique<PreparedOneDnn>(shape);
    if (!shape.stack.empty() && prepared->is_slow()) return prepare_openblas(shape);
    return prepared;
}

}  // namespace schuss
