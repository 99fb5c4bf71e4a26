#!/bin/sh
# cmake -S SOURCE -B BUILD ..., for a build folder that was copied or moved too: CMake refuses one that names other places.
set -eu
# Maven hands them over in this order
source=$2
build=$4
cache=$build/CMakeCache.txt
if [ -f "$cache" ]; then
    real_source=$(cd "$source" && pwd -P)
    real_build=$(cd "$build" && pwd -P)
    if ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$real_source" "$cache" ||
        ! grep -qxF "CMAKE_CACHEFILE_DIR:INTERNAL=$real_build" "$cache"; then
        echo "$build: made for another place, made anew"
        # what was generated before by others stays
        rm -rf "$cache" "$build/CMakeFiles" "$build/Makefile"
    fi
fi
exec cmake "$@"
