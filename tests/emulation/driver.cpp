// libcuda.so.1 on the processor: device memory is host memory, a stream does everything at once, unless it records it
// for a graph, and a module is a shared library that the emulated NVRTC made, of a kernel's source or of the one that a
// fatbin was made of. Only what is called is there. Settings, for tests of failures, come from the environment:
// SCHUSS_EMULATION_DRIVER (version, 13000), SCHUSS_EMULATION_MEMORY (bytes), SCHUSS_EMULATION_DEVICES,
// SCHUSS_EMULATION_MULTIPROCESSORS. Faults (faults.h): illegal-address:KERNEL, after whose launch nothing works any
// more; hang:KERNEL, whose launch never comes back; broken-fatbin, of which none can be loaded.
#include "driver.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "execution.h"
#include "fatbin.h"
#include "faults.h"

using schuss::emulation::Block;
using schuss::emulation::Dimensions;
using schuss::emulation::Entry;

namespace {

enum Result {
    kSuccess = 0,
    kInvalidValue = 1,
    kOutOfMemory = 2,
    kNotInitialized = 3,
    kNoDevice = 100,
    kInvalidDevice = 101,
    kInvalidImage = 200,
    kInvalidContext = 201,
    kNoBinaryForGpu = 209,
    kInvalidHandle = 400,
    kNotFound = 500,
    kIllegalState = 401,
    kIllegalAddress = 700,
    kLaunchFailed = 719,
    kCaptureUnsupported = 900,
    kCaptureInvalidated = 901
};

struct Named {
    int result;
    const char* name;
    const char* meaning;
};
constexpr Named kNames[] = {
    {kSuccess, "CUDA_SUCCESS", "no error"},
    {kInvalidValue, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {kOutOfMemory, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {kNotInitialized, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {kNoDevice, "CUDA_ERROR_NO_DEVICE", "no CUDA-capable device is detected"},
    {kInvalidDevice, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {kInvalidImage, "CUDA_ERROR_INVALID_IMAGE", "device kernel image is invalid"},
    {kInvalidContext, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {kNoBinaryForGpu, "CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device"},
    {kInvalidHandle, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {kNotFound, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {kIllegalState, "CUDA_ERROR_ILLEGAL_STATE", "the operation cannot be performed in the present state"},
    {kIllegalAddress, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {kLaunchFailed, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {kCaptureUnsupported, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "operation not permitted when stream is capturing"},
    {kCaptureInvalidated, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
     "operation failed due to a previous error during capture"},
};

constexpr size_t kAlignment = 512;  // of cuMemAlloc's addresses
constexpr int kUnwritten = 0xff;    // what memory holds before anyone writes: NaN

struct Function {
    std::string name;
    bool loaded = false;  // launched before
    Block* seen;
    Entry entry;
    size_t (*parameter_size)(size_t index);
    char *shared, *shared_end;
};

struct Module {
    void* library;  // null for a fatbin, whose kernels lie in libraries of their own
    std::map<std::string, Function> functions;
};

using Work = std::function<int()>;
using Graph = std::vector<Work>;  // recorded, or ready to be launched

struct Recording {
    Graph graph;
    bool spoiled = false;
};

struct Stream {
    Recording* recording = nullptr;  // while it records
};

struct Event {
    std::chrono::steady_clock::time_point recorded;
};

std::mutex lock;
bool initialized = false;
int lost = kSuccess;  // an error after which nothing works any more, as on a GPU
int context_token;
thread_local Recording* by_this_thread = nullptr;  // what it records
thread_local void* current = nullptr;
std::map<uint64_t, size_t> memories;
size_t held = 0;

int64_t setting(const char* name, int64_t otherwise) {
    const char* value = getenv(name);
    return value == nullptr ? otherwise : atoll(value);
}

int ready() { return lost != kSuccess ? lost : current == nullptr ? kInvalidContext : kSuccess; }

// Whether these bytes lie in one piece of device memory.
bool is_device(uint64_t address, size_t bytes) {
    std::lock_guard<std::mutex> guard(lock);
    auto after = memories.upper_bound(address);
    if (after == memories.begin()) return false;
    --after;
    return address + bytes <= after->first + after->second;
}

int fail(const char* what) {
    fprintf(stderr, "emulated driver: %s\n", what);
    return lost = kIllegalAddress;
}

// Does work, or keeps it for the graph where the stream records, as it does with the work of every thread.
int in_order(void* stream, Work work) {
    if (const int status = ready()) return status;
    return emulated_record(stream, work) ? kSuccess : work();
}

int run(const Function* function, Dimensions blocks, Dimensions threads, void** arguments) {
    if (schuss::emulation::planted_at("hang", function->name)) {
        fprintf(stderr, "emulated driver: planted: %s does not come back\n", function->name.c_str());
        for (;;) pause();  // as a launch that waits for a kernel that never ends
    }
    if (schuss::emulation::planted_at("illegal-address", function->name)) {
        return fail(("planted: an illegal address in " + function->name).c_str());
    }
    std::lock_guard<std::mutex> guard(lock);
    const char* fault = schuss::emulation::run_grid(function->seen, function->entry, arguments, blocks, threads,
                                                    function->shared, function->shared_end);
    if (fault == nullptr) return kSuccess;
    fprintf(stderr, "emulated driver: a kernel has %s\n", fault);
    return lost = kLaunchFailed;
}

// What a thread may not do while it records; others may.
int unless_recording() {
    if (by_this_thread == nullptr) return ready();
    by_this_thread->spoiled = true;
    return kCaptureUnsupported;
}

}  // namespace

bool emulated_record(void* stream, Work work) {
    std::lock_guard<std::mutex> guard(lock);
    Recording* recording = static_cast<Stream*>(stream)->recording;
    if (recording == nullptr) return false;
    recording->graph.push_back(std::move(work));
    return true;
}

extern "C" {

int emulated_is_device(uint64_t address, size_t bytes) { return is_device(address, bytes); }
int emulated_is_capturing(void* stream) { return static_cast<Stream*>(stream)->recording != nullptr; }
void emulated_spoil_capture(void* stream) { static_cast<Stream*>(stream)->recording->spoiled = true; }

int cuInit(unsigned) {
    initialized = setting("SCHUSS_EMULATION_DEVICES", 1) > 0;
    return initialized ? kSuccess : kNoDevice;
}
int cuDriverGetVersion(int* version) {
    *version = static_cast<int>(setting("SCHUSS_EMULATION_DRIVER", 13000));
    return kSuccess;
}
int cuDeviceGetCount(int* count) {
    *count = static_cast<int>(setting("SCHUSS_EMULATION_DEVICES", 1));
    return initialized ? kSuccess : kNotInitialized;
}
int cuDeviceGet(int* device, int ordinal) {
    if (!initialized) return kNotInitialized;
    if (ordinal < 0 || ordinal >= setting("SCHUSS_EMULATION_DEVICES", 1)) return kInvalidDevice;
    *device = ordinal;
    return kSuccess;
}
int cuDeviceGetName(char* name, int length, int) {
    snprintf(name, static_cast<size_t>(length), "Emulated GPU");
    return kSuccess;
}
int cuDeviceGetAttribute(int* value, int attribute, int) {
    switch (attribute) {
        case 16:
            *value = static_cast<int>(setting("SCHUSS_EMULATION_MULTIPROCESSORS", 2));
            return kSuccess;  // few: fewer blocks are faster here
        case 39:
            *value = 512;
            return kSuccess;  // threads of one
        case 75:
            *value = 9;
            return kSuccess;  // compute capability 9.0
        case 76:
            *value = 0;
            return kSuccess;
        default:
            return kInvalidValue;
    }
}
int cuDeviceTotalMem_v2(size_t* bytes, int) {
    *bytes = static_cast<size_t>(setting("SCHUSS_EMULATION_MEMORY", 4LL << 30));
    return kSuccess;
}
int cuDevicePrimaryCtxRetain(void** context, int) {
    *context = &context_token;
    return initialized ? kSuccess : kNotInitialized;
}
int cuCtxSetCurrent(void* context) {
    current = context;
    return kSuccess;
}
int cuCtxGetCurrent(void** context) {
    *context = current;
    return kSuccess;
}

int cuMemAlloc_v2(uint64_t* address, size_t bytes) {
    if (const int status = unless_recording()) return status;
    if (bytes == 0) return kInvalidValue;
    std::lock_guard<std::mutex> guard(lock);
    if (held + bytes > static_cast<size_t>(setting("SCHUSS_EMULATION_MEMORY", 4LL << 30))) return kOutOfMemory;
    void* memory = nullptr;
    if (posix_memalign(&memory, kAlignment, bytes) != 0) return kOutOfMemory;
    memset(memory, kUnwritten, bytes);
    *address = reinterpret_cast<uint64_t>(memory);
    memories[*address] = bytes;
    held += bytes;
    return kSuccess;
}
int cuMemFree_v2(uint64_t address) {
    if (const int status = unless_recording()) return status;
    std::lock_guard<std::mutex> guard(lock);
    const auto memory = memories.find(address);
    if (memory == memories.end()) return kInvalidValue;
    held -= memory->second;
    free(reinterpret_cast<void*>(address));
    memories.erase(memory);
    return kSuccess;
}
int cuMemGetInfo_v2(size_t* free_bytes, size_t* total) {
    if (const int status = ready()) return status;
    std::lock_guard<std::mutex> guard(lock);
    *total = static_cast<size_t>(setting("SCHUSS_EMULATION_MEMORY", 4LL << 30));
    *free_bytes = *total - held;
    return kSuccess;
}
int cuMemHostAlloc(void** memory, size_t bytes, unsigned) {
    if (const int status = ready()) return status;
    return posix_memalign(memory, 4096, bytes) == 0 ? kSuccess : kOutOfMemory;
}
int cuMemFreeHost(void* memory) {
    free(memory);
    return kSuccess;
}

int cuMemsetD8Async(uint64_t address, unsigned char value, size_t bytes, void* stream) {
    return in_order(stream, [=] {
        if (!is_device(address, bytes)) return fail("set outside of device memory");
        memset(reinterpret_cast<void*>(address), value, bytes);
        return static_cast<int>(kSuccess);
    });
}
int cuMemsetD32Async(uint64_t address, unsigned value, size_t count, void* stream) {
    return in_order(stream, [=] {
        if (!is_device(address, count * sizeof(value))) return fail("set outside of device memory");
        for (size_t i = 0; i < count; i++) reinterpret_cast<unsigned*>(address)[i] = value;
        return static_cast<int>(kSuccess);
    });
}
int cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t bytes, void* stream) {
    return in_order(stream, [=] {
        if (!is_device(to, bytes)) return fail("copy to what is no device memory");
        memcpy(reinterpret_cast<void*>(to), from, bytes);
        return static_cast<int>(kSuccess);
    });
}
int cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t bytes, void* stream) {
    return in_order(stream, [=] {
        if (!is_device(from, bytes)) return fail("copy from what is no device memory");
        memcpy(to, reinterpret_cast<void*>(from), bytes);
        return static_cast<int>(kSuccess);
    });
}
int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes, void* stream) {
    return in_order(stream, [=] {
        if (!is_device(to, bytes) || !is_device(from, bytes)) return fail("copy outside of device memory");
        memmove(reinterpret_cast<void*>(to), reinterpret_cast<void*>(from), bytes);
        return static_cast<int>(kSuccess);
    });
}

int cuStreamCreate(void** stream, unsigned) {
    *stream = new Stream();
    return ready();
}
int cuStreamDestroy_v2(void* stream) {
    delete static_cast<Stream*>(stream);
    return kSuccess;
}
int cuStreamSynchronize(void* stream) {
    if (emulated_is_capturing(stream)) {
        emulated_spoil_capture(stream);
        return kCaptureUnsupported;
    }
    return ready();
}
int cuStreamBeginCapture_v2(void* stream, int) {
    std::lock_guard<std::mutex> guard(lock);
    Recording*& recording = static_cast<Stream*>(stream)->recording;
    if (const int status = ready()) return status;
    if (recording != nullptr || by_this_thread != nullptr) return kIllegalState;
    recording = by_this_thread = new Recording();
    return kSuccess;
}
int cuStreamEndCapture(void* stream, void** graph) {
    std::lock_guard<std::mutex> guard(lock);
    Recording*& recording = static_cast<Stream*>(stream)->recording;
    *graph = nullptr;
    if (recording == nullptr || recording != by_this_thread) return kIllegalState;
    const Recording ended = *recording;
    delete recording;
    recording = by_this_thread = nullptr;
    if (ended.spoiled) return kCaptureInvalidated;
    *graph = new Graph(ended.graph);
    return ready();
}
int cuGraphInstantiateWithFlags(void** executable, void* graph, unsigned long long) {
    *executable = new Graph(*static_cast<Graph*>(graph));
    return ready();
}
int cuGraphUpload(void*, void*) { return ready(); }
int cuGraphLaunch(void* executable, void* stream) {
    for (const Work& work : *static_cast<Graph*>(executable)) {
        if (const int status = in_order(stream, work)) return status;
    }
    return ready();
}
int cuGraphExecDestroy(void* executable) {
    delete static_cast<Graph*>(executable);
    return kSuccess;
}
int cuGraphDestroy(void* graph) {
    delete static_cast<Graph*>(graph);
    return kSuccess;
}

int cuEventCreate(void** event, unsigned) {
    *event = new Event();
    return ready();
}
int cuEventDestroy_v2(void* event) {
    delete static_cast<Event*>(event);
    return kSuccess;
}
int cuEventRecord(void* event, void*) {
    static_cast<Event*>(event)->recorded = std::chrono::steady_clock::now();
    return ready();
}
int cuEventSynchronize(void*) { return ready(); }
int cuEventElapsedTime_v2(float* milliseconds, void* from, void* to) {
    const auto time = static_cast<Event*>(to)->recorded - static_cast<Event*>(from)->recorded;
    *milliseconds = std::chrono::duration<float, std::milli>(time).count();
    return ready();
}

// An image is a shared library, whose size follows a magic word, or a fatbin; anything else is for a GPU.
int cuModuleLoadData(void** result, const void* image) {
    if (const int status = unless_recording()) return status;
    const char* bytes = static_cast<const char*>(image);
    if (schuss::emulation::is_fatbin(bytes)) {
        if (schuss::emulation::planted("broken-fatbin", nullptr) || !schuss::emulation::is_whole_fatbin(bytes)) {
            return kInvalidImage;
        }
        if (!schuss::emulation::has_machine_code(bytes, 90)) return kNoBinaryForGpu;
        *result = new Module{nullptr, {}};
        return kSuccess;
    }
    if (memcmp(bytes, "EMULATED", 8) != 0) return kNoBinaryForGpu;
    uint64_t size;
    memcpy(&size, bytes + 8, sizeof(size));
    std::string name =
        (std::filesystem::temp_directory_path() / "schuss-emulated-XXXXXX").string();  // mkstemp fills in
    const char* path = name.c_str();
    const int file = mkstemp(name.data());
    if (file < 0 || write(file, bytes + 16, size) != static_cast<ssize_t>(size)) return kInvalidValue;
    close(file);
    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) fprintf(stderr, "emulated driver: %s\n", dlerror());
    unlink(path);
    if (library == nullptr) return kInvalidValue;
    *result = new Module{library, {}};
    return kSuccess;
}
int cuModuleUnload(void* module) {
    if (void* library = static_cast<Module*>(module)->library) dlclose(library);
    delete static_cast<Module*>(module);
    return kSuccess;
}
int cuModuleGetFunction(void** result, void* handle, const char* name) {
    Module* module = static_cast<Module*>(handle);
    const std::string suffix(name);
    void* library = module->library != nullptr ? module->library : schuss::emulation::library_of_kernel(suffix);
    if (library == nullptr) return kNotFound;
    void* entry = dlsym(library, ("emulated_" + suffix).c_str());
    if (entry == nullptr) return kNotFound;
    Function& function = module->functions[suffix];
    function.name = suffix;
    function.entry = reinterpret_cast<Entry>(entry);
    function.parameter_size = reinterpret_cast<size_t (*)(size_t)>(dlsym(library, ("emulated_size_" + suffix).c_str()));
    auto range = reinterpret_cast<void (*)(char**, char**)>(dlsym(library, "emulated_shared_range"));
    range(&function.shared, &function.shared_end);
    static Block block;  // one for all: one grid runs at a time
    function.seen = &block;
    *static_cast<Block**>(dlsym(library, "emulated_block")) = &block;
    *result = &function;
    return kSuccess;
}
int cuFuncGetParamInfo(void* function, size_t index, size_t* offset, size_t* size) {
    *size = static_cast<Function*>(function)->parameter_size(index);
    *offset = 0;
    return *size == 0 ? kInvalidValue : kSuccess;
}
int cuLaunchKernel(void* handle, unsigned blocks_x, unsigned blocks_y, unsigned blocks_z, unsigned threads_x,
                   unsigned threads_y, unsigned threads_z, unsigned, void* stream, void** arguments, void**) {
    if (const int status = ready()) return status;
    Function* function = static_cast<Function*>(handle);
    const uint64_t count = static_cast<uint64_t>(threads_x) * threads_y * threads_z;
    if (blocks_x == 0 || blocks_y == 0 || blocks_z == 0 || blocks_y > 65535 || blocks_z > 65535 || count == 0 ||
        count > schuss::emulation::kMostThreads) {
        return kInvalidValue;
    }
    if (!emulated_is_capturing(stream)) {
        function->loaded = true;
        return run(function, {blocks_x, blocks_y, blocks_z}, {threads_x, threads_y, threads_z}, arguments);
    }
    if (!function->loaded) {  // as a real one may not load code then
        emulated_spoil_capture(stream);
        return kCaptureUnsupported;
    }
    // arguments are read now, as by the real one
    std::vector<std::vector<char>> values;
    for (size_t i = 0; const size_t size = function->parameter_size(i); i++) {
        const char* at = static_cast<const char*>(arguments[i]);
        values.emplace_back(at, at + size);
    }
    return in_order(stream, [=] {
        std::vector<void*> pointers;
        for (const auto& value : values) pointers.push_back(const_cast<char*>(value.data()));
        return run(function, {blocks_x, blocks_y, blocks_z}, {threads_x, threads_y, threads_z}, pointers.data());
    });
}

int cuGetErrorName(int result, const char** name) {
    for (const Named& named : kNames) {
        if (named.result == result) {
            *name = named.name;
            return kSuccess;
        }
    }
    return kInvalidValue;
}
int cuGetErrorString(int result, const char** meaning) {
    for (const Named& named : kNames) {
        if (named.result == result) {
            *meaning = named.meaning;
            return kSuccess;
        }
    }
    return kInvalidValue;
}

}  // extern "C"
