#include "call_table.h"

#include <elf.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <vector>

namespace schuss {
namespace {

struct Request {
    const void* library;
    const Call* calls;
    int count;
    void* leads_to;
};

bool contains(const dl_phdr_info& library, uint32_t kind, const void* address) {
    for (int i = 0; i < library.dlpi_phnum; i++) {
        const ElfW(Phdr)& part = library.dlpi_phdr[i];
        const uintptr_t start = library.dlpi_addr + part.p_vaddr;
        if (part.p_type == kind && (uintptr_t)address - start < part.p_memsz) return true;
    }
    return false;
}

// The parts of a library's dynamic section that name what it calls.
struct Dynamic {
    const ElfW(Rela) * calls = nullptr;
    const ElfW(Sym) * symbols = nullptr;
    const char* names = nullptr;
    size_t count = 0;
    bool with_addends = false;

    explicit Dynamic(const dl_phdr_info& library) {
        const ElfW(Dyn)* entry = nullptr;
        for (int i = 0; i < library.dlpi_phnum; i++) {
            const ElfW(Phdr)& part = library.dlpi_phdr[i];
            if (part.p_type == PT_DYNAMIC) entry = (const ElfW(Dyn)*)(library.dlpi_addr + part.p_vaddr);
        }
        for (; entry != nullptr && entry->d_tag != DT_NULL; entry++) {
            const ElfW(Addr) value = entry->d_un.d_ptr;
            if (entry->d_tag == DT_JMPREL) calls = (const ElfW(Rela)*)value;
            if (entry->d_tag == DT_SYMTAB) symbols = (const ElfW(Sym)*)value;
            if (entry->d_tag == DT_STRTAB) names = (const char*)value;
            if (entry->d_tag == DT_PLTRELSZ) count = value / sizeof(ElfW(Rela));
            if (entry->d_tag == DT_PLTREL) with_addends = value == DT_RELA;
        }
    }

    // As they are with glibc: addresses, not offsets.
    bool readable(const dl_phdr_info& library) const {
        return with_addends && contains(library, PT_LOAD, calls) && contains(library, PT_LOAD, symbols) &&
               contains(library, PT_LOAD, names);
    }

    const char* name(size_t call) const { return names + symbols[ELF64_R_SYM(calls[call].r_info)].st_name; }
};

bool write(const dl_phdr_info& library, void** entry, void* value) {
    const uintptr_t page = sysconf(_SC_PAGESIZE);
    void* const start = (void*)((uintptr_t)entry & ~(page - 1));
    if (mprotect(start, page, PROT_READ | PROT_WRITE) != 0) return false;
    __atomic_store_n(entry, value, __ATOMIC_RELEASE);  // others may be calling
    if (contains(library, PT_GNU_RELRO, start)) mprotect(start, page, PROT_READ);
    return true;
}

// Runs under the dynamic linker's lock: another class loader's copy of us may want the same.
int lead(dl_phdr_info* library, size_t, void* data) {
    Request& request = *(Request*)data;
    if (!contains(*library, PT_LOAD, request.library)) return 0;
    const Dynamic dynamic(*library);
    if (!dynamic.readable(*library)) return 1;
    std::vector<void**> entries(request.count);
    for (size_t i = 0; i < dynamic.count; i++) {
        for (int c = 0; c < request.count; c++) {
            if (strcmp(dynamic.name(i), request.calls[c].function) == 0) {
                entries[c] = (void**)(library->dlpi_addr + dynamic.calls[i].r_offset);
            }
        }
    }
    if (entries[0] == nullptr) return 1;
    bool as_expected = true;
    for (int c = 0; c < request.count; c++) {
        as_expected = as_expected && entries[c] != nullptr && *entries[c] == request.calls[c].from;
    }
    for (int c = 0; c < request.count && as_expected; c++) {
        if (!write(*library, entries[c], request.calls[c].to)) break;  // the first, since all lie in memory of one kind
    }
    request.leads_to = *entries[0];
    return 1;
}

}  // namespace

void* lead_calls(const void* library, const Call calls[], int count) {
    Request request{library, calls, count, nullptr};
    dl_iterate_phdr(lead, &request);
    return request.leads_to;
}

}  // namespace schuss
