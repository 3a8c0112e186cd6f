"""The pages of earning: each opens for whom it is, and a whole claim goes through them."""

import re
from datetime import timedelta

import pytest

from core.clock import today
from core.people.api import persons_of
from core.testing import COUNTY_CODE
from plugins.points_store.models import Activity, Claim, Objection, Rule, Transfer
from plugins.points_store.services import publicity, reviewing
from tests.plugins.points_store.village import VILLAGE


class Browser:
    """Somebody's browser that sends forms as pages give them."""

    def __init__(self, client):
        self.client = client

    def see(self, path):
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    def send(self, page, path, **form):
        text = self.see(page)
        token = re.search(r'name="csrf_token" value="([^"]+)"', text)[1]
        key = re.search(r'name="form_key" value="([^"]+)"', text)
        data = {"csrf_token": token, **({"form_key": key[1]} if key else {}), **form}
        return self.client.post(path, data=data, follow_redirects=True)


@pytest.fixture
def browse(as_role, world, desk):
    """Makes a browser of a role in the village."""
    person = {name: persons_of(getattr(world, name))[0].id for name in ("household", "other_household")}

    def make(role, area_code=VILLAGE, home=None):
        return Browser(as_role(role, area_code, person_id=person[home] if home else None))

    return make


def test_both_checks_see_what_may_be_the_same_act_and_can_open_it(browse, desk):
    first, again = desk.file(), desk.file(desk.member)
    leader, asked = browse("grid_leader"), "会不会是同一件"
    assert leader.see("/points-store/check").count(asked) == 2
    page = leader.see(f"/points-store/claims/{again}?face=check")
    assert asked in page
    assert f'href="/points-store/claims/{first}?face=check"' in page
    reviewing.review_claim(desk.leader, claim_id=again, decision="pass")
    reviewer = browse("reviewer")
    assert reviewer.see("/points-store/office/claims?state=checked").count(asked) == 1
    page = reviewer.see(f"/points-store/office/claims/{again}?state=checked")
    assert f'href="/points-store/office/claims/{first}?' in page
    assert asked not in browse("resident", home="household").see(f"/points-store/claims/{first}")


def test_a_claim_goes_through_all_pages(browse, world, desk):
    resident = browse("resident", home="household")
    page = "/points-store/claims/new?whose=own"
    wrong = resident.send(
        page, "/points-store/claims/new", whose="own", rule_id=desk.rule.id, text="", day="x"
    )
    assert wrong.status_code == 422
    filed = resident.send(
        page,
        "/points-store/claims/new",
        whose="own",
        rule_id=str(desk.rule.id),
        text="清理河道",
        day=today().isoformat(),
        points="",
    )
    assert "已申报" in filed.text
    (claim,) = Claim.unscoped("test")
    leader = browse("grid_leader")
    assert "清理河道" in leader.see("/points-store/check")
    sent = {"claim": str(claim.id), "decision": "pass", "back": "phone", "state": "filed"}
    assert "已处理 1 条" in leader.send("/points-store/check", "/points-store/claims/review", **sent).text
    reviewer = browse("reviewer")
    path = f"/points-store/claims/{claim.id}"
    assert "清理河道" in reviewer.see("/points-store/office/claims?state=checked")
    assert (
        "已处理" in reviewer.send(path, f"{path}/review", decision="pass", points="6", reason="照片为证").text
    )
    neighbour = browse("resident", home="other_household")
    seen = neighbour.see(path)
    assert "清理河道" not in seen
    assert "张三" not in seen
    assert "<dd>张*</dd>" in seen
    public = f"{path}?face=public"
    assert public in neighbour.see(f"/points-store/public/{VILLAGE}")
    assert f'class="back" href="/points-store/public/{VILLAGE}"' in neighbour.see(public)
    assert "异议已交村委会" in neighbour.send(path, f"{path}/object", text="没看见").text
    (objection,) = Objection.unscoped("test")
    answer = f"/points-store/office/objections/{objection.id}/answer"
    assert "没看见" in reviewer.see(path)
    done = reviewer.send(path, answer, claim_id=str(claim.id), upheld="0", answer="有人看见")
    assert "已答复" in done.text
    desk.pass_days(4)
    assert world.balance() == 6
    award = Transfer.unscoped("test").where(Transfer.kind == "award").get()
    secretary = browse("secretary")
    page = f"/points-store/office/awards/{award.id}/withdraw"
    assert "已撤销" in secretary.send(page, page, reason="记错了").text
    assert world.balance() == 0


def _ticks(text):
    """Claim -> whether its box is ticked."""
    return {int(key): bool(tick) for key, tick in re.findall(r'name="claim" value="(\d+)"( checked)?', text)}


