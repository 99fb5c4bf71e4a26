// oneDNN calls five functions of OpenMP's runtime. Where it runs on our behalf they are to be ours: the table by which
// the loaded library finds them is changed to point here, and changed back when we are unloaded. What others ask of the
// same library goes on to the OpenMP library as before.
#include "openmp.h"

#include <dnnl.h>
#include <elf.h>
#include <link.h>
#include <omp.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>

#include "cpu/error.h"
#include "cpu/parallel.h"
#include "schuss/schuss.h"
#include "team.h"

extern "C" {
void GOMP_parallel(void (*body)(void*), void* data, unsigned threads, unsigned flags);
void GOMP_barrier(void);
}

namespace schuss {
namespace {

std::atomic<bool> own_teams{false};
thread_local const void* kind_here = nullptr;  // set while oneDNN runs on our behalf

void parallel_hook(void (*body)(void*), void* data, unsigned threads, unsigned flags) {
    if (kind_here == nullptr && current_region() == nullptr) return GOMP_parallel(body, data, threads, flags);
    Region region{body, data, threads == 0 ? omp_get_max_threads() : (int)threads};
    run_in_team(region, (uintptr_t)kind_here);
}

void barrier_hook() { return current_region() == nullptr ? GOMP_barrier() : current_region()->barrier(); }
int num_threads_hook() { return current_region() == nullptr ? omp_get_num_threads() : region_members(); }
int thread_num_hook() { return current_region() == nullptr ? omp_get_thread_num() : region_member(); }
int in_parallel_hook() { return current_region() == nullptr ? omp_in_parallel() : region_members() > 1; }

struct Function {
    void* theirs;
    void* ours;
};

const Function kFunctions[] = {
    {(void*)&GOMP_parallel, (void*)&parallel_hook},          {(void*)&GOMP_barrier, (void*)&barrier_hook},
    {(void*)&omp_get_num_threads, (void*)&num_threads_hook}, {(void*)&omp_get_thread_num, (void*)&thread_num_hook},
    {(void*)&omp_in_parallel, (void*)&in_parallel_hook},
};
constexpr int kCount = sizeof kFunctions / sizeof *kFunctions;

// Of a loaded library, from its dynamic section.
struct CallTable {
    const ElfW(Rela) * first;
    size_t count;
};

bool contains(const dl_phdr_info& library, uint32_t kind, uintptr_t address) {
    for (int i = 0; i < library.dlpi_phnum; i++) {
        const ElfW(Phdr)& part = library.dlpi_phdr[i];
        const uintptr_t start = library.dlpi_addr + part.p_vaddr;
        if (part.p_type == kind && address >= start && address < start + part.p_memsz) return true;
    }
    return false;
}

CallTable call_table(const dl_phdr_info& library) {
    CallTable table{nullptr, 0};
    bool with_addends = false;
    for (int i = 0; i < library.dlpi_phnum; i++) {
        if (library.dlpi_phdr[i].p_type != PT_DYNAMIC) continue;
        const auto* entry = (const ElfW(Dyn)*)(library.dlpi_addr + library.dlpi_phdr[i].p_vaddr);
        for (; entry->d_tag != DT_NULL; entry++) {
            if (entry->d_tag == DT_JMPREL) table.first = (const ElfW(Rela)*)entry->d_un.d_ptr;
            if (entry->d_tag == DT_PLTRELSZ) table.count = entry->d_un.d_val / sizeof(ElfW(Rela));
            if (entry->d_tag == DT_PLTREL) with_addends = entry->d_un.d_val == DT_RELA;
        }
    }
    if (!with_addends || !contains(library, PT_LOAD, (uintptr_t)table.first)) return {nullptr, 0};
    return table;
}

bool write(const dl_phdr_info& library, void** entry, void* value) {
    const uintptr_t page = sysconf(_SC_PAGESIZE), start = (uintptr_t)entry & ~(page - 1);
    if (mprotect((void*)start, page, PROT_READ | PROT_WRITE) != 0) return false;
    __atomic_store_n(entry, value, __ATOMIC_RELEASE);  // others may be calling
    if (contains(library, PT_GNU_RELRO, start)) mprotect((void*)start, page, PROT_READ);
    return true;
}

struct Change {
    bool back;
    bool done;
};

// Runs under the dynamic linker's lock, since another class loader's copy of us may do the same.
int change_table(dl_phdr_info* library, size_t, void* data) {
    if (!contains(*library, PT_LOAD, (uintptr_t)&dnnl_primitive_execute)) return 0;
    Change& change = *(Change*)data;
    const CallTable table = call_table(*library);
    void** entries[kCount] = {};
    int found = 0;
    for (size_t i = 0; i < table.count; i++) {
        void** const entry = (void**)(library->dlpi_addr + table.first[i].r_offset);
        for (int f = 0; f < kCount; f++) {
            if (*entry != (change.back ? kFunctions[f].ours : kFunctions[f].theirs)) continue;
            found += entries[f] == nullptr;
            entries[f] = entry;
        }
    }
    if (found < kCount && !change.back) return 1;
    change.done = true;
    for (int f = 0; f < kCount; f++) {
        if (entries[f] == nullptr) continue;  // another copy's
        change.done &= write(*library, entries[f], change.back ? kFunctions[f].theirs : kFunctions[f].ours);
    }
    return 1;
}

bool change_calls(bool back) {
    Change change{back, false};
    dl_iterate_phdr(change_table, &change);
    return change.done;
}

bool calls_are_ours() {
    static const bool changed = change_calls(false);
    return changed;
}

__attribute__((destructor)) void leave() { change_calls(true); }

}  // namespace

OwnRegions::OwnRegions(const void* kind) : before(kind_here) {
    if (own_teams.load(std::memory_order_relaxed)) kind_here = kind;
}

OwnRegions::~OwnRegions() { kind_here = before; }

void run_region(void (*body)(void*), void* data, int members, uint64_t kind) {
    if (!own_teams.load(std::memory_order_relaxed)) return GOMP_parallel(body, data, members, 0);
    Region region{body, data, members};
    run_in_team(region, kind);
}

int region_member() { return current_region() == nullptr ? omp_get_thread_num() : current_member(); }

int region_members() { return current_region() == nullptr ? omp_get_num_threads() : current_region()->members; }

}  // namespace schuss

int schuss_own_teams(int32_t wanted) {
    if (wanted != 0 && !schuss::calls_are_ours()) {
        return schuss::fail("oneDNN's calls of libgomp cannot be led to them; GOMP_SPINCOUNT=10000 makes it wait less");
    }
    schuss::own_teams.store(wanted != 0);
    return 0;
}
