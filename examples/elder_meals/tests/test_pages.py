"""The page and the JSON interface, as people and programs use them."""

import re

import pytest
from core.testing import SISTER_VILLAGE, TOWN, VILLAGE

NOTES = "/elder-meals/notes"
API = "/elder-meals-notes"


def form_values(page: str) -> dict[str, str]:
    """The hidden fields of the form."""
    return dict(re.findall(r'name="(csrf_token|form_key)" value="([^"]+)"', page))


def test_the_secretary_writes_in_the_page_and_a_form_sent_twice_counts_once(as_role):
    browser = as_role("secretary", VILLAGE)
    form = form_values(browser.get(NOTES).text) | {"area_code": VILLAGE, "text": "今天开了院坝会"}
    assert browser.post(NOTES, data=form).status_code == 303
    browser.post(NOTES, data=form)
    assert browser.get(NOTES).text.count("今天开了院坝会") == 1


def test_what_was_typed_stays_when_it_is_refused(as_role):
    browser = as_role("secretary", VILLAGE)
    form = form_values(browser.get(NOTES).text) | {"area_code": VILLAGE, "text": "长" * 300}
    answer = browser.post(NOTES, data=form)
    assert answer.status_code == 422
    assert "长" * 300 in answer.text


def test_who_may_only_look_finds_no_form_and_who_may_not_finds_nothing(as_role):
    assert "<textarea" not in as_role("town_official", TOWN).get(NOTES).text
    assert as_role("resident", VILLAGE).get(NOTES).status_code == 403


def test_text_is_text_in_the_page(as_role, api_as):
    api_as("secretary", VILLAGE).post(API, {"area_code": VILLAGE, "text": "<script>1</script>"}, key="k-1")
    page = as_role("secretary", VILLAGE).get(NOTES).text
    assert "<script>1" not in page
    assert "&lt;script&gt;1" in page


def test_a_program_writes_once_for_one_key_and_reads(api_as):
    program = api_as("secretary", VILLAGE)
    body = {"area_code": VILLAGE, "text": "路灯"}
    first, again = (program.post(API, body, key="k-1") for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert [note["text"] for note in program.get(API).json] == ["路灯"]


def test_a_program_of_the_next_village_sees_and_writes_nothing(api_as):
    api_as("secretary", VILLAGE).post(API, {"area_code": VILLAGE, "text": "路灯"}, key="k-1")
    other = api_as("secretary", SISTER_VILLAGE)
    assert other.get(API).json == []
    assert other.post(API, {"area_code": VILLAGE, "text": "冒充"}, key="k-2").status_code == 404


@pytest.mark.parametrize("body", [{}, {"area_code": VILLAGE}, {"area_code": "x", "text": "一"}, {"more": 1}])
def test_a_wrong_body_is_refused_by_field(api_as, body):
    answer = api_as("secretary", VILLAGE).post(API, body, key="k-1")
    assert answer.status_code == 422
    assert answer.json["errors"]


def test_the_page_is_there_in_english(as_role):
    browser = as_role("secretary", VILLAGE)
    browser.set_cookie("language", "en")
    page = browser.get(NOTES).text
    assert "Which village" in page
    assert "哪个村" not in page
