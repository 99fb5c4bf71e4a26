// Integers of fixed size, for compilers with a C library and for NVRTC, which has none.
#pragma once

#include "schuss/host_device.h"

#ifdef __CUDACC_RTC__
typedef unsigned char uint8_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;
#else
#include <stdint.h>
#endif
