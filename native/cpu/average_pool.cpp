// The mean of each window, channel by channel.
#include "pool_window.h"

namespace schuss::SCHUSS_VARIANT {
// x: (batch, height, width, channels); y: (batch, outputs_down, outputs_across, channels)
int average_pool_forward(const float* x, float* y, SCHUSS_POOL_PARAMETERS, int count_padding, int threads) {
    const Pool p{SCHUSS_POOL_SIZES};
    p.for_output_rows(threads, [=](int64_t example, int64_t row) SCHUSS_LAMBDA {
        const float* const image = x + p.pixel(example, 0, 0);
        for (int64_t column = 0; column < p.columns.outputs; column++) {
            const float scale = p.share(row, column, count_padding);
            float* const to = y + p.output(example, row, column);
            for_columns(p.channels, [&](auto registers, int64_t c) SCHUSS_LAMBDA {
                typedef decltype(registers) R;
                typename R::Type sum[R::kCount] = {};
                for (int64_t i = p.rows.first(row); i < p.rows.end(row); i++) {
                    for (int64_t j = p.columns.first(column); j < p.columns.end(column); j++) {
                        const float* const pixel = image + (i * p.columns.extent + j) * p.channels + c;
#pragma GCC unroll 4
                        for (int v = 0; v < R::kCount; v++) sum[v] += R::at(pixel, v);
                    }
                }
                for (int v = 0; v < R::kCount; v++) R::put(to + c, v, sum[v] * scale);
            });
        }
    });
    return 0;
}

// Each pixel gathers from the windows that hold it.
int average_pool_backward(const float* dy, float* dx, SCHUSS_POOL_PARAMETERS, int count_padding, int threads) {
    const Pool p{SCHUSS_POOL_SIZES};
    p.for_pixels(threads, [=](int64_t example, int64_t row, int64_t column, const Covering& rows,
                              const Covering& columns) SCHUSS_LAMBDA {
        float* const to = dx + p.pixel(example, row, column);
        for_columns(p.channels, [&](auto registers, int64_t c) SCHUSS_LAMBDA {
            typedef decltype(registers) R;
            typename R::Type sum[R::kCount] = {};
            for (int64_t i = rows.low; i <= rows.high; i++) {
                for (int64_t j = columns.low; j <= columns.high; j++) {
                    const float scale = p.share(i, j, count_padding);
                    const float* const from = dy + p.output(example, i, j) + c;
#pragma GCC unroll 4
                    for (int v = 0; v < R::kCount; v++) sum[v] += R::at(from, v) * scale;
                }
            }
            for (int v = 0; v < R::kCount; v++) R::put(to + c, v, sum[v]);
        });
    });
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
