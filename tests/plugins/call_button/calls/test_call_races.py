"""Many at once: one has the call, one call a device. With controls that show that the races are real."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from peewee import IntegrityError

from core.clock import now
from core.db import database, unit_of_work
from core.devices import Reading
from core.security import Actor
from core.testing import VILLAGE
from plugins.call_button.errors.calls import CallTaken
from plugins.call_button.models.calls import ANSWERED, RINGING, Call, CallStep, Press
from plugins.call_button.services.calls import answer_call
from plugins.call_button.services.changes import next_change
from plugins.call_button.services.ladder import climb
from plugins.call_button.services.presses import store_press
from tests.plugins.call_button.calls.callers import Callers

THREADS = 6


def at_once(work: Callable[[int], Any], count: int = THREADS) -> list[Any]:
    """Run `work(number)` in threads that begin together."""
    start = threading.Barrier(count)

    def one(number: int) -> Any:
        with database.connection_context():
            start.wait(10)
            return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.fixture
def secretaries(callers: Callers, actor: Any) -> list[Actor]:
    """Six who may answer."""
    return [callers.secretary, *(actor("secretary", VILLAGE) for _ in range(THREADS - 1))]


def test_of_all_who_answer_at_once_one_has_it_and_the_others_hear_who(
    callers: Callers, secretaries: list[Actor]
) -> None:
    for home in range(2):
        row = callers.call(callers.device(home))

        def answer(number: int, call_id: int = row.id) -> str:
            try:
                answer_call(secretaries[number], call_id, how="calling_back")
            except CallTaken as refusal:
                return str(refusal.params["name"])
            return ""

        heard = at_once(answer)
        after = callers.row(row.id)
        assert heard.count("") == 1
        winner = secretaries[heard.index("")]
        assert after.taken_by == winner.account_id
        assert set(heard) == {"", winner.name}
        assert callers.steps(row.id).count("take") == 1


def test_control_an_answer_without_the_version_is_given_to_all(
    callers: Callers, secretaries: list[Actor]
) -> None:
    """The state read before the turn and written without its version: everybody believes to have it."""
    row = callers.call(callers.device())
    gap = threading.Barrier(THREADS, timeout=10)

    def careless(number: int) -> bool:
        seen = callers.row(row.id)
        gap.wait()  # everybody has looked before anybody answers
        if seen.state != RINGING:
            return False
        with unit_of_work(housekeeping="control"):
            taken = {"state": ANSWERED, "taken_by": secretaries[number].account_id}
            return bool(Call.update(**taken).where(Call.id == row.id).execute())

    assert at_once(careless).count(True) == THREADS


def test_presses_of_one_device_at_once_are_one_call_and_each_message_one_press(callers: Callers) -> None:
    device = callers.device()

    def press(number: int) -> tuple[int, bool]:
        with unit_of_work(housekeeping="a message came"):
            reading = Reading(source=device.source, key="green", message_id=f"m{number // 3}")
            row, is_new = store_press(device, reading, now())
            return int(row.id), is_new

    found = at_once(press)
    assert Call.unscoped("test").count() == 1
    assert (Press.unscoped("test").count(), [is_new for _, is_new in found].count(True)) == (2, 2)
    assert len({press_id for press_id, _ in found}) == 2


def test_control_calls_made_without_looking_are_refused_by_the_database(callers: Callers) -> None:
    device = callers.device()

    def careless(_number: int) -> bool:
        try:
            with unit_of_work(housekeeping="control"):
                Call.create(
                    area_code=VILLAGE,
                    device_id=device.id,
                    household_id=device.household_id,
                    kind="button",
                    state=RINGING,
                    changed=next_change(),
                    rung_at=now(),
                )
        except IntegrityError:
            return False
        return True

    assert at_once(careless).count(True) == 1


def test_two_that_climb_at_once_tell_each_rung_once(callers: Callers) -> None:
    calls = [callers.call(callers.device(2)) for _ in range(20)]
    callers.wait(seconds=30)
    moved = at_once(lambda _number: climb(), 3)
    assert sum(moved) == len(calls)
    told = CallStep.select().where((CallStep.deed == "tell") & (CallStep.number == 3)).count()
    assert (told, callers.told().count(callers.leader.account_id)) == (20, 20)


def test_an_answer_and_the_next_rung_at_once_leave_one_sound_call(
    callers: Callers, secretaries: list[Actor]
) -> None:
    calls = [callers.call(callers.device(2)) for _ in range(10)]
    callers.wait(seconds=30)

    def work(number: int) -> None:
        if number % 2:
            climb()
        else:
            for row in calls:
                try:
                    answer_call(secretaries[number], row.id, how="calling_back")
                except CallTaken:
                    continue

    at_once(work, 4)
    for row in calls:
        after = callers.row(row.id)
        steps = list(CallStep.select().where(CallStep.call_id == row.id).order_by(CallStep.number))
        assert (after.state, after.climbs_at, after.version) == (ANSWERED, None, steps[-1].number)
        assert steps[-1].deed == "take"
