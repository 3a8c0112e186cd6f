"""While a village tries its keys, what shows calls says that they ring nowhere, and until when."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from core.clock import now
from core.testing import FAR_VILLAGE, TOWN, VILLAGE
from plugins.call_button.services.drill_days import arrange_test_day
from tests.plugins.call_button.calls.callers import Callers

PAGES = ("/call-button/board", "/call-button/calls", "/call-button/simulator")
CHANGES = "/call-button/board/changes"
WORDS = "前按键不响铃"


@pytest.mark.parametrize("area_code", [VILLAGE, TOWN])
def test_screen_phone_and_simulator_say_that_presses_ring_nowhere(
    callers: Callers, as_role: Callable[..., FlaskClient], area_code: str
) -> None:
    callers.device(driver="call_button.simulator", model="simulator_4", source="sim-9")
    village, town = as_role("secretary", VILLAGE), as_role("town_official", TOWN)
    far = as_role("secretary", FAR_VILLAGE)
    assert not any(WORDS in village.get(page).text for page in PAGES)
    until = now() + timedelta(hours=2)
    arrange_test_day(callers.town, area_code, now(), until)
    for page in PAGES:
        for browser in (village, town):
            assert f"{until:%m-%d %H:%M} {WORDS}" in browser.get(page).text, page
        assert WORDS not in far.get(page).text
    assert WORDS in village.get(CHANGES).get_json()["silent"][0]
    assert far.get(CHANGES).get_json()["silent"] == []
    callers.wait(hours=2)
    assert not any(WORDS in village.get(page).text for page in PAGES)
