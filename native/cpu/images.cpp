// Changing an image: random fields, places that moves look at, bilinear sampling, noise. Compiled without contraction
// into fused multiply-adds, so that every instruction set and plain Java make the same bits.
#include "error.h"
#include "normal_block.h"

namespace schuss::SCHUSS_VARIANT {
namespace {

constexpr int64_t kMostReach = 1024;  // of a smoothing window: a line of it lies on the stack
constexpr int64_t kColumns = 256;     // of a row that are smoothed at once

// field: (n)
void draw_field(uint64_t seed, uint32_t step, uint32_t stream, int64_t first, float alpha, float* field, int64_t n) {
    for (int64_t start = 0; start < n; start += kBlock) {
        float uniform[kBlock];
        draw((uint64_t)((first + start) / kWords), seed, step, stream, uniform);
#pragma omp simd
        for (int64_t i = 0; i < kBlock; i++) uniform[i] = alpha * (2.0f * uniform[i] - 1.0f);
        memcpy(field + start, uniform, (size_t)min(kBlock, n - start) * sizeof(float));
    }
}

// from, to: (width); terms in the window's order
void smooth_row(const float* from, float* to, const float* window, int64_t reach, int64_t width) {
    const int64_t near = min(reach, width - 1);  // further out all is 0
    window += reach - near;
    float line[kColumns + 2 * kMostReach + kLanes];
    for (int64_t column = 0; column < width; column += kColumns) {
        const int64_t count = min(kColumns, width - column), length = count + 2 * near;
        const int64_t skip = max(0, near - column);
        const int64_t copied = min(width - (column - near + skip), length - skip);
        memset(line, 0, (size_t)(length + kLanes) * sizeof(float));
        memcpy(line + skip, from + column - near + skip, (size_t)copied * sizeof(float));
        for (int64_t i = 0; i < count; i += kLanes) {
            Vector sum = {};
            for (int64_t k = 0; k <= 2 * near; k++) sum += window[k] * load(line + i + k);
            memcpy(to + column + i, &sum, (size_t)min(kLanes, count - i) * sizeof(float));
        }
    }
}

// from, to: (height, width)
void smooth_columns(const float* from, float* to, const float* window, int64_t reach, int64_t height, int64_t width) {
    for (int64_t row = 0; row < height; row++) {
        const int64_t least = max(-reach, -row), most = min(reach, height - 1 - row);
        const auto sums = [=](auto zero, int64_t column) SCHUSS_LAMBDA {
            auto sum = zero;
            for (int64_t k = least; k <= most; k++) {
                decltype(zero) value;
                memcpy(&value, from + (row + k) * width + column, sizeof value);
                sum += window[k + reach] * value;
            }
            memcpy(to + row * width + column, &sum, sizeof sum);
        };
        int64_t column = 0;
        for (; column + kLanes <= width; column += kLanes) sums(Vector{}, column);
        if (width >= kLanes) {
            if (column < width) sums(Vector{}, width - kLanes);  // some once more: less work than one by one
        } else {
            for (; column < width; column++) sums(0.0f, column);
        }
    }
}

// The four pixels around a place and their weights; one of 0 stands beside some pixel within.
struct Corners {
    float left_weight, right_weight, top_weight, low_weight;
    int64_t above_left, above_right, below_left, below_right;

