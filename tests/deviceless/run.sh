#!/bin/sh
# What CUDA's real libraries say without a GPU: NVRTC compiles every kernel, cuDNN plans the convolutions of the zoo's
# networks for an H200, cuBLASLt takes the descriptors of their matrix products. Prints a table; exits 1 if anything fails.
#
# usage: tests/deviceless/run.sh LIBRARY_FOLDER...
#
# The folders have libcudart, libcublasLt, libcublas, libnvrtc and libcudnn_*, as of pip's nvidia-cublas,
# nvidia-cuda-runtime, nvidia-cuda-nvrtc and nvidia-cudnn-cu13. MAVEN_ARGS and JAVA_HOME count; CC is a C compiler.
set -eu
if [ $# -eq 0 ]; then
    sed -n 's/^# usage: /usage: /p' "$0"
    exit 2
fi
libraries=
for folder in "$@"; do
    libraries=$libraries:$(cd "$folder" && pwd)
done
cd "$(dirname "$0")/../.."
out=$PWD/target/deviceless
mkdir -p "$out"
"${CC:-cc}" -shared -fPIC -Wl,-soname,libcuda.so.1 -o "$out/libcuda.so.1" tests/deviceless/driver.c
mvn -B -q test-compile dependency:build-classpath -Dmdep.outputFile="$out/classpath"
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
LD_LIBRARY_PATH=$out$libraries exec "$java" -cp "target/test-classes:target/classes:$(cat "$out/classpath")" \
    schuss.backend.cuda.Deviceless "$out/log"
