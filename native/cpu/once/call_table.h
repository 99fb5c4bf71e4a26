// The table by which a loaded library finds functions of others.
#pragma once

namespace schuss {

struct Call {
    const char* function;
    void* from;
    void* to;
};

// Leads the library's calls of some functions elsewhere, all or, where one of them is not as `from` says, none.
// `library`: an address in it. Returns where the first of them leads now, or nullptr where that cannot be found.
void* lead_calls(const void* library, const Call calls[], int count);

}  // namespace schuss
