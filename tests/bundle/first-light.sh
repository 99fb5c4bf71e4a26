#!/usr/bin/env bash
# Makes the most of a machine with a GPU that is ours for some minutes: what is worth most comes first, each part runs in
# a process of its own with a limit, none that fails stops the others (but of a workload that hung no more is done), and
# after every part all that was found so far lies in one archive.
#   first-light.sh --out DIR [--seconds 420] [--parts NAME,NAME,...] [--quick] [--kernels DIR]
#   first-light.sh --list                  the parts
# DIR then holds first-light.tar.gz (logs, engines chosen, kernels compiled, what crashed JVMs wrote) and summary.txt.
# --parts takes names and beginnings of names, such as speed or speed-W4. --quick makes every part tiny, for the emulated
# GPU. --kernels takes the folder kernels of an earlier archive, so that nothing is compiled or timed again.
# It needs bash, coreutils, tar and gzip; python3 with PyTorch, ncu and compute-sanitizer where they are. The bundle
# unpacks with tar xJf, and without xz with: python3 -m tarfile -e schuss-gpu-bundle.tar.xz .
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
work=$root/first-light # not in DIR: little may be carried back, and all of it is in the archive
logs=$work/logs

# Name, the most seconds it may take, seconds below which it is not worth beginning, what it is.
plan=(
    "machine 25 3 driver, GPU, memory, tools, folders of libraries"
    "doctor 20 4 what Schuss finds"
    "crash-W1 40 6 one launch at a time, with the libraries' own logs"
    "crash-W3 40 6 the same with convolutions"
    "crash-W4 60 8 the same with batch norm and residuals"
    "profile-W1 30 6 where the time goes, step by step"
    "profile-W2 30 6 the same"
    "profile-W3 30 6 the same"
    "profile-W4 40 6 the same"
    "speed-W1 30 6 examples a second, f32"
    "speed-W2 30 6 the same"
    "speed-W3 30 6 the same"
    "speed-W4 40 6 the same"
    "speed-W5 40 6 the same, inference"
    "speed-W3-tf32 30 6 the same in TF32"
    "speed-W4-tf32 30 6 the same"
    "speed-W1-b1 30 6 batches of one: what a step costs the host"
    "speed-W3-b1 30 6 the same"
    "speed-W4-b1 30 6 the same"
    "torch-eager-f32 60 15 PyTorch on W1 to W4"
    "torch-eager-tf32 60 15 the same in TF32"
    "torch-capture-f32 60 15 the same with its whole step in one CUDA graph"
    "torch-capture-tf32 60 15 the same in TF32"
    "lenet 60 10 trained on 20,000 images to an accuracy of 0.88"
    "selftest 120 20 every op against the reference, the smallest cases first"
    "ncu-W3 45 10 the time of each kernel"
    "ncu-W4 60 10 the same"
    "torch-graph-f32 90 40 PyTorch compiled, with CUDA graphs"
    "torch-graph-tf32 90 40 the same in TF32"
    "sanitizer 90 25 the ops under compute-sanitizer"
)
least_accuracy=8800          # of 10,000
left_out=77                  # exit code of a part that cannot run here; its last line says why
most_log=$((1 << 20))        # bytes of a log that are kept
most_kernels=$((10 << 10))   # KiB of compiled kernels that travel
after_all=3                  # seconds for the last archive
kill_after=5                 # seconds from asking a part to end to ending it

fail() {
    echo "first-light: $1" >&2
    exit 2
}

usage() {
    fail "expected --out DIR [--seconds N] [--parts NAME,...] [--quick] [--kernels DIR], or --list; got $1"
}

# ---- parts: each is called in a process of its own, with what stands behind the dash of its name ----

# Without lines that tell one machine from another.
redacted() {
    local line
    while IFS= read -r line || [[ -n $line ]]; do
        case ${line,,} in
            *serial* | *uuid* | *guid* | *pdi* | *hostname* | *"host name"*) continue ;;
        esac
        printf '%s\n' "$line"
    done
}

