"""Opening, closing and finding accounts, in the interface and on the pages; many at once."""

import re

import pytest

from core.accounts.api import (
    AccountRow,
    account_names,
    actor_for,
    bulk_accounts,
    create_account,
    find_account,
    operator,
)
from core.accounts.errors import UsernameTaken, UsernameUnusable
from core.accounts.models import Account
from core.errors import Forbidden, NotFound
from core.security import Post
from core.testing import COUNTY_CODE, GRID, PASSWORD, SISTER_VILLAGE, TOWN, VILLAGE


def test_a_new_account_shows_its_initial_password_once(api_as, log_in):
    admin = api_as("county_admin", COUNTY_CODE)
    made = admin.post("/accounts", {"username": "Zhang.San", "name": "张三", "area_code": VILLAGE})
    assert made.status_code == 201
    assert made.json["username"] == "zhang.san"
    opened = log_in("zhang.san", made.json["initial_password"])
    assert opened.json["must_change_password"] is True
    shown = admin.get(f"/accounts/{made.json['id']}").json
    assert "password" not in str(shown).replace("must_change_password", "")
    assert shown["name"] == "张三"


def test_a_user_name_is_unique_whatever_its_capitals(account):
    made = account("secretary", VILLAGE)
    with pytest.raises(UsernameTaken):
        create_account(operator(), username=made.username.upper(), name="某人", area_code=VILLAGE)


@pytest.mark.parametrize("username", ["a", "", "a b", "a/b", "-ab", "a" * 41, "a\nb", "<b>"])
def test_user_names_that_could_be_mistaken_are_refused(account, username):
    account("secretary", VILLAGE)
    with pytest.raises(UsernameUnusable):
        create_account(operator(), username=username, name="某人", area_code=VILLAGE)


def test_disabling_and_enabling_an_account(api_as, account, log_in):
    admin, made = api_as("county_admin", COUNTY_CODE), account("secretary", VILLAGE)
    off = admin.call("PUT", f"/accounts/{made.id}/state", {"enabled": False})
    assert off.json["is_disabled"] is True
    assert log_in(made.username).status_code == 401
    again = admin.call("PUT", f"/accounts/{made.id}/state", {"enabled": False})
    assert again.json["code"] == "account_already_disabled"
    with pytest.raises(NotFound):
        actor_for(made.id)
    admin.call("PUT", f"/accounts/{made.id}/state", {"enabled": True})
    assert log_in(made.username).status_code == 201
    assert admin.call("PUT", f"/accounts/{made.id}/state", {"enabled": "yes"}).status_code == 422


def test_accounts_are_found_by_name_role_area_and_state(api_as, account):
    admin = api_as("county_admin", COUNTY_CODE)
    made = account("grid_leader", GRID)
    account("secretary", VILLAGE)

    def found(query):
        return [row["id"] for row in admin.get(f"/accounts?{query}").json]

    assert found("role=grid_leader") == [str(made.id)]
    assert found("search=GRID_LEADER") == [str(made.id)]
    assert found("search=测试grid") == [str(made.id)]
    assert found(f"area_code={GRID}") == [str(made.id)]
    assert found("state=disabled") == []
    assert found("search=%25") == []
    assert len(found("page=2&page_size=2")) == 1
    assert admin.get("/accounts?state=maybe").status_code == 422
    assert admin.get("/accounts?page=0").status_code == 422
    assert admin.get("/accounts?area_code=").json["errors"].keys() == {"area_code"}


def test_the_pages_lead_through_an_account_s_life(as_role, submit):
    browser = as_role("county_admin", COUNTY_CODE)
    form = {"username": "li.si", "name": "李四", "area_code": VILLAGE, "person_id": ""}
    made = submit(browser, "/accounts/new", "/accounts/new", **form)
    assert made.status_code == 200
    assert re.search(r"<code>[A-Za-z2-9]{12}</code>", made.text)
    page = f"/accounts/{find_account('li.si').id}"
    refused = submit(
        browser, page, f"{page}/posts", role="secretary", area_code="999999999999", since="", until=""
    )
    assert refused.status_code == 404 or "没有" in refused.text
    granted = submit(browser, page, f"{page}/posts", role="secretary", area_code=VILLAGE, since="", until="")
    assert (granted.status_code, granted.location) == (303, page)
    shown = browser.get(page).text
    assert "村书记 · 一村" in shown
    assert "已任命" in shown
    end = re.search(r"/accounts/posts/\d+/end", shown)[0]
    assert submit(browser, page, end).status_code == 303
    assert "已结束" in browser.get(page).text
    assert submit(browser, page, f"{page}/disable").status_code == 303
    assert "停用" in browser.get(page).text
    assert submit(browser, page, f"{page}/disable").status_code == 409
    assert submit(browser, page, f"{page}/enable").status_code == 303
    assert "新的" not in submit(browser, page, f"{page}/password").text
    assert "李四" in browser.get("/accounts?search=李四").text
    assert "没有符合条件的账号" in browser.get("/accounts?search=王五").text


