// The largest element of each window, channel by channel, and which one it was.
#include "pool_window.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

typedef uint8_t ByteVector __attribute__((vector_size(kLanes), aligned(1), may_alias));

SCHUSS_INLINE void put_index(uint8_t* to, IntVector index) {
    *(ByteVector*)to = __builtin_convertvector(index, ByteVector);
}
SCHUSS_INLINE void put_index(int32_t* to, IntVector index) { *(IntVector*)to = index; }
SCHUSS_INLINE void put_index(uint8_t* to, int32_t index) { *to = (uint8_t)index; }
SCHUSS_INLINE void put_index(int32_t* to, int32_t index) { *to = index; }

// A loop, not __builtin_convertvector: of that GCC 12 makes single moves when it widens.
SCHUSS_INLINE void get_index(const uint8_t* from, IntVector& index) {
    int32_t wide[kLanes];
    for (int i = 0; i < kLanes; i++) wide[i] = from[i];
    index = *(const IntVector*)wide;
}
SCHUSS_INLINE void get_index(const int32_t* from, IntVector& index) { index = *(const IntVector*)from; }
SCHUSS_INLINE void get_index(const uint8_t* from, int32_t& index) { index = *from; }
SCHUSS_INLINE void get_index(const int32_t* from, int32_t& index) { index = *from; }

template <typename R, typename Index>
SCHUSS_INLINE void take_maxima(R, const Pool& p, const float* x, int64_t row, int64_t column, float* y, Index* taken) {
    typedef typename R::Type V;
    const int64_t top = p.rows.first(row), bottom = p.rows.end(row);
    const int64_t left = p.columns.first(column), right = p.columns.end(column);
    const int32_t start = (int32_t)(p.rows.place(top, row) * p.columns.size + p.columns.place(left, column));
    V best[R::kCount];
    typename R::Int index[R::kCount];
    for (int v = 0; v < R::kCount; v++) {
        best[v] = R::at(x + (top * p.columns.extent + left) * p.channels, v);
        index[v] = typename R::Int{} + start;
    }
    for (int64_t i = top; i < bottom; i++) {
        int32_t place = start + (int32_t)((i - top) * p.columns.size);
        for (int64_t j = left; j < right; j++, place++) {
            const float* const pixel = x + (i * p.columns.extent + j) * p.channels;
#pragma GCC unroll 4
            for (int v = 0; v < R::kCount; v++) {
                const V here = R::at(pixel, v);
                const auto keep = (here <= best[v]) | (best[v] != best[v]);  // the first maximum, and the first NaN
                best[v] = keep ? best[v] : here;
                index[v] = keep ? index[v] : typename R::Int{} + place;
            }
        }
    }
    for (int v = 0; v < R::kCount; v++) {
        R::put(y, v, best[v]);
        put_index(taken + v * R::kLanes, index[v]);
    }
}

template <typename Index>
void forward(const Pool& pool, const float* x, float* y, Index* taken, int threads) {
    const Pool p = pool;
    p.for_output_rows(threads, [=](int64_t example, int64_t row) SCHUSS_LAMBDA {
        const float* const image = x + p.pixel(example, 0, 0);
        for (int64_t column = 0; column < p.columns.outputs; column++) {
            const int64_t at = p.output(example, row, column);
            for_columns(p.channels, [&](auto registers, int64_t c) SCHUSS_LAMBDA {
                take_maxima(registers, p, image + c, row, column, y + at + c, taken + at + c);
            });
        }
    });
}

// Each pixel gathers from the windows that hold it: what is written is written once, in an order of its own.
template <typename Index>
void backward(const Pool& pool, const Index* taken, const float* dy, float* dx, int threads) {
    const Pool p = pool;
    p.for_pixels(threads, [=](int64_t example, int64_t row, int64_t column, const Covering& rows,
                              const Covering& columns) SCHUSS_LAMBDA {
        float* const to = dx + p.pixel(example, row, column);
        for_columns(p.channels, [&](auto registers, int64_t c) SCHUSS_LAMBDA {
            typedef decltype(registers) R;
            typedef typename R::Type V;
            V sum[R::kCount] = {};
            for (int64_t i = rows.low; i <= rows.high; i++) {
                for (int64_t j = columns.low; j <= columns.high; j++) {
                    const int32_t place = (int32_t)(p.rows.place(row, i) * p.columns.size + p.columns.place(column, j));
                    const int64_t at = p.output(example, i, j) + c;
#pragma GCC unroll 4
                    for (int v = 0; v < R::kCount; v++) {
                        typename R::Int index;
                        get_index(taken + at + v * R::kLanes, index);
                        sum[v] += index == place ? R::at(dy + at, v) : V{};
                    }
                }
            }
            for (int v = 0; v < R::kCount; v++) R::put(to + c, v, sum[v]);
        });
    });
}

template <typename Index>
void pick(const Pool& pool, const Index* taken, const float* x, float* y, int threads) {
    const Pool p = pool;
    p.for_output_rows(threads, [=](int64_t example, int64_t row) SCHUSS_LAMBDA {
        for (int64_t column = 0; column < p.columns.outputs; column++) {
            const int64_t at = p.output(example, row, column);
            for (int64_t c = 0; c < p.channels; c++) {
                const int64_t i = p.rows.pixel(taken[at + c] / p.columns.size, row);
                const int64_t j = p.columns.pixel(taken[at + c] % p.columns.size, column);
                y[at + c] = p.rows.holds(i) && p.columns.holds(j) ? x[p.pixel(example, i, j) + c] : 0;
            }
        }
    });
}

}  // namespace

// x: (batch, height, width, channels); y, taken: (batch, outputs_down, outputs_across, channels)
int max_pool_forward(const float* x, float* y, uint8_t* taken, SCHUSS_POOL_PARAMETERS, int threads) {
    forward({SCHUSS_POOL_SIZES}, x, y, taken, threads);
    return 0;
}
int max_pool_forward_i32(const float* x, float* y, int32_t* taken, SCHUSS_POOL_PARAMETERS, int threads) {
    forward({SCHUSS_POOL_SIZES}, x, y, taken, threads);
    return 0;
}

int max_pool_backward(const uint8_t* taken, const float* dy, float* dx, SCHUSS_POOL_PARAMETERS, int threads) {
    backward({SCHUSS_POOL_SIZES}, taken, dy, dx, threads);
    return 0;
}
int max_pool_backward_i32(const int32_t* taken, const float* dy, float* dx, SCHUSS_POOL_PARAMETERS, int threads) {
    backward({SCHUSS_POOL_SIZES}, taken, dy, dx, threads);
    return 0;
}

int max_pool_pick(const uint8_t* taken, const float* x, float* y, SCHUSS_POOL_PARAMETERS, int threads) {
    pick({SCHUSS_POOL_SIZES}, taken, x, y, threads);
    return 0;
}
int max_pool_pick_i32(const int32_t* taken, const float* x, float* y, SCHUSS_POOL_PARAMETERS, int threads) {
    pick({SCHUSS_POOL_SIZES}, taken, x, y, threads);
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
