// Normalisation of channels by groups, y = (x - mean) / sqrt(variance + epsilon) * scale + shift, with what may follow
// in the same pass: a residual that is added, and ReLU. Batch norm is one example with a group for each channel.
//
// Statistics come from one pass: each part of rows sums deviations from a shift of its own, the mean of a few of its
// rows, so nothing cancels where the mean is large. Parts are merged in double.
#include "channel_layout.h"
#include "moments.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int64_t kSamples = 8;  // rows whose mean is a part's shift
constexpr int64_t kRun = 256;    // rows added in f32 before a double takes over

enum Follow { kPlain, kRelu, kAdd, kAddRelu };
enum Mask { kAll, kWhereOpen, kWherePositive };

// A group's or channel's constants, repeated for every column. y = (x - mean) * factor + shift, and
// dx = factor * dy + (x - mean) * slope + offset.
struct Coefficients {
    float *mean, *factor, *shift, *slope, *offset;

    SCHUSS_INLINE Coefficients(float* all, const ChannelLayout& l, int64_t example) {
        mean = all + example * 5 * l.columns;
        factor = mean + l.columns;
        shift = factor + l.columns;
        slope = shift + l.columns;
        offset = slope + l.columns;
    }
};

struct Scratch {
    double* partial;  // of parts
    double* sums;     // (batch, 2, channels)
    float* coefficients;

    SCHUSS_INLINE Scratch(void* memory, const ChannelLayout& l) {
        partial = (double*)memory;
        sums = partial + l.part_doubles();
        coefficients = (float*)(sums + l.batch * 2 * l.channels);
    }
};

template <typename V>
SCHUSS_INLINE V relu(V value) {
    return value < V{} ? V{} : value;  // NaN stays
}

template <typename R>
SCHUSS_INLINE void add_to(double* sums, const typename R::Type* values) {
    for (int v = 0; v < R::kCount; v++) {
        for (int i = 0; i < R::kLanes; i++) sums[v * R::kLanes + i] += (double)lane(values[v], i);
    }
}

// mean and m2, the sum of squared deviations from it, of R's columns of x (rows, stride).
template <typename R>
SCHUSS_INLINE void column_moments(R, const float* x, int64_t rows, int64_t stride, double* mean, double* m2) {
    typedef typename R::Type V;
    constexpr int kUnroll = R::kCount == 1 ? 4 : R::kCount == 2 ? 2 : 1;  // independent sums hide latency
    V shift[R::kCount];
    const int64_t samples = min(rows, kSamples);
    for (int v = 0; v < R::kCount; v++) {
        const V first = R::at(x, v);
        V sum = {};
        for (int64_t s = 1; s < samples; s++) sum += R::at(x + s * rows / samples * stride, v) - first;
        shift[v] = first + sum * (1.0f / samples);  // exactly the value of a constant column
    }
    double sums[R::kWidth] = {}, squares[R::kWidth] = {};
    for (int64_t start = 0; start < rows; start += kRun) {
        const int64_t end = min(start + kRun, rows);
        V sum[kUnroll][R::kCount] = {}, square[kUnroll][R::kCount] = {};
        int64_t row = start;
        for (; row + kUnroll <= end; row += kUnroll) {
#pragma GCC unroll 4
            for (int u = 0; u < kUnroll; u++) {
#pragma GCC unroll 4
                for (int v = 0; v < R::kCount; v++) {
                    const V d = R::at(x + (row + u) * stride, v) - shift[v];
                    sum[u][v] += d;
                    square[u][v] += d * d;
                }
            }
        }
        for (; row < end; row++) {
            for (int v = 0; v < R::kCount; v++) {
                const V d = R::at(x + row * stride, v) - shift[v];
                sum[0][v] += d;
                square[0][v] += d * d;
            }
        }
        for (int u = 0; u < kUnroll; u++) {
            add_to<R>(sums, sum[u]);
            add_to<R>(squares, square[u]);
        }
    }
    for (int v = 0; v < R::kCount; v++) {
        for (int i = 0; i < R::kLanes; i++) {
            const int j = v * R::kLanes + i;
            const double moved = sums[j] / (double)rows;
            const double left = squares[j] - sums[j] * moved;
            mean[j] = (double)lane(shift[v], i) + moved;
            m2[j] = left < 0 ? 0 : left;
        }
    }
}

