/**
 * Internal: convolutions on a GPU. Each one is tried with cuDNN's engines and with our own kernels; results are
 * checked, the fastest is chosen, and the choice is recorded so that a repeated training makes the same one.
 */
package schuss.backend.cuda.convolution;
