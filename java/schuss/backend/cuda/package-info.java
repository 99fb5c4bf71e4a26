/**
 * Internal: the CUDA backend. Matrix products go to cuBLASLt, convolutions to cuDNN, everything else to the library's
 * own kernels in {@code native/cuda}, all on one stream. Users open it with {@code Device.cuda()}. The classes here are
 * the ops; the packages below find CUDA's libraries (discovery), drive the GPU (runtime), and wrap cuBLASLt (product),
 * cuDNN (convolution) and compiled formulas (pointwise).
 */
package schuss.backend.cuda;
