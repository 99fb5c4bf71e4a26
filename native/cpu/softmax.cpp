// Softmax and its logarithm along rows. The row's maximum is taken off first: e^x cannot overflow then.
#include "row_softmax.h"

namespace schuss::SCHUSS_VARIANT {

// x, y: (rows, columns)
int softmax_forward(const float* x, float* y, int64_t rows, int64_t columns, int threads) {
    for_ranges(rows, 1, rows * columns, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            const float* const in = x + row * columns;
            float* const out = y + row * columns;
            if (columns > kLine) {
                const float scale = 1.0f / exp_row(in, out, columns).sum;
#pragma omp simd
                for (int64_t j = 0; j < columns; j++) out[j] *= scale;
            } else {
                float padded[kLine];
                pad_row(in, columns, padded);
                const float scale = 1.0f / exp_row(padded, padded, kLine).sum;
                for (int64_t j = 0; j < columns; j++) out[j] = padded[j] * scale;
            }
        }
    });
    return 0;
}

// x, y: (rows, columns)
int log_softmax_forward(const float* x, float* y, int64_t rows, int64_t columns, int threads) {
    for_ranges(rows, 1, rows * columns, threads, [=](int64_t first, int64_t last) {
        for (int64_t row = first; row < last; row++) {
            const float* const in = x + row * columns;
            float* const out = y + row * columns;
            const RowSum row_exp = row_sum(in, columns);
            const float log_sum = log(row_exp.sum);
#pragma omp simd
            for (int64_t j = 0; j < columns; j++) out[j] = (in[j] - row_exp.maximum) - log_sum;
        }
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
