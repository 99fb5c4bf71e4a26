// How blocks share columns. x (outer, rows, columns) falls into parts of rows and tiles of `width` neighbouring
// columns; a block takes one such piece at a time. Its thread t takes column t % width, and of the rows every threads /
// width-th: neighbouring threads read neighbouring elements. The parts depend on the shape alone, and with them the
// order in which elements are combined. Both width and the number of threads are powers of two.
#pragma once

#include "kernel.h"

constexpr int kMostThreads = 256;
constexpr int64_t kRun = 256;  // elements added in one go: keeps rounding errors of long sums small

struct Columns {
    int64_t outer, rows, columns, part_rows, width;

    __device__ int64_t parts() const { return (rows + part_rows - 1) / part_rows; }
    __device__ int64_t tiles() const { return (columns + width - 1) / width; }
    __device__ int64_t pieces() const { return outer * parts() * tiles(); }
};

// What a thread takes of a piece: rows first, first + step, ... before end, none where there is no such column.
struct Share {
    int64_t outer, part, column, first, end, step;
    bool inside;  // whether there is such a column

    __device__ Share(const Columns& c, int64_t piece) {
        column = piece % c.tiles() * c.width + threadIdx.x % c.width;
        part = piece / c.tiles() % c.parts();
        outer = piece / c.tiles() / c.parts();
        inside = column < c.columns;
        step = blockDim.x / c.width;
        first = part * c.part_rows + threadIdx.x / c.width;
        end = inside ? min(part * c.part_rows + c.part_rows, c.rows) : first;
    }
    // Where column and row meet in x.
    __device__ int64_t at(const Columns& c, int64_t row) const { return (outer * c.rows + row) * c.columns + column; }
    // Whether this thread writes the column's result, and where in (outer, parts, columns).
    __device__ bool writes(const Columns& c) const { return inside && threadIdx.x < c.width; }
    __device__ int64_t result(const Columns& c) const { return (outer * c.parts() + part) * c.columns + column; }
};

// combine over the threads of a block that have the same column; all of them get the result.
template <typename T, typename Combine>
__device__ T combine_column(T value, int64_t width, Combine combine) {
    __shared__ T of_threads[kMostThreads];
    of_threads[threadIdx.x] = value;
    for (int64_t half = blockDim.x / 2; half >= width; half /= 2) {
        __syncthreads();
        if (threadIdx.x < half) {
            of_threads[threadIdx.x] = combine(of_threads[threadIdx.x], of_threads[threadIdx.x + half]);
        }
    }
    __syncthreads();
    const T result = of_threads[threadIdx.x % width];
    __syncthreads();  // of_threads may be written again
    return result;
}

// combine of value(share, row) over the rows of a thread's share.
template <typename T, typename Value, typename Combine>
__device__ T combine_rows(const Share& share, T identity, Value value, Combine combine) {
    T total = identity;
    for (int64_t row = share.first; row < share.end;) {
        const int64_t end = min(row + kRun * share.step, share.end);
        T run = identity;
        for (; row < end; row += share.step) run = combine(run, value(share, row));
        total = combine(total, run);
    }
    return total;
}

// Calls body(share) for the pieces of this block, all of its threads for the same.
template <typename Body>
__device__ void for_each_share(const Columns& columns, Body body) {
    for (int64_t piece = blockIdx.x; piece < columns.pieces(); piece += gridDim.x) body(Share(columns, piece));
}

// Calls put(result's index, result) for every part of every column: combine of value(share, row) over its rows.
template <typename T, typename Value, typename Combine, typename Put>
__device__ void reduce_columns(const Columns& columns, T identity, Value value, Combine combine, Put put) {
    for_each_share(columns, [&](const Share& share) {
        const T total = combine_column(combine_rows(share, identity, value, combine), columns.width, combine);
        if (share.writes(columns)) put(share.result(columns), total);
    });
}

// The same by one thread a result, for few elements: y (outer, inner) of x (outer, reduced, inner).
template <typename Combine, typename Put>
__device__ void reduce_short(const float* x, int64_t outer, int64_t reduced, int64_t inner, Combine combine, Put put) {
    for (int64_t i = first_element(); i < outer * inner; i += element_stride()) {
        const float* const from = x + i / inner * reduced * inner + i % inner;
        float total = from[0];
        for (int64_t r = 1; r < reduced; r++) total = combine(total, from[r * inner]);
        put(i, total);
    }
}
