// OpenBLAS's own threads would fight with ours for the cores (a 2 ms step became 44 to 120 ms), so it is told once
// to use none, and results are split outside it.
#pragma once

#include <cblas.h>

namespace schuss {

inline void use_openblas_alone() {
    static const bool alone = (openblas_set_num_threads(1), true);  // once per process
    (void)alone;
}

}  // namespace schuss
