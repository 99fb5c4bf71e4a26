// libnvrtc.so.13 on the processor: g++ compiles CUDA C++ against device.h into a shared library, which the emulated
// driver loads as a module. SCHUSS_EMULATION_HEADERS, set when this is compiled, is the folder of device.h.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <utility>
#include <vector>

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

// The source followed by an entry for each of its kernels. It lies in an unnamed namespace: what a template holds in
// shared memory then goes to the same section as all else there, not to one that modules may merge.
std::string with_entries(const std::string& source) {
    static const std::regex kernel(R"(__global__\s+void\s+(?:__launch_bounds__\([^)]*\)\s*)?(\w+)\s*\()");
    std::string text = "namespace {\n#line 1\n" + source + "\n}\n";
    for (std::sregex_iterator at(source.begin(), source.end(), kernel), end; at != end; ++at) {
        text += "EMULATED_KERNEL(" + (*at)[1].str() + ")\n";
    }
    return text;
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
    std::string folder = (fs::temp_directory_path() / "schuss-nvrtc-XXXXXX").string();
    if (mkdtemp(folder.data()) == nullptr) return kInvalidProgram;
    const fs::path at(folder);
    write(at / "kernel.cpp", with_entries(program->source));
    for (const auto& header : program->headers) write(at / header.first, header.second);
    const std::string command =
        "g++ -std=c++17 -O2 -ffp-contract=off -w -fPIC -shared -fvisibility=default -I '" + folder +
        "' -I '" SCHUSS_EMULATION_HEADERS "' -include '" SCHUSS_EMULATION_HEADERS "/device.h' -o '" + folder +
        "/kernel.so' '" + folder + "/kernel.cpp' 2> '" + folder + "/log'";
    const bool compiled = system(command.c_str()) == 0;
    program->log = read(at / "log");
    if (compiled) {
        const std::string library = read(at / "kernel.so");
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
