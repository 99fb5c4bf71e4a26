// The plain C interface that Java binds. Rules, everywhere:
// - a function that can fail returns 0 for success, and schuss_last_error() then says what went wrong on this thread;
// - pointers are to f32 unless their type says otherwise, arrays are row-major, sizes count elements;
// - inputs come first, then outputs, sizes, and last the number of threads to use;
// - no result depends on the number of threads, library products apart;
// - no exception leaves, and the floating-point state stays as it was found.
// The build makes Java's binding, NativeBinding, its C++ and the list of kernels from these declarations, see
// cmake/Declarations.java: `float* x` is an address, for Java a long; `float x[]` is an array of Java's that is read
// and written during the call. A kernel gets the array itself, for which the garbage collector waits; others get a
// copy.
#pragma once

#include <stdint.h>

#include "schuss/opcodes.h"

// Of these there is one for every instruction set, compiled from the same source; the chosen one runs.
#define SCHUSS_KERNEL

#ifdef __cplusplus
extern "C" {
#endif

// ---- process -------------------------------------------------------------------------------------------------------

// Chooses the kernels' instruction set: "best", "avx512", "avx2" or "baseline". Fails where the CPU lacks it, and where
// another one was chosen before.
int schuss_initialise(const char* isa);
const char* schuss_isa(void);         // the one in use
const char* schuss_last_error(void);  // of this thread
// Who waits for whom: threads in teams of ours, which give way to other programs, or those of the OpenMP library, as
// before the first call. Fails where oneDNN's cannot be had.
int schuss_own_teams(int32_t wanted);
// How many threads are worth starting: physical cores, or fewer where affinity or a cgroup grants fewer.
int32_t schuss_physical_cores(void);
// Peak of f32 multiply-add with everything in registers, GFLOP/s: what products are measured against.
SCHUSS_KERNEL double schuss_peak_gflops(int threads, double seconds);

// ---- memory --------------------------------------------------------------------------------------------------------

void* schuss_allocate(int64_t bytes);  // zeroed, on a 256-byte boundary; NULL when there is none left
void schuss_free(void* memory, int64_t bytes);
void schuss_trim(void);                // gives the system back what was freed, each thread's heap included
int64_t schuss_allocated_bytes(void);  // live now
int64_t schuss_allocations(void);      // calls of schuss_allocate so far
SCHUSS_KERNEL void schuss_fill(float* y, float value, int64_t n, int threads);
SCHUSS_KERNEL int64_t schuss_first_non_finite(const float* x, int64_t n);  // index, or -1

// ---- pointwise expressions -----------------------------------------------------------------------------------------

// An instruction is five numbers: opcode, destination, a, b, c; unused ones are -1. They name slots: first the inputs,
// then the constants, then temporaries, `slots` in all. Inputs and constants are never destinations.
// Slots hold singles, or where `integers` says so int64, for which inputs are no f32 or bf16 and functions are whole.
// strides: (inputs, rank), in elements, 0 along a broadcast dimension. Outputs are contiguous over `extents`; those of
// f32 may lie exactly on an input that is so too. The arrays are copied; what the addresses point at is read at every
// run. A run does nothing where `skip` is given and *skip != 0. One bound object runs on one thread at a time.
void* schuss_pointwise_bind(int integers, const int32_t code[], int32_t instructions, const double constants[],
                            int32_t constant_count, const int64_t inputs[], const int32_t input_types[],
                            int32_t input_count, const int64_t strides[], const int64_t outputs[],
                            const int32_t output_types[], const int32_t output_slots[], int32_t output_count,
                            const int64_t extents[], int32_t rank, int32_t slots, const int32_t* skip, int threads);
int schuss_pointwise_run(void* bound);
void schuss_pointwise_free(void* bound);

// ---- structured kernels --------------------------------------------------------------------------------------------

// y (outer, inner) = scale * sum over r of x (outer, reduced, inner)
SCHUSS_KERNEL int schuss_sum(const float* x, float* y, int64_t outer, int64_t reduced, int64_t inner, float scale,
                             int threads);

// Along the axis in the middle, y[k] = x[0] + ... + x[k], or backwards x[k] + ... + x[extent - 1]; singles are added in
// double, integers wrap around. x, y: (outer, extent, inner); y may lie on x.
SCHUSS_KERNEL int schuss_cumulative_sum(const float* x, float* y, int64_t outer, int64_t extent, int64_t inner,
                                        int backwards, int threads);
SCHUSS_KERNEL int schuss_cumulative_sum_i32(const int32_t* x, int32_t* y, int64_t outer, int64_t extent, int64_t inner,
                                            int backwards, int threads);
SCHUSS_KERNEL int schuss_cumulative_sum_i64(const int64_t* x, int64_t* y, int64_t outer, int64_t extent, int64_t inner,
                                            int backwards, int threads);

// y (outer, extent, inner) = 0, 1, ... along the axis in the middle
SCHUSS_KERNEL int schuss_iota(float* y, int64_t outer, int64_t extent, int64_t inner, int threads);
SCHUSS_KERNEL int schuss_iota_i32(int32_t* y, int64_t outer, int64_t extent, int64_t inner, int threads);
SCHUSS_KERNEL int schuss_iota_i64(int64_t* y, int64_t outer, int64_t extent, int64_t inner, int threads);

// x, y: (rows, columns)
SCHUSS_KERNEL int schuss_softmax_forward(const float* x, float* y, int64_t rows, int64_t columns, int threads);
SCHUSS_KERNEL int schuss_log_softmax_forward(const float* x, float* y, int64_t rows, int64_t columns, int threads);

// Fills y with these bytes, which are copied here, at every run.
void* schuss_constant_bind(const uint8_t values[], int64_t bytes, void* y);
int schuss_constant_run(void* bound);
void schuss_constant_free(void* bound);

// Of scores z (rows, classes), with w = class_weights, or 1 where they are null, and L = log(sum(exp(z))) or, for
// log-probabilities, 0:  loss[row] = (1 - smoothing) w[label] (L - z[label]) + smoothing / classes sum(w (L - z)),
// weight[row] = w[label], maximum[row] = max(z), sum[row] = sum(exp(z - maximum)). A row with the ignored label has
// loss and weight 0; another label outside 0 .. classes-1 gives NaN.
SCHUSS_KERNEL int schuss_cross_entropy_forward(const float* scores, const int32_t* labels, const float* class_weights,
                                               float* loss, float* weight, float* maximum, float* sum, int64_t rows,
                                               int64_t classes, int log_probabilities, double smoothing,
                                               int64_t ignored, int threads);
// The gradient of that loss times d_loss (rows).
SCHUSS_KERNEL int schuss_cross_entropy_backward(const float* scores, const int32_t* labels, const float* maximum,
                                                const float* sum, const float* d_loss, const float* class_weights,
                                                float* d_scores, int64_t rows, int64_t classes, int log_probabilities,
                                                double smoothing, int64_t ignored, int threads);

// y = x * scale with probability 1 - rate, else 0; x, y: (groups, shared, channels), the rows of a group dropped alike.
// Element i of the mask (groups, channels) draws word i % 4 of Philox at counter {low(i / 4), high(i / 4), low(step),
// stream}, key {low(seed), high(seed)}; random: {seed, step}.
SCHUSS_KERNEL int schuss_dropout(const float* x, const uint64_t* random, float* y, uint32_t stream, float rate,
                                 float scale, int64_t groups, int64_t shared, int64_t channels, int threads);
// y: (n), normal with mean 0. Elements 2i and 2i + 1 are cosine and sine of Box and Muller's pair of uniforms 2i, 2i +
// 1, which are drawn as for dropout.
SCHUSS_KERNEL int schuss_normal(const uint64_t* random, float* y, uint32_t stream, float deviation, int64_t n,
                                int threads);

// y[i] = table[indices[i]], NaN for an index outside 0 .. rows-1; table: (rows, size), y: (count, size)
SCHUSS_KERNEL int schuss_gather(const float* table, const int32_t* indices, float* y, int64_t rows, int64_t size,
                                int64_t count, int threads);
SCHUSS_KERNEL int schuss_gather_i64(const float* table, const int64_t* indices, float* y, int64_t rows, int64_t size,
                                    int64_t count, int threads);
// y[r] = sum over i with indices[i] = r of x[i], in the order of i; x: (count, size), y: (rows, size)
SCHUSS_KERNEL int schuss_scatter_add(const float* x, const int32_t* indices, float* y, int64_t rows, int64_t size,
                                     int64_t count, int threads);
SCHUSS_KERNEL int schuss_scatter_add_i64(const float* x, const int64_t* indices, float* y, int64_t rows, int64_t size,
                                         int64_t count, int threads);

// Rows with one index added up: y[i] = sum of x[j] with indices[j] = indices[i], in the order of j, and row[i] =
// indices[i] where i is the first of them; else 0 and -1, as for an index outside 0 .. rows-1. x: (n, size), y: (count,
// size), row: (count). scratch: schuss_group_rows_scratch(n) bytes.
SCHUSS_KERNEL int schuss_group_rows(const float* x, const int32_t* indices, float* y, int32_t* row, int64_t rows,
                                    int64_t size, int64_t n, int64_t count, int32_t* scratch, int threads);
SCHUSS_KERNEL int64_t schuss_group_rows_scratch(int64_t n);
// table[indices[i]] = x[i], but for an index outside 0 .. rows-1; table: (rows, size), x: (n, size)
SCHUSS_KERNEL int schuss_put_rows(float* table, const int32_t* indices, const float* x, int64_t rows, int64_t size,
                                  int64_t n, int threads);
// y[r] = x[r] where marks[r] is not 0; x, y: (rows, size)
SCHUSS_KERNEL int schuss_copy_rows(const float* x, float* y, const float* marks, int64_t rows, int64_t size,
                                   int threads);
// Raises *tripped unless all table[r] with marks[r] not 0 are finite; table: (rows, size)
SCHUSS_KERNEL int schuss_expect_finite_rows(const float* table, const float* marks, int32_t* tripped, int64_t rows,
                                            int64_t size, int threads);

// y (outer, inner) = the largest over r of x (outer, reduced, inner), NaN where one is. Backward: dy goes to the first
// of the largest.
SCHUSS_KERNEL int schuss_max_forward(const float* x, float* y, int64_t outer, int64_t reduced, int64_t inner,
                                     int threads);
SCHUSS_KERNEL int schuss_max_backward(const float* x, const float* y, const float* dy, float* dx, int64_t outer,
                                      int64_t reduced, int64_t inner, int threads);

// Copies elements of four bytes between two layouts of the same extents, of which there are 1 to 8: as few as the
// strides allow, for speed. Strides count elements. Bind once per set of addresses, run many times.
void* schuss_copy_bind(const float* x, float* y, const int64_t extents[], const int64_t x_strides[],
                       const int64_t y_strides[], int32_t rank, int threads);
int schuss_copy_run(void* bound);
void schuss_copy_free(void* bound);

// correct[row] = 1 where the first largest score stands at the label, else 0; a row with a NaN is wrong.
SCHUSS_KERNEL int schuss_accuracy(const float* scores, const int32_t* labels, float* correct, int64_t rows,
                                  int64_t classes, int threads);
// totals[index + column] += sum over the rows of x (rows, columns), unless *skip != 0; skip may be null
SCHUSS_KERNEL int schuss_accumulate(const float* x, double* totals, const int32_t* skip, int index, int64_t rows,
                                    int64_t columns, int threads);

// norm = sqrt(sum of gradients^2). Sets *tripped = 1 where norm or *loss is not finite and never clears it; loss may be
// null. scratch: schuss_guard_scratch(n) bytes.
SCHUSS_KERNEL int schuss_guard(const float* loss, const float* gradients, int64_t n, float* norm, int32_t* tripped,
                               float* scratch, int threads);
SCHUSS_KERNEL int64_t schuss_guard_scratch(int64_t n);
// x: (n). Raises *tripped unless all are finite.
SCHUSS_KERNEL int schuss_expect_finite(const float* x, int64_t n, int32_t* tripped, int threads);

// Pooling: x, dx (batch, height, width, channels); y, dy, taken (batch, outputs_down, outputs_across, channels). The
// window of output (i, j) begins at pixel (i * stride_down - top, j * stride_across - left) and holds one pixel or
// more. taken: which pixel of its window was largest, row by row; a byte each, an int32 where windows have more than
// 256.
SCHUSS_KERNEL int schuss_max_pool_forward(const float* x, float* y, uint8_t* taken, int64_t batch, int64_t height,
                                          int64_t outputs_down, int64_t window_height, int64_t stride_down, int64_t top,
                                          int64_t width, int64_t outputs_across, int64_t window_width,
                                          int64_t stride_across, int64_t left, int64_t channels, int threads);
SCHUSS_KERNEL int schuss_max_pool_forward_i32(const float* x, float* y, int32_t* taken, int64_t batch, int64_t height,
                                              int64_t outputs_down, int64_t window_height, int64_t stride_down,
                                              int64_t top, int64_t width, int64_t outputs_across, int64_t window_width,
                                              int64_t stride_across, int64_t left, int64_t channels, int threads);
SCHUSS_KERNEL int schuss_max_pool_backward(const uint8_t* taken, const float* dy, float* dx, int64_t batch,
                                           int64_t height, int64_t outputs_down, int64_t window_height,
                                           int64_t stride_down, int64_t top, int64_t width, int64_t outputs_across,
                                           int64_t window_width, int64_t stride_across, int64_t left, int64_t channels,
                                           int threads);
SCHUSS_KERNEL int schuss_max_pool_backward_i32(const int32_t* taken, const float* dy, float* dx, int64_t batch,
                                               int64_t height, int64_t outputs_down, int64_t window_height,
                                               int64_t stride_down, int64_t top, int64_t width, int64_t outputs_across,
                                               int64_t window_width, int64_t stride_across, int64_t left,
                                               int64_t channels, int threads);
// y: what the taken pixels of x hold; 0 where padding was taken.
SCHUSS_KERNEL int schuss_max_pool_pick(const uint8_t* taken, const float* x, float* y, int64_t batch, int64_t height,
                                       int64_t outputs_down, int64_t window_height, int64_t stride_down, int64_t top,
                                       int64_t width, int64_t outputs_across, int64_t window_width,
                                       int64_t stride_across, int64_t left, int64_t channels, int threads);
SCHUSS_KERNEL int schuss_max_pool_pick_i32(const int32_t* taken, const float* x, float* y, int64_t batch,
                                           int64_t height, int64_t outputs_down, int64_t window_height,
                                           int64_t stride_down, int64_t top, int64_t width, int64_t outputs_across,
                                           int64_t window_width, int64_t stride_across, int64_t left, int64_t channels,
                                           int threads);
// The sum is divided by the window's size where padding counts, else by how many real pixels it has.
SCHUSS_KERNEL int schuss_average_pool_forward(const float* x, float* y, int64_t batch, int64_t height,
                                              int64_t outputs_down, int64_t window_height, int64_t stride_down,
                                              int64_t top, int64_t width, int64_t outputs_across, int64_t window_width,
                                              int64_t stride_across, int64_t left, int64_t channels, int count_padding,
                                              int threads);
SCHUSS_KERNEL int schuss_average_pool_backward(const float* dy, float* dx, int64_t batch, int64_t height,
                                               int64_t outputs_down, int64_t window_height, int64_t stride_down,
                                               int64_t top, int64_t width, int64_t outputs_across, int64_t window_width,
                                               int64_t stride_across, int64_t left, int64_t channels, int count_padding,
                                               int threads);

// y = (x - mean) / sqrt(variance + epsilon) * scale + shift, then + residual unless null, then ReLU where asked for.
// x, residual, y: (batch, rows, channels); scale, shift: (channels). mean and variance, (batch, groups), are those of
// an example's group of neighbouring channels over all its rows. Batch norm: a batch of 1, a group for each channel. y
// may lie on the residual. scratch: group_norm_scratch bytes.
SCHUSS_KERNEL int schuss_group_norm_forward(const float* x, const float* scale, const float* shift,
                                            const float* residual, float* y, float* mean, float* variance,
                                            void* scratch, int64_t batch, int64_t rows, int64_t channels,
                                            int64_t groups, double epsilon, int relu, int threads);
// With a shift: of relu(y), which is masked by x alone. With y: of relu(y + residual) with dy = dy + more_dy (null for
// none), and `masked` becomes the residual's gradient. With neither, null: of the plain op. dx may lie on dy.
SCHUSS_KERNEL int schuss_group_norm_backward(const float* x, const float* scale, const float* shift, const float* mean,
                                             const float* variance, const float* y, const float* dy,
                                             const float* more_dy, float* dx, float* d_scale, float* d_shift,
                                             float* masked, void* scratch, int64_t batch, int64_t rows,
                                             int64_t channels, int64_t groups, double epsilon, int threads);
SCHUSS_KERNEL int64_t schuss_group_norm_scratch(int64_t batch, int64_t rows, int64_t channels);

// The same along rows: x, y (rows, columns); scale, shift (columns); mean, variance (rows). dx may lie on dy.
// scratch: layer_norm_scratch bytes.
SCHUSS_KERNEL int schuss_layer_norm_forward(const float* x, const float* scale, const float* shift, float* y,
                                            float* mean, float* variance, int64_t rows, int64_t columns, double epsilon,
                                            int threads);
SCHUSS_KERNEL int schuss_layer_norm_backward(const float* x, const float* scale, const float* mean,
                                             const float* variance, const float* dy, float* dx, float* d_scale,
                                             float* d_shift, float* scratch, int64_t rows, int64_t columns,
                                             double epsilon, int threads);
SCHUSS_KERNEL int64_t schuss_layer_norm_scratch(int64_t rows, int64_t columns);

// ---- optimisers: one pass over all parameters ----------------------------------------------------------------------

// groups: one byte for every 64 elements; nothing happens to those of group 255. coefficients: (groups, 12). Where
// *skip != 0 nothing is written; skip may be null, and so may scale, which then is 1. First, with coefficient indices
// in brackets,
//   g = min(max(scale * g, -limit), limit) + l2[0] * p + l1[1] * sign(p);  p -= shrink[2] * p
// p -= rate[4] * g
SCHUSS_KERNEL int schuss_sgd_update(float* p, const float* g, const uint8_t* groups, const float* coefficients,
                                    const int32_t* skip, const float* scale, float limit, int64_t n, int threads);
// v = mu[4] * v + c[5] * g;  p += c[6] * v + c[7] * g
SCHUSS_KERNEL int schuss_momentum_update(float* p, const float* g, float* v, const uint8_t* groups,
                                         const float* coefficients, const int32_t* skip, const float* scale,
                                         float limit, int64_t n, int threads);
// m = c[6] * m + c[7] * g;  v = c[8] * v + c[9] * g^2;  p -= (c[4] * m + c[11] * g) / (sqrt(c[5] * v) + epsilon[10])
SCHUSS_KERNEL int schuss_adam_update(float* p, const float* g, float* m, float* v, const uint8_t* groups,
                                     const float* coefficients, const int32_t* skip, const float* scale, float limit,
                                     int64_t n, int threads);

// weight (incoming, units): columns with a norm above the limit are scaled to have it. Nothing happens where *skip !=
// 0.
SCHUSS_KERNEL int schuss_max_norm(float* weight, int64_t incoming, int64_t units, double limit, const int32_t* skip,
                                  int threads);

// ---- products ------------------------------------------------------------------------------------------------------

enum SchussProvider { SCHUSS_ONEDNN, SCHUSS_OPENBLAS, SCHUSS_OURS };
enum SchussActivation { SCHUSS_NONE, SCHUSS_ACT_RELU, SCHUSS_LEAKY_RELU, SCHUSS_ACT_SIGMOID, SCHUSS_ACT_TANH };

// Prepare once per shape, bind once per set of addresses, run many times; one bound object on one thread at a time. The
// two prepares return NULL where the provider cannot.

// c (m, n) = activation(op(a) (m, k) * op(b) (k, n) + bias (n)). op transposes where the flag is set: a is then stored
// (k, m), b (n, k). SCHUSS_OURS does m == 1 without transpose_a only.
// With axes there are several products, one for each position in `extents`, whose c lie one behind the other,
// row-major; the strides, in elements, lead to their a and b and are 0 along axes for which all positions have the same
// one.
void* schuss_matmul_prepare(int provider, int64_t m, int64_t k, int64_t n, int transpose_a, int transpose_b,
                            const int64_t extents[], const int64_t a_strides[], const int64_t b_strides[], int32_t axes,
                            int bias, int activation, float alpha, int64_t scratch_bytes[], int threads);

enum SchussConvolutionPass { SCHUSS_CONVOLUTION, SCHUSS_DATA_GRADIENT, SCHUSS_WEIGHT_GRADIENT };
enum SchussWeights { SCHUSS_PLAIN_WEIGHTS, SCHUSS_PACKED_WEIGHTS, SCHUSS_PACK_WEIGHTS };
enum { SCHUSS_CONVOLUTION_SIZES = 18 };

// With x (batch, height, width, in), w (kernel_h, kernel_w, in / groups, out), y (batch, out_height, out_width, out):
// SCHUSS_CONVOLUTION makes y = activation(convolution(a = x, b = w) + bias (out)), SCHUSS_DATA_GRADIENT dx of a = dy
// and b = w, SCHUSS_WEIGHT_GRADIENT dw of a = x and b = dy. sizes: batch, height, width, in, out_height, out_width,
// out, kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_bottom, pad_left, pad_right, dilation_h, dilation_w,
// groups. The first two passes may read w in a packed form, which the same call with SCHUSS_PACK_WEIGHTS makes: c of a
// = w. bytes: of scratch memory, and of packed weights, 0 where they are wanted as they are. Providers: SCHUSS_ONEDNN,
// which leaves to the other what it has no fast way for, and SCHUSS_OURS, over OpenBLAS.
void* schuss_convolution_prepare(int provider, int pass, int weights, const int64_t sizes[], int bias, int activation,
                                 float alpha, int64_t bytes[], int threads);

void* schuss_product_bind(void* prepared, const float* a, const float* b, const float* bias, float* c, void* scratch);
int schuss_product_run(void* bound);
void schuss_product_unbind(void* bound);
void schuss_product_release(void* prepared);  // after its bound objects

// ---- changing images ---------------------------------------------------------------------------------------------

// On the caller's thread, for an image that is read. The same bits with every instruction set. Fields and places are
// (2, height, width): x of every pixel, then y, in pixels right of and below the centre. `first` is the number in the
// random stream to begin with, a multiple of 4.

// field = uniform numbers in [-alpha, alpha), smoothed with window (2 reach + 1) along rows, then columns; spare is as
// large as the field.
SCHUSS_KERNEL int schuss_elastic_field(uint64_t seed, uint32_t step, uint32_t stream, int64_t first, float alpha,
                                       const float window[], int64_t reach, float field[], float spare[],
                                       int64_t height, int64_t width);
// places = map (2, 3) of (x, y, 1), of the places or of the pixels' own.
SCHUSS_KERNEL int schuss_map_places(const double map[], int of_pixels, float places[], int64_t height, int64_t width);
// places += field at the places, bilinearly, 0 beyond it.
SCHUSS_KERNEL int schuss_displace_places(const float field[], float places[], int64_t height, int64_t width);
// to = from at the places, bilinearly, 0 beyond it; both (height, width, channels) from element `start` on.
SCHUSS_KERNEL int schuss_sample_image(const float places[], const float from[], float to[], int64_t start,
                                      int64_t height, int64_t width, int64_t channels);
// values (n) += deviation times normal numbers.
SCHUSS_KERNEL int schuss_add_normals(uint64_t seed, uint32_t step, uint32_t stream, int64_t first, float deviation,
                                     float values[], int64_t n);

#ifdef __cplusplus
}
#endif
