/**
 * Internal: drives a GPU: loading CUDA, the context and its one stream, memory, copies between host and GPU, compiling
 * and launching kernels, and recording them as a graph.
 */
package schuss.backend.cuda.runtime;
