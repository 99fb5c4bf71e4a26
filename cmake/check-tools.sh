#!/bin/sh
# Stops the build early, in one sentence, where what compiles the native half is missing.
missing=""
command -v "${CXX:-g++}" >/dev/null 2>&1 || missing="$missing g++"
command -v cmake >/dev/null 2>&1 || missing="$missing cmake"
if [ -n "$missing" ]; then
    echo "Schuss compiles C++ while it builds: please install the Debian package(s)$missing (apt-get install$missing)." >&2
    exit 1
fi
