#!/usr/bin/env bash
# make lock: writes requirements.txt (what runs) and requirements-dev.txt (what builds and tests)
# with the hash of every file of every package, so that one lock serves x86_64 and aarch64.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# pip asks whichever registry it is set up for; the flags below keep its address out of the lock.
unset PIP_FIND_LINKS PIP_EXTRA_INDEX_URL

python3 -m venv "$scratch/venv"
"$scratch/venv/bin/pip" install --quiet "pip-tools==7.6.2"

compile() { # compile LOCK [OPTION...]
    local lock=$1
    shift
    echo "· $lock"
    "$scratch/venv/bin/pip-compile" --quiet --no-config --generate-hashes --allow-unsafe --strip-extras \
        --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
        --upgrade --output-file "$scratch/$lock" "$@" setup.cfg requirements.in
    {
        echo "# Written by \`make lock\` from setup.cfg and requirements.in; do not edit."
        cat "$scratch/$lock"
    } >"$lock"
}

compile requirements.txt
compile requirements-dev.txt --extra dev --constraint requirements.txt
