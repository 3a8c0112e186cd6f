"""A Statement gives what the query that it was built from gives, on both databases."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import IntegrityError, fn

from core.clock import CHINA
from core.county import County
from core.db import Statement, database, milliseconds, unit_of_work
from tests.core.kernel.notes import Note, notes

# What fields let in: no control signs, no halves of pairs (core.fields).
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200)
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(
    lambda naive: naive.replace(microsecond=naive.microsecond // 1000 * 1000, tzinfo=CHINA)
)

BY_TEXT = Statement(lambda p: Note.select(Note.id, Note.text, Note.at).where(Note.text == p("text")))
BETWEEN = Statement(
    lambda p: Note.select(Note.text).where((Note.at >= p("since")) & (Note.at < p("until"))).order_by(Note.id)
)
INSERT = Statement(lambda p: Note.insert(text=p("text"), at=p("at")))
INSERT_RETURNING = Statement(lambda p: Note.insert(text=p("text"), at=p("at")).returning(Note.id))
RENAME = Statement(lambda p: Note.update(text=p("new")).where(Note.text == p("old")))
DELETE = Statement(lambda p: Note.delete().where(Note.text == p("text")))
COUNT = Statement(lambda p: Note.select(fn.COUNT(Note.id)).where(Note.text != p("text")))


@pytest.fixture(autouse=True)
def tables(kernel: County) -> None:
    database.create_tables([Note])


@given(texts=st.lists(TEXTS, unique=True, min_size=1, max_size=5), at=st.none() | MOMENTS)
def test_a_row_comes_back_as_it_went_in(texts: list[str], at: datetime | None) -> None:
    stamp = None if at is None else milliseconds(at)
    with database.atomic() as everything:
        for text in texts:
            assert INSERT.run(text=text, at=stamp) == 1
        for text in texts:
            (row,) = BY_TEXT.all(text=text)
            built = Note.select(Note.id, Note.text, Note.at).where(Note.text == text).get()
            assert row == (built.id, text, stamp)
            assert (built.text, built.at) == (text, at)
        everything.rollback()


@given(
    moments=st.lists(MOMENTS, max_size=8), since=MOMENTS, span=st.timedeltas(timedelta(0), timedelta(36500))
)
def test_a_range_of_moments_holds_the_same_rows_as_the_query(
    moments: list[datetime], since: datetime, span: timedelta
) -> None:
    with database.atomic() as everything:
        for number, moment in enumerate(moments):
            Note.create(text=str(number), at=moment)
        built = Note.select(Note.text).where((Note.at >= since) & (Note.at < since + span)).order_by(Note.id)
        found = BETWEEN.all(since=milliseconds(since), until=milliseconds(since + span))
        assert found == list(built.tuples())
        everything.rollback()


def test_one_that_returns_gives_the_new_key() -> None:
    first, second = INSERT_RETURNING.first(text="a", at=None), INSERT_RETURNING.first(text="b", at=None)
    assert first is not None
    assert second is not None
    assert Note.get_by_id(first[0]).text == "a"
    assert second[0] > first[0]


def test_changes_say_how_many_rows_they_touched() -> None:
    INSERT.run(text="a", at=None)
    assert RENAME.run(old="a", new="清扫") == 1
    assert RENAME.run(old="a", new="c") == 0
    assert notes() == {"清扫"}
    assert COUNT.first(text="") == (1,)
    assert DELETE.run(text="清扫") == 1
    assert BY_TEXT.first(text="清扫") is None
    assert BY_TEXT.all(text="清扫") == []


def test_a_value_is_never_read_as_sql() -> None:
    text = "'; DROP TABLE trial_note; -- %s ? $1"
    INSERT.run(text=text, at=None)
    assert [row[1] for row in BY_TEXT.all(text=text)] == [text]


def test_a_place_without_a_value_is_a_mistake_and_a_constraint_holds() -> None:
    with pytest.raises(KeyError):
        BY_TEXT.all()
    INSERT.run(text="a", at=None)
    with pytest.raises(IntegrityError), unit_of_work(housekeeping="twice", shared=True):
        INSERT.run(text="a", at=None)