// Merges the parts of one example to each group's mean and variance.
void merge_moments(const ChannelLayout& l, const Scratch& scratch, const float* x, int64_t example, int64_t groups,
                   float* mean, float* variance) {
    double* const centre = scratch.sums + example * 2 * l.channels;
    double* const squares = centre + l.channels;
    const int64_t width = l.channels / groups;
    const double share = 1 / (double)(l.rows * width);
    for (int64_t j = 0; j < 2 * l.channels; j++) centre[j] = 0;
    for (int64_t p = 0; p < l.parts; p++) {
        const double count = (double)l.part_count(p);
        for (int64_t start = 0; start < l.part_columns(p); start += l.channels) {
            const double* const means = l.part(scratch.partial, example, p) + start;
            for (int64_t j = 0; j < l.channels; j++) centre[j] += count * means[j];
        }
    }
    for (int64_t group = 0; group < l.channels; group += width) {
        double sum = 0;
        for (int64_t j = group; j < group + width; j++) sum += centre[j];
        for (int64_t j = group; j < group + width; j++) centre[j] = sum * share;
    }
    for (int64_t p = 0; p < l.parts; p++) {
        const double count = (double)l.part_count(p);
        for (int64_t start = 0; start < l.part_columns(p); start += l.channels) {
            const double* const means = l.part(scratch.partial, example, p) + start;
            for (int64_t j = 0; j < l.channels; j++) {
                const double d = means[j] - centre[j];
                squares[j] += means[l.columns + j] + count * d * d;
            }
        }
    }
    for (int64_t group = 0; group < groups; group++) {
        double sum = 0, centre_of_group = centre[group * width];
        for (int64_t j = 0; j < width; j++) sum += squares[group * width + j];
        sum *= share;
        if (!__builtin_isfinite(sum)) {
            plain_moments(x + example * l.example_size() + group * width, l.rows, l.channels, width, &centre_of_group,
                          &sum);
        }
        mean[group] = (float)centre_of_group;
        variance[group] = (float)sum;
    }
}

// The same numbers forward and backward: the backward pass finds out by them where a ReLU was closed.
SCHUSS_INLINE void expand(const ChannelLayout& l, const Coefficients& c, int64_t groups, const float* scale,
                          const float* shift, const float* mean, const float* variance, double epsilon) {
    const int64_t width = l.channels / groups;
    for (int64_t j = 0; j < l.channels; j++) {
        c.mean[j] = mean[j / width];
        c.factor[j] = (float)(scale[j] * reciprocal_deviation(variance[j / width], epsilon));
        c.shift[j] = shift ? shift[j] : 0;
    }
    for (int64_t j = l.channels; j < l.columns; j++) {
        c.mean[j] = c.mean[j - l.channels];
        c.factor[j] = c.factor[j - l.channels];
        c.shift[j] = c.shift[j - l.channels];
    }
}

template <typename V>
SCHUSS_INLINE V normal(V x, V mean, V factor, V shift) {
    return (x - mean) * factor + shift;
}

template <Follow follow, typename R>
SCHUSS_INLINE void normalise(R, const float* x, const float* residual, float* y, int64_t rows, int64_t stride,
                             const float* mean_at, const float* factor_at, const float* shift_at) {
    typedef typename R::Type V;
    V mean[R::kCount], factor[R::kCount], shift[R::kCount];
    for (int v = 0; v < R::kCount; v++) {
        mean[v] = R::at(mean_at, v);
        factor[v] = R::at(factor_at, v);
        shift[v] = R::at(shift_at, v);
    }
    for (int64_t row = 0; row < rows; row++) {
#pragma GCC unroll 4
        for (int v = 0; v < R::kCount; v++) {
            V z = normal(R::at(x + row * stride, v), mean[v], factor[v], shift[v]);
            if (follow == kAdd || follow == kAddRelu) z += R::at(residual + row * stride, v);
            R::put(y + row * stride, v, follow == kRelu || follow == kAddRelu ? relu(z) : z);
        }
    }
}

