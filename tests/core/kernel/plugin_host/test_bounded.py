"""Foreign code with a time limit: whatever a call does, the asking thread gets on within it."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from core import audit
from core.county import County
from core.db import current_unit, database, unit_of_work
from core.lending import ConnectionAbused
from core.plugin_host import bounded
from core.plugin_host.asking import SYSTEM
from core.plugin_host.state import Generation
from core.security import ANONYMOUS, current_actor, set_actor

pytestmark = pytest.mark.usefixtures("kernel")
SECONDS = 0.3


@pytest.fixture(autouse=True)
def nobody_is_stuck() -> None:
    """A helper that another test left asleep has ended."""
    eventually(lambda: bounded.stuck_helpers() == 0)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a call may wait for; opened at the end, so that no thread outlives its test for long."""
    opened = threading.Event()
    yield opened
    opened.set()
    eventually(lambda: bounded.stuck_helpers() == 0)


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def endless() -> None:
    while True:
        pass


def stubborn() -> None:
    for _ in range(5):
        try:
            endless()
        except BaseException:  # noqa: BLE001 - that is what it is here for
            continue


def number() -> int:
    return int(Generation.get_by_id(1).number)


def add(step: int) -> None:
    Generation.update(number=Generation.number + step).execute()


def test_values_and_errors_come_back_in_order() -> None:
    def fail() -> None:
        raise SystemExit(3)

    one, two, three = bounded.call_each([lambda: 1, fail, lambda: 3], SECONDS)
    assert (one.value, type(two.error), three.value) == (1, SystemExit, 3)
    assert three.seconds < SECONDS


@pytest.mark.parametrize("body", [endless, stubborn])
def test_an_endless_call_is_given_up_and_the_others_are_made(body: Callable[[], None]) -> None:
    began = time.monotonic()
    before, hung, after = bounded.call_each([lambda: "a", body, lambda: "c"], SECONDS)
    assert time.monotonic() - began < 5
    assert (before.value, str(hung.error), after.value) == ("a", "超过 0.3 秒没有回答", "c")
    eventually(lambda: bounded.stuck_helpers() == 0)


def test_a_call_that_waits_outside_of_python_is_given_up(gate: threading.Event) -> None:
    hung, after = bounded.call_each([gate.wait, lambda: "b"], SECONDS)
    assert isinstance(hung.error, bounded.Hung)
    assert after.value == "b"
    assert bounded.stuck_helpers() == 1, "it cannot be ended before it wakes"


def test_without_the_limit_the_asking_thread_would_hang(gate: threading.Event) -> None:
    direct = threading.Thread(target=gate.wait, daemon=True)
    direct.start()
    direct.join(SECONDS * 3)
    assert direct.is_alive()


def test_a_call_sees_who_acts_and_what_it_changes_there_stays_with_it() -> None:
    def meddle() -> Any:
        seen = current_actor()
        set_actor(SYSTEM)
        return seen

    first, second = bounded.call_each([meddle, current_actor], SECONDS)
    assert (first.value, second.value, current_actor()) == (ANONYMOUS, ANONYMOUS, ANONYMOUS)


def test_a_call_uses_the_connection_of_whoever_asks(kernel: County) -> None:
    mine = database.connection()
    seen = bounded.call_each([lambda: database.connection() is mine, number], SECONDS)
    assert [result.value for result in seen] == [True, number()]
    assert database.connection() is mine


def test_without_a_connection_a_call_gets_one_of_its_own_for_as_long_as_it_takes() -> None:
    database.close()
    (seen,) = bounded.call_each([number], SECONDS)
    assert isinstance(seen.value, int)
    assert database.is_closed()
    assert not database.obj._in_use
    database.connect()


def test_a_given_up_call_has_lost_the_database(gate: threading.Event) -> None:
    mine, told = database.connection(), []

    def late() -> None:
        try:
            gate.wait()
        finally:
            try:
                add(1000)
            except RuntimeError as error:
                told.append(error)

    bounded.call_each([late], SECONDS)
    assert database.connection() is not mine
    before = number()
    gate.set()
    eventually(lambda: bool(told))
    assert "given up" in str(told[0])
    assert number() == before


