// Integers of fixed size, for compilers with a C library and for NVRTC, which has none; and what marks functions that
// host and device share.
#pragma once

#ifdef __CUDACC_RTC__
typedef unsigned char uint8_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;
#else
#include <stdint.h>
#endif

// SCHUSS_SHARED is for C++: files for every instruction set include such functions, so nothing is left to the linker.
#ifdef __CUDACC__
#define SCHUSS_HOST_DEVICE __host__ __device__
#define SCHUSS_SHARED __host__ __device__ inline
#else
#define SCHUSS_HOST_DEVICE
#define SCHUSS_SHARED inline __attribute__((always_inline))
#endif
