// Functions that the processor's kernels and the GPU's have in common. On the processor they are sure to be inlined:
// loops around them become vector code, and no copy is left that a linker could share between instruction sets.
#pragma once

#ifdef __CUDACC__
#define SCHUSS_HOST_DEVICE __host__ __device__
#else
#define SCHUSS_HOST_DEVICE __attribute__((always_inline))
#endif
