#include "fatbin.h"

#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>

#include "compile.h"

namespace schuss::emulation {

namespace {

namespace fs = std::filesystem;

constexpr uint32_t kMagic = 0xba55ed50;
enum Kind : uint16_t { kPtx = 1, kMachineCode = 2 };

struct Header {
    uint32_t magic;
    uint16_t version, header_bytes;
    uint64_t entries_bytes;
};

struct Entry {
    uint16_t kind, version;
    uint32_t header_bytes;
    uint64_t bytes;
    uint32_t unused[3];
    uint32_t chip;
};

template <typename T>
T read(const char* at) {
    T value;
    memcpy(&value, at, sizeof(value));
    return value;
}

// Calls visit(entry) for each entry, until one returns true; false too where the entries do not fill the image.
template <typename Visitor>
bool entries(const char* image, bool* whole, Visitor visit) {
    const Header header = read<Header>(image);
    const char* at = image + header.header_bytes;
    const char* const end = at + header.entries_bytes;
    bool found = false;
    while (at + sizeof(Entry) <= end) {
        const Entry entry = read<Entry>(at);
        if (entry.header_bytes < sizeof(Entry) || entry.bytes > static_cast<uint64_t>(end - at)) break;
        if (entry.kind != kPtx && entry.kind != kMachineCode) break;
        found |= visit(entry);
        at += entry.header_bytes + entry.bytes;
    }
    *whole = at == end;
    return found;
}

std::string text(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

// All that the library of a source depends on, as a name.
std::string digest(const fs::path& source) {
    size_t hash = std::hash<std::string>{}(text(source));
    for (const char* folder :
         {SCHUSS_EMULATION_KERNELS, SCHUSS_EMULATION_INCLUDE "/schuss", SCHUSS_EMULATION_HEADERS}) {
        std::map<std::string, std::string> headers;  // in an order that is always the same
        for (const auto& file : fs::directory_iterator(folder)) {
            if (file.path().extension() == ".h") headers[file.path().filename()] = text(file.path());
        }
        for (const auto& header : headers) hash = hash * 31 + std::hash<std::string>{}(header.second);
    }
    return std::to_string(hash);
}

// The shared library of a source; made where it is not there yet, and put in place at once, for others look too.
void* library(const fs::path& source) {
    const fs::path made = fs::path(SCHUSS_EMULATION_CACHE) / (source.stem().string() + "-" + digest(source) + ".so");
    if (!fs::exists(made)) {
        fs::create_directories(made.parent_path());
        const fs::path folder = temporary_folder("schuss-fatbin");
        std::string log;
        const bool compiled = compile(text(source), folder, {SCHUSS_EMULATION_KERNELS, SCHUSS_EMULATION_INCLUDE}, &log);
        if (!compiled) {
            fprintf(stderr, "emulated driver: %s\n%s\n", source.c_str(), log.c_str());
            fs::remove_all(folder);
            return nullptr;
        }
        const fs::path beside = made.string() + "." + std::to_string(getpid());
        fs::copy_file(folder / kLibrary, beside, fs::copy_options::overwrite_existing);
        fs::rename(beside, made);
        fs::remove_all(folder);
    }
    void* opened = dlopen(made.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (opened == nullptr) fprintf(stderr, "emulated driver: %s\n", dlerror());
    return opened;
}

}  // namespace

bool is_fatbin(const char* image) { return read<uint32_t>(image) == kMagic; }

bool is_whole_fatbin(const char* image) {
    bool whole = false;
    entries(image, &whole, [](const Entry&) { return false; });
    return whole && read<Header>(image).version == 1;
}

bool has_machine_code(const char* image, unsigned chip) {
    bool whole = false;
    return entries(image, &whole, [&](const Entry& e) { return e.kind == kMachineCode && e.chip == chip; });
}

void* library_of_kernel(const std::string& kernel) {
    static std::map<std::string, void*> libraries;  // by source; they stay, as modules share them
    const std::regex definition("__global__[^;{]*\\b" + kernel + "\\s*\\(");
    for (const auto& file : fs::directory_iterator(SCHUSS_EMULATION_KERNELS)) {
        if (file.path().extension() == ".cu" && std::regex_search(text(file.path()), definition)) {
            void*& opened = libraries[file.path()];
            if (opened == nullptr) opened = library(file.path());
            return opened;
        }
    }
    return nullptr;
}

}  // namespace schuss::emulation
