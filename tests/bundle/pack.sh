#!/usr/bin/env bash
# Packs what a GPU machine without Java needs into one archive; started by Maven (mvn -Pgpu-bundle package).
#   pack.sh TARGET JAR JAVA_HOME FASHION_MNIST VERSION
# TARGET holds bundle-libraries/, the jars, which are taken from there, and test-classes/.
set -euo pipefail
target=$1 jar=$2 java_home=$3 images=$4 version=$5
bundle=$target/bundle/schuss-gpu
archive=$target/schuss-gpu-bundle.tar.xz
limit=$((52 << 20))     # bytes of the archive at most
all_limit=$((60 << 20)) # bytes that travel to such a machine at most, the sources too
of_each_class=(2000 500)
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)

fail() {
    echo "gpu-bundle: $1" >&2
    exit 1
}

command -v xz >/dev/null || fail "expected xz to pack with: please install the Debian package xz-utils"
[[ -f $images/train-images-idx3-ubyte ]] ||
    fail "expected Fashion-MNIST in $images, got nothing: ./schuss data fashion-mnist fetches it"
[[ -d $java_home/jmods ]] || fail "expected a JDK with its jmods in $java_home: jlink takes the run time from there"

rm -rf "$target/bundle"
mkdir -p "$bundle/lib" "$bundle/data"
"$java_home/bin/jlink" --add-modules java.base,java.logging,java.management,jdk.management,jdk.unsupported,jdk.zipfs \
    --strip-debug --no-man-pages --no-header-files --compress=0 --output "$bundle/jre"

# What nobody calls, by jar. Versions are read from META-INF/maven.
unused() {
    case ${1##*/} in
        cuda-*-linux-x86_64.jar)
            find . -name '*.so*' ! -name libjnicudart.so ! -name libjnicublas.so ! -name libjnicudnn.so \
                ! -name libjninvrtc.so -print
            ;;
        cuda-*.jar)
            find org/bytedeco/cuda -mindepth 1 -maxdepth 1 -type d \
                ! -name global ! -name presets ! -name cudart ! -name cublas ! -name cudnn ! -name nvrtc -print
            find org/bytedeco/cuda/global -name '*.class' ! -name 'cudart*' ! -name 'cublas*' ! -name 'cudnn*' \
                ! -name 'nvrtc*' -print
            ;;
        openblas-*) find . -name 'libjni*' -print ;;
        dnnl-*) find . -name 'libjni*' -print ;;
    esac
    find . \( -name include -o -name native-image -o -name cmake -o -name pkgconfig \) -type d -print
}

# Jars are stored, not compressed: xz sees more in what is plain.
repack() {
    local plain=$target/bundle/plain
    rm -rf "$plain"
    mkdir -p "$plain"
    (
        cd "$plain"
        "$java_home/bin/jar" --extract --file "$1"
        # listed to the end before anything goes: a folder that vanishes under find is an error
        mapfile -t paths < <(unused "$1")
        rm -rf -- "${paths[@]}"
    )
    "$java_home/bin/jar" --create --no-compress --no-manifest --file "$bundle/lib/${1##*/}" -C "$plain" .
    rm -rf "$plain"
}
for library in "$target"/bundle-libraries/*.jar "$jar"; do
    repack "$library"
done
"$java_home/bin/jar" --create --no-compress --file "$bundle/lib/schuss-tests.jar" \
    -C "$target/test-classes" schuss -C "$target/test-classes" META-INF

"$java_home/bin/java" -cp "$jar:$target/test-classes" schuss.selftest.ImageSubset \
    "$images" "$bundle/data/fashion-mnist-part" "${of_each_class[@]}"
cp -- "$here"/{run,first-light}.sh "$here/../../benchmarks/pytorch_peer.py" "$bundle/"
echo "$version" >"$bundle/version"

# sorted, of no one and no time: the same input gives the same archive
tar -C "$target/bundle" --sort=name --owner=0 --group=0 --numeric-owner --mtime=2020-01-01 -cf - schuss-gpu |
    xz --x86 --lzma2=preset=4,dict=64MiB -T0 --block-size=120MiB >"$archive" # the highest takes thrice as long for 2 MB
rm -rf "$target/bundle-libraries" # or what is no longer needed would be packed the next time
size=$(stat -c %s "$archive")
echo "gpu-bundle: $archive, $size bytes of at most $limit"
((size <= limit)) || fail "expected at most $limit bytes, got $size"

# Bytes of the tracked files, which travel too.
tracked() {
    local path sum=0
    while IFS= read -r -d "" path; do
        [[ ! -f $path || -L $path ]] || sum=$((sum + $(stat -c %s -- "$path")))
    done < <(git ls-files -z)
    echo "$sum"
}
if cd "$here/../.." && git rev-parse --is-inside-work-tree &>/dev/null; then
    tree=$(tracked)
    echo "gpu-bundle: with $tree bytes of tracked files, $((size + tree)) bytes of less than $all_limit"
    ((size + tree < all_limit)) || fail "expected less than $all_limit bytes with the tracked files, got $((size + tree))"
fi
