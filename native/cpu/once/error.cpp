#include "cpu/error.h"

#include <stdarg.h>
#include <stdio.h>

#include "schuss/schuss.h"

namespace schuss {
namespace {
constexpr int kMessageLength = 512;
thread_local char last_error[kMessageLength] = "";
}  // namespace

int fail(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(last_error, kMessageLength, format, arguments);
    va_end(arguments);
    return 1;
}

}  // namespace schuss

const char* schuss_last_error(void) { return schuss::last_error; }
