"""One owner of the transaction, one fair turn to write, moments without rounding."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import AutoField, CharField, DatabaseError, OperationalError

from core import audit, db
from core.clock import CHINA
from core.county import County
from core.db import (
    AreaModel,
    MomentField,
    NotShared,
    ScopeMissing,
    UnauditedWrite,
    database,
    engine,
    milliseconds,
    unit_of_work,
)
from core.errors import Busy, ConfigError
from core.scope import AreaScope
from tests.core.kernel.notes import Note, notes, record
from tests.holding import held_by_somebody_else, wait_at_most


class Place(AreaModel):
    id = AutoField()
    area_code = CharField(index=True)

    class Meta:
        table_name = "trial_place"


@pytest.fixture(autouse=True)
def tables(kernel: County) -> None:
    database.create_tables([Note, Place])


def lines() -> int:
    return audit.verify().lines


def test_a_unit_of_work_keeps_deed_and_line_together() -> None:
    with unit_of_work():
        Note.create(text="a")
        record()
    assert (notes(), lines()) == ({"a"}, 1)


def test_a_rolled_back_unit_leaves_neither_deed_nor_line() -> None:
    with suppress(KeyError), unit_of_work():
        Note.create(text="a")
        record()
        raise KeyError
    assert (notes(), lines()) == (set(), 0)


def test_a_deed_without_an_audit_line_is_not_committed() -> None:
    with pytest.raises(UnauditedWrite), unit_of_work():
        Note.create(text="a")
    assert notes() == set()


def test_housekeeping_needs_no_line_but_a_deed_inside_it_does() -> None:
    with unit_of_work(housekeeping="last-seen times"):
        Note.create(text="a")
    with pytest.raises(UnauditedWrite), unit_of_work(housekeeping="a key"), unit_of_work():
        Note.create(text="b")
    with unit_of_work(housekeeping="a key"), unit_of_work():
        Note.create(text="c")
        record()
    assert (notes(), lines()) == ({"a", "c"}, 1)


def test_a_refused_step_inside_is_undone_and_the_outer_one_can_still_tell() -> None:
    with unit_of_work():
        with suppress(KeyError), unit_of_work():
            Note.create(text="half")
            record("note:half")
            raise KeyError
        Note.create(text="refusal")
        record("note:refusal")
    assert (notes(), lines()) == ({"refusal"}, 1)


def test_a_line_of_an_undone_step_does_not_cover_the_outer_deed() -> None:
    def deed() -> None:
        with unit_of_work():
            with suppress(KeyError), unit_of_work():
                record()
                raise KeyError
            Note.create(text="a")

    with pytest.raises(UnauditedWrite):
        deed()


def test_what_waits_for_the_commit_of_an_undone_step_never_runs() -> None:
    told: list[str] = []
    with unit_of_work() as unit:
        record()
        unit.after_commit.append(lambda: told.append("outer"))
        with suppress(KeyError), unit_of_work() as inner:
            inner.after_commit.append(lambda: told.append("inner"))
            raise KeyError
        assert told == []
    assert told == ["outer"]


def test_a_failure_after_the_commit_does_not_unmake_the_deed() -> None:
    def fail() -> None:
        raise ValueError

    with unit_of_work() as unit:
        Note.create(text="a")
        record()
        unit.after_commit.append(fail)
    assert notes() == {"a"}


def test_a_transaction_of_peewee_inside_is_a_step_and_commits_nothing_by_itself() -> None:
    with unit_of_work(shared=True):
        with suppress(KeyError), database.atomic():
            Note.create(text="half")
            raise KeyError
        with database.atomic():
            Note.create(text="whole")
        record()
    with suppress(KeyError), unit_of_work():
        with database.atomic():
            Note.create(text="undone with the unit")
        raise KeyError
    assert (notes(), lines()) == ({"whole"}, 1)


def test_steps_inside_steps_are_undone_from_the_inside_out() -> None:
    with unit_of_work(shared=True):
        with unit_of_work(shared=True):
            Note.create(text="kept")
            record("note:kept")
            with suppress(KeyError), unit_of_work(shared=True):
                Note.create(text="middle")
                record("note:middle")
                with unit_of_work(shared=True):
                    Note.create(text="inner")
                    record("note:inner")
                raise KeyError
        Note.create(text="outer")
        record("note:outer")
    assert (notes(), lines()) == ({"kept", "outer"}, 2)


def test_what_must_be_alone_is_not_begun_inside_what_is_shared() -> None:
    def deed() -> None:
        with unit_of_work(shared=True):
            Note.create(text="a")
            record()
            with unit_of_work():
                pass

    with pytest.raises(NotShared):
        deed()
    with unit_of_work(), unit_of_work(shared=True):  # the other way round is no danger
        Note.create(text="b")
        record()
    assert notes() == {"b"}


def test_an_audit_line_outside_of_a_unit_is_refused() -> None:
    with pytest.raises(AssertionError):
        record()


def test_many_threads_write_one_after_the_other_and_lose_nothing() -> None:
    def write(number: int) -> None:
        with database.connection_context():
            for step in range(10):
                with unit_of_work():
                    Note.create(text=f"{number}-{step}")
                    record(f"note:{number}-{step}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(notes()) == 80
    assert audit.verify().lines == 80
    assert audit.verify().broken_at is None


def test_without_the_lock_two_writers_do_lose_an_update() -> None:
    # The control: the same race outside of a unit of work goes wrong, so the test above can fail.
    Note.create(text="0")
    barrier = threading.Barrier(2)

    def count_up() -> None:
        with database.connection_context():
            number = int(Note.select().get().text)
            barrier.wait()
            Note.update(text=str(number + 1)).execute()

    threads = [threading.Thread(target=count_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert notes() == {"1"}


# --- the turn to write


def test_a_turn_that_does_not_come_is_an_outage_and_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    wait_at_most(monkeypatch, 0.05)
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with database.connection_context(), unit_of_work(housekeeping="slow"):
            held.set()
            done.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    with pytest.raises((Busy, OperationalError)) as caught, unit_of_work():
        Note.create(text="a")
    done.set()
    thread.join()
    assert db.is_outage(caught.value)
    assert notes() == set()


def test_a_database_that_somebody_else_holds_is_an_outage(monkeypatch: pytest.MonkeyPatch) -> None:
    wait_at_most(monkeypatch, 0.05)
    with held_by_somebody_else():
        with pytest.raises(OperationalError) as caught, unit_of_work(housekeeping="in vain"):
            pass
        assert db.is_outage(caught.value)
    with unit_of_work(housekeeping="not in vain"):
        pass


def test_nobody_waits_longer_than_five_seconds_for_the_turn() -> None:
    with held_by_somebody_else():
        started = time.monotonic()
        with pytest.raises(OperationalError), unit_of_work(housekeeping="in vain"):
            pass
        assert 4.5 < time.monotonic() - started < 7


@pytest.mark.parametrize(
    "mistake",
    [
        "SELECT * FROM nowhere",
        "SELECT nothing FROM trial_note",
        "SELECT FROM WHERE",
        "INSERT INTO trial_note (text) VALUES (NULL)",
        "CREATE TABLE trial_note (id INTEGER)",
    ],
)
def test_a_mistake_in_a_statement_is_no_outage(mistake: str) -> None:
    with pytest.raises(DatabaseError) as caught:
        database.execute_sql(mistake)
    assert not db.is_outage(caught.value)


@pytest.mark.sqlite
def test_the_database_keeps_what_it_acknowledged() -> None:
    assert database.execute_sql("PRAGMA synchronous").fetchone() == (2,)
    assert database.execute_sql("PRAGMA journal_mode").fetchone() == ("wal",)
    assert database.execute_sql("PRAGMA foreign_keys").fetchone() == (1,)


def test_an_address_of_an_unknown_kind_is_refused_without_its_password() -> None:
    with pytest.raises(ConfigError) as caught:
        db.open_database("mysql:///root:secret@host/db")
    assert "secret" not in str(caught.value)


# --- scope


READS: dict[str, Callable[[], object]] = {
    "select": lambda: list(Place.select()),
    "get": lambda: Place.get(Place.id == 1),
    "get_or_none": lambda: Place.get_or_none(Place.id == 1),
    "get_by_id": lambda: Place.get_by_id(1),
    "iteration": lambda: list(Place),
    "filter": lambda: list(Place.filter(id=1)),  # type: ignore[no-untyped-call]
    "get_or_create": lambda: Place.get_or_create(area_code="341504"),  # type: ignore[no-untyped-call]
}


@pytest.mark.parametrize("way", READS)
def test_rows_of_areas_are_not_read_without_saying_whose(way: str) -> None:
    Place.create(area_code="341504001001")
    with pytest.raises(ScopeMissing):
        READS[way]()


def test_no_areas_is_no_rows() -> None:
    Place.create(area_code="341504001001")
    assert list(Place.within(AreaScope(()))) == []


CODES = st.text("0123456789", min_size=1, max_size=15)


@given(codes=st.lists(CODES, max_size=20), prefixes=st.lists(CODES, max_size=4))
def test_the_range_on_the_index_means_begins_with(codes: list[str], prefixes: list[str]) -> None:
    # Prefixes of rows that are there, too, or nothing would ever match.
    prefixes += [code[: len(code) // 2 + 1] for code in codes[:2]]
    scope = AreaScope(tuple(prefixes))
    with database.atomic() as transaction:
        for code in codes:
            Place.create(area_code=code)
        found = sorted(place.area_code for place in Place.within(scope))
        transaction.rollback()
    assert found == sorted(code for code in codes if any(code.startswith(p) for p in prefixes))
    assert all(scope.covers(code) for code in found)


@given(st.lists(CODES, min_size=2, max_size=20))
def test_codes_sort_as_text_so_that_a_village_follows_its_town(codes: list[str]) -> None:
    with database.atomic() as transaction:
        for code in codes:
            Place.create(area_code=code)
        query = Place.within(AreaScope(tuple("0123456789"))).order_by(Place.area_code)
        found = [place.area_code for place in query]
        transaction.rollback()
    assert found == sorted(codes)


def test_the_scope_is_served_by_the_index() -> None:
    sql, params = Place.within(AreaScope(("341504",))).sql()
    if engine() == "sqlite":
        plan = str(database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params).fetchall())
        assert "INDEX trial_place_area_code (area_code>? AND area_code<?)" in plan
        return
    database.execute_sql("SET enable_seqscan = off")  # three rows are read faster without any index
    plan = str(database.execute_sql(f"EXPLAIN {sql}", params).fetchall())
    assert "trial_place_area_code" in plan
    assert (
        "Index Cond: (((area_code)::text >= '341504'::text) AND ((area_code)::text < '341504:'::text))"
        in plan
    )


# --- moments


@given(st.integers(-(2**40), 2**42))
def test_a_moment_survives_the_way_to_the_database_and_back(at: int) -> None:
    field = MomentField()
    moment = field.python_value(at)
    assert moment is not None
    assert field.db_value(moment) == at


@given(st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1)))
def test_a_moment_is_cut_to_milliseconds_never_rounded_up(naive: datetime) -> None:
    moment = naive.replace(tzinfo=CHINA)
    back = MomentField().python_value(milliseconds(moment))
    assert back is not None
    assert timedelta(0) <= moment - back < timedelta(milliseconds=1)
