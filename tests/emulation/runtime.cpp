// libcudart.so.13, of which only the name is asked for.
extern "C" int cudaRuntimeGetVersion(int* version) {
    *version = 13000;
    return 0;
}
