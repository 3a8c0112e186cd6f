"""The pages of passbooks and proxies, and the same through the JSON interface."""

import re
from datetime import timedelta

import pytest
from playhouse.test_utils import count_queries

from core.clock import today
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households, persons_of
from core.plugin_manager import SYSTEM
from plugins.points_store.models import Passbook, Proxy
from plugins.points_store.services import passbooks
from tests.plugins.points_store.earn.test_earning_pages import Browser
from tests.plugins.points_store.village import SIBLING, VILLAGE


@pytest.fixture
def browse(as_role):
    """Makes a browser of a role in the village."""

    def make(role, area_code=VILLAGE, home=None):
        person = persons_of(home)[0].id if home else None
        return Browser(as_role(role, area_code, person_id=person))

    return make


def test_a_passbook_is_opened_printed_turned_and_replaced_on_its_pages(world, browse):
    wallet = world.award(50)
    desk, path = browse("grid_member"), f"/points-store/office/wallets/{wallet}/passbook"
    assert "存折" in desk.see("/points-store/office/cards?q=张三")
    assert "还没有打印" in desk.send(path, path).text
    book = Passbook.get()
    page = desk.send(path, f"/points-store/office/passbooks/{book.id}/print").text
    assert "开折余额" in page
    assert "请放入存折的第 1 页（空白页）" in page
    assert "已是最新" in desk.see(path)
    up_to_date = desk.send(path, f"/points-store/office/passbooks/{book.id}/print")
    assert up_to_date.status_code == 409
    assert "没有新的收支" in up_to_date.text
    for _ in range(25):
        world.award(1)
    page = desk.send(path, f"/points-store/office/passbooks/{book.id}/print").text
    assert "接在第 1 行下面" in page
    assert "还有 6 行" in page
    assert page.count("已打印") == 1
    assert "已丢失" in desk.send(path, f"/points-store/office/passbooks/{book.id}/replace", why="lost").text
    far = browse("secretary", SIBLING)
    assert far.client.get(path).status_code == 404


def test_a_household_names_its_proxy_who_shows_a_code_and_both_see_what_became_of_it(world, browse):
    world.award(50)
    row = HouseholdRow(
        area_code=VILLAGE, number="030", persons=[PersonRow(name="赵六", is_head=True, phone="13800000009")]
    )
    (home,) = bulk_insert_households(SYSTEM, [row])
    owner, proxy = browse("resident", home=world.household), browse("resident", home=home)
    page = "/points-store/proxies"
    form = {"day_limit": "30", "month_limit": "100", "until": (today() + timedelta(days=9)).isoformat()}
    wrong = owner.send(page, page, name="赵六", phone="13800000008", **form)
    assert wrong.status_code == 404
    assert "姓名和手机号都相符" in wrong.text
    assert owner.send(page, page, name="", phone="", **form).status_code == 422
    assert "赵六" in owner.send(page, page, name="赵六", phone="13800000009", **form).text
    named = Proxy.get()
    assert "代 张* 领" in proxy.see(page)
    shown = proxy.see(f"/points-store/proxies/{named.id}/code")
    assert "余额" not in shown
    code = "".join(re.findall(r"<span>([2-9A-Z]{4})</span>", shown))
    world.redeem(code, (world.salt, 1))
    receipt = proxy.see(f"/points-store/proxies/{named.id}/code/receipt?since=0")
    assert "食盐" in receipt
    assert "兑换后余额" not in receipt
    assert "赵六代领" in owner.see("/points-store/")
    owner.send(page, f"/points-store/proxies/{named.id}/stop")
    assert proxy.client.get(f"/points-store/proxies/{named.id}/code").status_code == 409
    assert "已停用" in owner.see(page)


def test_staff_name_a_proxy_make_a_card_and_stop_both(world, browse):
    wallet = world.award(50)
    desk, path = browse("grid_member"), f"/points-store/office/wallets/{wallet}/proxies"
    person = persons_of(world.other_household)[0].id
    assert "李四" in desk.see(path + "?q=李四")
    form = {"day_limit": "30", "month_limit": "100", "until": (today() + timedelta(days=9)).isoformat()}
    chosen = {"person_id": str(person), **form}
    wrong = desk.send(path + "?q=李四", path + "?q=李四", **{**chosen, "month_limit": "9"})
    assert wrong.status_code == 422
    assert "每月限额" in wrong.text
    assert "李四" in desk.send(path + "?q=李四", path, **chosen).text
    named = Proxy.get()
    sheet = desk.send(path, f"/points-store/office/proxies/{named.id}/card").text
    assert "新风超市代领卡" in sheet
    assert "李四" in sheet
    gone = desk.send(path, f"/points-store/proxies/{named.id}/stop", wallet_id=str(wallet))
    assert gone.status_code == 200
    assert "已停用" in gone.text


def test_the_pages_cost_fewer_than_twenty_statements(world, browse, named):
    wallet = world.award(50)
    named(wallet)
    book = passbooks.open_passbook(world.secretary, wallet_id=wallet)
    printed = passbooks.print_page(world.secretary, passbook_id=book.id)
    desk = browse("grid_member")
    for path in (
        f"wallets/{wallet}/passbook",
        f"wallets/{wallet}/proxies",
        f"passbook-prints/{printed.id}",
    ):
        with count_queries() as counted:
            desk.see(f"/points-store/office/{path}")
        assert counted.count < 20, path


def test_programs_do_the_same_through_the_json_interface(world, api_as):
    wallet = world.award(50)
    staff = api_as("grid_member", VILLAGE)
    opened = staff.call("POST", f"/wallets/{wallet}/passbooks")
    assert opened.status_code == 201
    book = opened.json["id"]
    printed = staff.call("POST", f"/passbooks/{book}/prints", key="print-0001")
    assert printed.json["lines"][0]["balance"] == 50
    again = staff.call("POST", f"/passbooks/{book}/prints", key="print-0001")
    assert again.json == printed.json
    refused = staff.call("POST", f"/passbooks/{book}/prints", key="print-0002")
    assert (refused.status_code, refused.json["code"]) == (409, "passbook_up_to_date")
    lost = staff.call("POST", f"/passbooks/{book}/replacement", {"why": "lost"})
    assert lost.json["number"] == 2
    person = persons_of(world.other_household)[0].id
    terms = {"day_limit": 30, "month_limit": 100, "until": (today() + timedelta(days=9)).isoformat()}
    named = staff.call("POST", f"/wallets/{wallet}/proxies", {"person_id": str(person), **terms})
    assert (named.status_code, named.json["state"]) == (201, "active")
    neighbour = api_as("resident", VILLAGE, person_id=person)
    code = neighbour.call("POST", f"/proxies/{named.json['id']}/codes")
    assert world.redeem(code.json["code"], (world.salt, 1)).points == 3
    assert staff.call("POST", f"/proxies/{named.json['id']}/codes").status_code == 404
    owner = api_as("resident", VILLAGE, person_id=persons_of(world.household)[0].id)
    assert owner.call("POST", f"/proxies/{named.json['id']}/stop").status_code == 204
    assert neighbour.call("POST", f"/proxies/{named.json['id']}/codes").status_code == 409
