"""SQLite's one writer: many units of work, few commits, and nobody is told what is not so."""

import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from peewee import IntegrityError, OperationalError

from core import audit
from core.county import County, close_county, open_county
from core.db import database, group_commit, turnstile, unit_of_work
from tests.core.kernel.notes import Hand, Note, all_at_once, begin, notes, record

pytestmark = pytest.mark.sqlite


@pytest.fixture(autouse=True)
def tables(kernel: County, monkeypatch: pytest.MonkeyPatch) -> None:
    database.create_tables([Note])
    # A slow machine must not break a group up while we count.
    monkeypatch.setattr(group_commit, "LONGEST_SECONDS", 30.0)


@pytest.fixture
def commits() -> Iterator[list[str]]:
    """Every COMMIT of the writer from now on."""
    with unit_of_work(housekeeping="the writer opens its connection"):
        pass
    seen: list[str] = []
    connection = database.obj.writer._connection
    connection.set_trace_callback(lambda sql: seen.append(sql) if sql == "COMMIT" else None)
    yield seen
    connection.set_trace_callback(None)


def write(text: str, *, shared: bool = True) -> None:
    with unit_of_work(shared=shared):
        Note.create(text=text)
        record(f"note:{text}")


def waiting() -> int:
    return len(database.obj.writer._turn._queue)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def in_one_queue(*deeds: Callable[[], object]) -> list[BaseException | None]:
    """Somebody writes until all `deeds` wait behind, in this order; what each of them ended with."""
    entered, go = threading.Event(), threading.Event()

    def hold() -> None:
        with unit_of_work(housekeeping="hold"):
            entered.set()
            go.wait(10)

    holder = begin(hold)
    entered.wait(10)
    hands: list[Hand] = []
    for deed in deeds:
        hands.append(begin(deed))
        until(lambda: waiting() == len(hands))
    go.set()
    assert holder.finish() is None
    return [hand.finish() for hand in hands]


def writing(*texts: str, shared: bool = True) -> list[Callable[[], None]]:
    return [lambda text=text: write(text, shared=shared) for text in texts]  # type: ignore[misc]


# --- fewer commits


def test_units_that_wait_are_committed_together(commits: list[str]) -> None:
    assert in_one_queue(*writing(*"abcdefgh")) == [None] * 8
    assert len(commits) == 2, "one of the holder, one of all the others"
    assert notes() == set("abcdefgh")
    assert (audit.verify().lines, audit.verify().broken_at) == (8, None)


def test_units_that_must_be_alone_have_a_commit_each(commits: list[str]) -> None:
    # The control: what the test above counts is not always small.
    assert in_one_queue(*writing(*"abcdefgh", shared=False)) == [None] * 8
    assert len(commits) == 9


def test_one_that_must_be_alone_ends_the_group_before_it_and_begins_none(commits: list[str]) -> None:
    deeds = [*writing("a", "b"), *writing("c", shared=False), *writing("d", "e")]
    assert in_one_queue(*deeds) == [None] * 5
    assert len(commits) == 4


def test_a_group_is_no_larger_than_it_may_be(commits: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group_commit, "MOST_MEMBERS", 3)
    assert in_one_queue(*writing(*"abcdefg")) == [None] * 7
    assert len(commits) == 1 + 3


def test_a_single_unit_waits_for_nobody(commits: list[str]) -> None:
    write("a")
    assert len(commits) == 1
    assert notes() == {"a"}


# --- failures


def refuse_after(text: str) -> Callable[[], None]:
    def deed() -> None:
        with unit_of_work(shared=True):
            Note.create(text=text)
            record()
            raise KeyError(text)

    return deed


def test_a_member_that_fails_undoes_itself_and_nobody_else(commits: list[str]) -> None:
    ended = in_one_queue(*writing("a"), refuse_after("b"), *writing("c"))
    assert [type(error) for error in ended] == [type(None), KeyError, type(None)]
    assert notes() == {"a", "c"}
    assert len(commits) == 2
    assert (audit.verify().lines, audit.verify().broken_at) == (2, None)


def test_a_first_member_that_fails_leaves_a_clean_start_for_the_next(commits: list[str]) -> None:
    ended = in_one_queue(refuse_after("a"), *writing("b", "c"))
    assert [type(error) for error in ended] == [KeyError, type(None), type(None)]
    assert notes() == {"b", "c"}


@pytest.fixture
def late_refusal() -> Callable[[], None]:
    """A unit whose mistake SQLite finds at the commit only: a reference that leads nowhere."""
    database.execute_sql(
        "CREATE TABLE trial_reply (id INTEGER PRIMARY KEY, note_id INTEGER "
        "REFERENCES trial_note DEFERRABLE INITIALLY DEFERRED)"
    )

    def deed() -> None:
        with unit_of_work(housekeeping="a reply", shared=True):
            database.execute_sql("INSERT INTO trial_reply (note_id) VALUES (999)")

    return deed


def test_a_commit_that_fails_is_told_to_every_member(late_refusal: Callable[[], None]) -> None:
    ended = in_one_queue(*writing("a", "b"), late_refusal, *writing("c"))
    assert [type(error) for error in ended] == [OperationalError] * 4
    assert all("the commit failed" in str(error) for error in ended)
    assert notes() == set()
    write("d")
    assert notes() == {"d"}, "the next one finds everything free"


def test_nothing_that_waits_for_the_commit_runs_when_it_failed(late_refusal: Callable[[], None]) -> None:
    told: list[str] = []

    def deed() -> None:
        with unit_of_work(shared=True) as unit:
            unit.after_commit.append(lambda: told.append("done"))
            Note.create(text="a")
            record()

    in_one_queue(deed, late_refusal)
    assert told == []
    in_one_queue(deed)
    assert told == ["done"]


