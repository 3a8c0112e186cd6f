"""The simulator: for who registers devices; for everybody who sees calls only where the county says so."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.clock import now
from core.errors import Forbidden, Invalid, NotFound
from core.security import Actor
from core.testing import FAR_VILLAGE, GRID, VILLAGE, TestHousehold


@pytest.fixture
def simulated(frozen_clock: Callable[[datetime], None], people: list[TestHousehold]) -> int:
    """A simulated device in the first home."""
    from plugins.call_button.models.devices import Device

    row = Device.create(
        area_code=VILLAGE,
        household_id=people[0].id,
        kind="button",
        driver="call_button.simulator",
        model="simulator_4",
        source="sim-1",
        place="床头",
        registered_at=now(),
        registered_by=1,
    )
    return int(row.id)


def calls() -> list[Any]:
    from plugins.call_button.models.calls import Call

    return list(Call.unscoped("test").order_by(Call.id))


def test_a_key_on_the_page_rings_once_however_often_the_form_is_sent(
    simulated: int, as_role: Callable[..., FlaskClient]
) -> None:
    browser = as_role("secretary", VILLAGE)
    page = browser.get("/call-button/simulator").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = {"csrf_token": token[1], "form_key": secrets.token_hex(8), "key": "1"}
    for _ in range(3):
        assert browser.post(f"/call-button/simulator/{simulated}", data=form).status_code == 303
    (call,) = calls()
    assert (call.state, call.urgency) == ("ringing", 1)
    assert "已按下" in browser.get("/call-button/simulator").text
    wrong = {**form, "form_key": secrets.token_hex(8), "key": "9"}
    assert browser.post(f"/call-button/simulator/{simulated}", data=wrong).status_code == 422


def test_a_key_is_pressed_within_ones_areas_only(simulated: int, actor: Callable[..., Actor]) -> None:
    from plugins.call_button.services.simulator import press_simulated

    with pytest.raises(NotFound):
        press_simulated(actor("secretary", FAR_VILLAGE), simulated, "1", "a")
    assert press_simulated(actor("secretary", VILLAGE), simulated, "1", "a").kind == "pressed"


def test_it_is_closed_for_others(
    simulated: int, as_role: Callable[..., FlaskClient], actor: Callable[..., Actor], people: Any
) -> None:
    from plugins.call_button.errors.simulator import SimulatorClosed
    from plugins.call_button.services.simulator import press_simulated

    resident = {"person_id": people[0].person_ids[0]}
    for who in (actor("assistant", GRID), actor("resident", VILLAGE, **resident)):
        with pytest.raises(SimulatorClosed):
            press_simulated(who, simulated, "1", "a")
    assert as_role("assistant", GRID).get("/call-button/simulator").status_code == 403
    assert calls() == []


def test_a_stranger_is_pressed_for_practice_by_who_registers(
    simulated: int, actor: Callable[..., Actor]
) -> None:
    from plugins.call_button.models.devices import UnknownDevice
    from plugins.call_button.services.simulator import press_stranger

    secretary = actor("secretary", VILLAGE)
    assert press_stranger(secretary, "sim-new-1", "2", "b").kind == "unknown"
    assert [row.source for row in UnknownDevice.select()] == ["sim-new-1"]
    for wrong in ("", "x" * 41, "a b", "床头"):
        with pytest.raises(Invalid):
            press_stranger(secretary, wrong, "1", "c")
    with pytest.raises(Invalid):
        press_stranger(secretary, "sim-new-1", "5", "c")


class TestDemonstration:
    @pytest.fixture
    def county_sections(self) -> str:
        """The county says that this is one."""
        return "[plugin.call_button]\nsimulator = true\n"

    def test_residents_press_the_keys_of_their_own_home_only(
        self, simulated: int, actor: Callable[..., Actor], people: Any
    ) -> None:
        from plugins.call_button.services.simulator import press_simulated, press_stranger

        neighbour = actor("resident", VILLAGE, person_id=people[1].person_ids[0])
        own = actor("resident", VILLAGE, person_id=people[0].person_ids[0])
        with pytest.raises(NotFound):
            press_simulated(neighbour, simulated, "1", "a")
        assert press_simulated(own, simulated, "1", "a").kind == "pressed"
        with pytest.raises(Forbidden):
            press_stranger(own, "sim-new-1", "1", "a")
