"""Devices that are not heard of: flagged, and no other; a case each, for as long as it lasts."""

import time
from datetime import timedelta

import pytest

from core.accounts.api import operator
from core.cases.api import case, list_cases
from core.clock import now
from core.db import unit_of_work
from core.devices import DeviceInput
from core.testing import VILLAGE
from plugins.call_button.models import devices as models
from plugins.call_button.queries.device_health import findings
from plugins.call_button.queries.devices import light_counts
from plugins.call_button.services import silence
from plugins.call_button.services.readings import take
from tests.plugins.call_button.device_people import Wall

Z2M, LORA, SIMULATOR = "call_button.zigbee2mqtt", "call_button.chirpstack", "call_button.simulator"


def row(device: models.Device) -> models.Device:
    return models.Device.unscoped("a test looks").where(models.Device.id == device.id).get()


def heard(source: str, payload: bytes = b'{"battery":80}', **more: bool) -> None:
    take(Z2M, DeviceInput(f"zigbee2mqtt/{source}", payload, now(), **more))


def cases() -> list[str]:
    found, _ = list_cases(operator())
    return [each.state for each in found if each.kind == "call_button.silent"]


def test_each_model_has_its_own_interval(wall: Wall) -> None:
    remote, radar = (
        wall.hang("Li", Z2M, "TS0044", seen_at=now()),
        wall.hang("a" * 16, LORA, "VS373", seen_at=now()),
    )
    never, simulated = (
        wall.hang("new", Z2M, "TS0044"),
        wall.hang("s", SIMULATOR, "simulator_4", seen_at=now()),
    )
    gone = wall.hang("old", Z2M, "TS0044", seen_at=now(), state=models.REVOKED)
    wall.wait(hours=25)
    assert silence.flag_silent() == 0
    wall.wait(minutes=1)
    assert silence.flag_silent() == 2
    assert row(remote).silent_since == row(never).silent_since == now()
    wall.wait(hours=25)
    assert silence.flag_silent() == 1
    assert row(radar).silent_since == now()
    assert row(simulated).silent_since is row(gone).silent_since is None


def test_a_silent_device_gets_one_case_until_it_is_heard_of(wall: Wall) -> None:
    device = wall.hang("Li", Z2M, "TS0044", seen_at=now(), place="床头")
    wall.wait(hours=26)
    silence.watch_devices()
    silence.watch_devices()
    assert len(cases()) == 1
    case_id = row(device).silence_case_id
    assert case_id is not None
    view = case(operator(), case_id)
    assert (view.place, view.household_id) == ("床头", wall.homes[0].id)
    assert "赵" not in view.text
    heard("Li")
    assert row(device).silent_since is None
    silence.watch_devices()
    assert (cases(), row(device).silence_case_id) == (["cancelled"], None)
    wall.wait(hours=26)
    silence.watch_devices()
    assert sorted(cases()) == ["cancelled", "reported"]


def test_a_weak_battery_gets_a_case_until_it_is_changed(wall: Wall) -> None:
    device = wall.hang("Li", Z2M, "TS0044")
    heard("Li", b'{"battery":20}')
    silence.watch_devices()
    assert len(cases()) == 1
    # Up and down with the cold of the night: not yet changed.
    heard("Li", b'{"battery":24}')
    silence.watch_devices()
    assert cases() == ["reported"]
    heard("Li", b'{"battery":100}')
    silence.watch_devices()
    assert (cases(), row(device).silence_case_id) == (["cancelled"], None)


def test_what_the_gateway_repeats_is_not_heard_of_the_device(wall: Wall) -> None:
    device = wall.hang("Li", Z2M, "TS0044", seen_at=now())
    was = now()
    wall.wait(hours=20)
    heard("Li", f'{{"battery":80,"last_seen":"{was.isoformat()}"}}'.encode())
    heard("Li", b'{"battery":80}', retained=True)
    take(Z2M, DeviceInput("zigbee2mqtt/Li/availability", b'{"state":"offline"}', now(), retained=True))
    assert (row(device).seen_at, row(device).online) == (was, False)
    heard("Li")
    assert (row(device).seen_at, row(device).online) == (now(), True)


def test_a_device_whose_clock_is_a_day_off_is_heard_of_now(wall: Wall) -> None:
    device = wall.hang("cb", "call_button.generic_mqtt", "generic_4")
    at = (now() - timedelta(days=1)).isoformat()
    payload = f'{{"key":"1","number":1,"at":"{at}"}}'.encode()
    (outcome,) = take("call_button.generic_mqtt", DeviceInput("gridgov/cb/press", payload, now()))
    assert (outcome.kind, row(device).seen_at) == ("pressed", now())


def test_where_nothing_at_all_is_heard_nobody_is_flagged(wall: Wall) -> None:
    for number in range(21):
        wall.hang(f"r{number}", Z2M, "TS0044", seen_at=now())
    wall.wait(hours=30)
    assert silence.flag_silent() == 0
    assert "call_button_deaf" in {finding.code for finding in findings()}
    heard("r0")
    assert silence.flag_silent() == 20
    assert {finding.code for finding in findings()} == {"call_button_silent"}


@pytest.mark.parametrize("silent", [500])
def test_of_ten_thousand_devices_those_that_are_silent_are_flagged_and_no_other(
    wall: Wall, silent: int
) -> None:
    rows = [
        {
            "area_code": VILLAGE,
            "household_id": wall.homes[0].id,
            "kind": "button",
            "driver": Z2M,
            "model": "TS0044",
            "source": f"r{number}",
            "registered_at": now() - timedelta(days=9),
            "registered_by": 1,
            "seen_at": now() - timedelta(hours=26 if number % 20 == 0 else 24),
        }
        for number in range(silent * 20)
    ]
    with unit_of_work(housekeeping="a test's devices"):
        for start in range(0, len(rows), 500):
            models.Device.insert_many(rows[start : start + 500]).execute()
    began = time.monotonic()
    wall.hang("awake", Z2M, "TS0044", seen_at=now())
    assert silence.flag_silent() == silent
    assert time.monotonic() - began < 5
    flagged = models.Device.unscoped("a test looks").where(models.Device.silent_since.is_null(False))
    assert all(int(each.source[1:]) % 20 == 0 for each in flagged)
    assert light_counts(operator().scope("call_button.view"))["silent"] == silent
    # Cases come in portions, so that one run of the job is short.
    assert silence.file_cases() == 200
