// Convolutions through oneDNN: plain channels-last activations, weights in whatever order it asks for.
#include <string.h>

#include "convolution.h"
#include "onednn.h"

namespace schuss {
namespace {

using dnnl::memory;
using onednn::engine;

constexpr int64_t kAlignment = 64;  // of pieces of scratch memory
constexpr auto kF32 = memory::data_type::f32;
constexpr auto kAlgorithm = dnnl::algorithm::convolution_direct;

int64_t aligned(size_t bytes) { return ((int64_t)bytes + kAlignment - 1) / kAlignment * kAlignment; }

// What oneDNN wants to know of a convolution, in its words.
struct Description {
    memory::desc x, w, own_w, bias, y;  // own_w: our order of the weights
    memory::dims strides, dilations, padding_before, padding_after;

    explicit Description(const ConvolutionShape& shape) {
        const ConvolutionSizes& s = shape.sizes;
        x = {{s.batch, s.in, s.height, s.width}, kF32, memory::format_tag::nhwc};
        y = {{s.batch, s.out, s.out_height, s.out_width}, kF32, memory::format_tag::nhwc};
        memory::dims dims = {s.group_out(), s.group_in(), s.kernel_h, s.kernel_w};
        const int64_t row = s.group_in() * s.out;
        memory::dims order = {1, s.out, s.kernel_w * row, row};
        if (s.groups > 1) {
            dims.insert(dims.begin(), s.groups);
            order.insert(order.begin(), s.group_out());
        }
        w = {dims, kF32, memory::format_tag::any};
        own_w = {dims, kF32, order};
        if (shape.bias) bias = {{s.out}, kF32, memory::format_tag::a};
        strides = {s.stride_h, s.stride_w};
        dilations = {s.dilation_h - 1, s.dilation_w - 1};
        padding_before = {s.pad_top, s.pad_left};
        padding_after = {s.pad_bottom, s.pad_right};
    }

    dnnl::convolution_forward::primitive_desc forward(const dnnl::primitive_attr& attributes) const {
        return {engine(),
                dnnl::prop_kind::forward_training,
                kAlgorithm,
                x,
                w,
                bias,
                y,
                strides,
                dilations,
                padding_before,
                padding_after,
                attributes};
    }
    dnnl::convolution_backward_data::primitive_desc data(const dnnl::primitive_attr& attributes) const {
        return {engine(),      kAlgorithm,          x,         w, y, strides, dilations, padding_before,
                padding_after, forward(attributes), attributes};
    }
    dnnl::convolution_backward_weights::primitive_desc weights(const dnnl::primitive_attr& attributes) const {
        return {engine(),      kAlgorithm,          x,         w, y, strides, dilations, padding_before,
                padding_after, forward(attributes), attributes};
    }
};

// The weights' way to or from oneDNN's order, beside the convolution.
class PreparedOneDnn final : public PreparedProduct {
  public:
    explicit PreparedOneDnn(const ConvolutionShape& shape) : shape(shape) {
        const Description description(shape);
        const dnnl::primitive_attr attributes = onednn::attributes(shape.activation, shape.alpha);
        own_w = description.own_w;
        if (shape.pass == SCHUSS_CONVOLUTION) {
            const auto chosen = description.forward(attributes);
            bias = description.bias;
            use(chosen, chosen.weights_desc(), dnnl::convolution_forward(chosen));
        } else if (shape.pass == SCHUSS_DATA_GRADIENT) {
            const auto chosen = description.data(attributes);
            use(chosen, chosen.weights_desc(), dnnl::convolution_backward_data(chosen));
        } else {
            const auto chosen = description.weights(attributes);
            use(chosen, chosen.diff_weights_desc(), dnnl::convolution_backward_weights(chosen));
        }
        x = description.x;
        y = description.y;
        reordered = w != own_w;
        if (reordered) {
            const bool back = shape.pass == SCHUSS_WEIGHT_GRADIENT;
            dnnl::primitive_attr plain;
            plain.set_scratchpad_mode(dnnl::scratchpad_mode::user);
            const dnnl::reorder::primitive_desc chosen(engine(), back ? w : own_w, engine(), back ? own_w : w, plain);
            reorder = dnnl::reorder(chosen);
            reorder_scratch = chosen.scratchpad_desc();
        }
    }

