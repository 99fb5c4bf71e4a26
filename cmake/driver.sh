# Says whether there is an NVIDIA driver; the launcher and CMake ask it. To be sourced, by bash or sh.
has_nvidia_driver() {
    for file in /proc/driver/nvidia /dev/nvidiactl /usr/lib/x86_64-linux-gnu/libcuda.so.1 /usr/lib/wsl/lib/libcuda.so.1 \
        /usr/lib64/libcuda.so.1 /usr/local/nvidia/lib64/libcuda.so.1; do
        [ ! -e "$file" ] || return 0
    done
    return 1
}
