// Where the windows of pooling stand, for host and device.
#pragma once

#include "schuss/host_device.h"
#include "schuss/types.h"

// What pooling kernels take behind their addresses, and the PoolSizes that they make of it.
#define SCHUSS_POOL_PARAMETERS                                                                                    \
    int64_t batch, int64_t height, int64_t outputs_down, int64_t window_height, int64_t stride_down, int64_t top, \
        int64_t width, int64_t outputs_across, int64_t window_width, int64_t stride_across, int64_t left,         \
        int64_t channels
#define SCHUSS_POOL_SIZES                                                        \
    {                                                                            \
        batch, {height, outputs_down, window_height, stride_down, top},          \
            {width, outputs_across, window_width, stride_across, left}, channels \
    }

namespace schuss {

// Windows along one axis. before: padding in front.
struct PoolAxis {
    int64_t extent, outputs, size, stride, before;

    // The first pixel of an output's window, and one past its last; padding is not counted.
    SCHUSS_HOST_DEVICE inline int64_t first(int64_t output) const {
        const int64_t start = output * stride - before;
        return start < 0 ? 0 : start;
    }
    SCHUSS_HOST_DEVICE inline int64_t end(int64_t output) const {
        const int64_t stop = output * stride - before + size;
        return stop < extent ? stop : extent;
    }
    // A pixel's place in an output's window.
    SCHUSS_HOST_DEVICE inline int64_t place(int64_t pixel, int64_t output) const {
        return pixel + before - output * stride;
    }
    // The pixel at a place in an output's window, and whether it is one: it may be padding.
    SCHUSS_HOST_DEVICE inline int64_t pixel(int64_t place, int64_t output) const {
        return output * stride - before + place;
    }
    SCHUSS_HOST_DEVICE inline bool holds(int64_t pixel) const { return pixel >= 0 && pixel < extent; }
    // The first and last output whose window holds a pixel; the last lies before the first where none does.
    SCHUSS_HOST_DEVICE inline int64_t lowest(int64_t pixel) const {
        const int64_t beyond = pixel + before - size;  // from where on windows are too early
        return beyond < 0 ? 0 : beyond / stride + 1;
    }
    SCHUSS_HOST_DEVICE inline int64_t highest(int64_t pixel) const {
        const int64_t last = (pixel + before) / stride;
        return last < outputs ? last : outputs - 1;
    }
};

// x, dx (batch, rows, columns, channels); y, dy (batch, outputs down, outputs across, channels)
struct PoolSizes {
    int64_t batch;
    PoolAxis rows, columns;
    int64_t channels;

    // Where the channels of a pixel and of an output begin.
    SCHUSS_HOST_DEVICE inline int64_t pixel(int64_t example, int64_t row, int64_t column) const {
        return ((example * rows.extent + row) * columns.extent + column) * channels;
    }
    SCHUSS_HOST_DEVICE inline int64_t output(int64_t example, int64_t row, int64_t column) const {
        return ((example * rows.outputs + row) * columns.outputs + column) * channels;
    }
    // 1 / how many pixels an output is the mean of.
    SCHUSS_HOST_DEVICE inline float share(int64_t row, int64_t column, bool count_padding) const {
        const int64_t height = count_padding ? rows.size : rows.end(row) - rows.first(row);
        const int64_t width = count_padding ? columns.size : columns.end(column) - columns.first(column);
        return 1.0f / (float)(height * width);
    }
};

}  // namespace schuss