template <Follow follow>
void normalise_all(const ChannelLayout& l, const float* x, const float* residual, float* y, float* coefficients,
                   int threads) {
    const ChannelLayout layout = l;
    l.for_tiles(threads, [=](const Piece& piece) SCHUSS_LAMBDA {
        const Coefficients c(coefficients, layout, piece.example);
        for_columns(piece.width, [&](auto registers, int64_t j) SCHUSS_LAMBDA {
            const int64_t at = piece.start + j;
            normalise<follow>(registers, x + at, residual ? residual + at : nullptr, y + at, piece.rows, layout.columns,
                              c.mean + j, c.factor + j, c.shift + j);
        });
    });
}

// What the gradient reads and writes, element by element. dy is the sum of dy and, where given, more_dy.
struct Slopes {
    const float *x, *y, *dy, *more_dy;
    float* masked;  // may be null
};

// dy where the ReLU let x through.
template <Mask mask, typename R>
SCHUSS_INLINE typename R::Type masked_dy(R, const Slopes& s, int64_t at, int v, typename R::Type x,
                                         typename R::Type mean, typename R::Type factor, typename R::Type shift) {
    typedef typename R::Type V;
    V dy = R::at(s.dy + at, v);
    if (mask == kWhereOpen) return normal(x, mean, factor, shift) > V{} ? dy : V{};
    if (mask == kWherePositive) {
        if (s.more_dy) dy += R::at(s.more_dy + at, v);
        return R::at(s.y + at, v) > V{} ? dy : V{};
    }
    return dy;
}

// Adds the sums of dy and of dy * (x - mean) of R's columns, beginning at element `at`.
template <Mask mask, typename R>
SCHUSS_INLINE void slope_sums(R r, const Slopes& s, int64_t at, int64_t rows, int64_t stride, const float* mean_at,
                              const float* factor_at, const float* shift_at, double* sums, double* products) {
    typedef typename R::Type V;
    constexpr int kUnroll = R::kCount == 1 ? 4 : R::kCount == 2 ? 2 : 1;
    V mean[R::kCount], factor[R::kCount], shift[R::kCount];
    for (int v = 0; v < R::kCount; v++) {
        mean[v] = R::at(mean_at, v);
        factor[v] = R::at(factor_at, v);
        shift[v] = R::at(shift_at, v);
    }
    for (int64_t start = 0; start < rows; start += kRun) {
        const int64_t end = min(start + kRun, rows);
        V sum[kUnroll][R::kCount] = {}, product[kUnroll][R::kCount] = {};
        int64_t row = start;
        for (; row + kUnroll <= end; row += kUnroll) {
#pragma GCC unroll 4
            for (int u = 0; u < kUnroll; u++) {
#pragma GCC unroll 4
                for (int v = 0; v < R::kCount; v++) {
                    const int64_t element = at + (row + u) * stride;
                    const V x = R::at(s.x + element, v);
                    const V dy = masked_dy<mask>(r, s, element, v, x, mean[v], factor[v], shift[v]);
                    if (mask == kWherePositive) R::put(s.masked + element, v, dy);
                    sum[u][v] += dy;
                    product[u][v] += dy * (x - mean[v]);
                }
            }
        }
        for (; row < end; row++) {
            for (int v = 0; v < R::kCount; v++) {
                const int64_t element = at + row * stride;
                const V x = R::at(s.x + element, v);
                const V dy = masked_dy<mask>(r, s, element, v, x, mean[v], factor[v], shift[v]);
                if (mask == kWherePositive) R::put(s.masked + element, v, dy);
                sum[0][v] += dy;
                product[0][v] += dy * (x - mean[v]);
            }
        }
        for (int u = 0; u < kUnroll; u++) {
            add_to<R>(sums, sum[u]);
            add_to<R>(products, product[u]);
        }
    }
}

