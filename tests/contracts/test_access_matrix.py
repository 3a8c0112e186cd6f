"""Every operation x role x place is as the table says, and nobody learns what a sister village holds."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.county import close_county
from tests.contracts.access_matrix import SIBLING, TABLE, WITHOUT, Seen, Trial, seen, written


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Seen]]:
    folder: Path = tmp_path_factory.mktemp("matrix")
    try:
        yield seen(Trial(folder))
    finally:
        close_county()


def test_the_table_says_what_happens(found: dict[str, Seen]) -> None:
    table = tomllib.loads(TABLE.read_text("utf-8"))
    assert set(table) == set(found), "run `python -m tests.contracts.access_matrix`, and read what changes"
    assert TABLE.read_text("utf-8") == written(found), "read what has changed, then write the table anew"


def test_a_foreigner_cannot_tell_an_object_from_one_that_is_not_there(found: dict[str, Seen]) -> None:
    leaks = {name: one.leaks for name, one in found.items() if one.leaks}
    assert leaks == {}
    assert {name: one.sees[SIBLING] for name, one in found.items() if one.sees.get(SIBLING)} == {}


def test_whoever_lacks_the_right_is_refused(found: dict[str, Seen]) -> None:
    assert {name: one.refused for name, one in found.items() if one.refused} == {}


def test_every_operation_on_an_object_was_tried_or_says_why_not(found: dict[str, Seen]) -> None:
    on_objects = {name: one for name, one in found.items() if one.of and one.of not in WITHOUT}
    assert [name for name, one in on_objects.items() if not one.tried and not one.is_everybodys] == []
    assert sum(one.tried for one in found.values()) > 3_000
    # From their own village people do see their things: the matrix is not a wall without a door.
    assert sum(bool(one.sees.get("own")) for one in found.values()) > 20
