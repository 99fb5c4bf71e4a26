// Faults that a test plants in the emulated libraries: SCHUSS_EMULATION_FAULTS holds names with commas between, each
// perhaps with a colon and an argument behind it, such as illegal-address:softmax_kernel,no-heuristic.
#pragma once

#include <stdlib.h>

#include <string>

namespace schuss::emulation {

// Calls visit(name, argument) for each fault until it returns true; whether it did.
template <typename Visitor>
inline bool any_fault(Visitor visit) {
    const char* const faults = getenv("SCHUSS_EMULATION_FAULTS");
    if (faults == nullptr) return false;
    const std::string all(faults);
    for (size_t begin = 0; begin < all.size();) {
        size_t end = all.find(',', begin);
        if (end == std::string::npos) end = all.size();
        const std::string fault = all.substr(begin, end - begin);
        const size_t colon = fault.find(':');
        const std::string argument = colon == std::string::npos ? "" : fault.substr(colon + 1);
        if (visit(fault.substr(0, colon), argument)) return true;
        begin = end + 1;
    }
    return false;
}

// Whether a fault of this name is planted; what stands behind its colon goes to argument, which may be null.
inline bool planted(const char* name, std::string* argument) {
    return any_fault([&](const std::string& fault, const std::string& text) {
        if (fault != name) return false;
        if (argument != nullptr) *argument = text;
        return true;
    });
}

// Whether a fault of this name is planted with this argument, perhaps beside others of its name.
inline bool planted_at(const char* name, const std::string& argument) {
    return any_fault(
        [&](const std::string& fault, const std::string& text) { return fault == name && text == argument; });
}

}  // namespace schuss::emulation
