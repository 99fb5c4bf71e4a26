// oneDNN calls five functions of OpenMP's runtime. Where it runs on our behalf they are to be ours: the loaded
// library's calls are led here, and back again when we are unloaded. What others ask of the same library goes on to the
// OpenMP library as before.
//
// Each class loader has a copy of us, but the process has one oneDNN. The first copy is the host of the others: each
// thread tells it whose runtime is meant.
#include "openmp.h"

#include <dlfcn.h>
#include <dnnl.h>
#include <omp.h>
#include <stdint.h>

#include <atomic>

#include "call_table.h"
#include "cpu/error.h"
#include "cpu/parallel.h"
#include "schuss/schuss.h"
#include "team.h"

extern "C" {
void GOMP_parallel(void (*body)(void*), void* data, unsigned threads, unsigned flags);
void GOMP_barrier(void);

// Where this thread's runtime is told, a schuss::Runtime*. The name changes with the struct.
__attribute__((visibility("default"))) void* schuss_thread_runtime_1(void);
}

namespace schuss {
namespace {

// The functions that oneDNN calls.
struct Runtime {
    void (*parallel)(void (*body)(void*), void* data, unsigned threads, unsigned flags);
    void (*barrier)();
    int (*num_threads)();
    int (*thread_num)();
    int (*in_parallel)();
};

constexpr const char* kHost = "schuss_thread_runtime_1";
typedef void* Host(void);

std::atomic<bool> own_teams{false};
Host* host = nullptr;                          // nullptr: there is none
void* held_host = nullptr;                     // another copy, which stays loaded as long as we are
thread_local const void* kind_here = nullptr;  // set while oneDNN runs on our behalf

// ---- our runtime ---------------------------------------------------------------------------------------------------

void team_parallel(void (*body)(void*), void* data, unsigned threads, unsigned) {
    Region region{body, data, threads == 0 ? omp_get_max_threads() : (int)threads};
    run_in_team(region, (uintptr_t)kind_here);
}

void team_barrier() {
    if (current_region() != nullptr) current_region()->barrier();
}

int team_num_threads() { return current_region() == nullptr ? 1 : current_region()->members; }
int team_thread_num() { return current_region() == nullptr ? 0 : current_member(); }
int team_in_parallel() { return team_num_threads() > 1; }

const Runtime kTeams = {team_parallel, team_barrier, team_num_threads, team_thread_num, team_in_parallel};

// ---- as host: whose runtime ----------------------------------------------------------------------------------------

const Runtime kOpenMp = {GOMP_parallel, GOMP_barrier, omp_get_num_threads, omp_get_thread_num, omp_in_parallel};

thread_local const Runtime* runtime = &kOpenMp;

void told_parallel(void (*body)(void*), void* data, unsigned threads, unsigned flags) {
    runtime->parallel(body, data, threads, flags);
}
void told_barrier() { runtime->barrier(); }
int told_num_threads() { return runtime->num_threads(); }
int told_thread_num() { return runtime->thread_num(); }
int told_in_parallel() { return runtime->in_parallel(); }

const Runtime kAsTold = {told_parallel, told_barrier, told_num_threads, told_thread_num, told_in_parallel};

// Where oneDNN's regions lead now.
void* lead(const Runtime& from, const Runtime& to) {
    const Call calls[] = {
        {"GOMP_parallel", (void*)from.parallel, (void*)to.parallel},
        {"GOMP_barrier", (void*)from.barrier, (void*)to.barrier},
        {"omp_get_num_threads", (void*)from.num_threads, (void*)to.num_threads},
        {"omp_get_thread_num", (void*)from.thread_num, (void*)to.thread_num},
        {"omp_in_parallel", (void*)from.in_parallel, (void*)to.in_parallel},
    };
    return lead_calls((const void*)&dnnl_primitive_execute, calls, sizeof calls / sizeof *calls);
}

// ---- finding the host ----------------------------------------------------------------------------------------------

Host* find_host() {
    void* const leads_to = lead(kOpenMp, kAsTold);
    if (leads_to == (void*)told_parallel) return schuss_thread_runtime_1;
    Dl_info copy;
    if (leads_to == nullptr || dladdr(leads_to, &copy) == 0) return nullptr;
    held_host = dlopen(copy.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
    return held_host == nullptr ? nullptr : (Host*)dlsym(held_host, kHost);
}

bool has_host() {
    static const bool found = (host = find_host()) != nullptr;
    return found;
}

__attribute__((destructor)) void leave() {
    if (host == schuss_thread_runtime_1) lead(kAsTold, kOpenMp);
    if (held_host != nullptr) dlclose(held_host);
}

const Runtime*& thread_runtime() { return *(const Runtime**)host(); }

}  // namespace

OwnRegions::OwnRegions(const void* kind) : kind_before(kind_here), runtime_before(nullptr) {
    if (!own_teams.load(std::memory_order_relaxed)) return;
    kind_here = kind;
    runtime_before = thread_runtime();
    thread_runtime() = &kTeams;
}

OwnRegions::~OwnRegions() {
    kind_here = kind_before;
    if (runtime_before != nullptr) thread_runtime() = (const Runtime*)runtime_before;
}

void begin_worker() { thread_runtime() = &kTeams; }

void run_region(void (*body)(void*), void* data, int members, uint64_t kind) {
    if (!own_teams.load(std::memory_order_relaxed)) return GOMP_parallel(body, data, members, 0);
    Region region{body, data, members};
    run_in_team(region, kind);
}

int region_member() { return current_region() == nullptr ? omp_get_thread_num() : current_member(); }

int region_members() { return current_region() == nullptr ? omp_get_num_threads() : current_region()->members; }

}  // namespace schuss

void* schuss_thread_runtime_1(void) { return &schuss::runtime; }

int schuss_own_teams(int32_t wanted) {
    if (wanted != 0 && !schuss::has_host()) {
        return schuss::fail("oneDNN's calls of libgomp cannot be led to them; GOMP_SPINCOUNT=10000 makes it wait less");
    }
    schuss::own_teams.store(wanted != 0);
    return 0;
}
