"""The pages and the JSON interface, as people and programs use them."""

import re

import pytest

from core.testing import GRID, MONDAY_MORNING, SISTER_VILLAGE, VILLAGE

API = "/elder-meals"
TODAY = MONDAY_MORNING.date().isoformat()
pytestmark = pytest.mark.usefixtures("frozen_clock")


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the last form."""
    return dict(re.findall(r'name="(csrf_token|form_key)" value="([^"]+)"', page))


def order(browser, person_id: int, search: str = ""):
    """Look somebody up and order a meal for today."""
    form = hidden(browser.get(f"/elder-meals/order?q={search}").text)
    return browser.post("/elder-meals/order", data=form | {"person_id": person_id, "day": TODAY, "q": search})


def test_a_resident_orders_and_gives_back_on_the_phone(as_role, people):
    browser = as_role("resident", VILLAGE, person_id=people[0].person_ids[0])
    page = browser.get("/elder-meals/order").text
    assert "赵大山" in page
    assert "孙奶奶" not in page
    assert order(browser, people[0].person_ids[1]).status_code == 303
    page = browser.get("/elder-meals/order").text
    (address,) = re.findall(r'action="(/elder-meals/[0-9]+/cancel)"', page)
    assert browser.post(address, data=hidden(page)).status_code == 303
    assert "/cancel" not in browser.get("/elder-meals/order").text


def test_a_grid_member_finds_old_people_of_the_own_grid_only(as_role, people):
    browser = as_role("grid_member", GRID)
    assert "吴小宝</option>" in browser.get("/elder-meals/order?q=吴").text
    assert "孙奶奶</option>" not in browser.get("/elder-meals/order?q=孙").text
    assert order(browser, people[1].person_ids[0], "吴").status_code == 404


def test_a_refusal_stands_beside_what_was_typed_and_found(as_role, people):
    browser = as_role("grid_member", GRID)
    order(browser, people[2].person_ids[2], "吴")
    refused = order(browser, people[2].person_ids[2], "吴")
    assert refused.status_code == 409
    assert "这位村民当天已经订过餐。" in refused.text
    assert "吴小宝</option>" in refused.text


def test_the_canteen_marks_who_has_fetched_and_a_form_sent_twice_counts_once(as_role, people):
    order(as_role("secretary", VILLAGE), people[1].person_ids[0], "孙")
    canteen = as_role("elder_meals_canteen", VILLAGE)
    page = canteen.get("/elder-meals/day").text
    assert "孙奶奶" in page
    assert "data-print" in page
    (address,) = re.findall(r'action="(/elder-meals/[0-9]+/fetch)"', page)
    first, again = (canteen.post(address, data=hidden(page)) for _ in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert "/fetch" not in canteen.get("/elder-meals/day").text
    assert "孙奶奶" not in as_role("elder_meals_canteen", SISTER_VILLAGE).get("/elder-meals/day").text


def test_the_month_and_the_home_card_show_what_was_fetched(api_as, as_role, people, outbox):
    program = api_as("secretary", VILLAGE)
    number = program.post(API, {"person_id": str(people[1].person_ids[0]), "day": TODAY}, key="k-1").json[
        "id"
    ]
    assert program.post(f"{API}/{number}/fetch").status_code == 200
    outbox()
    assert "一村" in as_role("town_official", VILLAGE).get("/elder-meals/month?month=2026-03").text
    assert [row["meals"] for row in program.get(f"{API}/months?month=2026-03").json] == [1]
    assert "今天订餐 <strong" in as_role("elder_meals_canteen", VILLAGE).get("/?face=office").text


def test_the_household_page_tells_its_coming_meals(as_role, people):
    browser = as_role("secretary", VILLAGE)
    order(browser, people[1].person_ids[0], "孙")
    assert f"{TODAY} 孙奶奶" in browser.get(f"/people/households/{people[1].id}").text


def test_a_program_orders_once_for_one_key_and_another_village_finds_nothing(api_as, people):
    program, body = api_as("secretary", VILLAGE), {"person_id": people[1].person_ids[0], "day": TODAY}
    first, again = (program.post(API, body, key="k-1") for _ in range(2))
    assert (first.status_code, first.json) == (201, again.json)
    assert [meal["person_name"] for meal in program.get(API).json] == ["孙奶奶"]
    other = api_as("secretary", SISTER_VILLAGE)
    assert other.get(API).json == []
    assert other.post(f"{API}/{first.json['id']}/cancel").status_code == 404
    assert program.post(f"{API}/{first.json['id']}/cancel").status_code == 200


def test_a_wrong_body_is_refused_by_field(api_as):
    program = api_as("secretary", VILLAGE)
    for body in ({}, {"person_id": "1"}, {"person_id": "x", "day": TODAY}, {"more": 1}):
        answer = program.post(API, body)
        assert (answer.status_code, bool(answer.json["errors"])) == (422, True)


def test_the_pages_are_there_in_english(as_role, people):
    browser = as_role("secretary", VILLAGE)
    browser.set_cookie("language", "en")
    page = browser.get("/elder-meals/order?q=孙").text
    assert "Who eats" in page
    assert "谁用餐" not in page
    assert "List of meals" in browser.get("/elder-meals/day").text
