// How pooling's threads share pixels or outputs.
#pragma once

#include "kernel.h"
#include "schuss/pool_window.h"

using schuss::PoolSizes;

struct Position {
    int64_t index, example, row, column, channel;
};

// Calls body(position) for the elements of (batch, rows, columns, channels) that are this thread's.
template <typename Body>
__device__ void for_each_position(int64_t batch, int64_t rows, int64_t columns, int64_t channels, Body body) {
    for (int64_t i = first_element(); i < batch * rows * columns * channels; i += element_stride()) {
        const int64_t pixel = i / channels, line = pixel / columns;
        body(Position{i, line / rows, line % rows, pixel % columns, i % channels});
    }
}
