"""PostgreSQL: units side by side or alone, outages told from mistakes, the right kind of database."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
import pytest
from peewee import DatabaseError, OperationalError

from core import audit, db
from core.county import County
from core.db import NotShared, advance_ids, database, unit_of_work
from core.errors import Busy, ConfigError
from core.testing_server import TestServer, running_postgresql
from tests.core.kernel.notes import Note, all_at_once, begin, notes, record

pytestmark = pytest.mark.postgresql


@pytest.fixture
def tables(kernel: County) -> None:
    database.create_tables([Note])


# --- side by side and alone


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("shared", [True, False])
def test_shared_units_run_side_by_side_and_others_do_not(shared: bool) -> None:
    together = threading.Barrier(3)

    def deed() -> None:
        with unit_of_work(housekeeping="meet", shared=shared):
            together.wait(5 if shared else 0.5)

    ended = all_at_once([deed] * 3)
    assert [type(error) for error in ended] == [type(None) if shared else threading.BrokenBarrierError] * 3


@pytest.mark.usefixtures("tables")
def test_one_that_must_be_alone_waits_for_the_shared_ones_and_keeps_them_out() -> None:
    entered, go = threading.Event(), threading.Event()
    order: list[str] = []

    def shared() -> None:
        with unit_of_work(housekeeping="shared", shared=True):
            entered.set()
            go.wait(10)
            order.append("shared")

    def alone() -> None:
        with unit_of_work(housekeeping="alone"):
            order.append("alone begins")
            late.append(begin(later))
            blocked()
            order.append("alone ends")

    def later() -> None:
        with unit_of_work(housekeeping="later", shared=True):
            order.append("later")

    late: list[threading.Thread] = []
    first = begin(shared)
    entered.wait(10)
    second = begin(alone)
    blocked()
    go.set()
    assert first.finish() is None
    assert second.finish() is None
    late[0].join(10)
    assert order == ["shared", "alone begins", "alone ends", "later"]


def blocked() -> None:
    """Until somebody waits for the county's lock."""
    for _ in range(1000):
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        if database.execute_sql(waiting).fetchone()[0]:
            return
        threading.Event().wait(0.01)
    raise AssertionError("nobody waits")


def writing(threads: int, units: int) -> list[BaseException | None]:
    def write(number: int) -> None:
        for step in range(units):
            with unit_of_work(shared=True):
                Note.create(text=f"{number}-{step}")
                record(f"note:{number}-{step}")

    return all_at_once([lambda number=number: write(number) for number in range(threads)])  # type: ignore[misc]


@pytest.mark.usefixtures("tables")
def test_the_chain_stays_whole_under_sixteen_threads_of_shared_units() -> None:
    assert writing(16, 10) == [None] * 16
    assert len(notes()) == 160
    assert (audit.verify().lines, audit.verify().broken_at) == (160, None)


@pytest.mark.usefixtures("tables")
def test_without_the_lock_on_the_chain_it_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    # The control: two units chain their lines to the same one.
    monkeypatch.setattr(audit, "_HOLD_CHAIN", "SELECT %s")
    assert writing(16, 10) == [None] * 16
    assert audit.verify().broken_at is not None


@pytest.mark.usefixtures("tables")
def test_what_must_be_alone_is_not_begun_inside_what_is_shared() -> None:
    def deed() -> None:
        with unit_of_work(housekeeping="outer", shared=True), unit_of_work(housekeeping="inner"):
            pass

    with pytest.raises(NotShared):
        deed()


def touching(order: tuple[str, str], meet: threading.Barrier) -> Callable[[], None]:
    def deed() -> None:
        with unit_of_work(housekeeping="touch two", shared=True):
            Note.update(at=1).where(Note.text == order[0]).execute()
            # In one order the second never comes so far while the first holds the row.
            with suppress(threading.BrokenBarrierError):
                meet.wait(1)
            Note.update(at=2).where(Note.text == order[1]).execute()

    return deed


@pytest.mark.usefixtures("tables")
def test_rows_touched_in_one_order_never_lead_into_a_circle_and_otherwise_it_is_an_outage() -> None:
    for text in "ab":
        Note.create(text=text)
    meet = threading.Barrier(2)
    assert all_at_once([touching(("a", "b"), meet)] * 2) == [None, None]
    meet = threading.Barrier(2)
    ended = all_at_once([touching(("a", "b"), meet), touching(("b", "a"), meet)])
    (deadlock,) = [error for error in ended if error is not None]
    assert "deadlock" in str(deadlock)
    assert db.is_outage(deadlock), "try again"


# --- ids


