// Normalisation of channels by groups, y = (x - mean) / sqrt(variance + epsilon) * scale + shift, with what may follow
// in the same pass: a residual that is added, and ReLU. Batch norm is one example with a group for each channel.
// x, residual, y, dy, dx: (batch, rows, channels); scale, shift: (channels); mean, variance: (batch, groups)
// Sums go in three steps: of parts of rows (partial: (batch, parts, channels)), of channels (sums: (batch, channels)),
// of groups. Where there is one part the first two are one.
#include "columns.h"
#include "moments.h"

struct GroupSizes {
    int64_t batch, rows, channels, groups, part_rows, width;

    __device__ Columns columns() const { return {batch, rows, channels, part_rows, width}; }
    __device__ int64_t group_channels() const { return channels / groups; }
    __device__ double group_size() const { return static_cast<double>(rows * group_channels()); }
    // Which group of all examples'.
    __device__ int64_t group(int64_t example, int64_t channel) const {
        return example * groups + channel / group_channels();
    }
};

// The same numbers forward and backward, by the same operations: the backward pass finds out by them where a ReLU was
// closed.
struct Normal {
    float mean, factor, shift;

    __device__ Normal(const GroupSizes& sizes, const Share& share, const float* scale, const float* shifts,
                      const float* means, const float* variances, double epsilon) {
        if (!share.inside) return;
        const int64_t group = sizes.group(share.outer, share.column);
        mean = means[group];
        factor = static_cast<float>(scale[share.column] * reciprocal_deviation(variances[group], epsilon));
        shift = shifts == nullptr ? 0.0f : shifts[share.column];
    }
    __device__ float operator()(float x) const { return fmaf(x - mean, factor, shift); }
};

// dx = factor * dy + ((x - mean) * slope + offset)
struct Line {
    float slope, offset;
};

// What deviations of an example's group are taken from.
__device__ inline double group_shift(const GroupSizes& sizes, const float* x, int64_t example, int64_t channel) {
    const int64_t first = channel / sizes.group_channels() * sizes.group_channels();
    return shift_from(x[example * sizes.rows * sizes.channels + first]);
}

// Sums of deviations and of their squares.
// Work mapping: a block to a part of `width` channels, as columns.h has it.
// Bytes moved: x once.
extern "C" __global__ void __launch_bounds__(256) group_norm_sums(const float* x, Pair* partial, GroupSizes sizes) {
    const Columns columns = sizes.columns();
    for_each_share(columns, [&](const Share& share) {
        const double shift = share.inside ? group_shift(sizes, x, share.outer, share.column) : 0;
        const Pair sums = combine_rows(
            share, Pair{0, 0}, [&](const Share& s, int64_t row) { return deviation(x[s.at(columns, row)], shift); },
            AddPairs());
        const Pair sum = combine_column(sums, columns.width, AddPairs());
        if (share.writes(columns)) partial[share.result(columns)] = sum;
    });
}

// sums (batch, channels) of the parts' sums; the sizes' rows are parts.
// Work mapping: a block to `width` channels, as columns.h has it.
// Bytes moved: the parts' sums once.
extern "C" __global__ void __launch_bounds__(256) group_norm_merge(const Pair* partial, Pair* sums, GroupSizes sizes) {
    const Columns columns = sizes.columns();
    reduce_columns(
        columns, Pair{0, 0}, [&](const Share& share, int64_t row) { return partial[share.at(columns, row)]; },
        AddPairs(), [=](int64_t i, Pair sum) { sums[i] = sum; });
}

// Calls body(lane, example, group of all examples', its first channel) for the groups of this warp.
template <typename Body>
__device__ void for_each_group(const GroupSizes& sizes, Body body) {
    const int64_t warps = element_stride() / kWarp;
    for (int64_t group = first_element() / kWarp; group < sizes.batch * sizes.groups; group += warps) {
        body(threadIdx.x % kWarp, group / sizes.groups, group, group % sizes.groups * sizes.group_channels());
    }
}

// Work mapping: a warp to a group, its lanes to the channels.
// Bytes moved: the channels' sums once.
extern "C" __global__ void __launch_bounds__(256)
    group_norm_moments(const float* x, const Pair* sums, float* mean, float* variance, GroupSizes sizes) {
    for_each_group(sizes, [&](int64_t lane, int64_t example, int64_t group, int64_t first) {
        Pair sum = {0, 0};
        for (int64_t j = lane; j < sizes.group_channels(); j += kWarp) {
            sum = AddPairs()(sum, sums[example * sizes.channels + first + j]);
        }
        sum = {warp_reduce(sum.first, Sum()), warp_reduce(sum.second, Sum())};
        if (lane != 0) return;
        write_moments(sum, group_shift(sizes, x, example, first), sizes.group_size(), mean + group, variance + group);
    });
}

// y may lie on the residual, which may be null.
// Work mapping: a block to a part of `width` channels, as columns.h has it.
// Bytes moved: x and the residual once, y once.
extern "C" __global__ void __launch_bounds__(256)
    group_norm_forward(const float* x, const float* scale, const float* shift, const float* residual, const float* mean,
                       const float* variance, float* y, GroupSizes sizes, double epsilon, int32_t relu) {
    const Columns columns = sizes.columns();
    for_each_share(columns, [&](const Share& share) {
        const Normal normal(sizes, share, scale, shift, mean, variance, epsilon);
        for (int64_t row = share.first; row < share.end; row += share.step) {
            const int64_t at = share.at(columns, row);
            float z = normal(x[at]);
            if (residual != nullptr) z += residual[at];
            y[at] = relu && z < 0 ? 0.0f : z;  // NaN stays
        }
    });
}