@pytest.fixture
def poison() -> Callable[[], None]:
    """A unit at which SQLite gives up the whole transaction, as it does when the disk is full."""
    database.execute_sql(
        "CREATE TRIGGER trial_poison BEFORE INSERT ON trial_note WHEN new.text = 'poison' "
        "BEGIN SELECT RAISE(ROLLBACK, 'everything is undone'); END"
    )
    return lambda: write("poison")


def test_a_transaction_that_sqlite_gives_up_is_told_to_all_who_were_in_it(poison: Callable[[], None]) -> None:
    ended = in_one_queue(*writing("a", "b"), poison, *writing("c", "d"))
    kinds = [type(error) for error in ended]
    assert kinds == [OperationalError] * 3 + [type(None)] * 2
    assert notes() == {"c", "d"}
    assert (audit.verify().lines, audit.verify().broken_at) == (2, None)


def test_a_step_inside_cannot_hide_that_everything_was_undone(poison: Callable[[], None]) -> None:
    def deed() -> None:
        with unit_of_work(shared=True):
            Note.create(text="before")
            record()
            with suppress(IntegrityError):  # somebody who thinks that only the step has failed
                poison()
            Note.create(text="after")

    (ended,) = in_one_queue(deed)
    assert isinstance(ended, OperationalError)
    assert notes() == set()


def refuse_what_is_there(text: str) -> Callable[[], None]:
    """A refusal that rests on what somebody else has written."""

    def deed() -> None:
        with unit_of_work(shared=True):
            if text in notes():
                raise KeyError(text)

    return deed


def test_a_refusal_stands_when_what_it_rests_on_was_committed() -> None:
    ended = in_one_queue(*writing("a"), refuse_what_is_there("a"))
    assert [type(error) for error in ended] == [type(None), KeyError]


def test_a_refusal_that_rests_on_what_was_undone_is_none(poison: Callable[[], None]) -> None:
    ended = in_one_queue(*writing("a"), refuse_what_is_there("a"), poison)
    assert [type(error) for error in ended] == [OperationalError] * 3


def write_many(count: int) -> None:
    for number in range(count):
        write(f"{number}-" + "x" * 200)


def test_a_full_database_refuses_and_goes_on_when_there_is_room(kernel: County) -> None:
    write("a")
    writer = database.obj.writer._connection
    (pages,) = writer.execute("PRAGMA page_count").fetchone()
    writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(OperationalError, match="full"):
        write_many(1000)
    kept = notes()
    assert audit.verify().lines == len(kept)
    writer = database.obj.writer._connection
    if writer is not None:
        writer.execute("PRAGMA max_page_count = 1000000")
    write("z")
    assert notes() == kept | {"z"}


def test_a_waiter_that_is_interrupted_with_the_turn_in_its_hand_leaves_no_group_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wait = threading.Event.wait

    def interrupted(self: threading.Event, timeout: float | None = None) -> bool:
        came = wait(self, timeout)
        if threading.current_thread().name == "interrupted":
            raise KeyboardInterrupt
        return came

    monkeypatch.setattr(threading.Event, "wait", interrupted)
    entered, go = threading.Event(), threading.Event()

    def first() -> None:
        with unit_of_work(shared=True):
            Note.create(text="a")
            record()
            entered.set()
            go.wait(10)

    one = begin(first)
    entered.wait(10)
    two = begin(lambda: write("b"), "interrupted")
    until(lambda: waiting() == 1)
    go.set()
    assert one.finish() is None, "its group was committed, though the next one never wrote"
    assert isinstance(two.finish(), KeyboardInterrupt)
    write("c")
    assert notes() == {"a", "c"}


# --- other processes


def _write_without_a_pause(data: str, start: Any, threads: int, results: Any, fair: bool) -> None:
    if not fair:
        turnstile.Turnstile.enter = lambda self, deadline: None  # type: ignore[method-assign]
    open_county(Path(data))
    waits: list[float] = []

    def work() -> None:
        end = time.monotonic() + 2.0
        while (began := time.monotonic()) < end:
            with unit_of_work(housekeeping="count", shared=True):
                database.execute_sql("UPDATE core_generation SET number = number + 1")
            waits.append(time.monotonic() - began)

    start.wait()
    assert all_at_once([work] * threads) == [None] * threads
    results.put((threads, waits))
    close_county()


def waits_of(kernel: County, *, fair: bool = True) -> dict[int, list[float]]:
    """How long each unit took of a server of eight threads and of a command of one."""
    spawn = multiprocessing.get_context("spawn")
    start, results = spawn.Barrier(2), spawn.Queue()
    processes = [
        spawn.Process(target=_write_without_a_pause, args=(str(kernel.data), start, threads, results, fair))
        for threads in (8, 1)
    ]
    for process in processes:
        process.start()
    waits = dict(results.get(timeout=60) for _ in processes)
    for process in processes:
        process.join(60)
    return waits


def test_a_command_gets_its_turn_beside_a_server_that_writes_without_a_pause(kernel: County) -> None:
    waits = waits_of(kernel)
    # The server's units share commits, eight at most, so turn about is a ninth of all units.
    assert len(waits[1]) > 0.2 * len(waits[8]) / 8
    assert max(*waits[1], *waits[8]) < 2.0


def test_without_the_turnstile_somebody_waits_much_longer(kernel: County) -> None:
    # The control: SQLite's own lock goes to whoever happens to ask at the right moment.
    def longest(*, fair: bool) -> float:
        return max(max(waits) for waits in waits_of(kernel, fair=fair).values())

    assert any(longest(fair=False) > 2 * longest(fair=True) for _ in range(3))
