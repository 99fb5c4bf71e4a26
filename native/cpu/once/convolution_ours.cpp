// Convolutions without oneDNN: as matrix products through OpenBLAS of images spread out into columns, a piece at a
// time so that they stay in cache; depthwise ones directly.
#include <cblas.h>
#include <stdint.h>

#include "convolution.h"
#include "cpu/error.h"
#include "cpu/kernels.h"
#include "cpu/parallel.h"
#include "openblas.h"

namespace schuss {
namespace {

constexpr int64_t kColumns = 64 * 1024;      // floats of columns at once: half of a second-level cache
constexpr int64_t kMostSlices = 16;          // of a sum over pixels, each by one thread
constexpr int64_t kSliceMemory = 4 << 20;    // floats for all of them
constexpr int64_t kSliceProducts = 1 << 20;  // multiply-adds that are worth a slice of their own

int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

// Shares of the pixels of y (of the images for the data gradient, whose columns overlap within one) that the shape
// alone decides, and how they are cut into pieces.
struct Partition {
    explicit Partition(const ConvolutionShape& shape) : sizes(shape.sizes), pass(shape.pass) {
        const ConvolutionSizes& s = sizes;
        width = s.kernel() * s.group_in();
        const int64_t products = s.pixels() * s.kernel() * s.group_in() * s.out;
        piece = larger(kColumns / width, 1);
        if (pass == SCHUSS_WEIGHT_GRADIENT) {
            const int64_t useful = larger(products / kSliceProducts, 1);
            const int64_t fit = larger(kSliceMemory / s.weights(), 1);
            parts = smaller(smaller(kMostSlices, useful), smaller(fit, s.batch * s.out_height));
        } else if (pass == SCHUSS_DATA_GRADIENT) {
            parts = s.batch;
            piece = smaller(piece, s.out_height * s.out_width);
        } else {
            piece = smaller(piece, larger((s.pixels() + kMostSlices - 1) / kMostSlices, 1));
            parts = (s.pixels() + piece - 1) / piece;
        }
        piece = smaller(piece, s.pixels());
    }

    // Whether the columns are x itself.
    bool plain() const {
        const ConvolutionSizes& s = sizes;
        return s.kernel() == 1 && s.stride_h == 1 && s.stride_w == 1 && s.pad_top == 0 && s.pad_bottom == 0 &&
               s.pad_left == 0 && s.pad_right == 0;
    }

    int64_t first(int64_t part) const {
        if (pass == SCHUSS_DATA_GRADIENT) return part * sizes.out_height * sizes.out_width;
        if (pass == SCHUSS_WEIGHT_GRADIENT) return sizes.pixels() * part / parts;
        return smaller(part * piece, sizes.pixels());
    }

    ConvolutionSizes sizes;
    int pass;
    int64_t width;  // of a row of columns
    int64_t piece;  // pixels whose columns exist at once
    int64_t parts;
};

class BoundColumns final : public BoundProduct {
  public:
    BoundColumns(const ConvolutionShape& shape, const Partition& partition, const ProductData& data)
        : shape(shape), partition(partition), data(data) {}

    int run() override {
        if (shape.threads == 1) {
            for (int64_t part = 0; part < partition.parts; part++) compute(part, 0);
        } else {
            parallel(shape.threads, (uintptr_t)this, [this](int64_t member, int64_t members) {
                const int64_t end = partition.parts * (member + 1) / members;
                for (int64_t part = partition.parts * member / members; part < end; part++) compute(part, (int)member);
            });
        }
        if (summed()) schuss_sum(slices(), data.c, 1, partition.parts, shape.sizes.weights(), 1.0f, shape.threads);
        return 0;
    }

  private:
    bool summed() const { return shape.pass == SCHUSS_WEIGHT_GRADIENT && partition.parts > 1; }
    float* slices() const { return (float*)data.scratch + shape.threads * partition.piece * partition.width; }

    void compute(int64_t part, int thread) const {
        const ConvolutionSizes& s = shape.sizes;
        const int64_t first = partition.first(part), end = partition.first(part + 1);
        if (shape.pass == SCHUSS_DATA_GRADIENT) {
            float* const image = data.c + part * s.height * s.width * s.in;
            for (int64_t i = 0; i < s.height * s.width * s.in; i++) image[i] = 0;
        }
        for (int64_t from = first; from < end; from += partition.piece) {
            const int64_t pixels = smaller(partition.piece, end - from);
            for (int64_t group = 0; group < s.groups; group++)
                multiply(part, thread, group, from, pixels, from == first);
            if (shape.pass == SCHUSS_CONVOLUTION) {
                epilogue(data.c + from * s.out, data.bias, pixels, s.out, shape.activation, shape.alpha, 1);
            }
        }
    }

