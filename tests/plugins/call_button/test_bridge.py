"""The bridge on a real Mosquitto: what the broker acknowledged is stored once, whatever happens meanwhile."""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from core.app import load_plugins
from core.county import County, database_url
from core.db import database, engine
from core.db.work import COUNTY_WRITES
from core.heartbeat import beat, companion_sign
from core.testing import TestHousehold
from plugins.call_button.bridge.listener import Listener, is_filter
from plugins.call_button.bridge_figures import NAME
from plugins.call_button.models.devices import Device, RefusedMessage, UnknownDevice
from plugins.call_button.queries.bridge_health import findings
from plugins.call_button.services import same_press
from tests.plugins.call_button.bridging import Bridge, call_count, hang, press, presses
from tools.mosquitto import Mosquitto, Publisher, wait_until

pytestmark = pytest.mark.broker
BREAKS = """
from core.devices import DeviceDriver, DeviceModel
from core.hookspecs import hookimpl


def read(message):
    raise ZeroDivisionError(message.topic)


@hookimpl
def register_device_drivers():
    models = (DeviceModel("any", "any", ("1",)),)
    yield DeviceDriver("breaking.any", "any", models, read, lambda _: ("breaking/#",))
    yield DeviceDriver("breaking.topics", "any", models, read, lambda _: 1 / 0)
    yield DeviceDriver("breaking.filter", "any", models, read, lambda _: ("a#b", ""))
"""


def url(broker: Mosquitto) -> str:
    return f"mqtt://127.0.0.1:{broker.port}"


@pytest.fixture
def caller(people: list[TestHousehold]) -> Device:
    """A caller called cb-1."""
    return hang(people[0].id, "cb-1")


@pytest.fixture
def listening(bridge: Bridge, broker: Mosquitto, caller: Device) -> Bridge:
    """The bridge, connected: its session is known to the broker."""
    bridge.start(url(broker))
    await_connected(True)
    return bridge


def figures() -> dict[str, float]:
    with database.connection_context():
        sign = companion_sign(NAME)
    return dict(sign.figures) if sign is not None else {}


def await_connected(is_so: bool) -> None:
    wait_until(lambda: figures().get("connected") == float(is_so), what=f"connected: {not is_so}")


def await_presses(count: int) -> None:
    wait_until(lambda: len(presses()) >= count, what=f"{presses()}")
    assert len(presses()) == count


def codes() -> set[str]:
    with database.connection_context():
        return {finding.code for finding in findings()}


def test_a_press_makes_a_call_and_its_copies_are_the_same_press(
    listening: Bridge, publisher: Publisher
) -> None:
    for _ in range(3):
        publisher.publish("gridgov/cb-1/press", press(1))
    await_presses(1)
    publisher.publish("gridgov/cb-1/press", press(2))
    await_presses(2)
    assert call_count() == 1
    wait_until(lambda: figures().get("messages") == 4)
    wait_until(lambda: figures()["stored"] == 4)
    assert codes() == set()


def test_what_comes_while_nobody_listens_is_kept_by_the_broker(
    listening: Bridge, broker: Mosquitto, publisher: Publisher
) -> None:
    listening.stop()
    mids = {publisher.publish("gridgov/cb-1/press", press(number)) for number in range(20)}
    wait_until(lambda: mids <= publisher.acknowledged)
    assert presses() == []
    listening.start(url(broker))
    await_presses(20)
    assert "call_button_no_persistence" not in codes()


