"""Handing out events: again after growing pauses, never twice in effect, and never in the others' way."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from core.app import load_plugins
from core.county import County
from core.db import unit_of_work
from core.delivery import MOST_ATTEMPTS, PAUSES, Deliverer, due_plugins
from core.events import AlreadyHandled, Delivery, StoredEvent, handled_once, mark_done
from core.hookspecs import Event
from core.lanes import CUTS_UNTIL_QUARANTINE, HELD, Lane, take_lane
from core.outbox import backlogs, failed_deliveries, forget_delivered
from core.plugin_host.state import State, retry, survey
from core.plugin_manager import SYSTEM
from core.testing import MONDAY_MORNING, VILLAGE
from tests.core.events.bells import Ear, ring, states
from tests.holding import held_by_somebody_else, wait_at_most

Move = Callable[[datetime], None]
Outbox = Callable[[], int]


def report(county: County) -> tuple[State, str]:
    found = survey(county.settings, county.plugins_folder)["ear"]
    return found.state, found.cause


def test_an_event_reaches_its_listener_once(ear: Ear, outbox: Outbox) -> None:
    ring(3)
    assert outbox() == 3
    assert outbox() == 0
    assert len(ear.heard()) == 3
    assert states() == [("done", 0)] * 3
    assert all(row.seconds is not None for row in Delivery.select()), "the time is measured"


def test_a_failed_delivery_is_tried_again_after_growing_pauses_and_dies_at_last(
    ear: Ear, outbox: Outbox, frozen_clock: Move
) -> None:
    ear.behave("fail")
    ring()
    at = MONDAY_MORNING
    for attempt in range(MOST_ATTEMPTS):
        assert outbox() == 1
        pause = PAUSES[min(attempt, len(PAUSES) - 1)]
        frozen_clock(at + timedelta(seconds=pause * 0.99))
        assert outbox() == 0, "not before its time"
        at += timedelta(seconds=pause * 1.2 + 0.1)
        frozen_clock(at)
    assert outbox() == 0
    assert states() == [("dead", MOST_ATTEMPTS)]
    (letter,), total = failed_deliveries()
    assert (letter.plugin, letter.kind, letter.attempts, total) == ("ear", "bell.Rung", MOST_ATTEMPTS, 1)
    assert letter.error == "RuntimeError: the ear is deaf to [phone]", (
        "what may be a phone number is left out"
    )


def test_one_sick_event_holds_up_nobody_and_quarantines_nobody(
    ear: Ear, county: County, outbox: Outbox, frozen_clock: Move
) -> None:
    ring()
    ear.behave(f"fail {StoredEvent.unscoped('a test').get().id}")
    ring(3)
    for minutes in range(8):
        frozen_clock(MONDAY_MORNING + timedelta(minutes=minutes))
        outbox()
    assert len(ear.heard()) == 3
    assert states()[0][1] > 4
    assert report(county)[0] is State.ON


def test_a_plugin_that_keeps_failing_is_quarantined_says_why_and_its_backlog_waits(
    ear: Ear, county: County, outbox: Outbox
) -> None:
    ear.behave("fail")
    ring(8)
    assert outbox() == 5
    state, cause = report(county)
    assert state is State.QUARANTINED
    assert cause.startswith("on_event：RuntimeError")
    load_plugins(county)
    ring()  # a listener in trouble misses nothing
    assert outbox() == 0
    assert states() == [("waiting", 1)] * 5 + [("waiting", 0)] * 4
    ear.behave("once")
    retry(SYSTEM, county.settings, county.plugins_folder, "ear")
    load_plugins(county)
    Delivery.update(next_at=MONDAY_MORNING - timedelta(days=3650)).execute()
    assert outbox() == 9
    assert {state for state, _ in states()} == {"done"}


def test_a_handler_that_leaves_the_process_has_only_failed(ear: Ear, outbox: Outbox) -> None:
    ear.behave("leave")
    ring()
    assert outbox() == 1
    assert states() == [("waiting", 1)]


def event(number: int) -> Event:
    return Event(number, "bell.Rung", VILLAGE, MONDAY_MORNING, None, "bell:1", {}, "ear")


def test_what_was_handled_once_is_not_handled_again(ear: Ear) -> None:
    ring()
    told = event(StoredEvent.unscoped("a test").get().id)
    with handled_once(told):
        pass
    with pytest.raises(AlreadyHandled), handled_once(told):
        pytest.fail("the block must not run")


def test_who_is_overtaken_inside_the_block_leaves_nothing(ear: Ear) -> None:
    ring()
    told = event(StoredEvent.unscoped("a test").get().id)

    def handle() -> None:
        with handled_once(told):
            Lane.insert(plugin="trace", worker="", until=MONDAY_MORNING, cuts=0).execute()
            mark_done(told.id, "ear", 0.0)

    with pytest.raises(AlreadyHandled):
        handle()
    assert Lane.get_or_none(Lane.plugin == "trace") is None
    assert states() == [("waiting", 0)]


def test_an_event_that_was_told_twice_at_once_has_one_effect(ear: Ear, county: County) -> None:
    ring()
    assert county.plugins is not None
    told = event(StoredEvent.unscoped("a test").get().id)
    county.plugins.tell_one("ear", "on_event", event=told)
    with pytest.raises(AlreadyHandled):
        county.plugins.tell_one("ear", "on_event", event=told)
    assert len(ear.heard()) == 1


def test_a_lane_has_one_holder_until_it_lapses(county: County, frozen_clock: Move) -> None:
    assert take_lane("ear", "first") == 0
    assert take_lane("ear", "second") is None
    frozen_clock(MONDAY_MORNING + HELD)
    assert take_lane("ear", "second") == 1, "the first did not give it back: its process ended"
    assert take_lane("ear", "first") is None


def test_a_plugin_whose_workers_die_is_quarantined(ear: Ear, county: County, frozen_clock: Move) -> None:
    ring()
    assert county.plugins is not None
    for number in range(CUTS_UNTIL_QUARANTINE):
        assert take_lane("ear", f"house/dead {number}") == number
        assert due_plugins(county.plugins) == []
        frozen_clock(MONDAY_MORNING + HELD * (number + 1))
    assert Deliverer("house/alive").deliver(county.plugins, "ear") == 0
    state, cause = report(county)
    assert (state, "连续 3 次" in cause) == (State.QUARANTINED, True)
    assert states() == [("waiting", 0)]


def test_a_house_that_falls_again_and_again_does_not_speak_against_a_plugin(
    ear: Ear, county: County, frozen_clock: Move
) -> None:
    ring()
    assert county.plugins is not None
    for number in range(10):
        assert take_lane("ear", f"{number}/killed") == 0
        frozen_clock(MONDAY_MORNING + HELD * (number + 1))
    assert Deliverer("10/alive").deliver(county.plugins, "ear") == 1
    assert report(county)[0] is State.ON


def test_workers_that_are_killed_but_got_on_do_not_speak_against_a_plugin(
    ear: Ear, county: County, frozen_clock: Move
) -> None:
    ring(2)
    assert county.plugins is not None
    for number in range(CUTS_UNTIL_QUARANTINE - 1):
        take_lane("ear", f"killed {number}")
        frozen_clock(MONDAY_MORNING + HELD * (number + 1))
    ear.behave("count cuts")
    assert Deliverer("alive").deliver(county.plugins, "ear") == 2
    cuts = [word for word, _, _ in ear.log() if word.isdigit()]
    assert cuts == [str(CUTS_UNTIL_QUARANTINE - 1), "0"], "forgotten as soon as one event went well"


def test_backlogs_are_counted_by_plugin(ear: Ear, frozen_clock: Move) -> None:
    ring(2)
    Delivery.update(state="dead").where(Delivery.id == 1).execute()
    frozen_clock(MONDAY_MORNING + timedelta(minutes=7))
    (line,) = backlogs()
    assert (line.plugin, line.waiting, line.dead, line.oldest_due) == ("ear", 1, 1, MONDAY_MORNING)


def test_what_was_delivered_long_ago_is_forgotten_and_ids_are_never_given_twice(
    ear: Ear, outbox: Outbox, frozen_clock: Move
) -> None:
    ring(4)
    Delivery.update(state="dead").where(Delivery.id == 2).execute()
    assert outbox() == 3
    frozen_clock(MONDAY_MORNING + timedelta(days=89))
    assert forget_delivered() == 0
    frozen_clock(MONDAY_MORNING + timedelta(days=91))
    assert forget_delivered() == 2
    kept = [row.id for row in StoredEvent.unscoped("a test").order_by(StoredEvent.id)]
    assert kept == [2, 4], "the dead one, and the newest"
    ring()
    assert max(row.id for row in StoredEvent.unscoped("a test")) == 5


def test_an_event_inside_a_deed_is_not_handed_out_before_the_commit(ear: Ear, outbox: Outbox) -> None:
    with unit_of_work(housekeeping="a test"):
        ring()
    assert outbox() == 1


def test_an_outage_of_the_database_is_nobodys_failure(
    ear: Ear, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring(2)
    assert county.plugins is not None
    wait_at_most(monkeypatch, 0.2)
    with held_by_somebody_else():
        assert Deliverer("a")._hand_out(county.plugins, "ear", 0) == 0
    assert states() == [("waiting", 0)] * 2
    assert report(county) == (State.ON, "")