    // One group of some pixels: y = columns w, dcolumns = dy w', dw += columns' dy.
    void multiply(int64_t part, int thread, int64_t group, int64_t from, int64_t pixels, bool fresh) const {
        const ConvolutionSizes& s = shape.sizes;
        const blasint rows = (blasint)pixels, width = (blasint)partition.width, out = (blasint)s.group_out();
        const int64_t columns_stride = partition.plain() ? s.in : partition.width;
        const int64_t y_offset = from * s.out + group * s.group_out(), w_offset = group * s.group_out();
        float* const own = (float*)data.scratch + thread * partition.piece * partition.width;
        if (shape.pass == SCHUSS_DATA_GRADIENT) {
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, rows, width, out, 1.0f, data.a + y_offset,
                        (blasint)s.out, data.b + w_offset, (blasint)s.out, 0.0f, own, width);
            return col2im(own, data.c, s, group, from, pixels);
        }
        const float* columns = data.a + from * s.in + group * s.group_in();
        if (!partition.plain()) {
            im2col(data.a, own, s, group, from, pixels);
            columns = own;
        }
        if (shape.pass == SCHUSS_CONVOLUTION) {
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, out, width, 1.0f, columns,
                        (blasint)columns_stride, data.b + w_offset, (blasint)s.out, 0.0f, data.c + y_offset,
                        (blasint)s.out);
        } else {
            float* const dw = summed() ? slices() + part * s.weights() : data.c;
            cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, width, out, rows, 1.0f, columns,
                        (blasint)columns_stride, data.b + y_offset, (blasint)s.out, fresh ? 0.0f : 1.0f, dw + w_offset,
                        (blasint)s.out);
        }
    }

    ConvolutionShape shape;
    Partition partition;
    ProductData data;
};

class PreparedColumns final : public PreparedProduct {
  public:
    explicit PreparedColumns(const ConvolutionShape& shape) : shape(shape), partition(shape) {}

    int64_t scratch_bytes() const override {
        const bool slices = shape.pass == SCHUSS_WEIGHT_GRADIENT && partition.parts > 1;
        return (int64_t)sizeof(float) * (shape.threads * partition.piece * partition.width +
                                         (slices ? partition.parts * shape.sizes.weights() : 0));
    }

    std::unique_ptr<BoundProduct> bind(const ProductData& data) const override {
        return std::make_unique<BoundColumns>(shape, partition, data);
    }

  private:
    ConvolutionShape shape;
    Partition partition;
};

class BoundDepthwise final : public BoundProduct {
  public:
    BoundDepthwise(const ConvolutionShape& shape, int64_t slices, const ProductData& data)
        : shape(shape), slices(slices), data(data) {}

    int run() override {
        const ConvolutionSizes& s = shape.sizes;
        if (shape.pass == SCHUSS_CONVOLUTION) {
            depthwise_forward(data.a, data.b, data.c, s, shape.threads);
            epilogue(data.c, data.bias, s.pixels(), s.out, shape.activation, shape.alpha, shape.threads);
        } else if (shape.pass == SCHUSS_DATA_GRADIENT) {
            depthwise_data(data.a, data.b, data.c, s, shape.threads);
        } else {
            float* const sums = (float*)data.scratch;
            depthwise_weights(data.a, data.b, sums, s, slices, shape.threads);
            schuss_sum(sums, data.c, 1, slices, s.weights(), 1.0f, shape.threads);
        }
        return 0;
    }

  private:
    ConvolutionShape shape;
    int64_t slices;
    ProductData data;
};

class PreparedDepthwise final : public PreparedProduct {
  public:
    explicit PreparedDepthwise(const ConvolutionShape& shape) : shape(shape), slices(Partition(shape).parts) {}

    int64_t scratch_bytes() const override {
        return shape.pass == SCHUSS_WEIGHT_GRADIENT ? slices * shape.sizes.weights() * (int64_t)sizeof(float) : 0;
    }

    std::unique_ptr<BoundProduct> bind(const ProductData& data) const override {
        return std::make_unique<BoundDepthwise>(shape, slices, data);
    }

  private:
    ConvolutionShape shape;
    int64_t slices;
};

}  // namespace

std::unique_ptr<PreparedProduct> prepare_convolution_ours(const ConvolutionShape& shape) {
    if (shape.sizes.groups > 1 && shape.sizes.group_in() == 1) return std::make_unique<PreparedDepthwise>(shape);
    use_openblas_alone();
    return std::make_unique<PreparedColumns>(shape);
}

}  // namespace schuss
