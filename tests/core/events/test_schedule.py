"""Periodic jobs: once for each due time, however many workers there are and however they end."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from peewee import OperationalError

from core import schedule
from core.clock import CHINA
from core.county import County
from core.db import database
from core.errors import Busy
from core.hookspecs import Job
from core.plugin_manager import describe
from core.schedule import ALIVE, MOST_TRIES, JobRun, claim, due_moment, is_due, keep_alive, run
from core.testing import MONDAY_MORNING
from tests.holding import held_by_somebody_else, wait_at_most

Move = Callable[[datetime], None]


def nothing() -> None:
    pass


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("when", "moment", "due"),
    [
        ({"daily": "02:30"}, at(2, 9), at(2, 2, 30)),
        ({"daily": "02:30"}, at(2, 2, 30), at(2, 2, 30)),
        ({"daily": "02:30"}, at(2, 2, 29), at(1, 2, 30)),
        ({"every": 10}, at(2, 9, 9), at(2, 9, 0)),
        ({"every": 10}, at(2, 9, 10), at(2, 9, 10)),
        ({"every": 1440}, at(2, 23, 59), at(2, 0)),
    ],
)
def test_a_job_is_due_at_its_newest_moment(when: dict, moment: datetime, due: datetime) -> None:
    assert due_moment(Job("a.b", "试", nothing, **when), moment) == due


def test_a_run_is_claimed_once(county: County, frozen_clock: Move) -> None:
    job = Job("a.b", "试", nothing, daily="02:30")
    assert is_due(job)
    first = claim(job, "one")
    assert first is not None
    assert claim(job, "two") is None
    assert run(first, job, describe) is None
    assert not is_due(job)
    frozen_clock(MONDAY_MORNING + timedelta(days=1))
    assert is_due(job)


def test_what_was_missed_for_days_is_made_up_for_by_one_run(county: County, frozen_clock: Move) -> None:
    job = Job("a.b", "试", nothing, daily="02:30")
    frozen_clock(MONDAY_MORNING + timedelta(days=5))
    assert claim(job, "one") is not None
    assert claim(job, "one") is None
    assert JobRun.select().count() == 1


def test_a_run_that_was_cut_off_is_made_up_for_once(county: County, frozen_clock: Move) -> None:
    job = Job("a.b", "试", nothing, daily="02:30")
    assert MOST_TRIES == 2
    assert claim(job, "one") is not None
    frozen_clock(MONDAY_MORNING + ALIVE - timedelta(seconds=1))
    keep_alive("one")
    frozen_clock(MONDAY_MORNING + ALIVE + timedelta(seconds=1))
    assert claim(job, "two") is None, "it goes on"
    frozen_clock(MONDAY_MORNING + 2 * ALIVE)
    assert claim(job, "two") is not None, "it was cut off"
    frozen_clock(MONDAY_MORNING + 3 * ALIVE)
    assert claim(job, "three") is None, "twice is enough"
    row = JobRun.get()
    assert (row.tries, row.finished_at is not None, row.error) == (2, True, "中途被打断")


def test_a_job_that_fails_is_noted_and_not_repeated_before_its_time(county: County) -> None:
    def fail() -> None:
        raise SystemExit("no more paper")

    job = Job("a.b", "试", fail, daily="02:30")
    number = claim(job, "one")
    assert number is not None
    assert isinstance(run(number, job, describe), SystemExit)
    assert JobRun.get().error == "SystemExit: no more paper"
    assert claim(job, "one") is None


def test_two_workers_at_once_without_the_claim_would_run_it_twice(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    job = Job("a.b", "试", lambda: ran.append("x"), every=1)

    def work(worker: str) -> None:
        number = schedule.claim(job, worker)
        if number is not None:
            schedule.run(number, job, describe)

    for worker in ("one", "two"):
        work(worker)
    assert ran == ["x"]
    monkeypatch.setattr(schedule, "claim", lambda job, worker: 1)
    for worker in ("one", "two"):
        work(worker)
    assert ran == ["x"] * 3, "the claim is what keeps the second one from it"


def test_a_run_that_ends_while_the_database_is_busy_is_noted_and_not_repeated(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, over = threading.Event(), threading.Event()

    def hold() -> None:
        with held_by_somebody_else():
            held.set()
            over.wait(20)

    def busy() -> None:
        threading.Thread(target=hold, daemon=True).start()
        assert held.wait(10)

    job = Job("a.b", "试", busy, daily="02:30")
    number = claim(job, "one")
    assert number is not None
    wait_at_most(monkeypatch, 0.2)
    monkeypatch.setattr(schedule, "FINISH_PAUSE", 0.05)
    # The control: one try is not enough, and the run would look like one that was cut off.
    monkeypatch.setattr(schedule, "FINISH_TRIES", 1)
    with pytest.raises((Busy, OperationalError)):
        run(number, job, describe)
    monkeypatch.setattr(schedule, "FINISH_TRIES", 100)
    threading.Timer(0.7, over.set).start()
    began = time.monotonic()
    schedule.finish(number, 0.0, "")
    assert time.monotonic() - began > 0.3
    assert not database.in_transaction()
    assert JobRun.get().finished_at is not None
    assert claim(job, "two") is None
