// The largest element of each window, channel by channel, and which one it was.
// x, dx: (batch, height, width, channels); y, dy, taken: (batch, outputs down, outputs across, channels)
#include "pool.h"

// Work mapping: a thread to an output of a channel, neighbouring threads to neighbouring channels.
// Bytes moved: x once for each window that holds it, from cache after the first time; y and taken once.
template <typename Index>
__device__ void take_maxima(const float* x, float* y, Index* taken, const PoolSizes& pool) {
    for_each_position(pool.batch, pool.rows.outputs, pool.columns.outputs, pool.channels, [&](const Position& at) {
        const int64_t top = pool.rows.first(at.row), left = pool.columns.first(at.column);
        float best = x[pool.pixel(at.example, top, left) + at.channel];
        int64_t place_of_best = pool.rows.place(top, at.row) * pool.columns.size + pool.columns.place(left, at.column);
        for (int64_t i = top; i < pool.rows.end(at.row); i++) {
            for (int64_t j = left; j < pool.columns.end(at.column); j++) {
                const float here = x[pool.pixel(at.example, i, j) + at.channel];
                if (here <= best || best != best) continue;  // the first maximum, and the first NaN
                best = here;
                place_of_best = pool.rows.place(i, at.row) * pool.columns.size + pool.columns.place(j, at.column);
            }
        }
        y[at.index] = best;
        taken[at.index] = static_cast<Index>(place_of_best);
    });
}

// Work mapping: a thread to a pixel of a channel, which gathers from the windows that hold it.
// Bytes moved: dy and taken once for each pixel that a window holds, mostly from cache; dx once.
template <typename Index>
__device__ void gather_slopes(const Index* taken, const float* dy, float* dx, const PoolSizes& pool) {
    for_each_position(pool.batch, pool.rows.extent, pool.columns.extent, pool.channels, [&](const Position& at) {
        float sum = 0;
        for (int64_t i = pool.rows.lowest(at.row); i <= pool.rows.highest(at.row); i++) {
            for (int64_t j = pool.columns.lowest(at.column); j <= pool.columns.highest(at.column); j++) {
                const int64_t place = pool.rows.place(at.row, i) * pool.columns.size + pool.columns.place(at.column, j);
                const int64_t output = pool.output(at.example, i, j) + at.channel;
                if (taken[output] == place) sum += dy[output];
            }
        }
        dx[at.index] = sum;
    });
}

// Work mapping: a thread to an output of a channel.
// Bytes moved: taken and y once, and of x one element for each output.
template <typename Index>
__device__ void pick(const Index* taken, const float* x, float* y, const PoolSizes& pool) {
    for_each_position(pool.batch, pool.rows.outputs, pool.columns.outputs, pool.channels, [&](const Position& at) {
        const int64_t i = pool.rows.pixel(taken[at.index] / pool.columns.size, at.row);
        const int64_t j = pool.columns.pixel(taken[at.index] % pool.columns.size, at.column);
        const bool inside = pool.rows.holds(i) && pool.columns.holds(j);
        y[at.index] = inside ? x[pool.pixel(at.example, i, j) + at.channel] : 0;
    });
}

// The twins are for windows of more pixels than a byte can count.
extern "C" __global__ void __launch_bounds__(256)
    max_pool_forward(const float* x, float* y, uint8_t* taken, SCHUSS_POOL_PARAMETERS) {
    take_maxima(x, y, taken, PoolSizes SCHUSS_POOL_SIZES);
}
extern "C" __global__ void __launch_bounds__(256)
    max_pool_forward_i32(const float* x, float* y, int32_t* taken, SCHUSS_POOL_PARAMETERS) {
    take_maxima(x, y, taken, PoolSizes SCHUSS_POOL_SIZES);
}

extern "C" __global__ void __launch_bounds__(256)
    max_pool_backward(const uint8_t* taken, const float* dy, float* dx, SCHUSS_POOL_PARAMETERS) {
    gather_slopes(taken, dy, dx, PoolSizes SCHUSS_POOL_SIZES);
}
extern "C" __global__ void __launch_bounds__(256)
    max_pool_backward_i32(const int32_t* taken, const float* dy, float* dx, SCHUSS_POOL_PARAMETERS) {
    gather_slopes(taken, dy, dx, PoolSizes SCHUSS_POOL_SIZES);
}

extern "C" __global__ void __launch_bounds__(256)
    max_pool_pick(const uint8_t* taken, const float* x, float* y, SCHUSS_POOL_PARAMETERS) {
    pick(taken, x, y, PoolSizes SCHUSS_POOL_SIZES);
}
extern "C" __global__ void __launch_bounds__(256)
    max_pool_pick_i32(const int32_t* taken, const float* x, float* y, SCHUSS_POOL_PARAMETERS) {
    pick(taken, x, y, PoolSizes SCHUSS_POOL_SIZES);
}
