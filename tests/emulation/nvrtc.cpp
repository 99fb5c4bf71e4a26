// libnvrtc.so.13 on the processor: g++ compiles CUDA C++ against device.h into a shared library, which the emulated
// driver loads as a module. SCHUSS_EMULATION_HEADERS, set when this is compiled, is the folder of device.h.
#include <stdint.h>
#include <string.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "compile.h"

using namespace schuss::emulation;

namespace {

enum Result { kSuccess = 0, kInvalidInput = 3, kInvalidProgram = 4, kInvalidOption = 5, kCompilation = 6 };

namespace fs = std::filesystem;

struct Program {
    std::string source, name, log, image;
    std::vector<std::pair<std::string, std::string>> headers;  // name, text
};

void write(const fs::path& path, const std::string& text) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
}

std::string read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

extern "C" {

int nvrtcVersion(int* major, int* minor) {
    *major = 13;
    *minor = 0;
    return kSuccess;
}
const char* nvrtcGetErrorString(int result) {
    return result == kSuccess ? "NVRTC_SUCCESS" : result == kCompilation ? "NVRTC_ERROR_COMPILATION" : "NVRTC_ERROR";
}
int nvrtcCreateProgram(void** result, const char* source, const char* name, int headers, const char* const* texts,
                       const char* const* names) {
    if (source == nullptr || headers < 0) return kInvalidInput;
    Program* program = new Program{source, name == nullptr ? "program.cu" : name, {}, {}, {}};
    for (int i = 0; i < headers; i++) program->headers.emplace_back(names[i], texts[i]);
    *result = program;
    return kSuccess;
}
int nvrtcDestroyProgram(void** program) {
    delete static_cast<Program*>(*program);
    *program = nullptr;
    return kSuccess;
}
int nvrtcCompileProgram(void* handle, int count, const char* const* options) {
    bool has_architecture = false;
    for (int i = 0; i < count; i++) {
        const std::string option(options[i]);
        if (option.rfind("--gpu-architecture=sm_", 0) == 0) {
            has_architecture = true;
        } else if (option.rfind("--", 0) != 0) {
            return kInvalidOption;
        }
    }
    if (!has_architecture) return kInvalidOption;
    Program* program = static_cast<Program*>(handle);
    const fs::path at = temporary_folder("schuss-nvrtc");
    if (at.empty()) return kInvalidProgram;
    for (const auto& header : program->headers) write(at / header.first, header.second);
    const bool compiled = compile(program->source, at, {}, &program->log);
    if (compiled) {
        const std::string library = read(at / kLibrary);
        const uint64_t size = library.size();
        program->image = "EMULATED" + std::string(reinterpret_cast<const char*>(&size), sizeof(size)) + library;
    }
    fs::remove_all(at);
    return compiled ? kSuccess : kCompilation;
}
int nvrtcGetProgramLogSize(void* program, size_t* size) {
    *size = static_cast<Program*>(program)->log.size() + 1;
    return kSuccess;
}
int nvrtcGetProgramLog(void* program, char* log) {
    strcpy(log, static_cast<Program*>(program)->log.c_str());
    return kSuccess;
}
int nvrtcGetCUBINSize(void* program, size_t* size) {
    *size = static_cast<Program*>(program)->image.size();
    return kSuccess;
}
int nvrtcGetCUBIN(void* program, char* image) {
    const std::string& made = static_cast<Program*>(program)->image;
    memcpy(image, made.data(), made.size());
    return kSuccess;
}

}  // extern "C"