// Sums of dy and of dy * (x - mean), where dy is what a ReLU lets through. With a shift: of relu(y), which is masked by
// x alone. With y: of relu(y + residual) with dy = dy + more_dy (null for none), and `masked` becomes the residual's
// gradient. With neither, null: of the plain op.
// Work mapping: a block to a part of `width` channels, as columns.h has it.
// Bytes moved: x, dy and with y also y, more_dy and masked, once.
extern "C" __global__ void __launch_bounds__(256)
    group_norm_slope_sums(const float* x, const float* scale, const float* shift, const float* mean,
                          const float* variance, const float* y, const float* dy, const float* more_dy, float* masked,
                          Pair* partial, GroupSizes sizes, double epsilon) {
    const Columns columns = sizes.columns();
    for_each_share(columns, [&](const Share& share) {
        const Normal normal(sizes, share, scale, shift, mean, variance, epsilon);
        const auto slope = [&](const Share& s, int64_t row) -> Pair {
            const int64_t at = s.at(columns, row);
            float passed = dy[at];
            if (y != nullptr) {
                if (more_dy != nullptr) passed += more_dy[at];
                passed = y[at] > 0 ? passed : 0.0f;
                masked[at] = passed;
            } else if (shift != nullptr) {
                passed = normal(x[at]) > 0 ? passed : 0.0f;
            }
            return {passed, static_cast<double>(passed) * (x[at] - normal.mean)};
        };
        const Pair sums = combine_rows(share, Pair{0, 0}, slope, AddPairs());
        const Pair sum = combine_column(sums, columns.width, AddPairs());
        if (share.writes(columns)) partial[share.result(columns)] = sum;
    });
}

// What follows from the channels' sums for each group's dx.
// Work mapping: a warp to a group, its lanes to the channels.
// Bytes moved: the channels' sums once.
extern "C" __global__ void __launch_bounds__(256)
    group_norm_lines(const Pair* sums, const float* scale, const float* variance, Line* lines, GroupSizes sizes,
                     double epsilon) {
    for_each_group(sizes, [&](int64_t lane, int64_t example, int64_t group, int64_t first) {
        double sum = 0, product = 0;
        for (int64_t j = first + lane; j < first + sizes.group_channels(); j += kWarp) {
            const Pair of_channel = sums[example * sizes.channels + j];
            sum += scale[j] * of_channel.first;
            product += scale[j] * of_channel.second;
        }
        sum = warp_reduce(sum, Sum());
        product = warp_reduce(product, Sum());
        if (lane != 0) return;
        const double r = reciprocal_deviation(variance[group], epsilon);
        lines[group] = {static_cast<float>(-r * r * r * product / sizes.group_size()),
                        static_cast<float>(-r * sum / sizes.group_size())};
    });
}

// Work mapping: a thread to a channel, through all examples.
// Bytes moved: the channels' sums once.
extern "C" __global__ void __launch_bounds__(256)
    group_norm_parameter_gradients(const Pair* sums, const float* variance, float* d_scale, float* d_shift,
                                   GroupSizes sizes, double epsilon) {
    for (int64_t j = first_element(); j < sizes.channels; j += element_stride()) {
        double scale_sum = 0, shift_sum = 0;
        for (int64_t example = 0; example < sizes.batch; example++) {
            const Pair of_channel = sums[example * sizes.channels + j];
            shift_sum += of_channel.first;
            scale_sum += of_channel.second * reciprocal_deviation(variance[sizes.group(example, j)], epsilon);
        }
        d_scale[j] = static_cast<float>(scale_sum);
        d_shift[j] = static_cast<float>(shift_sum);
    }
}

// dx may lie on dy. With a shift dy is masked as in group_norm_slope_sums; where it made `masked`, that is dy.
// Work mapping: a block to a part of `width` channels, as columns.h has it.
// Bytes moved: x and dy once, dx once.
extern "C" __global__ void __launch_bounds__(256)
    group_norm_input_gradient(const float* x, const float* scale, const float* shift, const float* mean,
                              const float* variance, const float* dy, const Line* lines, float* dx, GroupSizes sizes,
                              double epsilon) {
    const Columns columns = sizes.columns();
    for_each_share(columns, [&](const Share& share) {
        const Normal normal(sizes, share, scale, shift, mean, variance, epsilon);
        const Line line = share.inside ? lines[sizes.group(share.outer, share.column)] : Line{0, 0};
        for (int64_t row = share.first; row < share.end; row += share.step) {
            const int64_t at = share.at(columns, row);
            const bool open = shift == nullptr || normal(x[at]) > 0;
            const float value =
                normal.factor * (open ? dy[at] : 0.0f) + ((x[at] - normal.mean) * line.slope + line.offset);
            dx[at] = sizes.group_size() == 1 ? 0.0f : value;  // its own mean: nothing moves it
        }
    });
}
