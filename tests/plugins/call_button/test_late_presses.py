"""Presses that a gateway, the broker or the device held up: they ring, and say since when; whose clock is
believed; and the same press that comes a second time much later."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.accounts.api import operator
from core.clock import now
from core.devices import DeviceInput
from core.scope import AreaScope
from core.testing import VILLAGE
from plugins.call_button.models.calls import Call, Press
from plugins.call_button.models.devices import Device
from plugins.call_button.queries.calls import call
from plugins.call_button.queries.figures import HELD_UP, month_calls, month_figures
from plugins.call_button.services.readings import Outcome, take, take_all
from plugins.call_button.services.same_press import forget_deliveries
from tests.plugins.call_button.device_people import Wall, press_count

Z2M, OWN, LORA = "call_button.zigbee2mqtt", "call_button.generic_mqtt", "call_button.chirpstack"


def zigbee(action: str = "1_single", **ago: float) -> DeviceInput:
    """What the gateway heard so long ago and sends now."""
    said = {"action": action, "battery": 90, "last_seen": (now() - timedelta(**ago)).isoformat()}
    return DeviceInput("zigbee2mqtt/Li", json.dumps(said).encode(), now())


def own(what: str = "press", number: int | None = None, **ago: float) -> DeviceInput:
    """What a device with a clock of its own says, as of so long ago."""
    said: dict[str, Any] = {"at": (now() - timedelta(**ago)).isoformat()}
    if what == "press":
        said |= {"key": "1"} | ({} if number is None else {"number": number})
    return DeviceInput(f"gridgov/cb/{what}", json.dumps(said).encode(), now())


def bare(packet: str, *, is_again: bool = False, key: str = "1") -> DeviceInput:
    """The gateway's bare word, as the broker delivers it."""
    topic, payload = "zigbee2mqtt/Li/action", f"{key}_single".encode()
    return DeviceInput(topic, payload, now(), packet=packet, is_again=is_again)


def rung(outcome: Outcome) -> Call:
    return Call.unscoped("a test looks").where(Call.id == outcome.call_id).get()


def test_a_press_that_was_held_up_rings_and_says_since_when(
    wall: Wall, as_role: Callable[..., FlaskClient]
) -> None:
    wall.hang("Li", Z2M, "TS0044")
    take(Z2M, DeviceInput("zigbee2mqtt/Li", zigbee("").payload, now()))
    wall.wait(hours=3)
    (outcome,) = take(Z2M, zigbee(minutes=40))
    row = rung(outcome)
    assert (row.state, row.rung_at, row.pressed_at) == ("ringing", now(), now() - timedelta(minutes=40))
    assert call(operator(), row.id).late_minutes == 40
    browser = as_role("secretary", VILLAGE)
    words = f"按下于 {(now() - timedelta(minutes=40)):%H:%M}，40 分钟后才送到"
    (line,) = browser.get("/call-button/board/changes?since=0").json["calls"]
    assert line["lateWords"] == words
    for page in ("board", "calls", f"calls/{row.id}"):
        assert words in browser.get(f"/call-button/{page}").text
    figures = month_figures(AreaScope((VILLAGE,)), now().date().replace(day=1)).whole
    assert (figures.calls, figures.held_up) == (1, 1)
    found, total = month_calls(AreaScope((VILLAGE,)), now().date().replace(day=1), HELD_UP)
    assert ([each.id for each in found], total) == ([row.id], 1)


def test_a_day_later_it_says_the_date_and_hours(wall: Wall, as_role: Callable[..., FlaskClient]) -> None:
    wall.hang("Li", Z2M, "TS0044")
    take(Z2M, zigbee(""))
    wall.wait(days=2)
    take(Z2M, zigbee(hours=26))
    pressed = now() - timedelta(hours=26)
    words = f"按下于 {pressed.month}-{pressed.day} {pressed:%H:%M}，26 小时后才送到"
    assert words in as_role("secretary", VILLAGE).get("/call-button/calls").text


@pytest.mark.parametrize(
    ("driver", "ago", "is_late"),
    [
        (Z2M, 50, False),
        (Z2M, 61, True),
        (Z2M, 599, True),
        (OWN, 599, False),
        (OWN, 601, True),
        (OWN, -599, False),
    ],
)
def test_a_minute_late_by_the_gateways_clock_and_what_is_beyond_doubt_by_ones_own(
    wall: Wall, driver: str, ago: int, is_late: bool
) -> None:
    """A device's own clock may be ten minutes off: what is less says nothing."""
    said = zigbee if driver == Z2M else own
    wall.hang("Li" if driver == Z2M else "cb", driver, "TS0044" if driver == Z2M else "generic_4")
    take(driver, said("" if driver == Z2M else "state"))
    wall.wait(hours=1)
    (outcome,) = take(driver, said(seconds=ago))
    assert (rung(outcome).pressed_at is not None) is is_late


