/**
 * Internal: what the native backends (CPU and CUDA) have in common. The classes reduce many ops to a few native
 * kernels, such as copies between strided layouts, interpreted element-wise formulas, matrix products and convolutions,
 * each described by a plain record.
 */
package schuss.backend.kernels;
