"""Whatever is pressed and done in whatever order: every press is in one call or counted as nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.errors import DomainError
from core.security import Actor
from core.testing import MONDAY_MORNING, SISTER_VILLAGE, VILLAGE
from plugins.call_button.call_words import OPEN
from plugins.call_button.models.calls import Call, CallStep, Press
from plugins.call_button.services.call_moves import move_calls
from plugins.call_button.services.call_watch import watch_calls
from plugins.call_button.services.calls import (
    answer_call,
    arrive,
    end_call,
    file_case,
    give_errand,
    note_call,
)
from plugins.call_button.services.ladder import climb
from plugins.call_button.services.thumbs import rate_call
from tests.plugins.call_button.calls.callers import Callers
from tests.proofs.sizes import SIZE, SMALL

KEYS = ["green", "green", "green", "red", "up", "down", "purple"]
WAYS = [
    ("call back", "mistake"),
    ("go", "arrive", "end", "up"),
    ("call back", "order", "end", "down"),
    ("take over", "end", "down", "down"),
    ("green", "red", "green"),
]
DEEDS: dict[str, Callable[..., Any]] = {
    "call back": lambda who, key: answer_call(who, key, how="calling_back"),
    "go": lambda who, key: answer_call(who, key, how="on_my_way"),
    "take over": lambda who, key: answer_call(who, key, how="on_my_way", take_over=True),
    "arrive": arrive,
    "end": lambda who, key: end_call(who, key, reason="help", result="好了"),
    "mistake": lambda who, key: end_call(who, key, reason="mistake", result=""),
    "note": lambda who, key: note_call(who, key, words="看看"),
    "order": lambda who, key: file_case(who, key, text="请帮忙买药"),
    "errand": lambda who, key: give_errand(who, key, text="请帮忙买药"),
    "up": lambda who, key: rate_call(who, key, thumb="up"),
    "down": lambda who, key: rate_call(who, key, thumb="down"),
}


def refused(deed: Callable[..., Any], who: Actor, call_id: int) -> DomainError | None:
    """The refusal that a deed ended in, or None when it was done."""
    try:
        deed(who, call_id)
    except DomainError as refusal:
        return refusal
    return None


@pytest.mark.grows
def test_any_order_of_presses_and_deeds_keeps_every_call_sound(callers: Callers) -> None:
    """Press, answer, go, end, rate, climb, move, and time that goes forwards and backwards."""
    done: dict[str, int] = {}

    class Calls(RuleBasedStateMachine):
        @initialize()
        def begin(self) -> None:
            callers.move_clock(MONDAY_MORNING)
            # Homes of their own: what earlier examples left does not matter.
            self.devices = [callers.device(home) for home in range(3)]
            self.ids = [device.id for device in self.devices]
            self.stored = self.newest = self.floods = 0

        def calls(self) -> list[Call]:
            mine = Call.unscoped("test").where(Call.device_id.in_(self.ids))
            return list(mine.order_by(Call.id.desc()))

        @rule(device=st.integers(0, 2), key=st.sampled_from(KEYS), number=st.integers(0, 40))
        def press(self, device: int, key: str, number: int) -> None:
            sent = {"message_id": f"{number}"} if number % 2 else {}
            press, is_new = callers.press(self.devices[device], key, **sent)
            self.stored += is_new
            done[press.outcome] = done.get(press.outcome, 0) + 1
            if press.meaning == "call":
                assert press.call_id is not None
                assert not is_new or callers.row(press.call_id).state in OPEN

        @rule(device=st.integers(0, 2), count=st.integers(5, 25))
        def flood(self, device: int, count: int) -> None:
            for _ in range(2 * count):
                callers.wait(seconds=0.5)
                self.floods += 1
                press, is_new = callers.press(self.devices[device], message_id=f"flood-{self.floods}")
                self.stored += is_new
                done[press.outcome] = done.get(press.outcome, 0) + 1

        @rule(seconds=st.sampled_from([1, 4, 10, 31, 125, 700, 4000, 90_000, -2, -40, -5000]))
        def wait(self, seconds: int) -> None:
            callers.wait(seconds=seconds)

        @rule(
            name=st.sampled_from(sorted(DEEDS)),
            who=st.sampled_from(["secretary", "leader", "member", "town"]),
            back=st.integers(0, 2),
        )
        def act(self, name: str, who: str, back: int) -> None:
            rows = self.calls()
            if not rows:
                return
            self.do(name, who, rows[back % len(rows)])

        def do(self, name: str, who: str, row: Call) -> None:
            refusal = refused(DEEDS[name], getattr(callers, who), row.id)
            if refusal is None:
                done[name] = done.get(name, 0) + 1
            else:
                assert refusal.status in (403, 404, 409, 422)
                assert callers.row(row.id).version == row.version

        @rule(device=st.integers(0, 2), way=st.sampled_from(WAYS), seconds=st.sampled_from([5, 40, 8000]))
        def go_a_way(self, device: int, way: tuple[str, ...], seconds: int) -> None:
            """An afternoon as most are: a call, an answer, an end, a thumb."""
            for name in ("green", *way):
                callers.wait(seconds=seconds)
                if name in KEYS:
                    self.press(device, name, 0)
                elif rows := [row for row in self.calls() if row.device_id == self.ids[device]]:
                    self.do(name, "secretary", rows[0])

        @rule()
        def pass_on(self) -> None:
            done["climb"] = done.get("climb", 0) + climb()
            watch_calls()

        @rule(home=st.integers(0, 2), there=st.booleans())
        def move(self, home: int, there: bool) -> None:
            move_calls(callers.people[home].id, SISTER_VILLAGE if there else VILLAGE)

        @invariant()
        def every_press_is_counted_once(self) -> None:
            presses = list(Press.unscoped("test").where(Press.device_id.in_(self.ids)))
            assert len(presses) == self.stored
            for press in presses:
                assert (press.call_id is not None) or press.outcome == "nothing"
            calls = {row.id: row for row in self.calls()}
            made = [press for press in presses if press.outcome == "called"]
            assert sorted(press.call_id for press in made) == sorted(calls)
            for row in calls.values():
                inside = [p for p in presses if p.call_id == row.id and p.outcome in ("called", "joined")]
                assert row.urgency == len(inside)
                assert {p.device_id for p in presses if p.call_id == row.id} == {row.device_id}

        @invariant()
        def every_call_is_sound(self) -> None:
            calls = self.calls()
            is_open = [row.device_id for row in calls if row.state in OPEN]
            assert len(is_open) == len(set(is_open))
            for row in calls:
                assert (row.ended_at is None) == (row.state in OPEN)
                assert (row.taken_by is not None) == (row.state in ("answered", "arrived", "done"))
                assert row.taken_by is None or row.answered_at is not None
                assert row.climbs_at is None or row.state == "ringing"
                steps = list(CallStep.select().where(CallStep.call_id == row.id).order_by(CallStep.number))
                assert steps[0].deed == "ring"
                assert steps[-1].number <= row.version
            # Every change is news for the boards.
            newest = max((row.changed for row in calls), default=0)
            assert newest >= self.newest
            assert len({row.changed for row in calls}) == len(calls)
            self.newest = newest

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Calls,
        settings=settings(
            max_examples=SIZE.books,
            # The short run takes the same ways each time, so that all of the deeds below are among them.
            derandomize=SIZE is SMALL,
            stateful_step_count=2 * SIZE.steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
    for name in ("called", "joined", "cancelled", "nothing", "climb", "call back", "end", "rated", "counted"):
        assert done.get(name), f"{name} never happened: {done}"
