"""Calls as JSON: shapes, rights, refusals with their codes."""

from typing import Any

import pytest

from core.testing import GRID, SISTER_VILLAGE, TOWN, VILLAGE, JsonClient
from tests.plugins.call_button.calls.callers import Callers


@pytest.fixture
def secretary(callers: Callers, api_as: Any) -> JsonClient:
    """Another secretary of the village, as a program."""
    client: JsonClient = api_as("secretary", VILLAGE)
    return client


def test_a_call_from_the_list_to_its_end(callers: Callers, secretary: JsonClient, api_as: Any) -> None:
    member = api_as("grid_member", GRID)
    device = callers.device(2)
    row = callers.call(device)
    callers.wait(seconds=12)
    answer = secretary.get("/calls?state=open")
    assert (answer.status_code, answer.headers["X-Total-Count"]) == (200, "1")
    (listed,) = answer.get_json()
    assert (listed["id"], listed["state"], listed["seconds"]) == (str(row.id), "ringing", 12)
    assert (listed["name"], listed["place"], listed["steps"]) == ("李网格", "床头", [])
    one = f"/calls/{row.id}"
    for path, body, state in (
        ("answer", {"how": "on_my_way"}, "answered"),
        ("arrive", None, "arrived"),
        ("notes", {"words": "已到"}, "arrived"),
        ("errand", {"text": "代缴电费"}, "arrived"),
        ("end", {"reason": "repair", "result": "修好了"}, "done"),
    ):
        answer = secretary.post(f"{one}/{path}", body)
        assert (answer.status_code, answer.get_json()["state"]) == (200, state), path
    assert member.post(f"{one}/rate", {"thumb": "up"}).status_code == 200
    seen = secretary.get(one).get_json()
    assert (seen["thumb"], seen["reason"], seen["case_id"] is not None) == ("up", "repair", True)
    assert [step["deed"] for step in seen["steps"]] == [
        *("ring", "tell", "take", "arrive", "note", "errand", "end", "rate_for"),
    ]
    assert seen["steps"][1]["told"] == [callers.secretary.name] * 2
    assert seen["steps"][1]["words"] == "村书记"


def test_refusals_have_codes(callers: Callers, secretary: JsonClient, api_as: Any) -> None:
    from plugins.call_button.services.calls import answer_call

    device = callers.device()
    row = callers.call(device)
    one = f"/calls/{row.id}"

    def refused(client: JsonClient, path: str, body: Any) -> tuple[int, str]:
        answer = client.post(f"{one}/{path}", body)
        return answer.status_code, answer.get_json().get("code")

    assert refused(secretary, "rate", {"thumb": "up"}) == (409, "call_button_thumb_over")
    assert refused(secretary, "arrive", None) == (409, "call_button_call_moved_on")
    answer_call(callers.secretary, row.id, how="calling_back")
    assert refused(secretary, "answer", {"how": "calling_back"}) == (409, "call_button_call_taken")
    assert refused(secretary, "answer", {"how": "calling_back", "take_over": True}) == (200, None)
    assert refused(secretary, "case", {"text": "请帮忙买药"}) == (200, None)
    assert refused(secretary, "errand", {"text": "请帮忙买药"}) == (409, "call_button_call_has_case")
    assert refused(secretary, "end", {"reason": "because"}) == (422, "invalid")
    assert refused(secretary, "rate", {"thumb": "up"}) == (409, "call_button_call_moved_on")
    assert refused(secretary, "end", {"reason": "help", "result": "好了"}) == (200, None)
    assert refused(secretary, "rate", {"thumb": "up"}) == (403, "call_button_own_call_rated")
    callers.press(device, "down")
    other = api_as("town_official", TOWN)
    assert refused(other, "rate", {"thumb": "up"}) == (409, "call_button_thumb_from_device")
    assert refused(api_as("secretary", SISTER_VILLAGE), "answer", {"how": "calling_back"}) == (
        404,
        "not_found",
    )
    assert refused(api_as("resident", VILLAGE), "answer", {"how": "calling_back"}) == (403, "forbidden")
    assert secretary.get("/calls/x").status_code == 404
    assert secretary.get("/calls/999").status_code == 404
    assert secretary.get(f"/calls?area_code={SISTER_VILLAGE}").status_code == 404
    assert secretary.get("/calls?state=asleep").status_code == 422


def test_contacts_are_masked(callers: Callers, secretary: JsonClient) -> None:
    from core.county import county
    from core.db import unit_of_work
    from plugins.call_button.models.devices import DeviceContact
    from plugins.call_button.services.registering import NAME_SEALED, PHONE_SEALED

    device = callers.device()
    seal = county().keys.seal
    with unit_of_work(housekeeping="a contact for a test"):
        DeviceContact.create(
            device_id=device.id,
            position=1,
            relation="女儿",
            name=seal("王秀英", NAME_SEALED),
            phone=seal("13800001234", PHONE_SEALED),
        )
    row = callers.call(device)
    answer = secretary.get(f"/calls/{row.id}")
    (contact,) = answer.get_json()["contacts"]
    assert (contact["relation"], contact["name"], contact["phone"]) == ("女儿", "王**", "138****1234")
    assert "王秀英" not in answer.text


def test_the_pages_of_others_show_calls(callers: Callers, as_role: Any) -> None:
    """The panel of a household, the card at home, the day: what they say comes out as a page."""
    row = callers.call(callers.device())
    client = as_role("secretary", VILLAGE)
    for path in ("/", f"/people/households/{row.household_id}"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert f"/call-button/calls/{row.id}" in answer.text, path