# Without the machine's name, which crashed JVMs write too.
nameless() {
    local line name=${HOSTNAME:-}
    while IFS= read -r line || [[ -n $line ]]; do
        [[ -z $name ]] || line=${line//"$name"/HOST}
        printf '%s\n' "$line"
    done
}

# Where a tool is, on PATH or in CUDA's usual places.
tool() {
    local place
    for place in "$(command -v -- "$1" || true)" "${CUDA_HOME:-/usr/local/cuda}/bin/$1" /usr/local/cuda*/bin/"$1" \
        /opt/nvidia/nsight-compute/*/"$1"; do
        if [[ -n $place && -x $place ]]; then
            echo "$place"
            return
        fi
    done
    return 1
}

cannot() {
    echo "$1"
    exit "$left_out"
}

part_machine() {
    local name file count=0 line
    uname -srm
    echo "processors: $(nproc)"
    [[ ! -r /proc/cpuinfo ]] || while IFS= read -r line; do
        if [[ $line == "model name"* ]]; then
            echo "$line"
            break
        fi
    done </proc/cpuinfo
    [[ ! -r /proc/meminfo ]] || head -n 3 /proc/meminfo
    df -h "$root" || true
    if command -v getconf >/dev/null; then getconf GNU_LIBC_VERSION; fi
    if command -v python3 >/dev/null; then
        python3 -c 'import sys; print("python", sys.version)'
        python3 -c 'import torch; print("torch", torch.__version__, "CUDA", torch.version.cuda, "cuDNN",
            torch.backends.cudnn.version(), "GPU", torch.cuda.is_available())' || true
    fi
    for name in nvcc ptxas ncu nsys compute-sanitizer cuda-gdb gcc g++ java xz gzip tar awk; do
        echo "$name: $(tool "$name" || echo none)"
    done
    for name in /dev/nvidia* /usr/local/cuda*/lib64 /usr/lib/x86_64-linux-gnu/lib{cuda,cudart,cublas,cudnn,nvrtc,nvidia}*.so* \
        /usr/local/nvidia/lib64 "${VIRTUAL_ENV:-/opt/torch/.venv}"/lib/python3*/site-packages/nvidia/*/lib; do
        [[ -e $name ]] || continue
        echo "$name"
        [[ ! -d $name ]] || for file in "$name"/*; do echo "    ${file##*/}"; done
    done
    if command -v nvidia-smi >/dev/null; then
        nvidia-smi || true
        nvidia-smi -q | while ((count++ < 160)) && IFS= read -r line; do echo "$line"; done | redacted || true
    fi
}

part_doctor() { "$root/run.sh" doctor; }

bench() { "$root/run.sh" bench "$1" --device cuda "${@:2}"; }

# Seconds of a measuring window, and the batch: an emulated GPU has all the time it wants after a single step.
windows() {
    if ((quick)); then echo --seconds 0.01 --batch-size 2; else echo --seconds "$1"; fi
}

# The first kernel that fails is the one that is named, as none is launched before the last has ended.
part_crash() {
    export CUDA_LAUNCH_BLOCKING=1
    export CUBLASLT_LOG_LEVEL=1 CUBLASLT_LOG_FILE=$logs/crash-$1.cublaslt.log
    export CUDNN_LOGLEVEL_DBG=2 CUDNN_LOGDEST_DBG=$logs/crash-$1.cudnn.log
    # shellcheck disable=SC2046 # words
    bench "$1" $(windows 0.2)
}

# shellcheck disable=SC2046 # words
part_profile() { bench "$1" --profile $(windows 0.3); }

part_speed() {
    local options=()
    case ${2:-} in
        tf32) options=(--precision tf32) ;;
        b1) options=(--batch-size 1) ;;
    esac
    if ((quick)); then
        # a batch is given once
        if [[ ${2:-} == b1 ]]; then bench "$1" --seconds 0.01 "${options[@]}"; else
            bench "$1" --seconds 0.01 --batch-size 2 "${options[@]}"
        fi
    else
        bench "$1" --seconds 0.7 "${options[@]}"
    fi
}

