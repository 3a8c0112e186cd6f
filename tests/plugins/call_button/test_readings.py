"""What comes of a message: heard, pressed, refused; who is believed, and what one bad message harms."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from core.clock import now
from core.county import county, database_url, device_drivers
from core.db import engine, is_outage
from core.db.work import COUNTY_WRITES
from core.devices import DeviceInput
from core.testing import VILLAGE
from plugins.call_button.models import devices as models
from plugins.call_button.services import refusals
from plugins.call_button.services.readings import Outcome, take, take_all
from tests.plugins.call_button.device_people import Wall, press_count, refused, signed

HTTP, SMS = "call_button.http", "call_button.sms"


@contextmanager
def locked_database() -> Iterator[None]:
    """Another program holds the turn to write."""
    url = database_url(county().data)
    if engine() == "sqlite":
        other: Any = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        other = psycopg.connect(url)
        other.execute("SELECT pg_advisory_lock(%s)", (COUNTY_WRITES,))
    try:
        yield
    finally:
        other.rollback()
        other.close()


def kinds(outcomes: list[Outcome]) -> list[str]:
    return [outcome.kind for outcome in outcomes]


def test_a_signed_press_is_stored_and_rings(wall: Wall) -> None:
    device = wall.hang("cb-1")
    (outcome,) = take(HTTP, signed(device, 1, battery=80))
    assert (outcome.kind, outcome.device_id) == ("pressed", device.id)
    assert outcome.call_id is not None
    row = models.Device.unscoped("a test looks").get()
    assert (row.sequence, row.battery, row.seen_at, row.online) == (1, 80, now(), True)


def test_the_same_message_again_is_the_same_press(wall: Wall) -> None:
    device = wall.hang("cb-1")
    message = signed(device, 1)
    first, again = take_all([(HTTP, message), (HTTP, message)])
    assert (first.kind, again.kind, again.press_id) == ("pressed", "repeated", first.press_id)
    assert press_count() == 1
    assert refused() == []


def test_a_wrong_secret_is_refused_and_logged(wall: Wall) -> None:
    device = wall.hang("cb-1")
    (outcome,) = take(HTTP, signed(device, 1, secret="00" * 32))
    assert (outcome.kind, outcome.why) == ("refused", "forged")
    assert refused() == [("forged", 1)]
    row = models.Device.unscoped("a test looks").get()
    assert (press_count(), row.seen_at, row.sequence) == (0, None, 0)


def test_every_signed_word_is_held_by_the_signature(wall: Wall) -> None:
    device = wall.hang("cb-1")
    honest = signed(device, 5, key="2", battery=70)
    for old, new in (
        (b'"key": "2"', b'"key": "1"'),
        (b": 5,", b": 6,"),
        (b"70", b"71"),
        (b"single", b"hold"),
    ):
        altered = honest.payload.replace(old, new)
        assert altered != honest.payload
        assert [each.why for each in take(HTTP, replace(honest, payload=altered))] == ["forged"]


@pytest.mark.parametrize("seconds", [-86_400, -301, 301, 86_400])
def test_an_old_or_early_timestamp_is_refused(wall: Wall, seconds: int) -> None:
    device = wall.hang("cb-1")
    at = (now() + timedelta(seconds=seconds)).isoformat()
    assert [each.why for each in take(HTTP, signed(device, 1, at=at))] == ["too_old"]
    assert press_count() == 0


def test_a_replay_is_refused(wall: Wall) -> None:
    device = wall.hang("cb-1")
    first, second = signed(device, 1), signed(device, 2)
    assert kinds(take_all([(HTTP, first), (HTTP, second), (HTTP, first)])) == [
        "pressed",
        "pressed",
        "refused",
    ]
    assert refused() == [("replayed", 1)]


@pytest.mark.parametrize("more", [{"key": "2"}, {"gesture": "double"}, {"battery": 3}, {"at": 1}])
def test_another_content_under_the_same_number_is_a_replay(wall: Wall, more: dict[str, Any]) -> None:
    device = wall.hang("cb-1")
    first = signed(device, 1)
    if "at" in more:
        more = {"at": (now() + timedelta(seconds=1)).isoformat()}
    assert kinds(take_all([(HTTP, first), (HTTP, signed(device, 1, **more)), (HTTP, first)])) == [
        "pressed",
        "refused",
        "repeated",
    ]
    assert (press_count(), refused()) == (1, [("replayed", 1)])


def test_a_press_under_the_number_of_a_sign_of_life_is_a_replay(wall: Wall) -> None:
    device = wall.hang("cb-1")
    alive = signed(device, 1, key="")
    assert kinds(take_all([(HTTP, alive), (HTTP, signed(device, 1)), (HTTP, alive)])) == [
        "heard",
        "refused",
        "heard",
    ]


def test_the_same_number_over_mqtt_is_the_same_press_whatever_the_clock_says(wall: Wall) -> None:
    wall.hang("cb-1", "call_button.generic_mqtt", "generic_4")
    for second in range(3):
        at = (now() + timedelta(seconds=second)).isoformat()
        payload = f'{{"key":"1","number":7,"at":"{at}"}}'.encode()
        take("call_button.generic_mqtt", DeviceInput("gridgov/cb-1/press", payload, now()))
        wall.wait(minutes=1)
    assert press_count() == 1


def test_an_unsigned_message_is_refused(wall: Wall) -> None:
    wall.hang("cb-1", secret="")
    device = wall.hang("cb-2")
    message = signed(device, 1)
    bare = replace(message, payload=message.payload.replace(b'"signature"', b'"other"'))
    other = replace(message, payload=message.payload.replace(b"cb-2", b"cb-1"))
    assert [each.why for each in take_all([(HTTP, bare), (HTTP, other)])] == ["unsigned", "unsigned"]


def test_an_unknown_key_is_refused_and_logged(wall: Wall) -> None:
    device = wall.hang("cb-1")
    assert [each.why for each in take(HTTP, signed(device, 1, key="9"))] == ["unknown_key"]
    assert refused() == [("unknown_key", 1)]


def test_a_revoked_device_rings_nowhere_and_stands_in_the_list(wall: Wall) -> None:
    device = wall.hang("cb-1", state=models.REVOKED)
    (outcome,) = take(HTTP, signed(device, 1))
    assert (outcome.kind, outcome.why, outcome.device_id) == ("refused", "revoked", device.id)
    assert (press_count(), refused()) == (0, [("revoked", 1)])


def test_whatever_comes_by_whatever_driver_stops_nothing(wall: Wall) -> None:
    device = wall.hang("cb-1")
    noise = random.Random(7)
    topics = (
        "",
        "a",
        "zigbee2mqtt/x",
        "zigbee2mqtt/x/action",
        "gridgov/x/press",
        "13900005678",
        "simulator/x",
    )
    batch = [
        (driver, DeviceInput(noise.choice(topics), noise.randbytes(noise.randrange(40)), now()))
        for driver in device_drivers()
        for _ in range(40)
    ]
    outcomes = take_all([*batch, (HTTP, signed(device, 1))])
    assert outcomes[-1].kind == "pressed"
    assert "failed" not in {why for why, _ in refused()}


def test_one_bad_message_harms_no_other(wall: Wall) -> None:
    device = wall.hang("cb-1")
    batch = [
        (HTTP, DeviceInput("/", b"\xff\x00", now())),
        (HTTP, signed(device, 1)),
        ("call_button.none", DeviceInput("/", b"", now())),
        (HTTP, signed(device, 2, key="2")),
    ]
    assert kinds(take_all(batch)) == ["refused", "pressed", "refused", "pressed"]
    assert refused() == [("unreadable", 1), ("no_driver", 1)]


def test_a_message_that_cannot_be_stored_is_kept_and_the_others_count(
    wall: Wall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What breaks while it is stored is undone to its beginning; the record of it stays."""
    from plugins.call_button.services import readings

    device, good = wall.hang("cb-1"), wall.hang("cb-2")
    store = readings.store_press

    def breaks_on_one(hit: models.Device, *rest: object) -> object:
        if hit.id == device.id:
            raise KeyError("a mistake of ours")
        return store(hit, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(readings, "store_press", breaks_on_one)
    assert kinds(take_all([(HTTP, signed(device, 1)), (HTTP, signed(good, 1))])) == ["refused", "pressed"]
    assert refused() == [("failed", 1)]
    assert models.Device.unscoped("a test looks").where(models.Device.id == device.id).get().sequence == 0


def test_a_locked_database_takes_nothing_of_a_batch(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bridge acknowledges nothing then, and the broker brings it again."""
    monkeypatch.setattr("core.db.work.WRITE_WAIT_SECONDS", 0.2)
    device = wall.hang("cb-1")
    batch = [(HTTP, signed(device, 1)), (HTTP, DeviceInput("/", b"no", now()))]
    with locked_database(), pytest.raises(Exception) as caught:  # noqa: PT011 - core says which
        take_all(batch)
    assert is_outage(caught.value)
    assert (press_count(), refused()) == (0, [])
    assert kinds(take_all(batch)) == ["pressed", "refused"]


def test_a_text_from_a_known_number_calls(wall: Wall) -> None:
    from plugins.call_button.services.readings import source_of

    device = wall.hang(source_of(SMS, "13800001234"), SMS, "sms_4")
    assert "13800001234" not in device.source
    (outcome,) = take(SMS, DeviceInput("+86 138 0000 1234", "救命".encode(), now()))
    assert (outcome.kind, outcome.device_id) == ("pressed", device.id)


def test_a_text_from_an_unknown_number_waits_for_pairing(wall: Wall) -> None:
    assert kinds(take(SMS, DeviceInput("13900005678", b"1", now()))) == ["unknown"]
    row = models.UnknownDevice.get()
    assert (row.presses, row.last_key, row.pressed_at) == (1, "1", now())
    assert "13900005678" not in row.source


def test_a_thousand_presses_a_minute_are_counted_and_others_are_not_held_up(wall: Wall) -> None:
    device, other = wall.hang("cb-1"), wall.hang("cb-2")
    flood = [(HTTP, signed(device, number)) for number in range(1, 1_001)]
    outcomes = take_all([*flood[:500], (HTTP, signed(other, 1)), *flood[500:]])
    assert outcomes[500].kind == "pressed"
    mine = [outcome for outcome in outcomes if outcome.device_id == device.id]
    assert kinds(mine).count("pressed") == 20
    assert len({outcome.call_id for outcome in mine if outcome.call_id}) == 1
    assert refused() == [("too_many", 980)]
    # A key of its own counts for itself: whoever leaned on one can still press another.
    assert kinds(take(HTTP, signed(device, 1_001, key="2"))) == ["pressed"]


def test_refused_messages_never_fill_the_disk(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    take_all([(HTTP, DeviceInput("/", b"no", now()))] * 30)
    assert [times for _, times in refused()] == [1, 1, 1, 1, 26]
    monkeypatch.setattr(refusals, "KEPT_OF_ALL", 8)
    spoofed = [signed(wall.hang(f"cb-{number}"), 1, secret="11" * 32) for number in range(20)]
    take_all([(HTTP, message) for message in spoofed])
    assert len(refused()) == 8
    assert sum(times for _, times in refused()) == 50
    monkeypatch.setattr(refusals, "KEPT_ROWS", 5)
    assert refusals.forget_refused() == 3
    wall.wait(days=31)
    assert refusals.forget_refused() == 5


def test_strangers_never_fill_the_disk(wall: Wall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.call_button.services.unknown_devices.MOST", 3)
    take_all([(SMS, DeviceInput(f"1390000{number:04d}", b"1", now())) for number in range(9)])
    # Whoever presses now is offered for pairing, however many were invented before.
    assert [row.source[-4:] for row in models.UnknownDevice.select().order_by(models.UnknownDevice.id)] == [
        "0006",
        "0007",
        "0008",
    ]


def test_on_a_test_day_presses_ring_nowhere(wall: Wall) -> None:
    device = wall.hang("cb-1")
    models.TestDay.create(area_code=VILLAGE, begins_at=now(), ends_at=now() + timedelta(hours=2), set_by=1)
    message = signed(device, 1)
    first, again = take_all([(HTTP, message), (HTTP, message)])
    assert (first.kind, first.call_id, again.kind) == ("pressed", None, "repeated")
    assert models.Device.unscoped("a test looks").get().tested_at == now()
    wall.wait(hours=3)
    assert take(HTTP, signed(device, 2))[0].call_id is not None
