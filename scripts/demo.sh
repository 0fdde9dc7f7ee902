#!/bin/sh
# The demo: an empty embedded account in a folder of its own becomes what stacks/ims.yaml says. Passwords and keys go to a sink
# that only their owner can open; the owner's key proves itself on Intelligent Media Service, and is refused a write.
set -eu
ramstack=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
python=$(dirname "$ramstack")/python
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$here/../stacks/ims.yaml" "$folder"
cd "$folder"

bold= plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then bold='\033[1m' plain='\033[0m'; fi
say() { printf "\n$bold\$ %s$plain\n" "$*"; }
run() { say "ramstack $*"; "$ramstack" "$@"; }

owner() { "$python" "$here/demo_owner.py" "$@"; }

say 'age-keygen -o owner.txt    # whoever receives the keys makes a pair; only the public half goes into the stack'
RAMSTACK_VAR_OWNER=$(owner keygen owner.txt)
export RAMSTACK_VAR_OWNER
printf 'Public key: %s\n' "$RAMSTACK_VAR_OWNER"

run whoami --local
run plan --local ims.yaml
run apply --local --yes --verify ims.yaml
run plan --local --detailed-exitcode ims.yaml

say 'ls secrets; head -n 3 of one    # what was delivered: sealed, and nowhere else'
ls secrets
head -n 3 "$(ls secrets/*.age | head -n 1)"

say 'age -d -i owner.txt secrets/…admin…    # its owner opens it (the password is shortened here)'
owner show owner.txt secrets/*media-admin*

say 'age -d -i owner.txt secrets/…report… | ramstack verify media-report --local --key -'
owner decrypt owner.txt secrets/*media-report* | "$ramstack" verify media-report --local --key -

say 'a read-only user is refused a write'
owner decrypt owner.txt secrets/*media-report* | owner write
run explain --local media-report ice:DeletePipeline
run keys --local ims.yaml
run policies --local AliyunICE
