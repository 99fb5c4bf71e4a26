// Fatbins on the processor: their structure is read as a GPU's driver reads it. What runs is not the machine code in
// them, which is a GPU's, but the source in native/cuda that they were made of.
#pragma once

#include <string>

namespace schuss::emulation {

// Whether it begins as a fatbin does.
bool is_fatbin(const char* image);

// Whether headers and entries fill it to its end, without gap or overlap.
bool is_whole_fatbin(const char* image);

// Whether a whole fatbin has machine code for a chip: 90 for compute capability 9.0.
bool has_machine_code(const char* image, unsigned chip);

// The shared library of the source that has a kernel, compiled when it is first asked for, as NVRTC does it; null where
// no source has one of this name.
void* library_of_kernel(const std::string& kernel);

}  // namespace schuss::emulation
