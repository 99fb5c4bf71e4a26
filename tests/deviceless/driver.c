// libcuda.so.1 of a machine without a GPU: enough for CUDA's libraries to load and to find that there is none.
enum { kNoDevice = 100, kNotFound = 500 };

int cuInit(unsigned flags) {
    (void)flags;
    return kNoDevice;
}

int cuDriverGetVersion(int* version) {
    *version = 13000;
    return 0;
}

int cuDeviceGetCount(int* count) {
    *count = 0;
    return kNoDevice;
}

int cuGetProcAddress_v2(const char* symbol, void** function, int version, unsigned long flags, void* status) {
    (void)symbol, (void)version, (void)flags, (void)status;
    *function = 0;
    return kNotFound;
}
