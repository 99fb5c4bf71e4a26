// CUDA C++ into a shared library for the processor.
#pragma once

#include <stdint.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

namespace schuss::emulation {

constexpr const char* kLibrary = "kernel.so";  // the file that compile() makes

// A new folder, for the caller to remove.
inline std::filesystem::path temporary_folder(const char* name) {
    // mkdtemp fills in
    std::string path = (std::filesystem::temp_directory_path() / (std::string(name) + "-XXXXXX")).string();
    return mkdtemp(path.data()) == nullptr ? std::filesystem::path() : std::filesystem::path(path);
}

// The source followed by an entry for each of its kernels. It lies in an unnamed namespace: what a template holds in
// shared memory then goes to the same section as all else there, not to one that modules may merge.
inline std::string with_entries(const std::string& source) {
    static const std::regex kernel(R"(__global__\s+void\s+(?:__launch_bounds__\([^)]*\)\s*)?(\w+)\s*\()");
    std::string text = "namespace {\n#line 1\n" + source + "\n}\n";
    for (std::sregex_iterator at(source.begin(), source.end(), kernel), end; at != end; ++at) {
        text += "EMULATED_KERNEL(" + (*at)[1].str() + ")\n";
    }
    return text;
}

// Compiles a source in a folder, which is searched for headers too; whether that went well. The compiler's words go to
// log.
inline bool compile(const std::string& source, const std::filesystem::path& folder,
                    const std::vector<std::string>& includes, std::string* log) {
    const std::string at = folder.string();
    std::ofstream(at + "/kernel.cpp", std::ios::binary) << with_entries(source);
    std::string command = "g++ " SCHUSS_EMULATION_FLAGS " -shared -I '" + at +
                          "' -I '" SCHUSS_EMULATION_HEADERS "' -include '" SCHUSS_EMULATION_PREFIX "'";
    for (const std::string& include : includes) command += " -I '" + include + "'";
    // C's libraries only: to look through those of C++, of which a kernel uses nothing, takes as long as all else of
    // linking
    command += " -o '" + at + "/" + kLibrary + "' '" + at + "/kernel.cpp' -nostdlib -lm -lc -lgcc 2> '" + at + "/log'";
    const bool compiled = system(command.c_str()) == 0;
    std::ifstream words(at + "/log", std::ios::binary);
    log->assign(std::istreambuf_iterator<char>(words), {});
    return compiled;
}

}  // namespace schuss::emulation