    // Of element `at` in `channels` for every pixel.
    SCHUSS_INLINE float of(const float* from, int64_t channels) const {
        const float upper = left_weight * from[above_left * channels] + right_weight * from[above_right * channels];
        const float lower = left_weight * from[below_left * channels] + right_weight * from[below_right * channels];
        return top_weight * upper + low_weight * lower;
    }
};

SCHUSS_INLINE int64_t floor_of(double x) {
    const int64_t whole = (int64_t)x;
    return whole - ((double)whole > x);
}

// Whether any of them is within the image.
SCHUSS_INLINE bool find_corners(float x, float y, int64_t height, int64_t width, Corners* corners) {
    const double column = x + (double)(width - 1) / 2, row = y + (double)(height - 1) / 2;
    if (!(column > -1 && column < (double)width && row > -1 && row < (double)height)) return false;
    const int64_t left = floor_of(column), top = floor_of(row);
    const float right_part = (float)(column - (double)left), low_part = (float)(row - (double)top);
    const int64_t above = max(top, 0) * width, below = min(top + 1, height - 1) * width;
    const int64_t first = max(left, 0), second = min(left + 1, width - 1);
    *corners = {left >= 0 ? 1 - right_part : 0,
                left + 1 < width ? right_part : 0,
                top >= 0 ? 1 - low_part : 0,
                top + 1 < height ? low_part : 0,
                above + first,
                above + second,
                below + first,
                below + second};
    return true;
}

template <int64_t kChannels>
void sample(const float* places, const float* from, float* to, int64_t height, int64_t width, int64_t any) {
    const int64_t channels = kChannels > 0 ? kChannels : any;
    for (int64_t i = 0; i < height * width; i++) {
        Corners corners = {};
        const bool within = find_corners(places[i], places[height * width + i], height, width, &corners);
        for (int64_t c = 0; c < channels; c++) to[i * channels + c] = within ? corners.of(from + c, channels) : 0;
    }
}

}  // namespace

// window: (2 reach + 1), field, spare: (2, height, width)
int elastic_field(uint64_t seed, uint32_t step, uint32_t stream, int64_t first, float alpha, const float* window,
                  int64_t reach, float* field, float* spare, int64_t height, int64_t width) {
    if (reach > kMostReach) {
        return fail("elastic field: expected a reach of at most %lld, got %lld", (long long)kMostReach,
                    (long long)reach);
    }
    const int64_t plane = height * width;
    draw_field(seed, step, stream, first, alpha, field, 2 * plane);
    for (int64_t row = 0; row < 2 * height; row++) {
        smooth_row(field + row * width, spare + row * width, window, reach, width);
    }
    smooth_columns(spare, field, window, reach, height, width);
    smooth_columns(spare + plane, field + plane, window, reach, height, width);
    return 0;
}

// map: (2, 3), places: (2, height, width)
int map_places(const double* map, int of_pixels, float* places, int64_t height, int64_t width) {
    const double xx = map[0], xy = map[1], x0 = map[2], yx = map[3], yy = map[4], y0 = map[5];
    for (int64_t row = 0; row < height; row++) {
        float* const xs = places + row * width;
        float* const ys = xs + height * width;
        const double middle = (double)(width - 1) / 2, own_y = (double)row - (double)(height - 1) / 2;
#pragma omp simd
        for (int column = 0; column < (int)width; column++) {
            const double x = of_pixels ? column - middle : xs[column], y = of_pixels ? own_y : ys[column];
            xs[column] = (float)(xx * x + xy * y + x0);
            ys[column] = (float)(yx * x + yy * y + y0);
        }
    }
    return 0;
}

// field, places: (2, height, width)
int displace_places(const float* field, float* places, int64_t height, int64_t width) {
    const int64_t plane = height * width;
    for (int64_t i = 0; i < plane; i++) {
        Corners corners = {};
        if (!find_corners(places[i], places[plane + i], height, width, &corners)) continue;
        places[i] += corners.of(field, 1);
        places[plane + i] += corners.of(field + plane, 1);
    }
    return 0;
}

// places: (2, height, width), from, to: (height, width, channels) from `start` on
int sample_image(const float* places, const float* from, float* to, int64_t start, int64_t height, int64_t width,
                 int64_t channels) {
    const auto run = channels == 1 ? sample<1> : channels == 3 ? sample<3> : sample<0>;
    run(places, from + start, to + start, height, width, channels);
    return 0;
}

// values: (n)
int add_normals(uint64_t seed, uint32_t step, uint32_t stream, int64_t first, float deviation, float* values,
                int64_t n) {
    for (int64_t start = 0; start < n; start += kBlock) {
        float numbers[kBlock];
        draw_normal((uint64_t)((first + start) / kWords), seed, step, stream, deviation, numbers);
        const int64_t count = min(kBlock, n - start);
#pragma omp simd
        for (int64_t i = 0; i < count; i++) values[start + i] += numbers[i];
    }
    return 0;
}

}  // namespace schuss::SCHUSS_VARIANT
