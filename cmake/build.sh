#!/bin/sh
# build.sh BUILD [quietly]: compiles what CMake has configured there, with all cores. One at a time: who comes second
# waits, then finds it made. With `quietly` nothing is told and nothing fails; who comes after tells it.
set -u
build=$1
exec 9>"$build/build.lock"
if command -v flock >/dev/null 2>&1; then
    flock 9
fi
if [ $# -gt 1 ]; then
    cmake --build "$build" --parallel "$(nproc)" >/dev/null 2>&1
    exit 0
fi
exec cmake --build "$build" --parallel "$(nproc)"
