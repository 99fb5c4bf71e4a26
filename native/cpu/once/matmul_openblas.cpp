// Matrix products through OpenBLAS, one call for each thread's share of the result.
#include <cblas.h>
#include <stdint.h>

#include "cpu/error.h"
#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "matmul.h"
#include "openblas.h"

namespace schuss {
namespace {

constexpr int64_t kLine = 16;    // floats of a cache line
constexpr int64_t kRowUnit = 8;  // rows that OpenBLAS's kernels take at once, about

// Rows and columns first .. of the result.
struct Part {
    int64_t row, rows, column, columns;
};

class BoundOpenBlas final : public BoundProduct {
  public:
    BoundOpenBlas(const MatmulShape& shape, const ProductData& data) : shape(shape), data(data) {}

    int run() override {
        const int64_t count = shape.products();
        if (shape.threads == 1) {
            multiply_each(0, count, {0, shape.m, 0, shape.n});
        } else {
            parallel(shape.threads, (uintptr_t)this, [this, count](int64_t member, int64_t members) {
                if (count >= members) {
                    multiply_each(count * member / members, count * (member + 1) / members, {0, shape.m, 0, shape.n});
                } else {
                    multiply_each(0, count, part(member, members));
                }
            });
        }
        return 0;
    }

  private:
    // The same part of the products first .. last-1.
    void multiply_each(int64_t first, int64_t last, const Part& part) const {
        for (int64_t product = first; product < last; product++) {
            ProductData at = data;
            int64_t rest = product;
            for (size_t axis = shape.stack.size(); axis-- > 0;) {
                const StackAxis& along = shape.stack[axis];
                at.a += rest % along.extent * along.a_stride;
                at.b += rest % along.extent * along.b_stride;
                rest /= along.extent;
            }
            at.c += product * shape.m * shape.n;
            multiply(at, part);
        }
    }

    // Rows are split where every thread gets some whole units, else columns.
    Part part(int64_t member, int64_t members) const {
        const bool rows = shape.m >= members * kRowUnit;
        const int64_t total = rows ? shape.m : shape.n, unit = rows ? kRowUnit : kLine;
        const int64_t units = (total + unit - 1) / unit;
        const int64_t first = units * member / members * unit;
        const int64_t end = units * (member + 1) / members * unit;
        const int64_t count = (end < total ? end : total) - first;
        return rows ? Part{first, count, 0, shape.n} : Part{0, shape.m, first, count};
    }

    void multiply(const ProductData& at, const Part& part) const {
        if (part.rows <= 0 || part.columns <= 0) return;
        const int64_t a_stride = shape.transpose_a ? shape.m : shape.k;
        const int64_t b_stride = shape.transpose_b ? shape.k : shape.n;
        const float* const a = at.a + (shape.transpose_a ? part.row : part.row * a_stride);
        const float* const b = at.b + (shape.transpose_b ? part.column * b_stride : part.column);
        float* const c = at.c + part.row * shape.n + part.column;
        cblas_sgemm(CblasRowMajor, shape.transpose_a ? CblasTrans : CblasNoTrans,
                    shape.transpose_b ? CblasTrans : CblasNoTrans, (blasint)part.rows, (blasint)part.columns,
                    (blasint)shape.k, 1.0f, a, (blasint)a_stride, b, (blasint)b_stride, 0.0f, c, (blasint)shape.n);
        if (part.columns == shape.n) {  // these rows are still in this core's cache
            epilogue(c, at.bias, part.rows, shape.n, shape.activation, shape.alpha, 1);
        } else {
            const float* const bias = at.bias == nullptr ? nullptr : at.bias + part.column;
            for (int64_t row = 0; row < part.rows; row++) {
                epilogue(c + row * shape.n, bias, 1, part.columns, shape.activation, shape.alpha, 1);
            }
        }
    }

    MatmulShape shape;
    ProductData data;
};

class PreparedOpenBlas final : public PreparedProduct {
  public:
    explicit PreparedOpenBlas(const MatmulShape& shape) : shape(shape) {}

    std::unique_ptr<BoundProduct> bind(const ProductData& data) const override {
        return std::make_unique<BoundOpenBlas>(shape, data);
    }

  private:
    MatmulShape shape;
};

}  // namespace

std::unique_ptr<PreparedProduct> prepare_openblas(const MatmulShape& shape) {
    use_openblas_alone();
    constexpr int64_t kMostBlas = INT32_MAX;  // its sizes are int
    if (shape.m > kMostBlas || shape.k > kMostBlas || shape.n > kMostBlas) {
        fail("matmul, OpenBLAS: expected sizes below 2^31, got %ld, %ld, %ld", (long)shape.m, (long)shape.k,
             (long)shape.n);
        return nullptr;
    }
    return std::make_unique<PreparedOpenBlas>(shape);
}

}  // namespace schuss
