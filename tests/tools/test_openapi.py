"""The snapshot of the JSON interface is fresh, so that every change of it shows in review."""

from tools.openapi import SNAPSHOT, document


def test_the_snapshot_in_the_docs_is_what_the_program_says():
    assert SNAPSHOT.read_text("utf-8") == document(), "run `make docs` and commit docs/openapi.json"