    bool reference() const { return is_reference; }

    // oneDNN's own first, then the weights in its order where they do not come in it
    int64_t scratch_bytes() const override {
        const bool plain = shape.weights == SCHUSS_PLAIN_WEIGHTS;
        return library_bytes() + (reordered && plain ? aligned(w.get_size()) : 0);
    }

    int64_t packed_bytes() const override { return reordered ? (int64_t)w.get_size() : 0; }

    std::unique_ptr<BoundProduct> bind(const ProductData& data) const override {
        auto bound = std::make_unique<onednn::BoundCalls>(shape.threads);
        void* const packed = (char*)data.scratch + library_bytes();
        if (shape.pass == SCHUSS_WEIGHT_GRADIENT) {
            onednn::Call& call = add_convolution(*bound, data.scratch);
            call.add(DNNL_ARG_SRC, x, data.a);
            call.add(DNNL_ARG_DIFF_DST, y, data.b);
            call.add(DNNL_ARG_DIFF_WEIGHTS, w, reordered ? packed : data.c);
            if (reordered) add_reorder(*bound, packed, data.c, data.scratch);
            return bound;
        }
        if (shape.weights == SCHUSS_PACK_WEIGHTS) {
            add_reorder(*bound, data.a, data.c, data.scratch);
            return bound;
        }
        const bool here = reordered && shape.weights == SCHUSS_PLAIN_WEIGHTS;
        if (here) add_reorder(*bound, data.b, packed, data.scratch);
        onednn::Call& call = add_convolution(*bound, data.scratch);
        call.add(DNNL_ARG_WEIGHTS, w, here ? packed : data.b);
        if (shape.pass == SCHUSS_DATA_GRADIENT) {
            call.add(DNNL_ARG_DIFF_DST, y, data.a);
            call.add(DNNL_ARG_DIFF_SRC, x, data.c);
        } else {
            call.add(DNNL_ARG_SRC, x, data.a);
            if (data.bias != nullptr) call.add(DNNL_ARG_BIAS, bias, data.bias);
            call.add(DNNL_ARG_DST, y, data.c);
            bound->finish(shape.activation, data.c, shape.sizes.pixels(), shape.sizes.out);
        }
        return bound;
    }

  private:
    template <typename Chosen>
    void use(const Chosen& chosen, const memory::desc& weights, const dnnl::primitive& made) {
        w = weights;
        scratch = chosen.scratchpad_desc();
        is_reference = strncmp(chosen.impl_info_str(), "ref", 3) == 0;
        primitive = made;
    }

    int64_t library_bytes() const {
        const int64_t own = aligned(scratch.get_size()), moving = reordered ? aligned(reorder_scratch.get_size()) : 0;
        return own > moving ? own : moving;
    }

    onednn::Call& add_convolution(onednn::BoundCalls& bound, void* memory) const {
        onednn::Call& call = bound.add(primitive);
        call.add(DNNL_ARG_SCRATCHPAD, scratch, memory);
        return call;
    }

    void add_reorder(onednn::BoundCalls& bound, const void* from, void* to, void* memory) const {
        const bool back = shape.pass == SCHUSS_WEIGHT_GRADIENT;
        onednn::Call& call = bound.add(reorder);
        call.add(DNNL_ARG_FROM, back ? w : own_w, from);
        call.add(DNNL_ARG_TO, back ? own_w : w, to);
        call.add(DNNL_ARG_SCRATCHPAD, reorder_scratch, memory);
    }

    ConvolutionShape shape;
    memory::desc x, w, own_w, bias, y, scratch, reorder_scratch;
    dnnl::primitive primitive, reorder;
    bool reordered = false, is_reference = false;
};

}  // namespace

std::unique_ptr<PreparedProduct> prepare_convolution_onednn(const ConvolutionShape& shape) try {
    const onednn::ThreadScope scope(shape.threads, &shape);  // the implementation chosen depends on it
    auto prepared = std::make_unique<PreparedOneDnn>(shape);
    if (prepared->reference()) return nullptr;
    return prepared;
} catch (const dnnl::error& problem) {
    if (problem.status == dnnl_unimplemented) return nullptr;
    throw;
}

}  // namespace schuss
