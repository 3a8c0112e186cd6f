"""The roster's pages and operations: what a maker, a phone and a program can do."""

import re
import secrets
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.testing import FAR_VILLAGE, GRID, TOWN, VILLAGE, JsonClient


@pytest.fixture(autouse=True)
def _stopped(frozen_clock: Callable[[datetime], None]) -> None:
    """The clock stands."""


def submit(browser: FlaskClient, page: str, action: str, **form: Any) -> Any:
    """Sends a form of a page to `action`."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert found is not None, browser.get(page).text
    sent = {"csrf_token": found.group(1), "form_key": secrets.token_hex(8), **form}
    return browser.post("/call-button" + action, data=sent)


def test_a_town_makes_its_roster_at_the_desk(
    as_role: Callable[..., FlaskClient], account: Callable[..., Any]
) -> None:
    browser = as_role("town_official", TOWN)
    colleague = account("town_official", TOWN)
    page = f"/call-button/duty?area={TOWN}"
    form = {
        "area_code": TOWN,
        "account_id": colleague.id,
        "day": "2026-03-02",
        "since": "17:30",
        "until": "08:30",
    }
    assert submit(browser, page, "/duty/add", **form).status_code == 303
    text = browser.get(page).text
    assert "17:30–次日 08:30" in text
    assert "00:00–17:30" in text
    again = submit(browser, page, "/duty/add", **form)
    assert again.status_code == 409
    assert "已有值班" in again.text
    assert (
        submit(browser, page, "/duty/repeat", area_code=TOWN, day="2026-03-02", weeks="2").status_code == 303
    )
    assert "已排 2 个班次" in browser.get(page).text
    assert submit(browser, page, "/duty/copy", area_code=TOWN, month="2026-04-01").status_code == 303
    assert "04-13 周一" in browser.get(f"{page}&month=2026-04").text
    sheet = browser.get(f"/call-button/duty/sheet?area={TOWN}&month=2026-03").text
    assert sheet.count("17:30–次日 08:30") == 3
    number = re.search(r"/duty/([0-9]+)/remove", browser.get(page).text)
    assert number is not None
    assert submit(browser, page, f"/duty/{number[1]}/remove").status_code == 303
    assert "还有 " in browser.get(page).text


def test_a_wrong_time_is_said_beside_its_box(as_role: Callable[..., FlaskClient]) -> None:
    browser = as_role("secretary", VILLAGE)
    form = {"area_code": VILLAGE, "account_id": "1", "day": "2026-03-02", "since": "25:30", "until": "8"}
    answer = submit(browser, "/call-button/duty", "/duty/add", **form)
    assert answer.status_code == 422
    assert "如 08:30" in answer.text


def test_outside_ones_areas_there_is_no_roster(as_role: Callable[..., FlaskClient]) -> None:
    browser = as_role("secretary", VILLAGE)
    assert browser.get(f"/call-button/duty?area={FAR_VILLAGE}").status_code == 404
    assert browser.get(f"/call-button/duty/sheet?area={TOWN}").status_code == 404
    assert as_role("assistant", GRID).get("/call-button/duty/mine").status_code == 200
    assert as_role("resident", VILLAGE).get("/call-button/duty/mine").status_code == 403


def test_leave_is_written_on_the_phone_and_taken_back(as_role: Callable[..., FlaskClient]) -> None:
    browser, page = as_role("assistant", GRID), "/call-button/duty/mine"
    days = {"since": "2026-03-03", "until": "2026-03-05"}
    assert submit(browser, page, "/duty/leave", **days).status_code == 422
    assert submit(browser, page, "/duty/leave", reason="annual", **days).status_code == 303
    text = browser.get(page).text
    assert "2026-03-03 – 2026-03-05" in text
    number = re.search(r"/leave/([0-9]+)/remove", text)
    assert number is not None
    stranger = as_role("assistant", GRID)
    assert submit(stranger, page, f"/duty/leave/{number[1]}/remove").status_code == 404
    assert submit(browser, page, f"/duty/leave/{number[1]}/remove").status_code == 303
    assert "2026-03-03 – 2026-03-05" not in browser.get(page).text


def test_a_program_makes_a_roster(api_as: Callable[..., JsonClient], account: Callable[..., Any]) -> None:
    town = api_as("town_official", TOWN)
    colleague = str(account("town_official", TOWN).id)
    new = {"area_code": TOWN, "day": "2026-03-02", "since": 0, "until": 1440, "account_id": colleague}
    made = town.call("POST", "/duty-shifts", new)
    assert made.status_code == 201, made.text
    assert town.call("POST", "/duty-shifts", new).get_json()["code"] == "shift_clash"
    ask = f"/duty-shifts?area_code={TOWN}&since=2026-03-01&until=2026-03-31"
    assert [row["id"] for row in town.call("GET", ask).get_json()] == [made.get_json()["id"]]
    current = town.call("GET", "/duty-shifts/current").get_json()
    assert [row["account_id"] for row in current] == [colleague]
    village = api_as("secretary", VILLAGE)
    assert village.call("GET", "/duty-shifts/current").get_json() == []
    assert village.call("GET", ask).status_code == 404
    week = {"area_code": TOWN, "day": "2026-03-02", "weeks": 1}
    assert town.call("POST", "/duty-shifts/repeat-week", week).get_json()["written"] == 1
    leave = {"account_id": colleague, "since": "2026-03-02", "until": "2026-03-02", "reason": "other"}
    made_leave = town.call("POST", "/duty-leaves", leave)
    assert made_leave.status_code == 201, made_leave.text
    (row,) = town.call("GET", "/duty-shifts/current").get_json()
    assert row["absent"] is True
    listed = town.call("GET", f"/duty-leaves?area_code={TOWN}").get_json()
    assert [date.fromisoformat(each["since"]).day for each in listed] == [2]
    assert town.call("DELETE", f"/duty-leaves/{listed[0]['id']}").status_code == 204
    assert town.call("DELETE", f"/duty-shifts/{made.get_json()['id']}").status_code == 204
