"""Searching finds the same rows on both databases: A to Z whatever their case, every other sign as it is."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.county import County
from core.db import begins, contains, database
from tests.core.kernel.notes import Note

# What the two databases, or two PostgreSQLs, fold or read otherwise.
SIGNS = "aAzZäÄßẞéÉＡａiIıİσΣς一张%_\\*?'\"$ \u3000\u0301😀0"
TEXTS = st.text(SIGNS, max_size=6) | st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"])
)
TO_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def folded(text: str) -> str:
    return text.translate(TO_LOWER)


@pytest.fixture(autouse=True)
def tables(kernel: County) -> None:
    database.create_tables([Note])


def found(condition: object) -> set[str]:
    return {note.text for note in Note.select().where(condition)}


@given(texts=st.sets(TEXTS, max_size=12), search=TEXTS)
@example(texts={"Straße", "STRASSE", "Ärzte", "ärzte"}, search="ä")
@example(texts={"Ａ区", "ａ区", "A区"}, search="a")
@example(texts={"100%", "1000", "a_b", "aXb", "c\\d"}, search="%")
def test_what_is_searched_is_found_as_it_stands(texts: set[str], search: str) -> None:
    with database.atomic() as everything:
        for text in texts:
            Note.create(text=text)
        assert found(contains(Note.text, search)) == {t for t in texts if folded(search) in folded(t)}
        starting = {t for t in texts if folded(t).startswith(folded(search))}
        assert found(begins(Note.text, search)) == starting
        everything.rollback()


@pytest.mark.parametrize("search", ["\0", "a\0", "\ud800", "a\udfffb"])
def test_what_no_text_can_hold_is_found_nowhere(search: str) -> None:
    Note.create(text="a")
    assert found(contains(Note.text, search)) == set()
    assert found(begins(Note.text, search)) == set()


@given(st.sets(TEXTS, max_size=12))
def test_text_sorts_by_its_signs(texts: set[str]) -> None:
    with database.atomic() as everything:
        for text in texts:
            Note.create(text=text)
        assert [note.text for note in Note.select().order_by(Note.text)] == sorted(texts)
        everything.rollback()
