"""The call button's part of a demo county: what a trial needs is there, and the past is over."""

from collections import Counter
from typing import Any

import pytest

from core.county import County


@pytest.fixture
def seeded(county: County) -> dict[str, Any]:
    """The acceptance county with the call button alone."""
    from core.app import load_plugins
    from core.demo.world import build_world
    from core.progress import progress

    load_plugins(county)
    world = build_world("acceptance", 1, password="Demo-county-2026", progress=progress)
    return world.answers["call_button"]


def test_a_trial_finds_every_state_that_a_screen_can_show(seeded: dict[str, Any]) -> None:
    from core.clock import now
    from plugins.call_button.models.calls import Call, Share
    from plugins.call_button.models.devices import Device, UnknownDevice
    from plugins.call_button.queries.duty import on_duty

    states = Counter(each["state"] for each in seeded["calls"])
    assert {"ringing", "answered", "arrived", "done", "cancelled"} <= set(states)
    assert states["ringing"] == 1
    assert UnknownDevice.select().where(UnknownDevice.pressed_at.is_null(False)).exists()
    assert Device.unscoped("test").where(Device.battery < 20).exists()
    (child,) = seeded["demo_accounts"]
    assert Share.unscoped("test").get().account_id == int(child["account_id"])
    down = Call.unscoped("test").where(Call.thumb == "down").get()
    assert down.case_id is not None
    town = seeded["devices"][0]["area_code"][:9]
    assert len(on_duty(town, now())) == 1
    for each in Call.unscoped("test"):
        assert each.answered_at is None or each.answered_at >= each.rung_at
        assert each.rung_at <= now()
