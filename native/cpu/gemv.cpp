// One example times a weight matrix: inference at batch 1. Every weight is used once, so the speed of memory is the
// limit and the kernel's work is to read them in order and keep everything else in registers.
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

#if defined(__AVX512F__)
constexpr int kSums = 16;  // registers for sums, out of 32
#else
constexpr int kSums = 8;  // out of 16
#endif
constexpr int kWide = 8;  // registers side by side: the widest block of columns
constexpr int64_t kBlockColumns = kWide * kLanes;
constexpr int64_t kPrefetchRows = 16;  // ahead: far enough for memory, near enough to stay in L1

// y[0 .. V*kLanes) = sum over row of x[row] * weight[row][..]; weight: (rows, stride).
// kSums / V rows at once, each with sums of its own, so that additions do not wait for each other.
template <int V>
SCHUSS_INLINE void column_block(const float* x, const float* weight, float* y, int64_t rows, int64_t stride) {
    constexpr int kAtOnce = kSums / V;
    Vector sums[kAtOnce][V] = {};
    int64_t row = 0;
    for (; row + kAtOnce <= rows; row += kAtOnce) {
#pragma GCC unroll 16
        for (int k = 0; k < kAtOnce; k++) {
            const float* const w = weight + (row + k) * stride;
            const Vector factor = broadcast(x[row + k]);
#pragma GCC unroll 16
            for (int v = 0; v < V; v++) {
                if (v * kLanes % kLine == 0) __builtin_prefetch(w + kPrefetchRows * stride + v * kLanes);
                sums[k][v] += factor * load(w + v * kLanes);
            }
        }
    }
    for (; row < rows; row++) {
        const Vector factor = broadcast(x[row]);
#pragma GCC unroll 16
        for (int v = 0; v < V; v++) sums[0][v] += factor * load(weight + row * stride + v * kLanes);
    }
#pragma GCC unroll 16
    for (int v = 0; v < V; v++) {
        Vector sum = sums[0][v];
#pragma GCC unroll 16
        for (int k = 1; k < kAtOnce; k++) sum += sums[k][v];
        store(y + v * kLanes, sum);
    }
}

// Fewer columns than a register holds. Whole registers are read all the same, into the next row, as far as that exists.
SCHUSS_INLINE void narrow(const float* x, const float* weight, float* y, int64_t rows, int64_t columns) {
    constexpr int kAtOnce = 4;
    Vector sums[kAtOnce] = {};
    int64_t row = 0;
    for (; (row + kAtOnce - 1) * columns + kLanes <= rows * columns; row += kAtOnce) {
#pragma GCC unroll 4
        for (int k = 0; k < kAtOnce; k++) sums[k] += broadcast(x[row + k]) * load(weight + (row + k) * columns);
    }
    const Vector sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    for (int64_t j = 0; j < columns; j++) {
        float total = sum[j];
        for (int64_t rest = row; rest < rows; rest++) total += x[rest] * weight[rest * columns + j];
        y[j] = total;
    }
}

// weight: (in, out), columns first .. last-1, where first is the start of a block
SCHUSS_INLINE void columns_between(const float* x, const float* weight, float* y, int64_t in, int64_t out,
                                   int64_t first, int64_t last) {
    int64_t j = first;
    for (; j + kBlockColumns <= last; j += kBlockColumns) column_block<kWide>(x, weight + j, y + j, in, out);
    if (j + kWide / 2 * kLanes <= last) {
        column_block<kWide / 2>(x, weight + j, y + j, in, out);
        j += kWide / 2 * kLanes;
    }
    if (j + kWide / 4 * kLanes <= last) {
        column_block<kWide / 4>(x, weight + j, y + j, in, out);
        j += kWide / 4 * kLanes;
    }
    if (j + kLanes <= last) {
        column_block<1>(x, weight + j, y + j, in, out);
        j += kLanes;
    }
    // What is left is less than a register: the last whole one, some columns of which are computed again.
    if (j < last) column_block<1>(x, weight + last - kLanes, y + last - kLanes, in, out);
}

// weight: (out, in), rows first .. last-1: inner products
SCHUSS_INLINE void rows_between(const float* x, const float* weight, float* y, int64_t in, int64_t first,
                                int64_t last) {
    constexpr int kAtOnce = 4;
    for (int64_t j = first; j < last; j++) {
        const float* const w = weight + j * in;
        Vector sums[kAtOnce] = {};
        int64_t i = 0;
        for (; i + kAtOnce * kLanes <= in; i += kAtOnce * kLanes) {
#pragma GCC unroll 4
            for (int s = 0; s < kAtOnce; s++) sums[s] += load(x + i + s * kLanes) * load(w + i + s * kLanes);
        }
        for (; i + kLanes <= in; i += kLanes) sums[0] += load(x + i) * load(w + i);
        float sum = sum_lanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
        for (; i < in; i++) sum += x[i] * w[i];
        y[j] = sum;
    }
}

}  // namespace

// x: (in), y: (out), weight: (in, out), or (out, in) where transposed
void gemv(const float* x, const float* weight, float* y, int64_t in_features, int64_t out_features, bool transposed,
          int threads) {
    const int64_t in = in_features, out = out_features;
    if (transposed) {
        for_ranges(out, kLine, in * out, threads,
                   [=](int64_t first, int64_t last) { rows_between(x, weight, y, in, first, last); });
    } else if (out < kLanes) {
        narrow(x, weight, y, in, out);
    } else {
        // Whole blocks per thread: how a column is summed does not depend on who sums it. A last block without one
        // whole register belongs to the block before it.
        const int64_t blocks = max((out - kLanes) / kBlockColumns + 1, 1);
        for_ranges(blocks, 1, in * out, threads, [=](int64_t first, int64_t last) {
            columns_between(x, weight, y, in, out, first * kBlockColumns, last == blocks ? out : last * kBlockColumns);
        });
    }
}

}  // namespace schuss::SCHUSS_VARIANT