def test_an_area_is_chosen_by_its_name_among_one_s_own(as_role, account):
    town, other = as_role("county_admin", TOWN), account("secretary", VILLAGE)
    for path in ("/accounts/new", f"/accounts/{other.id}"):
        page = town.get(path).text
        offered = re.findall(r'<option value="(\d+)">([^<]+)</option>', page)
        assert (VILLAGE, "测试县 甲镇 一村") in offered
        assert [code for code, _ in offered] == [TOWN, VILLAGE, SISTER_VILLAGE, GRID]
        assert 'list="areas"' in page


def test_a_refused_form_keeps_what_was_typed(as_role, submit, account):
    browser, taken = as_role("county_admin", COUNTY_CODE), account("secretary", VILLAGE)
    form = {"username": taken.username, "name": "李四<b>", "area_code": VILLAGE, "person_id": "12"}
    answer = submit(browser, "/accounts/new", "/accounts/new", **form)
    assert answer.status_code in (404, 409)
    form["person_id"] = ""
    answer = submit(browser, "/accounts/new", "/accounts/new", **form)
    assert answer.status_code == 409
    assert "李四&lt;b&gt;" in answer.text
    assert "已被使用" in answer.text
    answer = submit(browser, "/accounts/new", "/accounts/new", **{**form, "area_code": "12"})
    assert answer.status_code == 422
    assert "位数字" in answer.text


def test_a_secretary_sees_the_accounts_and_no_buttons(as_role, account):
    browser, other = as_role("secretary", VILLAGE), account("assistant", VILLAGE)
    assert "开通账号" not in browser.get("/accounts").text
    page = browser.get(f"/accounts/{other.id}").text
    assert "任命职务" not in page
    assert "停用账号" not in page
    assert browser.get("/accounts/new").status_code == 403


def test_many_accounts_share_one_hash_and_keep_their_order(account, log_in):
    account("county_admin", COUNTY_CODE)
    rows = [
        AccountRow(
            f"R-{number:05}",
            f"居民{number}",
            GRID,
            (Post("resident", GRID), Post("assistant", VILLAGE)),
            number,
        )
        for number in range(1, 3001)
    ]
    ids = bulk_accounts(operator(), rows, password="a weak one")
    # One hash for all: three thousand of them would take minutes.
    hashes = Account.unscoped("test", Account.password_hash).where(Account.id << ids[:500])
    assert hashes.distinct().count() == 1
    assert len(set(ids)) == 3000
    assert find_account("r-02999").id == ids[2998]
    assert log_in("r-00777", "a weak one").status_code == 201
    assert {post.role for post in actor_for(ids[776]).posts} == {"resident", "assistant"}
    assert account_names([ids[0], None, 0]) == {ids[0]: "居民1", 0: "命令行"}


def test_many_accounts_are_made_at_the_machine_only(actor):
    with pytest.raises(Forbidden):
        bulk_accounts(actor("county_admin", COUNTY_CODE), [], password=PASSWORD)


def test_an_account_of_a_resident_acts_for_person_and_household(county, account):
    from core.people.models import Household, Person
    from core.testing import MONDAY_MORNING

    account("county_admin", COUNTY_CODE)
    home = Household.create(area_code=GRID, number="1", opened_at=MONDAY_MORNING)
    person = Person.create(household_id=home.id, area_code=GRID, name="王五", created_at=MONDAY_MORNING)
    acting = actor_for(account("resident", GRID, person_id=person.id).id)
    assert (acting.person_id, acting.household_id) == (person.id, home.id)


def test_account_and_migrated_tables_agree(county):
    from core.accounts.models import Account, Post, Session, Token
    from core.migrations import differences

    assert differences([Account, Post, Session, Token]) == []


def test_no_password_or_hash_is_ever_in_an_answer(api_as, account):
    admin, made = api_as("county_admin", COUNTY_CODE), account("secretary", VILLAGE)
    stored = Account.unscoped("a test").where(Account.id == made.id).get().password_hash
    text = admin.get("/accounts").text + admin.get(f"/accounts/{made.id}").text
    assert "argon2" not in text
    assert stored not in text
