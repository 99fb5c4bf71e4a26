// Declares every kernel of kernels.inc: once per variant, and once as schuss::name, which runs the chosen variant.
#pragma once

#include <stdint.h>

#include "pointwise.h"
#include "schuss/convolution_sizes.h"
#include "schuss/schuss.h"
#include "strided_copy.h"

#define SCHUSS_KERNEL(result, name, parameters, arguments) result name parameters;
#define SCHUSS_INTERNAL_KERNEL SCHUSS_KERNEL
namespace schuss {
#include "kernels.inc"
namespace baseline {
#include "kernels.inc"
}
namespace avx2 {
#include "kernels.inc"
}
namespace avx512 {
#include "kernels.inc"
}
}  // namespace schuss
#undef SCHUSS_INTERNAL_KERNEL
#undef SCHUSS_KERNEL
