/**
 * Internal: the CPU backend. Matrix products and convolutions go to oneDNN or OpenBLAS, everything else to the
 * library's own C++ kernels in {@code native/cpu}, all through the C interface {@code native/include/schuss/schuss.h}.
 * Users open it with {@code Device.cpu()}.
 */
package schuss.backend.cpu;
