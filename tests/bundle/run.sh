#!/usr/bin/env bash
# Runs Schuss on a machine with a GPU of NVIDIA's and its CUDA libraries that has neither Java nor Maven.
#   run.sh doctor                          what is found
#   run.sh selftest [--part N] [--quick]   checks the GPU; exit code 0 only if all hold
#   run.sh bench ARGS, run.sh train ARGS   as on Schuss's command line, such as: train fashion-mnist --model lenet
# --results DIR, anywhere, also writes what was printed into a file there, with the versions.
# fashion-mnist is a part of that set here: 20,000 images to train with and 5,000 to test with. What a JVM writes that
# crashes goes to the folder errors beside this file.
# SCHUSS_CUDA_LIBRARIES names the folders of the CUDA libraries where they are not found (CUDA, cuDNN, and the driver's),
# with : between; SCHUSS_JAVA_OPTIONS holds options for the JVM.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)

fail() {
    echo "run.sh: $1" >&2
    exit 2
}

results=""
arguments=()
while (($#)); do
    if [[ $1 == --results ]]; then
        (($# > 1)) || fail "--results: expected a folder after it, got nothing"
        results=$2
        shift
    else
        arguments+=("$1")
    fi
    shift
done
((${#arguments[@]})) || fail "expected doctor, selftest, bench or train, got nothing"
command=${arguments[0]}

images=$root/data/fashion-mnist-part
if [[ $command == train && ${arguments[1]:-} == fashion-mnist ]]; then
    arguments[1]=$images
    echo "run.sh: trains on 20,000 of the 60,000 images of fashion-mnist, as many of each class" >&2
fi

# Native libraries and compiled kernels are kept here, or among temporary files where others may write here.
export SCHUSS_CACHE=${SCHUSS_CACHE:-$root/data}
mkdir -p -- "$root/errors"
# JavaCPP would refuse memory when the process holds more than it thinks the machine has, which may show little at first
jvm=(-Xmx4g -XX:+UseSerialGC -XX:-UsePerfData "-XX:ErrorFile=$root/errors/hs_err_%p.log"
    --enable-native-access=ALL-UNNAMED
    -Dorg.bytedeco.javacpp.maxphysicalbytes=0
    "-Dschuss.cuda.cache=$root/kernels" "-Dschuss.test.images=$images")
[[ -z ${SCHUSS_CUDA_LIBRARIES:-} ]] || jvm+=("-Dschuss.cuda.libraries=$SCHUSS_CUDA_LIBRARIES")

java() {
    # shellcheck disable=SC2086 # several options may stand in it
    "$root/jre/bin/java" "${jvm[@]}" ${SCHUSS_JAVA_OPTIONS:-} -cp "$root/lib/*" "$@"
}

run() {
    case $command in
        selftest) java schuss.selftest.SelfTest "${arguments[@]:1}" ;;
        doctor | bench | train) java schuss.cli.Main "${arguments[@]}" ;;
        *) fail "expected doctor, selftest, bench or train, got $command" ;;
    esac
}

if [[ -z $results ]]; then
    run
    exit
fi
mkdir -p -- "$results"
file=$results/gpu-$command-$(date -u +%Y-%m-%dT%H%M%S).md
{
    echo "# \`run.sh ${arguments[*]}\`"
    echo
    echo "$(date -u +'%Y-%m-%d %H:%M') UTC, bundle $(<"$root/version"), on:"
    echo
    java schuss.cli.Main doctor | while IFS= read -r line; do echo "    $line"; done
    echo
} >"$file"
code=0
run > >(while IFS= read -r line; do
    printf '%s\n' "$line"
    printf '    %s\n' "$line" >>"$file"
done) || code=$?
wait # for what reads
printf '\nExit code %d.\n' "$code" >>"$file"
echo "run.sh: written to $file" >&2
exit "$code"
