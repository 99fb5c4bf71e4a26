// What the emulated libraries ask of the emulated driver.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <functional>

// Keeps work for the graph that a stream records, if it does; whether it does. Else the caller does the work now.
bool emulated_record(void* stream, std::function<int()> work);

extern "C" {

// Whether these bytes lie in one piece of device memory.
int emulated_is_device(uint64_t address, size_t bytes);

// Whether a stream is recording.
int emulated_is_capturing(void* stream);

// Makes its recording fail, as a call does that may not be recorded.
void emulated_spoil_capture(void* stream);
}
