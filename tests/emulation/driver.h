// What the emulated libraries ask of the emulated driver.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <functional>

// Keeps work for the graph that the stream records, if it does; whether it does. Else the caller does the work now.
bool emulated_record(std::function<int()> work);

extern "C" {

// Whether these bytes lie in one piece of device memory.
int emulated_is_device(uint64_t address, size_t bytes);

// Whether the stream is recording.
int emulated_is_capturing();

// Makes the recording fail, as a call does that may not be recorded.
void emulated_spoil_capture();
}
