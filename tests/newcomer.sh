#!/usr/bin/env bash
# Types what README.md and docs/getting-started.md tell a newcomer to type: in a fresh clone, with an empty home and an empty
# local Maven repository. What is printed must be what stands in newcomer.txt beside this script, up to the numbers.
# JAVA_HOME chooses the Java. Takes some minutes, most of which Maven downloads.
#
#     tests/newcomer.sh            compares
#     tests/newcomer.sh --write    writes newcomer.txt
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
mkdir "$place/home"
export HOME=$place/home XDG_CACHE_HOME=$place/home/.cache
# Java asks the system for the home of a user, not HOME
export MAVEN_OPTS="-Duser.home=$HOME ${MAVEN_OPTS:-}"
[[ -z ${JAVA_HOME:-} ]] || export PATH=$JAVA_HOME/bin:$PATH
transcript=$place/transcript

# Runs a command in a folder of the clone; its standard output goes to the transcript, below the command itself.
type_in() {
    local folder=$1 began=$SECONDS
    shift
    echo "\$ $*" | tee -a "$transcript"
    # Maven ends colours even where it has used none
    (cd "$place/schuss/$folder" && "$@" </dev/null) | sed 's/\x1b\[[0-9;]*m//g' | tee -a "$transcript"
    echo "($((SECONDS - began)) s)" >&2
}

git clone -q "$here/.." "$place/schuss"
java -version 2>&1 | head -n 1 >&2
type_in . ./schuss train fashion-mnist
echo '$ mvn -DskipTests install' | tee -a "$transcript"
(cd "$place/schuss" && mvn -B -q -DskipTests install </dev/null) >&2
for example in "$here"/../examples/*/pom.xml; do
    name=$(basename "$(dirname "$example")")
    echo "# examples/$name" | tee -a "$transcript"
    type_in "examples/$name" mvn -B -q compile exec:exec
done

masked() {
    sed -E 's/-?[0-9]+([.,:][0-9]+)*(e-?[0-9]+)?/#/g' "$1"
}

if [[ ${1:-} == --write ]]; then
    cp "$transcript" "$here/newcomer.txt"
elif ! diff <(masked "$here/newcomer.txt") <(masked "$transcript"); then
    echo "tests/newcomer.sh: expected what stands in tests/newcomer.txt, got the lines with >" >&2
    exit 1
fi
echo "all as printed" >&2