template <Mask mask, typename R>
SCHUSS_INLINE void input_slopes(R r, const Slopes& s, float* dx, int64_t at, int64_t rows, int64_t stride,
                                const Coefficients& c, int64_t j) {
    typedef typename R::Type V;
    V mean[R::kCount], factor[R::kCount], shift[R::kCount], slope[R::kCount], offset[R::kCount];
    for (int v = 0; v < R::kCount; v++) {
        mean[v] = R::at(c.mean + j, v);
        factor[v] = R::at(c.factor + j, v);
        shift[v] = R::at(c.shift + j, v);
        slope[v] = R::at(c.slope + j, v);
        offset[v] = R::at(c.offset + j, v);
    }
    for (int64_t row = 0; row < rows; row++) {
#pragma GCC unroll 4
        for (int v = 0; v < R::kCount; v++) {
            const int64_t element = at + row * stride;
            const V x = R::at(s.x + element, v);
            const V dy = masked_dy<mask>(r, s, element, v, x, mean[v], factor[v], shift[v]);
            R::put(dx + element, v, factor[v] * dy + ((x - mean[v]) * slope[v] + offset[v]));
        }
    }
}

// The parts' sums of one example by channel, and what follows from them for each group's dx.
void finish_example(const ChannelLayout& l, const Scratch& scratch, int64_t example, int64_t groups, const float* scale,
                    const float* variance, double epsilon) {
    const Coefficients c(scratch.coefficients, l, example);
    double* const sums = scratch.sums + example * 2 * l.channels;
    double* const products = sums + l.channels;
    for (int64_t j = 0; j < 2 * l.channels; j++) sums[j] = 0;
    for (int64_t p = 0; p < l.parts; p++) {
        const double* const part = l.part(scratch.partial, example, p);
        for (int64_t start = 0; start < l.columns; start += l.channels) {
            for (int64_t j = 0; j < l.channels; j++) {
                sums[j] += part[start + j];
                products[j] += part[l.columns + start + j];
            }
        }
    }
    const int64_t width = l.channels / groups;
    const double count = (double)(l.rows * width);
    for (int64_t group = 0; group < groups; group++) {
        const double r = reciprocal_deviation(variance[group], epsilon);
        double sum = 0, product = 0;
        for (int64_t j = group * width; j < (group + 1) * width; j++) {
            sum += scale[j] * sums[j];
            product += scale[j] * products[j];
        }
        for (int64_t j = group * width; j < (group + 1) * width; j++) {
            c.offset[j] = (float)(-r * sum / count);
            c.slope[j] = (float)(-r * r * r * product / count);
            products[j] *= r;
        }
    }
    for (int64_t j = l.channels; j < l.columns; j++) {
        c.offset[j] = c.offset[j - l.channels];
        c.slope[j] = c.slope[j - l.channels];
    }
}

template <Mask mask>
void backward(const ChannelLayout& l, const Slopes& s, const float* scale, const float* shift, const float* mean,
              const float* variance, float* dx, float* d_scale, float* d_shift, const Scratch& scratch, int64_t groups,
              double epsilon, int threads) {
    const ChannelLayout layout = l;
    const Scratch memory = scratch;
    const Slopes slopes = s;
    for_ranges(l.batch, 1, l.size(), threads, [=](int64_t first, int64_t last) {
        for (int64_t example = first; example < last; example++) {
            const Coefficients c(memory.coefficients, layout, example);
            expand(layout, c, groups, scale, shift, mean + example * groups, variance + example * groups, epsilon);
        }
    });
    l.for_parts(memory.partial, threads, [=](const Piece& piece, double* sums, double* products) SCHUSS_LAMBDA {
        const Coefficients c(memory.coefficients, layout, piece.example);
        for_columns(piece.width, [&](auto registers, int64_t j) SCHUSS_LAMBDA {
            const int64_t column = piece.column + j;
            slope_sums<mask>(registers, slopes, piece.start + j, piece.rows, layout.columns, c.mean + column,
                             c.factor + column, c.shift + column, sums + j, products + j);
        });
    });
    for_ranges(l.batch, 1, l.size(), threads, [=](int64_t first, int64_t last) {
        for (int64_t example = first; example < last; example++) {
            finish_example(layout, memory, example, groups, scale, variance + example * groups, epsilon);
        }
    });
    for (int64_t j = 0; j < l.channels; j++) {
        double shift_sum = 0, scale_sum = 0;
        for (int64_t example = 0; example < l.batch; example++) {
            shift_sum += memory.sums[example * 2 * l.channels + j];
            scale_sum += memory.sums[(example * 2 + 1) * l.channels + j];
        }
        d_shift[j] = (float)shift_sum;
        d_scale[j] = (float)scale_sum;
    }
    if (l.rows * l.channels == groups) {  // each its own mean: nothing moves it
        memset(dx, 0, (size_t)l.size() * sizeof(float));
        return;
    }
    Slopes rest = slopes;
    if (mask == kWherePositive) rest.dy = slopes.masked;
    l.for_tiles(threads, [=](const Piece& piece) SCHUSS_LAMBDA {
        const Coefficients c(memory.coefficients, layout, piece.example);
        for_columns(piece.width, [&](auto registers, int64_t j) SCHUSS_LAMBDA {
            input_slopes<mask == kWhereOpen ? kWhereOpen : kAll>(registers, rest, dx, piece.start + j, piece.rows,
                                                                 layout.columns, c, j);
        });
    });
}

}  // namespace

