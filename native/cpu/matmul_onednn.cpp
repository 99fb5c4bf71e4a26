// Matrix products through oneDNN, on plain row-major data, with bias and activation done as the result is written.
#include <omp.h>

#include <dnnl.hpp>

#include "error.h"
#include "matmul.h"

namespace schuss {
namespace {

using dnnl::memory;

// oneDNN uses as many threads as OpenMP's setting for the calling thread says, and other code relies on that too.
class ThreadScope {
  public:
    explicit ThreadScope(int threads) : before(omp_get_max_threads()) {
        if (threads != before) omp_set_num_threads(threads);
    }
    ~ThreadScope() {
        if (omp_get_max_threads() != before) omp_set_num_threads(before);
    }
    ThreadScope(const ThreadScope&) = delete;
    ThreadScope& operator=(const ThreadScope&) = delete;

  private:
    const int before;
};

// One for the process, and never destroyed: at exit nobody knows what still uses it.
const dnnl::engine& engine() {
    static const dnnl::engine* const cpu = new dnnl::engine(dnnl::engine::kind::cpu, 0);
    return *cpu;
}

memory::desc plain(int64_t rows, int64_t columns, bool transposed) {
    return {{rows, columns}, memory::data_type::f32, transposed ? memory::format_tag::ba : memory::format_tag::ab};
}

memory::desc bias_row(int64_t n) { return plain(1, n, false); }

dnnl::primitive_attr attributes(const MatmulShape& shape) {
    dnnl::post_ops operations;
    switch (shape.activation) {
        case SCHUSS_ACT_RELU:
            operations.append_eltwise(dnnl::algorithm::eltwise_relu, 0, 0);
            break;
        case SCHUSS_LEAKY_RELU:
            operations.append_eltwise(dnnl::algorithm::eltwise_relu, shape.alpha, 0);
            break;
        case SCHUSS_ACT_SIGMOID:
            operations.append_eltwise(dnnl::algorithm::eltwise_logistic, 0, 0);
            break;
        case SCHUSS_ACT_TANH:
            operations.append_eltwise(dnnl::algorithm::eltwise_tanh, 0, 0);
            break;
        default:
            break;
    }
    dnnl::primitive_attr attributes;
    attributes.set_post_ops(operations);
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    attributes.set_deterministic(true);
    return attributes;
}

dnnl::matmul::primitive_desc describe(const MatmulShape& shape) {
    return {engine(),
            plain(shape.m, shape.k, shape.transpose_a),
            plain(shape.k, shape.n, shape.transpose_b),
            shape.bias ? bias_row(shape.n) : memory::desc(),
            plain(shape.m, shape.n, false),
            attributes(shape)};
}

class BoundOneDnn final : public BoundMatmul {
  public:
    BoundOneDnn(const dnnl::matmul& primitive, const dnnl::matmul::primitive_desc& description, int threads,
                const MatmulData& data)
        : primitive(primitive), stream(engine()), threads(threads) {
        add(DNNL_ARG_SRC, description.src_desc(), data.a);
        add(DNNL_ARG_WEIGHTS, description.weights_desc(), data.b);
        if (data.bias != nullptr) add(DNNL_ARG_BIAS, description.bias_desc(), data.bias);
        add(DNNL_ARG_DST, description.dst_desc(), data.c);
        add(DNNL_ARG_SCRATCHPAD, description.scratchpad_desc(), data.scratch);
    }

    // The C function, since the C++ one makes a new list of arguments at every call.
    int run() override {
        const ThreadScope scope(threads);
        dnnl_status_t status = dnnl_primitive_execute(primitive.get(), stream.get(), count, arguments);
        if (status == dnnl_success) status = dnnl_stream_wait(stream.get());
        return status == dnnl_success ? 0 : fail("matmul, oneDNN: execution failed with status %d", (int)status);
    }

  private:
    static constexpr int kMostArguments = 5;

    void add(int kind, const memory::desc& description, const void* address) {
        memories[count] = memory(description, engine(), const_cast<void*>(address));
        arguments[count] = {kind, memories[count].get()};
        count++;
    }

    dnnl::matmul primitive;
    dnnl::stream stream;
    int threads;
    int count = 0;
    memory memories[kMostArguments];
    dnnl_exec_arg_t arguments[kMostArguments];
};

class PreparedOneDnn final : public PreparedMatmul {
  public:
    explicit PreparedOneDnn(const MatmulShape& shape)
        : description(describe(shape)), primitive(description), threads(shape.threads) {}

    int64_t scratch_bytes() const override { return (int64_t)description.scratchpad_desc().get_size(); }

    std::unique_ptr<BoundMatmul> bind(const MatmulData& data) const override {
        return std::make_unique<BoundOneDnn>(primitive, description, threads, data);
    }

  private:
    dnnl::matmul::primitive_desc description;
    dnnl::matmul primitive;
    int threads;
};

}  // namespace

std::unique_ptr<PreparedMatmul> prepare_onednn(const MatmulShape& shape) {
    const ThreadScope scope(shape.threads);  // the implementation chosen depends on it
    return std::make_unique<PreparedOneDnn>(shape);
}

}  // namespace schuss
