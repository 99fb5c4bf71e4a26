// Matrix products through oneDNN, on plain row-major data, with bias and activation done as the result is written.
#include "matmul.h"
#include "onednn.h"

namespace schuss {
namespace {

using dnnl::memory;

memory::desc plain(int64_t rows, int64_t columns, bool transposed) {
    return {{rows, columns}, memory::data_type::f32, transposed ? memory::format_tag::ba : memory::format_tag::ab};
}

dnnl::matmul::primitive_desc describe(const MatmulShape& shape) {
    return {onednn::engine(),
            plain(shape.m, shape.k, shape.transpose_a),
            plain(shape.k, shape.n, shape.transpose_b),
            shape.bias ? plain(1, shape.n, false) : memory::desc(),
            plain(shape.m, shape.n, false),
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
        bound->finish(shape.activation, data.c, shape.m, shape.n);
        return bound;
    }

  private:
    MatmulShape shape;
    dnnl::matmul::primitive_desc description;
    dnnl::matmul primitive;
};

}  // namespace

std::unique_ptr<PreparedProduct> prepare_onednn(const MatmulShape& shape) {
    const onednn::ThreadScope scope(shape.threads);  // the implementation chosen depends on it
    return std::make_unique<PreparedOneDnn>(shape);
}

}  // namespace schuss
