"""Cards and posters show a village's own keys, and stay within one's areas."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.testing import FAR_VILLAGE, GRID, TOWN, VILLAGE


def order(text: str) -> list[str]:
    """The meanings of the pictures, as they stand."""
    return re.findall(r"key-picture key-([a-z]+)", text)


def test_the_card_shows_the_countys_keys_in_their_order(as_role: Callable[..., FlaskClient]) -> None:
    browser = as_role("secretary", VILLAGE)
    page = browser.get(f"/call-button/cards/{VILLAGE}?size=a5").text
    assert order(page) == ["call", "cancel", "satisfied", "dissatisfied"]
    assert "测试secretary" in page
    assert "keys_a5.css" in page
    assert "值班电话" not in page
    assert browser.get(f"/call-button/cards/{FAR_VILLAGE}").status_code == 404
    assert browser.get(f"/call-button/cards/{TOWN}").status_code == 404
    assert f"/call-button/cards/{VILLAGE}/poster" in browser.get("/call-button/cards").text


class TestOwnSettings:
    @pytest.fixture
    def county_sections(self) -> str:
        """Keys the other way round, and a telephone."""
        return (
            '[plugin.call_button]\nkeys = ["dissatisfied", "satisfied", "cancel", "call"]\n'
            'duty_phone = "0564-1234567"\n'
        )

    def test_card_and_poster_follow_the_settings(self, as_role: Callable[..., FlaskClient]) -> None:
        browser = as_role("secretary", VILLAGE)
        page = browser.get(f"/call-button/cards/{VILLAGE}").text
        assert order(page) == ["dissatisfied", "satisfied", "cancel", "call"]
        assert "0564-1234567" in browser.get(f"/call-button/cards/{VILLAGE}/poster").text

    def test_a_device_has_the_card_of_its_own_keys(
        self, as_role: Callable[..., FlaskClient], people: Any
    ) -> None:
        from core.clock import now
        from plugins.call_button.models.devices import Device

        row = Device.create(
            area_code=GRID,
            household_id=people[0].id,
            kind="button",
            driver="call_button.simulator",
            model="simulator_4",
            source="s-1",
            keys='{"1": "call"}',
            registered_at=now(),
            registered_by=1,
        )
        page = as_role("secretary", VILLAGE).get(f"/call-button/cards/device/{row.id}").text
        assert order(page) == ["call", "satisfied", "cancel", "call"]
        for role, area in (("secretary", VILLAGE), ("grid_leader", GRID)):
            looking = as_role(role, area)
            card = looking.get(f"/call-button/cards/device/{row.id}").text
            (back,) = re.findall(r'class="back" href="([^"]+)"', card)
            assert looking.get(back).status_code == 200, "the way back leads where one may go"
        assert as_role("secretary", FAR_VILLAGE).get(f"/call-button/cards/device/{row.id}").status_code == 404
