// Normalisation along rows: y = (x - mean) / sqrt(variance + epsilon) * scale + shift.
#include "moments.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int kSums = 4;            // independent sums hide the latency of an addition
constexpr int64_t kChunk = 4096;    // elements added in f32 before a double takes over
constexpr int64_t kParts = 32;      // of rows, whose gradients of scale and shift are summed by themselves
constexpr int64_t kMostRows = 256;  // of a part

SCHUSS_INLINE int64_t part_rows(int64_t rows) { return min(ceil_div(rows, kParts), kMostRows); }

struct Pair {
    double first, second;
};

SCHUSS_INLINE float sum_of(const Vector* sums) { return sum_halves((sums[0] + sums[1]) + (sums[2] + sums[3])); }

// Sum of x - centre and of its square.
SCHUSS_INLINE Pair deviations(const float* x, int64_t n, float centre) {
    Pair all = {0, 0};
    for (int64_t start = 0; start < n; start += kChunk) {
        const int64_t end = min(start + kChunk, n);
        Vector sums[kSums] = {}, squares[kSums] = {};
        int64_t i = start;
        for (; i + kSums * kLanes <= end; i += kSums * kLanes) {
            for (int s = 0; s < kSums; s++) {
                const Vector d = load(x + i + s * kLanes) - broadcast(centre);
                sums[s] += d;
                squares[s] += d * d;
            }
        }
        for (; i + kLanes <= end; i += kLanes) {
            const Vector d = load(x + i) - broadcast(centre);
            sums[0] += d;
            squares[0] += d * d;
        }
        float sum = sum_of(sums), square = sum_of(squares);
        for (; i < end; i++) {
            const float d = x[i] - centre;
            sum += d;
            square += d * d;
        }
        all.first += sum;
        all.second += square;
    }
    return all;
}

// The mean to within a rounding or two comes first: deviations from it do not cancel.
SCHUSS_INLINE void row_moments(const float* x, int64_t n, float* mean, float* variance) {
    const double count = (double)n;
    const float centre = x[0] + (float)(deviations(x, n, x[0]).first / count);
    const Pair sums = deviations(x, n, centre);
    const double moved = sums.first / count;
    double exact_mean = centre + moved, exact_variance = (sums.second - sums.first * moved) / count;
    if (exact_variance < 0) exact_variance = 0;
    if (!__builtin_isfinite(exact_variance)) plain_moments(x, 1, n, n, &exact_mean, &exact_variance);
    *mean = (float)exact_mean;
    *variance = (float)exact_variance;
}

// Sums of dy * scale and of dy * scale * (x - mean) along a row; dy and dy * z are added to d_shift and d_scale.
SCHUSS_INLINE Pair row_slopes(const float* x, const float* dy, const float* scale, float mean, float r, float* d_scale,
                              float* d_shift, int64_t n) {
    Pair all = {0, 0};
    for (int64_t start = 0; start < n; start += kChunk) {
        const int64_t end = min(start + kChunk, n);
        Vector sums[2] = {}, products[2] = {};
        int64_t i = start;
        for (; i + 2 * kLanes <= end; i += 2 * kLanes) {
            for (int s = 0; s < 2; s++) {
                const int64_t j = i + s * kLanes;
                const Vector d = load(x + j) - broadcast(mean), slope = load(dy + j);
                const Vector g = slope * load(scale + j);
                sums[s] += g;
                products[s] += g * d;
                store(d_scale + j, load(d_scale + j) + slope * (d * broadcast(r)));
                store(d_shift + j, load(d_shift + j) + slope);
            }
        }
        float sum = sum_halves(sums[0] + sums[1]), product = sum_halves(products[0] + products[1]);
        for (; i < end; i++) {
            const float d = x[i] - mean, g = dy[i] * scale[i];
            sum += g;
            product += g * d;
            d_scale[i] += dy[i] * (d * r);
            d_shift[i] += dy[i];
        }
        all.first += sum;
        all.second += product;
    }
    return all;
}

}  // namespace

// x, y: (rows, columns); scale, shift: (columns); mean, variance: (rows)
int layer_norm_forward(const float* x, const float* scale, const float* shift, float* y, float* mean, float* variance,
                       int64_t rows, int64_t columns, double epsilon, int threads) {
    for_ranges(rows, 1, rows * columns, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            const float* const in = x + row * columns;
            float* const out = y + row * columns;
            row_moments(in, columns, mean + row, variance + row);
            const float m = mean[row], r = (float)reciprocal_deviation(variance[row], epsilon);
#pragma omp simd
            for (int64_t j = 0; j < columns; j++) out[j] = (in[j] - m) * r * scale[j] + shift[j];
        }
    });
    return 0;
}

int64_t layer_norm_scratch(int64_t rows, int64_t columns) {
    return ceil_div(rows, part_rows(rows)) * 2 * columns * (int64_t)sizeof(float);
}

// dx may lie on dy.
int layer_norm_backward(const float* x, const float* scale, const float* mean, const float* variance, const float* dy,
                        float* dx, float* d_scale, float* d_shift, float* scratch, int64_t rows, int64_t columns,
                        double epsilon, int threads) {
    const int64_t length = part_rows(rows), parts = ceil_div(rows, length);
    const double count = (double)columns;
    for_ranges(parts, 1, rows * columns, threads, [=](int64_t first, int64_t last) {
        for (int64_t part = first; part < last; part++) {
            float* const scales = scratch + part * 2 * columns;
            float* const shifts = scales + columns;
            memset(scales, 0, 2 * (size_t)columns * sizeof(float));
            for (int64_t row = part * length; row < min((part + 1) * length, rows); row++) {
                const float* const in = x + row * columns;
                const float* const slopes = dy + row * columns;
                float* const out = dx + row * columns;
                const double deviation = reciprocal_deviation(variance[row], epsilon);
                const float m = mean[row], r = (float)deviation;
                if (columns == 1) {  // its own mean: nothing moves it
                    row_slopes(in, slopes, scale, m, r, scales, shifts, columns);
                    out[0] = 0;
                    continue;
                }
                const Pair sums = row_slopes(in, slopes, scale, m, r, scales, shifts, columns);
                const float slope = (float)(-deviation * deviation * deviation * sums.second / count);
                const float offset = (float)(-deviation * sums.first / count);
#pragma omp simd
                for (int64_t j = 0; j < columns; j++) {
                    out[j] = slopes[j] * scale[j] * r + ((in[j] - m) * slope + offset);
                }
            }
        }
    });
    for_ranges(columns, kLine, parts * columns, threads, [=](int64_t first, int64_t last) {
        for (int64_t j = first; j < last; j++) {
            double scale_sum = 0, shift_sum = 0;
            for (int64_t part = 0; part < parts; part++) {
                scale_sum += scratch[part * 2 * columns + j];
                shift_sum += scratch[(part * 2 + 1) * columns + j];
            }
            d_scale[j] = (float)scale_sum;
            d_shift[j] = (float)shift_sum;
        }
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