def test_a_press_without_a_number_that_was_stored_and_not_acknowledged_is_one(
    bridge: Bridge,
    broker: Mosquitto,
    publisher: Publisher,
    caller: Device,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As after a kill between the two: the broker repeats it, later than time alone could tell."""
    monkeypatch.setattr(same_press, "seconds", lambda _name: timedelta(milliseconds=200))
    with monkeypatch.context() as before_the_end:
        before_the_end.setattr(Listener, "acknowledge", lambda *_: None)
        bridge.start(url(broker))
        await_connected(True)
        publisher.publish("gridgov/cb-1/press", press())
        await_presses(1)
        bridge.stop()
    time.sleep(0.3)
    bridge.start(url(broker))
    wait_until(lambda: figures().get("stored") == 1, what="repeated by the broker")
    assert len(presses()) == 1
    publisher.publish("gridgov/cb-1/press", press())
    await_presses(2)


def test_a_retained_press_does_not_ring(
    bridge: Bridge, broker: Mosquitto, publisher: Publisher, caller: Device
) -> None:
    mid = publisher.publish("gridgov/cb-1/press", press(1), retain=True)
    wait_until(lambda: mid in publisher.acknowledged)
    bridge.start(url(broker))
    wait_until(lambda: RefusedMessage.select().count())
    assert (presses(), call_count()) == ([], 0)
    assert RefusedMessage.get().why == "retained"
    publisher.publish("gridgov/cb-1/press", press(2))
    await_presses(1)
    wait_until(lambda: "call_button_retained" in codes())


def test_a_driver_that_breaks_harms_nobody_else(
    bridge: Bridge,
    broker: Mosquitto,
    publisher: Publisher,
    caller: Device,
    county: County,
    plugin_folder: Callable[..., Any],
) -> None:
    plugin_folder("breaking", {"plugin.py": BREAKS})
    load_plugins(county)
    bridge.start(url(broker))
    await_connected(True)
    for number in range(30):
        publisher.publish("breaking/1", b"\xff\x00 no JSON")
        publisher.publish("gridgov/cb-1/press", b"{")
        publisher.publish("gridgov/cb-1/press", press(number))
    await_presses(20)  # the rest of a minute's is only counted
    wait_until(lambda: figures().get("stored") == 90)
    assert bridge.is_running
    whys = {(row.driver, row.why) for row in RefusedMessage.select()}
    assert {("breaking.any", "unreadable"), ("call_button.generic_mqtt", "unreadable")} <= whys


def test_a_stranger_waits_to_be_paired(listening: Bridge, publisher: Publisher) -> None:
    publisher.publish("gridgov/cb-9/press", press(1))
    wait_until(lambda: UnknownDevice.select().count())
    assert UnknownDevice.get().source == "cb-9"


@contextmanager
def locked_database(county: County) -> Iterator[None]:
    """Another program holds the turn to write."""
    address = database_url(county.data)
    if engine() == "sqlite":
        other: Any = sqlite3.connect(address.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        other = psycopg.connect(address)
        other.execute("SELECT pg_advisory_lock(%s)", (COUNTY_WRITES,))
    try:
        yield
    finally:
        other.rollback()
        other.close()


def test_a_locked_database_acknowledges_nothing_and_the_broker_keeps_it(
    listening: Bridge, broker: Mosquitto, publisher: Publisher, county: County
) -> None:
    with locked_database(county):
        mids = {publisher.publish("gridgov/cb-1/press", press(number)) for number in range(5)}
        wait_until(lambda: mids <= publisher.acknowledged)
        time.sleep(1)
        assert listening.is_running
        # Whoever held them goes, and has acknowledged none: they come again.
        listening.stop()
    assert presses() == []
    listening.start(url(broker))
    await_presses(5)


def test_a_locked_database_that_opens_again_takes_what_waits(
    listening: Bridge, publisher: Publisher, county: County
) -> None:
    with locked_database(county):
        publisher.publish("gridgov/cb-1/press", press(1))
        time.sleep(7)  # longer than a unit of work waits for its turn
        assert presses() == []
    await_presses(1)
    wait_until(lambda: figures().get("held_up") == 0)


def test_the_broker_comes_back_and_so_does_the_bridge(
    listening: Bridge, broker: Mosquitto, publisher: Publisher
) -> None:
    publisher.publish("gridgov/cb-1/press", press(1))
    await_presses(1)
    broker.stop()
    await_connected(False)
    assert "call_button_broker_gone" in codes()
    broker.start()
    wait_until(lambda: publisher.is_connected)
    publisher.publish("gridgov/cb-1/press", press(2))
    await_presses(2)
    await_connected(True)
    assert codes() == set()


def test_a_broker_that_forgets_is_told_on(listening: Bridge, broker: Mosquitto) -> None:
    broker.stop()
    await_connected(False)
    for file in broker.conf.parent.glob("*.db*"):
        file.unlink()
    broker.start()
    await_connected(True)
    wait_until(lambda: "call_button_no_persistence" in codes())


def test_presses_of_qos_0_are_told_on(listening: Bridge, publisher: Publisher) -> None:
    publisher.publish("gridgov/cb-1/press", press(1), qos=0)
    await_presses(1)
    wait_until(lambda: "call_button_qos" in codes())


def test_without_a_bridge_doctor_says_so_where_a_caller_hangs(
    bridge: Bridge, people: list[TestHousehold]
) -> None:
    assert codes() == set()
    hang(people[0].id, "cb-1")
    assert codes() == {"call_button_bridge_silent"}
    # Before the county is started it is a note. Once it serves it is grave for people, and no reason to
    # take the pages away from them.
    (finding,) = findings()
    assert (finding.grave, finding.stops) == (False, False)
    beat("here:1")
    (finding,) = findings()
    assert (finding.grave, finding.stops) == (True, False)
    bridge.start("")
    wait_until(figures)
    assert codes() == set()  # no broker is configured: nothing to be connected to


def test_a_wrong_password_is_told_on(
    bridge: Bridge, caller: Device, broker: Mosquitto, tmp_path: Any
) -> None:
    broker.stop()
    (tmp_path / "users").write_text("")
    text = broker.conf.read_text().replace("allow_anonymous true", f"password_file {tmp_path / 'users'}")
    broker.conf.write_text(text)
    broker.start()
    bridge.start(url(broker).replace("//", "//gridgov:wrong@"))
    wait_until(lambda: {"call_button_broker_refuses", "call_button_broker_gone"} <= codes())
    assert bridge.is_running


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("zigbee2mqtt/#", True),
        ("#", True),
        ("a/+/b", True),
        ("a/+", True),
        ("a#", False),
        ("a/#/b", False),
        ("a+/b", False),
        ("a/b+", False),
        ("", False),
        (None, False),
        ("a\0", False),
    ],
)
def test_what_a_filter_is(text: Any, is_one: bool) -> None:
    assert is_filter(text) is is_one


def test_metrics_show_the_bridge(listening: Bridge, county: County) -> None:
    from core.metrics import Metrics

    text = Metrics().text().decode()
    assert 'gridgov_companion{companion="call_button.bridge",figure="connected"} 1.0' in text
    assert "gridgov_companion_silent_seconds" in text
    assert json.dumps(figures())