part_ncu() {
    local ncu csv=$logs/ncu-$1.csv code=0 skip=60 count=120
    ncu=$(tool ncu) || cannot "no ncu"
    # few: a launch that is skipped is slow too. Engines have been chosen by now, so some steps of W3 or one of W4 follow
    [[ $1 != W4 ]] || count=400
    ((!quick)) || skip=10 count=20
    # shellcheck disable=SC2046 # words
    "$ncu" --clock-control none --target-processes all --launch-skip "$skip" --launch-count "$count" --kill yes \
        --metrics gpu__time_duration.sum --print-units base --csv --log-file "$csv" \
        "$root/run.sh" bench "$1" --device cuda $(windows 0.05) || code=$? # which is that of what was killed
    [[ -s $csv ]] || return "$code"
    by_kernel "$csv"
}

# Nanoseconds and launches by kernel, the most first.
by_kernel() {
    local line fields=() at name_at=-1 value_at=-1 name value rows=0
    local -A nanos=() launches=()
    while IFS= read -r line; do
        [[ $line == \"* ]] || continue
        line=${line#\"}
        IFS=$'\x1f' read -r -a fields <<<"${line//\",\"/$'\x1f'}"
        if ((name_at < 0)); then
            for at in "${!fields[@]}"; do
                case ${fields[at]//\"/} in
                    "Kernel Name") name_at=$at ;;
                    "Metric Value") value_at=$at ;;
                esac
            done
            continue
        fi
        value=${fields[value_at]:-}
        value=${value//[\",]/}
        value=${value%%.*}
        [[ $value =~ ^[0-9]+$ ]] || continue
        name=${fields[name_at]//"(anonymous namespace)::"/}
        name=${name%%(*}
        nanos[$name]=$((${nanos[$name]:-0} + value))
        launches[$name]=$((${launches[$name]:-0} + 1))
        rows=$((rows + 1))
    done <"$1"
    ((rows > 0)) || {
        cat -- "$1"
        echo "no kernel was timed"
        return 1
    }
    echo "ncu: $rows launches; nanoseconds, launches, kernel"
    for name in "${!nanos[@]}"; do
        printf 'ncu: %9d %5d %s\n' "${nanos[$name]}" "${launches[$name]}" "$name"
    done | sort -k 2 -n -r
}

part_torch() {
    local options=(--device cuda --mode "$1" --precision "$2" --seconds 0.5) workloads=(W1 W2 W3 W4)
    command -v python3 >/dev/null || cannot "no python3"
    ((!quick)) || options+=(--seconds 0.01 --batch-size 2)
    TORCHINDUCTOR_CACHE_DIR=$work/inductor PYTHONUNBUFFERED=1 \
        python3 "$root/pytorch_peer.py" "${options[@]}" "${workloads[@]}"
}

# The first images of the bundle's as a set of its own.
few_images() {
    local half count
    mkdir -p "$work/few"
    for half in train:32 t10k:16; do
        count=${half#*:} half=${half%:*}
        {
            printf '\0\0\10\3\0\0\0%b\0\0\0\34\0\0\0\34' "\\0$(printf '%o' "$count")"
            tail -c +17 "$root/data/fashion-mnist-part/$half-images-idx3-ubyte" | head -c $((count * 28 * 28))
        } >"$work/few/$half-images-idx3-ubyte"
        {
            printf '\0\0\10\1\0\0\0%b' "\\0$(printf '%o' "$count")"
            tail -c +9 "$root/data/fashion-mnist-part/$half-labels-idx1-ubyte" | head -c "$count"
        } >"$work/few/$half-labels-idx1-ubyte"
    done
}

part_lenet() {
    local result options=(--model lenet --device cuda)
    if ((quick)); then
        few_images || true # head ends before tail has said all
        result=$("$root/run.sh" train "$work/few" "${options[@]}" --epochs 1 --batch-size 8)
    else
        result=$("$root/run.sh" train fashion-mnist "${options[@]}" --epochs 8)
    fi
    echo "$result"
    [[ ${result##*$'\n'} =~ ^test\ accuracy\ ([0-9])\.([0-9]{4}) ]] || return 1
    if ((!quick && 10#${BASH_REMATCH[1]}${BASH_REMATCH[2]} < least_accuracy)); then
        echo "FAILED: expected a test accuracy of at least 0.$least_accuracy"
        return 1
    fi
}

part_selftest() {
    local options=(--seconds $((limit - 6)) --hang-seconds 45)
    ((!quick)) || options+=(--quick)
    "$root/run.sh" selftest "${options[@]}" --part 1 --part 2 --part 3 --part 4 --part 5
}

part_sanitizer() {
    local options=(--seconds $((limit - 6)) --hang-seconds "$limit")
    ((!quick)) || options+=(--quick)
    "$root/run.sh" selftest "${options[@]}" --part 6
}

# ---- the visit ----

out="" seconds=420 quick=0 chosen="" kernels="" inside="" limit=0
while (($#)); do
    case $1 in
        --list)
            for part in "${plan[@]}"; do
                read -r name most least what <<<"$part"
                printf '%-18s at most %3d s   %s\n' "$name" "$most" "$what"
            done
            exit
            ;;
        --quick) quick=1 ;;
        --out | --seconds | --parts | --kernels | --inside)
            (($# > 1)) || usage "nothing after $1"
            case $1 in
                --out) out=$2 ;;
                --seconds) seconds=$2 ;;
                --parts) chosen=$2 ;;
                --kernels) kernels=$2 ;;
                --inside) inside=$2 ;; # NAME:LIMIT, from ourselves
            esac
            shift
            ;;
        *) usage "$1" ;;
    esac
    shift
done

if [[ -n $inside ]]; then
    ulimit -c 0
    limit=${inside#*:}
    # what is chosen for the GPU, how long each candidate took, and why others were left out
    printf '%s\n' handlers=java.util.logging.ConsoleHandler java.util.logging.ConsoleHandler.level=ALL \
        'java.util.logging.SimpleFormatter.format=%4$s %3$s: %5$s%6$s%n' schuss.backend.cuda.level=FINE \
        >"$work/logging.properties"
    export SCHUSS_JAVA_OPTIONS="${SCHUSS_JAVA_OPTIONS:-} -Djava.util.logging.config.file=$work/logging.properties"
    IFS=- read -r -a words <<<"${inside%:*}"
    "part_${words[0]}" "${words[@]:1}"
    exit
fi

[[ -n $out ]] || usage "no --out"
[[ $seconds =~ ^[1-9][0-9]*$ ]] || usage "--seconds $seconds"
for name in tar gzip timeout; do
    command -v "$name" >/dev/null || fail "expected $name on PATH, got none"
done
mkdir -p -- "$out"
out=$(cd -- "$out" && pwd -P)
rm -rf -- "$work"
mkdir -p -- "$logs"
if [[ -n $kernels ]]; then
    mkdir -p -- "$root/kernels"
    cp -R -- "$kernels/." "$root/kernels/"
fi

# Whether a part was asked for; all are where none is named.
is_chosen() {
    local wanted
    [[ -n $chosen ]] || return 0
    for wanted in ${chosen//,/ }; do
        [[ $1 != "$wanted" && $1 != "$wanted"-* ]] || return 0
    done
    return 1
}

for wanted in ${chosen//,/ }; do
    known=0
    for part in "${plan[@]}"; do
        name=${part%% *}
        [[ $name != "$wanted" && $name != "$wanted"-* ]] || known=1
    done
    ((known)) || usage "--parts $wanted, which --list does not have"
done

say() {
    printf '%s\n' "$1"
    printf '%s\n' "$1" >>"$work/summary.txt"
}

# What of a log belongs into the summary: rows, failures, and the end of what failed.
gist() {
    local line shown=0 at=0
    while IFS= read -r line && ((shown < 25)); do
        case $line in
            "schuss"*" # "* | "pytorch"*" # "* | "test accuracy"* | *FAILED* | "ncu: "* | *"none failed"* | *"not run: "* | "cuda: "* | \
                "# "[0-9]*)
                say "    ${line:0:300}"
                shown=$((shown + 1))
                ;;
            *Exception:* | *CUDA_ERROR* | *Error:*)
                (($2 == 0)) || say "    ${line:0:300}"
                shown=$((shown + 1))
                ;;
        esac
    done <"$1"
    # the thread that holds the GPU, where there are many
    while IFS= read -r line; do
        case $line in
            '"schuss-cuda"'*) shown=1 at=1 ;;
            "") at=0 ;;
        esac
        ((!at)) || ((shown++ > 12)) || say "    | ${line:0:300}"
    done <"$1"
    (($2 == 0 || $2 == 137)) || while IFS= read -r line; do say "    | ${line:0:300}"; done < <(tail -n 5 -- "$1")
}

# A log that got too long keeps its two ends.
shorten() {
    local size
    size=$(stat -c %s -- "$1")
    ((size > most_log + most_log / 8)) || return 0
    {
        head -c $((most_log / 2)) -- "$1"
        printf '\n... %d bytes are left out here ...\n' $((size - most_log))
        tail -c $((most_log / 2)) -- "$1"
    } >"$work/shorter"
    mv -f -- "$work/shorter" "$1"
}

# One archive of all so far, whole at any time.
archive() {
    local contents=(-C "$work" logs summary.txt) file choices=()
    for file in "$root"/errors/*; do
        [[ ! -f $file ]] || nameless <"$file" >"$logs/${file##*/}"
    done
    for file in "$logs"/*; do shorten "$file"; done
    if [[ -d $root/kernels ]]; then
        if (($(du -sk -- "$root/kernels" | cut -f 1) <= most_kernels)); then
            contents+=(-C "$root" kernels)
        else
            for file in "$root"/kernels/choices-*; do [[ ! -f $file ]] || choices+=("kernels/${file##*/}"); done
            contents+=(-C "$root" "${choices[@]}")
        fi
    fi
    tar -czf "$out/first-light.tar.gz.new" "${contents[@]}" && mv -f -- "$out/first-light.tar.gz.new" "$out/first-light.tar.gz"
    cp -f -- "$work/summary.txt" "$out/summary.txt"
}

say "first light of bundle $(<"$root/version"), $(date -u +'%Y-%m-%d %H:%M') UTC, $seconds s"
say "$(printf '%-18s %5s %7s %7s' part code seconds total)"
hung=" " # workloads whose time was up: more of them would take the time of the rest
for part in "${plan[@]}"; do
    read -r name most least what <<<"$part"
    is_chosen "$name" || continue
    workload=${name#*-}
    workload=${workload%%-*}
    if [[ $hung == *" $workload "* ]]; then
        say "$(printf '%-18s %5s %7s %7d  left out: %s hung before' "$name" - - "$SECONDS" "$workload")"
        continue
    fi
    left=$((seconds - SECONDS - after_all - kill_after))
    if ((left < least)); then
        say "$(printf '%-18s %5s %7s %7d  left out: %d s are left' "$name" - - "$SECONDS" "$((left > 0 ? left : 0))")"
        continue
    fi
    limit=$((most < left ? most : left))
    began=$SECONDS code=0 remark=""
    options=(--inside "$name:$limit")
    ((!quick)) || options+=(--quick)
    # on QUIT a JVM that hangs says where its threads are, and goes on; shells take no notice of it
    {
        timeout -s QUIT -k "$kill_after" "$limit" \
            "$BASH" "$root/first-light.sh" "${options[@]}" >"$work/log" 2>&1 </dev/null
    } 2>/dev/null || code=$? # without the shell's own word that it was killed
    shorten "$work/log"
    nameless <"$work/log" >"$logs/$name.log"
    case $code in
        124 | 131 | 137)
            remark="  its $limit s were up"
            [[ $workload != W[0-9] ]] || hung+="$workload "
            ;;
        "$left_out") remark="  left out: $(tail -n 1 -- "$logs/$name.log")" ;;
    esac
    say "$(printf '%-18s %5d %7d %7d%s' "$name" "$code" $((SECONDS - began)) "$SECONDS" "$remark")"
    gist "$logs/$name.log" $((code == left_out ? 0 : code))
    archive || echo "first-light: the archive could not be written" >&2
done
say "done after $SECONDS s"
archive
