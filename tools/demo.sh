#!/usr/bin/env bash
# make demo: what runs, the demo county, the address. ARGS reach `gridgov demo`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tools/setup.sh
exec .venv/bin/gridgov demo "$@"