@pytest.mark.parametrize(("role", "page"), [("grid_leader", "check"), ("reviewer", "office/claims")])
def test_nothing_is_ticked_at_first_and_a_refusal_keeps_what_was(browse, world, desk, role, page):
    first, second = desk.file(), desk.file(desk.neighbour, household_id=world.other_household)
    if role == "reviewer":
        for key in (first, second):
            reviewing.review_claim(desk.leader, claim_id=key, decision="pass")
    browser, page = browse(role), f"/points-store/{page}"
    assert _ticks(browser.see(page)) == {first: False, second: False}
    state = "filed" if role == "grid_leader" else "checked"
    assert _ticks(browser.see(f"{page}?state={state}&all=1")) == {first: True, second: True}
    back = {"back": "phone" if role == "grid_leader" else "office", "state": state}
    send = "/points-store/claims/review"
    refused = browser.send(page, send, claim=str(first), decision="refuse", **back)
    assert refused.status_code == 422
    assert "不通过要写原因。" in refused.text
    assert 'aria-describedby="h-reason e-reason"' in refused.text
    assert _ticks(refused.text) == {first: True, second: False}
    nothing = browser.send(page, send, decision="pass", reason="看过了", **back)
    assert nothing.status_code == 422
    assert "请先勾选" in nothing.text
    assert 'value="看过了"' in nothing.text
    assert desk.claim(second).state == state


def test_a_claim_keeps_the_face_of_the_list_it_was_opened_from(browse, world, desk):
    key = desk.file()
    leader = browse("grid_leader")
    assert f"/points-store/claims/{key}?face=check" in leader.see("/points-store/check")
    seen = leader.see(f"/points-store/claims/{key}?face=check")
    assert 'class="back" href="/points-store/check"' in seen
    reviewing.review_claim(desk.leader, claim_id=key, decision="pass")
    reviewer, page = browse("reviewer"), f"/points-store/office/claims/{key}?state=checked"
    assert page in reviewer.see("/points-store/office/claims")
    seen = reviewer.see(page)
    assert 'id="side-menu"' in seen
    assert 'class="back" href="/points-store/office/claims?state=checked"' in seen
    (action,) = re.findall(r'action="([^"]+/review[^"]*)"', seen)
    done = reviewer.send(page, action.replace("&amp;", "&"), decision="pass", points="5")
    assert "已处理" in done.text
    assert done.request.path == f"/points-store/office/claims/{key}"
    assert browse("resident", home="household").client.get(page).status_code == 403


def test_a_neighbour_is_named_by_its_head(browse, world, desk):
    resident = browse("resident", home="household")
    form = {
        "whose": "neighbour",
        "rule_id": str(desk.rule.id),
        "text": "帮忙",
        "day": today().isoformat(),
        "points": "",
    }
    page, path = "/points-store/claims/new?whose=neighbour", "/points-store/claims/new"
    assert resident.send(page, path, head_name="没有这人", **form).status_code == 422
    assert "已申报" in resident.send(page, path, head_name="李四", **form).text
    assert Claim.unscoped("test").get().household_id == world.other_household
    member = browse("grid_member")
    assert "李四" in member.see("/points-store/claims/new?whose=staff&q=李四")
    assert "申报" in member.see(f"/points-store/claims/new?whose=staff&household_id={world.household}")


def test_a_rule_is_laid_down_changed_and_stopped(browse, desk):
    admin = browse("county_admin", COUNTY_CODE)
    terms = {
        "title": "垃圾分类",
        "points_min": "1",
        "points_max": "5",
        "cap_day": "5",
        "filed_by": "resident",
        "publicity_days": "5",
    }
    page = "/points-store/office/rules"
    assert "规则已保存" in admin.send(page, page, area_code=VILLAGE, **terms).text
    rule = Rule.unscoped("test").where(Rule.title == "垃圾分类").get()
    assert (rule.cap_day, rule.cap_year, rule.filed_by) == (5, None, "resident")
    change = f"{page}/{rule.id}"
    assert "第 2 版" in admin.send(change, change, **{**terms, "points_max": "9"}).text
    new = Rule.unscoped("test").where(Rule.first_id == rule.id).get()
    assert "规则已停用" in admin.send(page, f"{page}/{new.id}/stop").text


def test_the_public_page_needs_no_account_and_the_sheet_prints_its_code(browse, client, world, desk):
    key = desk.file(points=20, text="电话13800000001")
    desk.publish(key)
    page = client.get(f"/points-store/public/{VILLAGE}", follow_redirects=True)
    assert page.status_code == 200
    assert "张*" in page.text
    assert "张三" not in page.text
    assert "138" not in page.text
    assert 'class="back"' not in page.text
    now = today().replace(day=1)
    before = f"/points-store/public/{VILLAGE}/{(now - timedelta(days=1)).strftime('%Y-%m')}"
    assert f'rel="prev" href="{before}"' in page.text
    assert 'rel="next"' not in page.text
    earlier = client.get(before)
    assert f'rel="next" href="/points-store/public/{VILLAGE}/{now.strftime("%Y-%m")}"' in earlier.text
    assert 'class="back"' in browse("resident", home="household").see(before)
    assert client.get(f"/points-store/public/{VILLAGE}/2020-01").status_code == 404
    assert client.get("/points-store/public/341504").status_code == 404
    sheet = browse("reviewer").see("/points-store/office/board")
    assert "<svg" in sheet
    assert "张*" in sheet
    assert browse("reviewer").client.get("/points-store/office/board?area=341504001002").status_code == 404


