// Work shared by threads. A region has a fixed number of members, which decides how work is split and so what the
// result is, bit for bit; how many threads do it at once is decided while it runs, see once/team.h.
#pragma once

#include <stdint.h>

namespace schuss {

// Runs body(data) once for each member, on this thread and others, and returns when all are done. Inside another region
// there is one member. `kind`: the same number for regions of this body that take the same time, as far as one can
// know.
void run_region(void (*body)(void*), void* data, int members, uint64_t kind);

// Of the region that this thread is in: which member it does, and of how many. 0 of 1 outside.
int region_member();
int region_members();

namespace {  // each instruction set has its own

// Calls body(member, members) once for each of so many members.
template <typename Body>
void parallel(int members, uint64_t kind, Body body) {
    run_region(
        [](void* data) {
            const Body own = *(const Body*)data;  // what others may write to would turn SIMD off
            own(region_member(), region_members());
        },
        &body, members, kind);
}

}  // namespace
}  // namespace schuss
