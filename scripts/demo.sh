#!/bin/sh
# The demo: an empty embedded account in a folder of its own becomes what stacks/ims.yaml says; the second plan is empty.
set -eu
ramstack=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
stacks=$(cd "$(dirname "$0")/.." && pwd)/stacks
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$stacks/ims.yaml" "$folder"
cd "$folder"

say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; }
run() { say "ramstack $*"; "$ramstack" "$@"; }

run whoami --local
run plan --local ims.yaml
run apply --local --yes ims.yaml
run plan --local --detailed-exitcode ims.yaml
run policies --local AliyunICE