def test_a_clock_that_was_never_right_makes_no_press_late(wall: Wall) -> None:
    wall.hang("cb", OWN, "generic_4")
    for number in range(3):
        wall.wait(hours=25)
        take(OWN, own("state", hours=24))
        (outcome,) = take(OWN, own(number=number, hours=24))
        assert (outcome.kind, rung(outcome).pressed_at) == ("pressed", None)
    assert Press.unscoped("a test looks").where(Press.pressed_at.is_null(False)).count() == 0


def test_a_clock_that_says_what_lies_before_it_was_last_right_is_not_believed(wall: Wall) -> None:
    """Put back by a new battery: what it says was long before it was heard of in time."""
    wall.hang("cb", OWN, "generic_4")
    take(OWN, own("state"))
    wall.wait(hours=2)
    (outcome,) = take(OWN, own(hours=3))
    assert rung(outcome).pressed_at is None
    assert Device.unscoped("a test looks").get().clock_right_at == now() - timedelta(hours=2)


def test_what_lies_more_than_a_week_back_or_ahead_is_not_believed(wall: Wall) -> None:
    wall.hang("cb", OWN, "generic_4")
    take(OWN, own("state"))
    wall.wait(days=8)
    assert [
        rung(take(OWN, own(number=n, **ago))[0]).pressed_at
        for n, ago in enumerate(({"days": 7.5}, {"hours": -1}))
    ] == [None, None]


def test_a_lorawan_press_is_late_by_the_networks_clock(wall: Wall) -> None:
    wall.hang("24e124535b316056", LORA, "WS101")

    def frame(counter: int, data: str, **ago: float) -> DeviceInput:
        said = {"time": (now() - timedelta(**ago)).isoformat(), "devAddr": "00189440", "fCnt": counter}
        said |= {"deviceInfo": {"devEui": "24E124535B316056"}, "data": data}
        topic = "application/1/device/24e124535b316056/event/up"
        return DeviceInput(topic, json.dumps(said).encode(), now())

    take(LORA, frame(1, "AXVk"))
    wall.wait(hours=1)
    (outcome,) = take(LORA, frame(2, "AXUQ/y4B", minutes=5))
    assert rung(outcome).pressed_at == now() - timedelta(minutes=5)


def test_two_held_up_presses_that_come_at_once_are_two_and_their_copies_none(wall: Wall) -> None:
    wall.hang("Li", Z2M, "TS0044")
    take(Z2M, zigbee(""))
    wall.wait(hours=1)
    first, second = zigbee(minutes=40), zigbee(minutes=30)
    word = DeviceInput("zigbee2mqtt/Li/action", b"1_single", now())
    kinds = [each.kind for each in take_all([(Z2M, each) for each in (first, word, second, word)])]
    assert kinds == ["pressed", "repeated", "pressed", "repeated"]
    (row,) = Call.unscoped("a test looks")
    assert (row.urgency, row.pressed_at) == (2, now() - timedelta(minutes=40))


def test_a_zigbee_press_that_the_gateway_sends_again_later_is_the_same(wall: Wall) -> None:
    """Its clock tells it, whoever sent it again: the gateway, too, which the broker takes for a new one."""
    wall.hang("Li", Z2M, "TS0044")
    message = zigbee()
    (before,) = take(Z2M, message)
    wall.wait(minutes=20)
    again = DeviceInput(message.topic, message.payload, now())
    (after,) = take(Z2M, again)
    assert (after.kind, after.press_id) == ("repeated", before.press_id)
    (other,) = take(Z2M, zigbee())
    assert other.kind == "pressed"


def test_a_delivery_that_the_broker_repeats_is_the_same_press_and_no_other_is(wall: Wall) -> None:
    wall.hang("Li", Z2M, "TS0044")
    wall.wait(minutes=1)
    # A press and its copy, each a delivery of its own.
    before, copy = take_all([(Z2M, bare("7")), (Z2M, bare("8"))])
    assert (before.kind, copy.kind) == ("pressed", "repeated")
    wall.wait(minutes=5)
    said = [bare("7", is_again=True), bare("8", is_again=True)]
    assert [each.press_id for each in take_all([(Z2M, each) for each in said])] == [before.press_id] * 2
    # The same number without the broker's word that it is a repetition: packet numbers are used anew.
    assert [each.kind for each in take(Z2M, bare("8"))] == ["pressed"]
    wall.wait(minutes=5)
    # Repeated, but never stored: nobody had heard of it.
    assert [each.kind for each in take(Z2M, bare("9", is_again=True))] == ["pressed"]
    wall.wait(minutes=5)
    assert [each.kind for each in take(Z2M, bare("9", is_again=True, key="2"))] == ["pressed"]
    assert press_count() == 4


def test_a_day_later_nobody_is_called_twice_all_the_same(wall: Wall) -> None:
    """Beyond that day a repeated delivery counts as a further press: of the same call while that is open."""
    wall.hang("Li", Z2M, "TS0044")
    (before,) = take(Z2M, bare("7"))
    wall.wait(hours=25)
    assert forget_deliveries() == 1
    (after,) = take(Z2M, bare("7", is_again=True))
    assert (after.kind, after.call_id) == ("pressed", before.call_id)
    assert Call.unscoped("a test counts").count() == 1
