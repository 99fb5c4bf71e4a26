#!/bin/bash
# What training and predicting cost beside other programs that want the cores: rows of `schuss bench` with threads of our
# own and with OpenMP's, in turns.
#   benchmarks/neighbours.sh [BUSY [ROUNDS [WORKLOAD...]]]     BUSY: how many programs, 1 unless said; 0 for an idle machine
set -euo pipefail
cd -- "$(dirname -- "$0")/.."
busy=${1:-1} rounds=${2:-3}
workloads=("${@:3}")
((${#workloads[@]})) || workloads=(W1 W5)

neighbours=()
trap '((${#neighbours[@]})) && kill "${neighbours[@]}"' EXIT
for ((i = 0; i < busy; i++)); do
    sha256sum /dev/zero &
    neighbours+=($!)
done

row() {
    SCHUSS_JAVA_OPTIONS="-Dschuss.threads=$1" ./schuss bench "${workloads[@]}" --seconds 0.5 2>/dev/null |
        sed "s/^schuss/beside $busy, $2/"
}

for ((round = 0; round < rounds; round++)); do
    row own own
    for spins in 10000 1000 100; do
        GOMP_SPINCOUNT=$spins row openmp "OpenMP's, GOMP_SPINCOUNT $spins"
    done
done
