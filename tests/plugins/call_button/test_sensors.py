"""Smoke, door and fall sensors say the same again and again; a remote's empty words and doubles are none."""

from datetime import timedelta

import pytest

from core.clock import now
from core.devices import DeviceInput
from core.testing import VILLAGE
from plugins.call_button.models import devices as models
from plugins.call_button.models.calls import Call
from plugins.call_button.services.readings import Outcome, take, take_all
from tests.plugins.call_button.device_people import Wall, press_count, refused

Z2M, LORA = "call_button.zigbee2mqtt", "call_button.chirpstack"


def say(source: str, payload: bytes, *, retained: bool = False) -> list[str]:
    message = DeviceInput(f"zigbee2mqtt/{source}", payload, now(), retained=retained)
    return [outcome.kind for outcome in take(Z2M, message)]


def calls() -> list[str]:
    return [row.kind for row in Call.unscoped("a test looks").order_by(Call.id)]


def test_smoke_rings_once_until_it_is_over_or_goes_on(wall: Wall) -> None:
    wall.hang("kitchen", Z2M, "smoke", kind="smoke")
    smoke, clear = b'{"smoke":true,"battery":90}', b'{"smoke":false,"battery":90}'
    assert say("kitchen", clear) == ["heard"]
    assert say("kitchen", smoke) == ["pressed"]
    wall.wait(minutes=1)
    assert say("kitchen", smoke) == ["heard"]
    wall.wait(minutes=10)
    assert say("kitchen", smoke) == ["pressed"]
    assert say("kitchen", clear) == ["heard"]
    wall.wait(seconds=30)
    assert say("kitchen", smoke) == ["pressed"]
    assert set(calls()) == {"smoke"}


def test_smoke_rings_on_a_test_day_too(wall: Wall) -> None:
    wall.hang("kitchen", Z2M, "smoke", kind="smoke")
    models.TestDay.create(area_code=VILLAGE, begins_at=now(), ends_at=now() + timedelta(hours=2), set_by=1)
    assert say("kitchen", b'{"smoke":true}') == ["pressed"]
    assert calls() == ["smoke"]


def test_a_door_that_stays_open_rings_once(wall: Wall) -> None:
    wall.hang("gate", Z2M, "door", kind="door")
    is_open, closed = b'{"contact":false}', b'{"contact":true}'
    assert say("gate", is_open) == ["pressed"]
    wall.wait(hours=3)
    assert say("gate", is_open) == ["heard"]
    assert say("gate", closed) == ["heard"]
    assert say("gate", is_open) == ["pressed"]


def test_a_fall_is_shown_apart(wall: Wall) -> None:
    wall.hang("24e124535b316056", LORA, "VS373", kind="fall")
    topic = "application/1/device/24e124535b316056/event/up"
    body = '{"deviceInfo":{"devEui":"24e124535b316056"},"devAddr":"00189440","fCnt":%d,'
    body += '"time":"2026-03-02T01:00:00Z","data":"A/gEAAAAAAA="}'
    first = DeviceInput(topic, (body % 7).encode(), now())
    assert [each.kind for each in take(LORA, first)] == ["pressed"]
    assert calls() == ["fall"]


def test_what_a_sensor_s_broker_had_kept_rings_nowhere(wall: Wall) -> None:
    wall.hang("kitchen", Z2M, "smoke", kind="smoke")
    assert say("kitchen", b'{"smoke":true}', retained=True) == ["heard"]
    assert (calls(), refused()) == ([], [])


def test_a_retained_press_rings_nowhere_and_is_logged(wall: Wall) -> None:
    wall.hang("Li", Z2M, "TS0044")
    assert say("Li", b'{"action":"1_single"}', retained=True) == ["refused"]
    assert (press_count(), refused()) == (0, [("retained", 1)])
    assert models.Device.unscoped("a test looks").get().seen_at is None


def test_empty_actions_and_doubles_of_a_press_are_no_presses(wall: Wall) -> None:
    wall.hang("Li", Z2M, "TS0044")
    said = [
        ("Li", b'{"action":null,"battery":90}'),
        ("Li", b'{"action":"1_single","battery":90}'),
        ("Li/action", b"1_single"),
        ("Li", b'{"action":"","battery":90}'),
        ("Li/action", b""),
    ]
    batch = [(Z2M, DeviceInput(f"zigbee2mqtt/{name}", payload, now())) for name, payload in said]
    kinds = [outcome.kind for outcome in take_all(batch)]
    assert kinds == ["heard", "pressed", "repeated", "heard"]
    assert press_count() == 1


@pytest.mark.parametrize("again", ["3ac7e3c4", "another"])
def test_one_frame_by_two_ways_is_one_press(wall: Wall, again: str) -> None:
    wall.hang("24e124535b316056", LORA, "WS101")
    topic = "application/1/device/24e124535b316056/event/up"

    def frame(mark: str, counter: int) -> DeviceInput:
        body = f'{{"deduplicationId":"{mark}","time":"2026-03-02T01:00:00Z","devAddr":"00189440",'
        body += f'"deviceInfo":{{"devEui":"24E124535B316056"}},"fCnt":{counter},"data":"AXUQ/y4B"}}'
        return DeviceInput(topic, body.encode(), now())

    def sent(*frames: DeviceInput) -> list[Outcome]:
        return take_all([(LORA, each) for each in frames])

    assert [each.kind for each in sent(frame("3ac7e3c4", 1), frame(again, 1))] == ["pressed", "repeated"]
    wall.wait(seconds=1)
    assert [each.kind for each in sent(frame("other", 2))] == ["pressed"]


def test_a_clock_a_day_off_is_not_believed(wall: Wall) -> None:
    wall.hang("cb", "call_button.generic_mqtt", "generic_4")
    at = (now() - timedelta(days=1)).isoformat()
    message = DeviceInput("gridgov/cb/press", f'{{"key":"1","at":"{at}"}}'.encode(), now())
    assert [each.kind for each in take("call_button.generic_mqtt", message)] == ["pressed"]
    from plugins.call_button.models.calls import Press

    row = Press.unscoped("a test looks").get()
    assert (row.pressed_at, row.received_at) == (None, now())
