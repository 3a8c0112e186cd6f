#!/usr/bin/env bash
# make translations: collects the Chinese texts into each catalogue (core and every bundled
# plugin), keeps what is translated already, and compiles what programs read. Texts without
# English are listed at the end; `tools/translations.sh --check` fails when there are any.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

pybabel=$PWD/.venv/bin/pybabel
export PYTHONPATH=$PWD  # for the extractor of plugin.toml
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
missing=0

for part in core plugins/*/; do
    part=${part%/}
    [ -f "$part/__init__.py" ] || continue
    catalogue=$part/translations/en/LC_MESSAGES/messages.po
    mkdir -p "$(dirname "$catalogue")"
    "$pybabel" --quiet extract --mapping tools/babel.cfg --keywords N_ --keywords say --sort-by-file --add-location=file \
        --project gridgov --output "$scratch/messages.pot" "$part"
    if [ -f "$catalogue" ]; then
        "$pybabel" --quiet update --input-file "$scratch/messages.pot" --output-file "$catalogue" --locale en \
            --ignore-obsolete --no-fuzzy-matching --ignore-pot-creation-date
    else
        "$pybabel" --quiet init --input-file "$scratch/messages.pot" --output-file "$catalogue" --locale en
    fi
    "$pybabel" --quiet compile --input-file "$catalogue" --output-file "${catalogue%.po}.mo"
    # A text without English, as file and line of the catalogue.
    .venv/bin/python - "$catalogue" <<'PYTHON' || missing=1
import sys
from babel.messages.pofile import read_po

with open(sys.argv[1], "rb") as file:
    empty = [message for message in read_po(file) if message.id and not message.string]
for message in empty:
    print(f"{sys.argv[1]}:{message.lineno}: {message.id}")
sys.exit(bool(empty))
PYTHON
done
if [ "$missing" = 1 ] && [ "${1:-}" = --check ]; then
    exit 1
fi