int64_t group_norm_scratch(int64_t batch, int64_t rows, int64_t channels) {
    const ChannelLayout l(batch, rows, channels);
    return (l.part_doubles() + batch * 2 * channels) * (int64_t)sizeof(double) +
           batch * 5 * l.columns * (int64_t)sizeof(float);
}

// x, residual, y: (batch, rows, channels); scale, shift: (channels); mean, variance: (batch, groups)
int group_norm_forward(const float* x, const float* scale, const float* shift, const float* residual, float* y,
                       float* mean, float* variance, void* scratch, int64_t batch, int64_t rows, int64_t channels,
                       int64_t groups, double epsilon, int relu, int threads) {
    const ChannelLayout l(batch, rows, channels);
    const Scratch memory(scratch, l);
    l.for_parts(memory.partial, threads, [=](const Piece& piece, double* means, double* m2) SCHUSS_LAMBDA {
        for_columns(piece.width, [&](auto registers, int64_t j) SCHUSS_LAMBDA {
            column_moments(registers, x + piece.start + j, piece.rows, l.columns, means + j, m2 + j);
        });
    });
    for_ranges(batch, 1, l.size(), threads, [=](int64_t first, int64_t last) {
        for (int64_t example = first; example < last; example++) {
            const Coefficients c(memory.coefficients, l, example);
            float* const means = mean + example * groups;
            float* const variances = variance + example * groups;
            merge_moments(l, memory, x, example, groups, means, variances);
            expand(l, c, groups, scale, shift, means, variances, epsilon);
        }
    });
    if (residual) {
        (relu ? normalise_all<kAddRelu> : normalise_all<kAdd>)(l, x, residual, y, memory.coefficients, threads);
    } else {
        (relu ? normalise_all<kRelu> : normalise_all<kPlain>)(l, x, residual, y, memory.coefficients, threads);
    }
    return 0;
}

// As the forward pass has it. With a shift the gradient is that of relu(y); with y that of relu(y + residual), whose
// own gradient is written to `masked`; dy is then the sum of dy and, unless null, more_dy.
int group_norm_backward(const float* x, const float* scale, const float* shift, const float* mean,
                        const float* variance, const float* y, const float* dy, const float* more_dy, float* dx,
                        float* d_scale, float* d_shift, float* masked, void* scratch, int64_t batch, int64_t rows,
                        int64_t channels, int64_t groups, double epsilon, int threads) {
    const ChannelLayout l(batch, rows, channels);
    const Slopes slopes{x, y, dy, more_dy, masked};
    const auto run = y ? backward<kWherePositive> : shift ? backward<kWhereOpen> : backward<kAll>;
    run(l, slopes, scale, shift, mean, variance, dx, d_scale, d_shift, Scratch(scratch, l), groups, epsilon, threads);
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