def test_an_activity_is_announced_printed_scanned_and_confirmed(browse, desk, world):
    leader = browse("grid_leader")
    page = "/points-store/office/activities"
    sheet = leader.send(
        page,
        page,
        area_code=VILLAGE,
        title="清河",
        place="村口",
        day=today().isoformat(),
        rule_id=str(desk.rule.id),
        points="10",
    )
    assert "<svg" in sheet.text
    code = Activity.unscoped("test").get().code
    resident = browse("resident", home="household")
    path = f"/points-store/activities/{code}"
    assert "已签到" in resident.send(path, path).text
    assert "只计一次" in resident.send(path, path).text
    assert "签到 1 人" in leader.see(page)
    assert "活动已取消" in leader.send(page, f"{page}/{Activity.unscoped('test').get().id}/cancel").text


def test_honour_is_the_households_own_and_a_table_for_people(browse, world, desk):
    world.award(30)
    resident = browse("resident", home="household")
    assert "荣誉" in resident.see("/points-store/honour")
    reviewer = browse("reviewer")
    assert 'href="/points-store/office/honour"' in reviewer.see("/points-store/office/claims")
    assert "没有启用" in reviewer.see("/points-store/office/honour")
    table = reviewer.client.get("/points-store/office/honour/table?form=csv")
    assert "张三,30,0,30" in table.data.decode("utf-8-sig")
    assert reviewer.client.get("/points-store/office/honour/table").data[:2] == b"PK"


def test_programs_file_review_object_and_take_back(api_as, world, desk):
    home, other = persons_of(world.household)[0].id, persons_of(world.other_household)[0].id
    resident = api_as("resident", VILLAGE, person_id=home)
    new = {
        "household_id": str(world.household),
        "rule_id": str(desk.rule.id),
        "text": "清扫",
        "day": today().isoformat(),
        "points": 20,
    }
    made = resident.post("/claims", new, key="claim-0001")
    assert (made.status_code, made.json["state"]) == (201, "filed")
    assert resident.post("/claims", new, key="claim-0001").json["id"] == made.json["id"]
    path = f"/claims/{made.json['id']}"
    assert resident.post(f"{path}/reviews", {"decision": "pass"}).status_code == 403
    leader, reviewer = api_as("grid_leader", VILLAGE), api_as("reviewer", VILLAGE)
    assert leader.post(f"{path}/reviews", {"decision": "pass"}).json["state"] == "checked"
    many = reviewer.post("/claim-reviews", {"claim_ids": [made.json["id"], "999"], "decision": "pass"})
    assert [(row["id"], row["state"], row["refusal"]) for row in many.json] == [
        (made.json["id"], "published", ""),
        ("999", "", "not_found"),
    ]
    objection = api_as("resident", VILLAGE, person_id=other).post(f"{path}/objections", {"text": "不对"})
    answer = {"upheld": False, "answer": "查过"}
    assert reviewer.post(f"/objections/{objection.json['id']}/answers", answer).json["state"] == "published"
    desk.pass_days(4)
    shown = resident.get(path).json
    assert shown["state"] == "credited"
    take = api_as("secretary", VILLAGE)
    answer = take.post(f"/awards/{shown['transfer_id']}/withdrawals", {"reason": "记错"}, key="take-00001")
    assert (answer.status_code, answer.json["points"], world.balance()) == (201, 20, 0)
    assert [row["id"] for row in resident.get("/claims").json] == [made.json["id"]]
    assert publicity.finish_publicity() == 0


def test_a_village_behind_the_wall_sees_and_decides_nothing(api_as, desk):
    key = desk.file()
    for role in ("reviewer", "secretary", "grid_leader"):
        far = api_as(role, "341504001002")
        assert far.get(f"/claims/{key}").status_code == 404
        assert far.post(f"/claims/{key}/reviews", {"decision": "pass"}).status_code == 404
        assert far.get("/claims?of=desk").json == []


def test_a_village_ticks_all_its_claims_at_once_however_many(browse, world, desk):
    filed = {desk.file(desk.member) for _ in range(55)}
    leader, page = browse("grid_leader"), "/points-store/check"
    first = leader.see(page)
    assert len(_ticks(first)) == 50
    assert "全部 55 条一起选" in first
    assert "一起选" not in leader.see(f"{page}?page_size=1000")
    wide = f"{page}?page_size=1000&all=1"
    assert _ticks(leader.see(wide)) == dict.fromkeys(filed, True)
    form = {"decision": "pass", "back": "phone", "state": "filed", "claim": [str(key) for key in filed]}
    assert "已处理 55 条" in leader.send(wide, "/points-store/claims/review", **form).text
    assert {desk.claim(key).state for key in filed} == {"checked"}
