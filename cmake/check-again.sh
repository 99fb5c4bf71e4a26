#!/bin/sh
# check-again.sh TARGET: where the launcher compiled the Java sources, without checks, they are compiled anew.
set -eu
if [ -e "$1/unchecked" ]; then
    rm -rf "$1/maven-status/maven-compiler-plugin/compile"
    find "$1/classes" -name '*.class' -delete 2>/dev/null || true
    rm -f "$1/unchecked"
fi
