// Native memory of tensors and arenas: zeroed, aligned, counted. What fills pages is mapped, so that it goes back to
// the system when it is freed; what is large enough to fill huge pages asks for them.
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <atomic>

#include "schuss/schuss.h"

namespace {

constexpr size_t kAlignment = 256;             // variables start on such boundaries
constexpr size_t kHugePage = size_t{2} << 20;  // what madvise can give on x86-64
constexpr size_t kPage = 4096;
constexpr int64_t kMappedFrom = 64 << 10;        // smaller blocks would waste pages, and each mapping is a system call
constexpr int64_t kHugeFrom = int64_t{4} << 20;  // smaller blocks would waste up to half of a page

std::atomic<int64_t> live_bytes{0};
std::atomic<int64_t> calls{0};

size_t round_up(size_t bytes, size_t boundary) { return (bytes + boundary - 1) / boundary * boundary; }

// Fresh pages are zero already. The mapping is made too long, then cut to where a huge page can start.
void* map_huge(size_t bytes) {
    const size_t length = round_up(bytes, kHugePage);
    char* const mapping =
        (char*)mmap(nullptr, length + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) return nullptr;
    char* const start = (char*)round_up((size_t)mapping, kHugePage);
    const size_t before = (size_t)(start - mapping);
    if (before > 0) munmap(mapping, before);
    munmap(start + length, kHugePage - before);
    madvise(start, length, MADV_HUGEPAGE);  // a hint: where it is refused small pages do
    return start;
}

void* map_pages(size_t bytes) {
    void* const start =
        mmap(nullptr, round_up(bytes, kPage), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return start == MAP_FAILED ? nullptr : start;
}

void* allocate_small(size_t bytes) {
    const size_t length = round_up(bytes, kAlignment);
    void* const memory = aligned_alloc(kAlignment, length);
    if (memory != nullptr) memset(memory, 0, length);
    return memory;
}

}  // namespace

void* schuss_allocate(int64_t bytes) {
    if (bytes < 0) return nullptr;
    const size_t size = bytes == 0 ? kAlignment : (size_t)bytes;
    void* const memory = bytes >= kHugeFrom     ? map_huge(size)
                         : bytes >= kMappedFrom ? map_pages(size)
                                                : allocate_small(size);
    if (memory != nullptr) {
        live_bytes += bytes;
        calls++;
    }
    return memory;
}

void schuss_free(void* memory, int64_t bytes) {
    if (memory == nullptr) return;
    if (bytes >= kHugeFrom) {
        munmap(memory, round_up((size_t)bytes, kHugePage));
    } else if (bytes >= kMappedFrom) {
        munmap(memory, round_up((size_t)bytes, kPage));
    } else {
        free(memory);
    }
    live_bytes -= bytes;
}

void schuss_trim(void) {
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

int64_t schuss_allocated_bytes(void) { return live_bytes; }

int64_t schuss_allocations(void) { return calls; }
