// How a function of the C interface reports a failure: return fail("what, where, expected, got").
#pragma once

namespace schuss {

// Keeps the message for schuss_last_error() on this thread; returns 1.
int fail(const char* format, ...) __attribute__((format(printf, 1, 2)));

}  // namespace schuss
