"""What drivers read: the recorded payloads, and that nothing whatever makes one fall over."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.devices import DeviceDriver, DeviceInput, Reading, Unreadable
from plugins.call_button.drivers import DRIVERS
from plugins.call_button.meanings import meanings

SAMPLES = Path(__file__).parent / "samples"
BY_NAME = {driver.name: driver for driver in DRIVERS}
AT = datetime(2026, 3, 2, 1, tzinfo=UTC)


def samples() -> Iterator[Any]:
    for file in sorted(SAMPLES.glob("*.jsonl")):
        for number, line in enumerate(file.read_text().splitlines(), 1):
            said = json.loads(line)
            yield pytest.param(said, id=f"{file.stem}-{number}-{said['about']}")


def message_of(said: dict[str, Any]) -> DeviceInput:
    payload = bytes.fromhex(said["payload_hex"]) if "payload_hex" in said else said["payload"].encode()
    return DeviceInput(said["topic"], payload, AT, retained=said.get("retained", False))


@pytest.mark.parametrize("said", list(samples()))
def test_recorded_payloads_read_as_they_should(said: dict[str, Any]) -> None:
    driver = BY_NAME[said["driver"]]
    if said["readings"] is None:
        with pytest.raises(Unreadable):
            tuple(driver.read(message_of(said)))
        return
    wanted = [
        Reading(**{name: _moment(name, value) for name, value in each.items()}) for each in said["readings"]
    ]
    assert [asdict(each) for each in driver.read(message_of(said))] == [asdict(each) for each in wanted]


def _moment(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in ("at", "heard_at") else value


def test_every_driver_has_samples_and_a_model_for_its_keys() -> None:
    seen = {said.values[0]["driver"] for said in samples()}
    assert seen == set(BY_NAME)
    assert all(len({model.name for model in driver.models}) == len(driver.models) for driver in DRIVERS)


TOPICS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            [
                *("zigbee2mqtt", "gridgov", "simulator", "press", "state", "action", "availability", "a", ""),
                *("application", "device", "0101010101010101", "event", "up", "status", "join", "bridge"),
            ]
        ),
        max_size=6,
    ).map("/".join),
    st.just("application/1/device/0101010101010101/event/up"),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=80)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=4,
)
WORDS = (
    *("action", "battery", "linkquality", "last_seen", "device", "smoke", "contact", "fall_down_status"),
    *("state", "key", "gesture", "number", "at", "link", "online", "model", "sequence", "signature", "id"),
    *("data", "object", "devAddr", "fCnt", "time", "rxInfo", "deviceInfo", "batteryLevel", "deduplicationId"),
)
PAYLOADS = st.one_of(
    st.binary(max_size=80),
    st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=5).map(lambda said: json.dumps(said).encode()),
    st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=5).map(
        lambda said: json.dumps({**said, "deviceInfo": {"devEui": "0101010101010101"}}).encode()
    ),
)


@pytest.mark.parametrize("driver", DRIVERS, ids=lambda driver: driver.name)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(topic=TOPICS, payload=PAYLOADS)
def test_whatever_comes_is_read_or_unreadable(driver: DeviceDriver, topic: str, payload: bytes) -> None:
    try:
        found = tuple(driver.read(DeviceInput(topic, payload, AT)))
    except Unreadable:
        return
    for reading in found:
        assert 1 <= len(reading.source) <= 120
        assert len(reading.message_id) <= 160
        # What no database can hold has no way in.
        for word in (reading.source, reading.key, reading.message_id, reading.model):
            word.encode()
            assert "\0" not in word


@given(data=st.binary(max_size=60))
def test_bytes_of_a_frame_never_make_the_decoder_fall_over(data: bytes) -> None:
    from plugins.call_button.drivers.milesight import decode

    found = decode(data)
    assert found is None or found.battery is None or 0 <= found.battery <= 100


def test_each_driver_listens_where_the_settings_say() -> None:
    from plugins.call_button.settings import CallButtonSettings

    settings = CallButtonSettings().load(
        {"broker": {"zigbee2mqtt_topic": "z2m/+", "chirpstack_application": "7"}}
    )
    listened = {name: driver.topics(settings) for name, driver in BY_NAME.items() if driver.topics(settings)}
    assert listened == {
        "call_button.zigbee2mqtt": ("z2m/+/#",),
        "call_button.chirpstack": ("application/7/device/+/event/+",),
        "call_button.generic_mqtt": ("gridgov/+/press", "gridgov/+/state"),
    }


def test_keys_mean_what_was_set_for_the_device_then_what_the_county_says() -> None:
    county = ("call", "cancel", "satisfied", "dissatisfied")
    model = BY_NAME["call_button.zigbee2mqtt"].model
    assert meanings(model("TS0044"), "", county) == {
        "1": "call",
        "2": "cancel",
        "3": "satisfied",
        "4": "dissatisfied",
    }
    assert meanings(model("TS0044"), '{"4": "call"}', county)["4"] == "call"
    # Nobody hangs up with the only key they have, whatever the county's first key means.
    assert meanings(model("TS0041"), "", ("cancel", "call", "cancel", "cancel")) == {"1": "call"}
    assert meanings(model("smoke"), "", county) == {"smoke": "alarm", "clear": "unknown"}
    assert meanings(None, "", county) == {}
