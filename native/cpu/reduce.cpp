// Sums: of everything, of rows, of columns (a bias gradient). Long sums are cut into chunks whose length depends on the
// shape alone, so the additions, and with them the rounding, are the same for any number of threads.
#include "variant.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int kSums = 4;              // independent sums hide the latency of an addition
constexpr int64_t kChunk = 4096;      // elements added in one go
constexpr int64_t kMostChunks = 256;  // partial sums fit a small array on the stack
constexpr int64_t kBlockColumns = 4 * kLanes;
constexpr int64_t kBlockRows = 256;  // added in one go: keeps rounding errors of tall sums small
constexpr int64_t kNarrow = 256;     // columns: fewer give too little to split between threads, so rows are split
constexpr int64_t kRowParts = 32;

// x: (n)
SCHUSS_INLINE float sum_chunk(const float* x, int64_t n) {
    Vector sums[kSums] = {};
    int64_t i = 0;
    for (; i + kSums * kLanes <= n; i += kSums * kLanes) {
        for (int s = 0; s < kSums; s++) sums[s] += load(x + i + s * kLanes);
    }
    float sum = sum_lanes((sums[0] + sums[1]) + (sums[2] + sums[3]));
    for (; i < n; i++) sum += x[i];
    return sum;
}

SCHUSS_INLINE int64_t chunk_length(int64_t n) { return max(kChunk, ceil_div(ceil_div(n, kMostChunks), kLine) * kLine); }

// x: (n); chunks by themselves, then the chunks' sums in order
SCHUSS_INLINE float sum_row(const float* x, int64_t n, int threads) {
    if (n <= kChunk) return sum_chunk(x, n);
    const int64_t length = chunk_length(n);
    float partial[kMostChunks];
    float* const sums = partial;
    for_ranges(n, length, n, threads, [=](int64_t first, int64_t last) {
        for (int64_t start = first; start < last; start += length) {
            // Chunks longer than kChunk are added in pieces, for the rounding's sake.
            double sum = 0;
            const int64_t end = min(start + length, last);
            for (int64_t piece = start; piece < end; piece += kChunk) {
                sum += sum_chunk(x + piece, min(kChunk, end - piece));
            }
            sums[start / length] = (float)sum;
        }
    });
    double sum = 0;
    for (int64_t chunk = 0; chunk < ceil_div(n, length); chunk++) sum += sums[chunk];
    return (float)sum;
}

// y[j] = scale * sum over rows of x[row][j] for j of first .. last-1; x: (rows, stride). The sums of a few registers'
// columns stay in registers.
SCHUSS_INLINE void sum_columns(const float* x, float* y, int64_t rows, int64_t stride, int64_t first, int64_t last,
                               float scale) {
    int64_t j = first;
    for (; j + kBlockColumns <= last; j += kBlockColumns) {
        Vector total[kSums] = {};
        for (int64_t start = 0; start < rows; start += kBlockRows) {
            const int64_t end = min(start + kBlockRows, rows);
            Vector sums[kSums] = {};
            for (int64_t row = start; row < end; row++) {
                for (int s = 0; s < kSums; s++) sums[s] += load(x + row * stride + j + s * kLanes);
            }
            for (int s = 0; s < kSums; s++) total[s] += sums[s];
        }
        for (int s = 0; s < kSums; s++) store(y + j + s * kLanes, total[s] * broadcast(scale));
    }
    for (; j + kLanes <= last; j += kLanes) {
        Vector total = {};
        for (int64_t start = 0; start < rows; start += kBlockRows) {
            const int64_t end = min(start + kBlockRows, rows);
            Vector sums = {};
            for (int64_t row = start; row < end; row++) sums += load(x + row * stride + j);
            total += sums;
        }
        store(y + j, total * broadcast(scale));
    }
    if (j == last) return;
    float total[kLanes] = {};
    const int64_t rest = last - j;
    for (int64_t start = 0; start < rows; start += kBlockRows) {
        const int64_t end = min(start + kBlockRows, rows);
        float sums[kLanes] = {};
        for (int64_t row = start; row < end; row++) {
            for (int64_t c = 0; c < rest; c++) sums[c] += x[row * stride + j + c];
        }
        for (int64_t c = 0; c < rest; c++) total[c] += sums[c];
    }
    for (int64_t c = 0; c < rest; c++) y[j + c] = total[c] * scale;
}

// Tall and narrow, x: (rows, columns), y: (columns): rows in parts, then the parts' sums.
SCHUSS_INLINE void sum_tall(const float* x, float* y, int64_t rows, int64_t columns, float scale, int threads) {
    float partial[kRowParts * kNarrow];
    float* const sums = partial;
    const int64_t length = ceil_div(rows, kRowParts);
    const int64_t parts = ceil_div(rows, length);
    for_ranges(parts, 1, rows * columns, threads, [=](int64_t first, int64_t last) {
        for (int64_t part = first; part < last; part++) {
            const int64_t start = part * length;
            sum_columns(x + start * columns, sums + part * columns, min(length, rows - start), columns, 0, columns, 1);
        }
    });
    sum_columns(sums, y, parts, columns, 0, columns, scale);
}

}  // namespace

// x: (outer, reduced, inner), y: (outer, inner)
int sum(const float* x, float* y, int64_t outer, int64_t reduced, int64_t inner, float scale, int threads) {
    const int64_t elements = outer * reduced * inner;
    if (inner == 1 && outer < threads) {  // few long rows: threads share each
        for (int64_t o = 0; o < outer; o++) y[o] = scale * sum_row(x + o * reduced, reduced, threads);
    } else if (inner == 1) {
        for_ranges(outer, kLine, elements, threads, [=](int64_t first, int64_t last) {
            for (int64_t o = first; o < last; o++) y[o] = scale * sum_row(x + o * reduced, reduced, 1);
        });
    } else if (outer == 1 && inner <= kNarrow && elements >= kSerialElements) {
        sum_tall(x, y, reduced, inner, scale, threads);
    } else if (outer == 1) {
        // Boundaries at whole blocks: a column's sum is made the same way whoever makes it.
        for_ranges(inner, kBlockColumns, elements, threads,
                   [=](int64_t first, int64_t last) { sum_columns(x, y, reduced, inner, first, last, scale); });
    } else {
        for_ranges(outer, 1, elements, threads, [=](int64_t first, int64_t last) {
            for (int64_t o = first; o < last; o++) {
                sum_columns(x + o * reduced * inner, y + o * inner, reduced, inner, 0, inner, scale);
            }
        });
    }
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