@pytest.mark.usefixtures("tables")
def test_after_rows_with_ids_of_their_own_the_numbering_goes_on_behind_them() -> None:
    Note.insert_many([{"id": 7, "text": "seven"}, {"id": 8, "text": "eight"}]).execute()
    assert Note.create(text="one").id == 1, "left behind, the numbering would run into 7"
    advance_ids(Note)
    assert Note.create(text="nine").id == 9
    Note.delete().execute()
    advance_ids(Note)
    assert Note.create(text="first").id == 1


# --- outages


@pytest.mark.usefixtures("tables")
def test_a_database_that_only_reads_is_an_outage() -> None:
    # A standby that a failover has not made the primary yet.
    database.execute_sql("SET default_transaction_read_only = on")
    with pytest.raises(DatabaseError) as caught, unit_of_work(housekeeping="in vain"):
        Note.create(text="a")
    assert db.is_outage(caught.value)


@pytest.mark.usefixtures("tables")
def test_a_statement_that_takes_too_long_is_an_outage() -> None:
    database.execute_sql("SET statement_timeout = 50")
    with pytest.raises(OperationalError) as caught:
        database.execute_sql("SELECT pg_sleep(5)")
    assert db.is_outage(caught.value)


@contextmanager
def opened(url: str) -> Iterator[None]:
    db.open_database(url)
    try:
        yield
    finally:
        db.close_database()


@pytest.fixture(scope="module")
def own_server() -> Iterator[TestServer]:
    """A server that a test may stop: small, and none of the others' business."""
    with running_postgresql(max_connections="6", superuser_reserved_connections="0") as server:
        yield server


def test_a_server_that_stops_is_an_outage_and_one_that_comes_back_is_found_again(
    own_server: TestServer,
) -> None:
    with opened(own_server.url("postgres")):
        with database.connection_context():
            assert database.execute_sql("SELECT 1").fetchone() == (1,)
        own_server.stop()
        with pytest.raises(OperationalError) as caught, database.connection_context():
            pass
        assert db.is_outage(caught.value)
        own_server.start()
        with database.connection_context():  # the connection in the pool is dead
            assert database.execute_sql("SELECT 1").fetchone() == (1,)


def test_a_server_that_crashes_within_a_unit_is_an_outage_and_nothing_was_written(
    own_server: TestServer,
) -> None:
    def deed() -> None:
        with unit_of_work(housekeeping="cut off"):
            Note.create(text="a")
            own_server.stop("immediate")
            Note.create(text="b")

    with opened(own_server.url("postgres")):
        with database.connection_context():
            database.create_tables([Note])
        with database.connection_context(), pytest.raises(DatabaseError) as caught:
            deed()
        assert db.is_outage(caught.value)
        own_server.start()
        with database.connection_context():
            assert notes() == set()


def test_too_many_connections_are_an_outage_though_sqlite_says_so_of_mistakes(own_server: TestServer) -> None:
    others: list[psycopg.Connection] = []
    with suppress(psycopg.OperationalError):
        while len(others) < 20:
            others.append(psycopg.connect(own_server.url("postgres")))
    assert len(others) == 6
    with opened(own_server.url("postgres")):
        with pytest.raises((OperationalError, Busy)) as caught, database.connection_context():
            pass
        assert db.is_outage(caught.value)
    for other in others:
        other.close()


# --- the right kind of database


WRONG = {
    "icu": "LOCALE_PROVIDER icu ICU_LOCALE 'zh' LOCALE 'C.UTF-8' ENCODING 'UTF8'",
    "not utf-8": "LOCALE 'C' ENCODING 'SQL_ASCII'",
}


@pytest.mark.parametrize("kind", WRONG)
def test_a_database_that_sorts_or_writes_otherwise_is_refused_with_the_way_out(
    postgresql: TestServer, kind: str
) -> None:
    url = postgresql.create("wrong", options=WRONG[kind])
    try:
        with opened(url), pytest.raises(ConfigError) as caught, database.connection_context():
            pass
        assert "createdb -T template0 -E UTF8 --locale=C.UTF-8" in caught.value.sentence()
        assert postgresql.password not in caught.value.sentence()
    finally:
        postgresql.drop("wrong")


@pytest.mark.parametrize("locale", ["C", "C.UTF-8", "POSIX"])
def test_one_that_sorts_by_bytes_is_taken(postgresql: TestServer, locale: str) -> None:
    url = postgresql.create("right", options=f"LOCALE '{locale}' ENCODING 'UTF8'")
    try:
        with opened(url), database.connection_context():
            found = database.execute_sql(
                "SELECT t FROM unnest(ARRAY['a', 'B', '一', 'Ä']) t ORDER BY t"
            ).fetchall()
            assert [text for (text,) in found] == sorted("aB一Ä")
    finally:
        postgresql.drop("right")
