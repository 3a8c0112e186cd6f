"""What lies outside one's areas is not there: not by id, not in lists, not in counts."""

import pytest

from core.accounts.api import operator
from core.accounts.models import Account
from core.testing import COUNTY_CODE, FAR_VILLAGE, SISTER_VILLAGE, TOWN, VILLAGE


@pytest.fixture
def everybody(account):
    """One account in each village, and one of the county."""
    return {code: account("secretary", code) for code in (VILLAGE, SISTER_VILLAGE, FAR_VILLAGE, COUNTY_CODE)}


def test_lists_and_counts_hold_one_s_own_areas_only(api_as, everybody):
    program = api_as("secretary", VILLAGE)
    answer = program.get("/accounts")
    assert {row["area_code"] for row in answer.json} == {VILLAGE}
    assert answer.headers["X-Total-Count"] == "2"
    assert program.get("/accounts?search=secretary").headers["X-Total-Count"] == "2"
    assert program.get("/accounts?role=secretary&state=enabled").headers["X-Total-Count"] == "2"
    for code in (SISTER_VILLAGE, FAR_VILLAGE, COUNTY_CODE, TOWN):
        assert program.get(f"/accounts?area_code={code}").status_code == 404
    town = api_as("county_admin", TOWN)
    assert town.get("/accounts").headers["X-Total-Count"] == "4"
    assert town.get(f"/accounts?area_code={SISTER_VILLAGE}").headers["X-Total-Count"] == "1"


def test_an_account_of_another_village_answers_like_one_that_is_not_there(api_as, everybody):
    admin = api_as("county_admin", VILLAGE)
    strange = everybody[FAR_VILLAGE].id
    missing = 987654
    for method, path, body in (
        ("GET", "/accounts/%s", None),
        ("PUT", "/accounts/%s/state", {"enabled": False}),
        ("POST", "/accounts/%s/password", None),
        ("POST", "/accounts/%s/posts", {"role": "assistant", "area_code": VILLAGE}),
    ):
        real = admin.call(method, path % strange, body)
        made_up = admin.call(method, path % missing, body)
        assert real.status_code == made_up.status_code == 404
        assert real.json == made_up.json
    assert Account.unscoped("a test").where(Account.id == strange).get().disabled_at is None


def test_pages_of_another_village_are_not_there_either(as_role, submit, everybody):
    browser = as_role("county_admin", VILLAGE)
    strange = everybody[FAR_VILLAGE].id
    assert browser.get(f"/accounts/{strange}").status_code == 404
    for action in ("disable", "enable", "password", "posts"):
        answer = submit(browser, "/accounts", f"/accounts/{strange}/{action}")
        assert answer.status_code == 404
    listed = browser.get("/accounts").text
    assert everybody[FAR_VILLAGE].username not in listed
    assert "共 2 个账号" in listed


def test_an_account_cannot_be_made_outside_own_areas(api_as, everybody):
    admin = api_as("county_admin", VILLAGE)
    body = {"username": "intruder", "name": "某人", "area_code": FAR_VILLAGE}
    assert admin.post("/accounts", body).status_code == 404
    assert not Account.unscoped("a test").where(Account.username == "intruder").exists()


def test_a_post_in_another_area_is_not_shown(api_as, everybody):
    from core.accounts.api import grant_post

    grant_post(operator(), everybody[VILLAGE].id, role="assistant", area_code=FAR_VILLAGE)
    shown = api_as("secretary", VILLAGE).get(f"/accounts/{everybody[VILLAGE].id}").json
    assert [post["role"] for post in shown["posts"]] == ["secretary"]
    assert (
        len(api_as("county_admin", COUNTY_CODE).get(f"/accounts/{everybody[VILLAGE].id}").json["posts"]) == 2
    )


def test_who_holds_no_right_learns_nothing(api_as, everybody):
    program = api_as("resident", VILLAGE)
    for path in ("/accounts", f"/accounts/{everybody[VILLAGE].id}", "/accounts/999999", "/tokens"):
        assert program.get(path).status_code == 403


@pytest.mark.parametrize("raw_id", ["0", "-1", "abc", "1e3", "１", "9" * 30, "1%00", "%20", "../1"])
def test_an_id_that_is_none_is_just_not_found(api_as, raw_id):
    assert api_as("county_admin", COUNTY_CODE).get(f"/accounts/{raw_id}").status_code == 404
