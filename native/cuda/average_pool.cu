// The mean of each window, channel by channel.
// x, dx: (batch, height, width, channels); y, dy: (batch, outputs down, outputs across, channels)
#include "pool.h"

// Work mapping: a thread to an output of a channel, neighbouring threads to neighbouring channels.
// Bytes moved: x once for each window that holds it, from cache after the first time; y once.
extern "C" __global__ void __launch_bounds__(256)
    average_pool_forward(const float* x, float* y, SCHUSS_POOL_PARAMETERS, int32_t count_padding) {
    const PoolSizes pool = SCHUSS_POOL_SIZES;
    for_each_position(pool.batch, pool.rows.outputs, pool.columns.outputs, pool.channels, [&](const Position& at) {
        float sum = 0;
        for (int64_t i = pool.rows.first(at.row); i < pool.rows.end(at.row); i++) {
            for (int64_t j = pool.columns.first(at.column); j < pool.columns.end(at.column); j++) {
                sum += x[pool.pixel(at.example, i, j) + at.channel];
            }
        }
        y[at.index] = sum * pool.share(at.row, at.column, count_padding != 0);
    });
}

// Work mapping: a thread to a pixel of a channel, which gathers from the windows that hold it.
// Bytes moved: dy once for each pixel that a window holds, mostly from cache; dx once.
extern "C" __global__ void __launch_bounds__(256)
    average_pool_backward(const float* dy, float* dx, SCHUSS_POOL_PARAMETERS, int32_t count_padding) {
    const PoolSizes pool = SCHUSS_POOL_SIZES;
    for_each_position(pool.batch, pool.rows.extent, pool.columns.extent, pool.channels, [&](const Position& at) {
        float sum = 0;
        for (int64_t i = pool.rows.lowest(at.row); i <= pool.rows.highest(at.row); i++) {
            for (int64_t j = pool.columns.lowest(at.column); j <= pool.columns.highest(at.column); j++) {
                sum += dy[pool.output(at.example, i, j) + at.channel] * pool.share(i, j, count_padding != 0);
            }
        }
        dx[at.index] = sum;
    });
}
