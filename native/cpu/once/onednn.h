// How oneDNN is called: its engine, its threads, and primitives bound to addresses.
#pragma once

#include <omp.h>

#include <array>
#include <dnnl.hpp>

#include "cpu/error.h"
#include "cpu/kernels.h"
#include "openmp.h"
#include "product.h"

namespace schuss::onednn {

// oneDNN uses as many threads as OpenMP's setting for the calling thread says, and other code relies on that too.
// `kind`: see parallel.h, of what runs meanwhile.
class ThreadScope {
  public:
    ThreadScope(int threads, const void* kind) : before(omp_get_max_threads()), regions(kind) {
        if (threads != before) omp_set_num_threads(threads);
    }
    ~ThreadScope() {
        if (omp_get_max_threads() != before) omp_set_num_threads(before);
    }
    ThreadScope(const ThreadScope&) = delete;
    ThreadScope& operator=(const ThreadScope&) = delete;

  private:
    const int before;
    const OwnRegions regions;
};

// One for the process, and never destroyed: at exit nobody knows what still uses it.
inline const dnnl::engine& engine() {
    static const dnnl::engine* const cpu = new dnnl::engine(dnnl::engine::kind::cpu, 0);
    return *cpu;
}

// Deterministic, with scratch memory from outside. ReLU is not among the activations: oneDNN's takes NaN to 0, and a
// pass of our own over the result costs 1 % of the product.
inline dnnl::primitive_attr attributes(int activation, float alpha) {
    dnnl::post_ops operations;
    switch (activation) {
        case SCHUSS_LEAKY_RELU:
            operations.append_eltwise(dnnl::algorithm::eltwise_relu, alpha, 0);
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

// One primitive with its arguments.
class Call {
  public:
    void set(const dnnl::primitive& of) { primitive = of; }

    void add(int kind, const dnnl::memory::desc& description, const void* address) {
        memories[count] = dnnl::memory(description, engine(), const_cast<void*>(address));
        arguments[count] = {kind, memories[count].get()};
        count++;
    }

    // The C function, since the C++ one makes a new list of arguments at every call.
    dnnl_status_t execute(const dnnl::stream& stream) const {
        return dnnl_primitive_execute(primitive.get(), stream.get(), count, arguments.data());
    }

  private:
    static constexpr int kMostArguments = 5;

    dnnl::primitive primitive;
    int count = 0;
    std::array<dnnl::memory, kMostArguments> memories;
    std::array<dnnl_exec_arg_t, kMostArguments> arguments;
};

// Some primitives one after the other, then a ReLU where there is one.
class BoundCalls final : public BoundProduct {
  public:
    explicit BoundCalls(int threads) : stream(engine()), threads(threads) {}

    Call& add(const dnnl::primitive& primitive) {
        calls[count].set(primitive);
        return calls[count++];
    }

    void finish(int activation, float* y, int64_t rows, int64_t columns) {
        relu = activation == SCHUSS_ACT_RELU ? y : nullptr;
        this->rows = rows;
        this->columns = columns;
    }

    int run() override {
        const ThreadScope scope(threads, this);
        dnnl_status_t status = dnnl_success;
        for (int i = 0; i < count && status == dnnl_success; i++) status = calls[i].execute(stream);
        if (status == dnnl_success) status = dnnl_stream_wait(stream.get());
        if (status != dnnl_success) return fail("oneDNN: execution failed with status %d", (int)status);
        if (relu != nullptr) epilogue(relu, nullptr, rows, columns, SCHUSS_ACT_RELU, 0, threads);
        return 0;
    }

  private:
    static constexpr int kMostCalls = 2;

    dnnl::stream stream;
    int threads;
    int count = 0;
    std::array<Call, kMostCalls> calls;
    float* relu = nullptr;
    int64_t rows = 0, columns = 0;
};

}  // namespace schuss::onednn