ABUSES: dict[str, Callable[[Any], Any]] = {
    "close": lambda db: db.close(),
    "close of all": lambda db: db.close_all(),
    "close of this one for good": lambda db: db.manual_close(),
    "a transaction": lambda db: db.begin(),
    "a unit of work": lambda _: unit_of_work(housekeeping="none of its business").__enter__(),
    "a commit": lambda db: db.commit(),
    "a rollback": lambda db: db.rollback(),
    "a pragma": lambda db: db.pragma("foreign_keys", 0),
}


@pytest.mark.parametrize("abuse", ABUSES)
def test_a_call_cannot_do_with_the_connection_what_is_the_kernels(abuse: str) -> None:
    mine = database.connection()
    refused, after = bounded.call_each([lambda: ABUSES[abuse](database), number], SECONDS)
    assert isinstance(refused.error, RuntimeError)
    assert isinstance(after.value, int)
    assert database.connection() is mine
    assert number() == after.value
    with unit_of_work(housekeeping="the turn to write is free"):
        add(1)


def test_a_lent_connection_can_be_closed_by_nobody_but_its_owner_can() -> None:
    assert database.close() is True
    database.connect()


BEHIND_PEEWEE: dict[str, Callable[[Any], Any]] = {
    "an open transaction": lambda db: db.execute_sql("BEGIN"),
    "other rows": lambda db: setattr(db.connection(), "row_factory", dict),
    "no connection": lambda db: db.obj._state.reset(),
}


@pytest.mark.parametrize("abuse", BEHIND_PEEWEE)
def test_a_connection_that_comes_back_changed_is_replaced(abuse: str) -> None:
    mine = database.connection()
    changed, after = bounded.call_each([lambda: BEHIND_PEEWEE[abuse](database), number], SECONDS)
    assert isinstance(changed.error, ConnectionAbused)
    assert isinstance(after.value, int)
    assert database.connection() is not mine
    with unit_of_work(housekeeping="the turn to write is free"):
        add(1)


def deed(*calls: Callable[[], Any]) -> list[bounded.Result]:
    with unit_of_work():
        add(1)
        results = bounded.call_each(list(calls), SECONDS)
        audit.record(SYSTEM, "core.retry_plugin", area_code="341504", subject="plugin:x")
    return results


def test_in_a_unit_of_work_a_call_sees_what_was_written_and_writes_with_it() -> None:
    before = number()
    seen, _ = deed(number, lambda: add(10))
    assert seen.value == before + 1
    assert number() == before + 11


def test_what_a_call_wrote_before_it_hung_is_undone_and_the_rest_is_saved(gate: threading.Event) -> None:
    def write_and_hang() -> None:
        with unit_of_work():
            add(1000)
            gate.wait()

    before = number()
    hung, after = deed(write_and_hang, lambda: current_unit() is not None)
    assert isinstance(hung.error, bounded.Hung)
    assert after.value is True
    assert number() == before + 1


def test_a_unit_of_work_that_a_call_ended_is_not_saved() -> None:
    before = number()
    with pytest.raises(bounded.UnitLost):
        deed(lambda: database.execute_sql("ROLLBACK"))
    assert number() == before


def test_a_statement_that_runs_too_long_is_ended(gate: threading.Event) -> None:
    endless_query = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
    (hung,) = bounded.call_each([lambda: database.execute_sql(endless_query).fetchone()], SECONDS)
    assert isinstance(hung.error, bounded.Hung)
    eventually(lambda: bounded.stuck_helpers() == 0)


def test_many_threads_ask_at_once_and_each_gets_its_own_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong: list[Any] = []

    def ask(mark: int) -> None:
        with database.connection_context():
            for turn in range(300):
                results = bounded.call_each([lambda: (mark, turn), number], 5.0)  # noqa: B023 - made at once
                if results[0].value != (mark, turn) or results[1].error:
                    wrong.append(results)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=ask, args=(mark,)) for mark in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    finally:
        sys.setswitchinterval(interval)
    assert wrong == []


def test_a_standstill_of_the_machine_is_nobodys_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    # Time that passed without being waited through does not count: the clock alone says nothing.
    monkeypatch.setattr(time, "perf_counter", iter(range(0, 10**9, 100)).__next__)
    (result,) = bounded.call_each([lambda: 1], SECONDS)
    assert (result.value, result.error) == (1, None)
    assert result.seconds >= 100
