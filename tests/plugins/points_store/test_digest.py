"""A booking's text is JSON to the letter, however it is put together: digests of years hang on it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.points_store.digest import goods, text_of

NUMBERS = st.integers(-(2**63), 2**63 - 1)
OPTIONAL = st.none() | NUMBERS
TEXTS = st.text(max_size=30)
LEGS = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=4)
LINES = st.lists(st.tuples(NUMBERS, TEXTS, NUMBERS, NUMBERS), max_size=4)


def as_json(parts):
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


@given(st.tuples(TEXTS, TEXTS, NUMBERS, OPTIONAL, TEXTS, OPTIONAL, OPTIONAL, LEGS, TEXTS))
def test_a_booking_reads_as_json_of_its_parts(parts):
    *before, legs, content = parts
    assert text_of(*parts) == as_json([*before, sorted(legs), content])


@given(NUMBERS, NUMBERS, OPTIONAL, LINES)
def test_what_was_handed_out_reads_as_json_of_its_parts(store, wallet, clerk, lines):
    assert goods(store, wallet, clerk, lines) == as_json([store, wallet, clerk, sorted(lines)])


@pytest.mark.parametrize(
    ("place", "value"),
    [(2, "5"), (2, 5.5), (3, '5,"r"'), (4, 7), (5, "null"), (6, 1.0), (7, [(1, "-5],[2,5")])],
)
def test_what_no_field_of_ours_holds_passes_for_nothing_else(place, value):
    parts = ["award", "341504001001", 5, 5, "r", None, 1, [(1, -5), (2, 5)], ""]
    genuine = text_of(*parts)
    parts[place] = value
    assert text_of(*parts) == as_json(parts) != genuine
