"""Units and the routing table: the county edits, every line explains itself, trying files nothing."""

from typing import Any

import pytest

from core.cases.api import list_rules, members_of
from core.cases.models import Case, Unit
from core.testing import COUNTY_CODE, SISTER_VILLAGE, TOWN, VILLAGE
from tests.core.cases.staff.conftest import Seat, Sit, World

RULE = {
    "kind": "cases.dispute",
    "difficulty": "large",
    "area_code": COUNTY_CODE,
    "level": "town",
    "accept_hours": "2",
    "resolve_days": "10",
    "position": "10",
    "note": "大纠纷到镇",
}


@pytest.fixture
def admin(sit: Sit, world: World) -> Seat:
    return sit(world.admin)


def write(seat: Seat, **more: Any) -> Any:
    return seat.post("/cases/rules/new", "/cases/rules/new", **{**RULE, **more})


def test_a_line_is_added_changed_and_stopped_and_every_version_stays(admin: Seat) -> None:
    assert write(admin).location == "/cases/rules"
    page = admin.text("/cases/rules")
    assert "种类：矛盾纠纷；难易：大事；区域：" in page
    assert "2 个工作小时内签收，10 个工作日内办结" in page
    (rule,) = list_rules()
    edit = f"/cases/rules/{rule.id}/edit"
    assert 'value="大纠纷到镇"' in admin.text(edit)
    assert admin.post(edit, edit, **RULE | {"resolve_days": "8"}).status_code == 303
    (changed,) = list_rules()
    assert (changed.resolve_days, changed.replaces_id) == (8, rule.id)
    assert admin.post(f"/cases/rules/{changed.id}/stop", "/cases/rules").status_code == 303
    assert list_rules() == []
    old = admin.text("/cases/rules/old")
    assert old.count("大纠纷到镇") == 2
    assert "10 个工作日内办结" in old
    # What was replaced is read, not written.
    assert admin.get(edit).status_code == 404


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"accept_hours": "0"}, ""),
        ({"resolve_days": "9999"}, ""),
        ({"kind": "no.such"}, "没有这个事项种类"),
        ({"area_code": "3415049"}, "区划代码"),
        ({"position": "第一"}, "应为整数"),
        ({"unit_id": "999999"}, "没有这个单位"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(admin: Seat, fields: dict[str, str], said: str) -> None:
    answer = write(admin, **fields)
    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)
    assert list_rules() == []


def test_trying_says_where_a_case_would_go_and_why_and_files_nothing(admin: Seat, world: World) -> None:
    where = f"/cases/rules?kind=cases.dispute&difficulty=large&area={VILLAGE}"
    before = admin.text(where)
    assert "没有一条规则符合" in before
    assert "分派规则没有涉及，先到村社" in before
    write(admin, level="town", unit_id=str(world.unit), area_code=TOWN)
    after = admin.text(where)
    assert "到 镇街“司法所”" in after
    assert "因为第 10 条规则" in after
    assert "is-hit" in after
    assert Case.unscoped("a test counts").count() == 0
    # A closed unit is said before anybody runs into it.
    assert admin.post(f"/cases/units/{world.unit}/close", "/cases/units", successor_id="").status_code == 303
    assert "原承办单位已撤销" in admin.text(where)
    # What was tried happens.
    case_id = world.file(kind="cases.dispute", difficulty="large")
    assert (world.row(case_id).level, world.row(case_id).unit_id) == ("county", None)


def test_who_may_read_the_table_does_not_edit_it(sit: Sit, admin: Seat, world: World) -> None:
    write(admin)
    (rule,) = list_rules()
    secretary = sit(world.secretary)
    page = secretary.text("/cases/rules")
    assert "大纠纷到镇" in page
    assert f"/cases/rules/{rule.id}/edit" not in page
    assert secretary.get(f"/cases/rules/{rule.id}/edit").status_code == 403
    assert secretary.post(f"/cases/rules/{rule.id}/stop", "/cases/rules").status_code == 403
    assert secretary.get("/cases/units").status_code == 403
    # Trying out is walled in too.
    assert secretary.text(f"/cases/rules?kind=cases.report&area={VILLAGE}")
    assert secretary.get(f"/cases/rules?kind=cases.report&area={SISTER_VILLAGE}").status_code == 404
    assert len(list_rules()) == 1


def test_a_unit_is_opened_staffed_and_closed_with_a_successor(admin: Seat, world: World) -> None:
    sent = admin.post("/cases/units", "/cases/units", name="水务局", area_code=COUNTY_CODE)
    assert sent.status_code == 303
    unit: Unit = Unit.unscoped("a test looks at the row").where(Unit.name == "水务局").get()
    assert unit.level == "county"
    assert "还没有人，交办来的事项没有人签收" in admin.text("/cases/units")
    assert f'value="{world.clerk.account_id}"' in admin.text(f"/cases/units/{unit.id}")
    add = f"/cases/units/{unit.id}/members"
    assert admin.post(add, "/cases/units", account_id=world.clerk.account_id).status_code == 303
    assert members_of(unit.id) == [world.clerk.account_id]
    twice = admin.post(add, "/cases/units", account_id=world.clerk.account_id)
    assert twice.status_code == 409
    assert "此人已经在这个单位" in twice.get_data(as_text=True)
    assert admin.post(f"{add}/{world.clerk.account_id}/end", "/cases/units").status_code == 303
    assert members_of(unit.id) == []
    closed = admin.post(f"/cases/units/{world.unit}/close", "/cases/units", successor_id=str(unit.id))
    assert closed.status_code == 303
    assert admin.get(f"/cases/units/{world.unit}").status_code == 404
    page = admin.text("/cases/units")
    assert "司法所" in page.split("已撤销的单位")[1]
    assert "→ 水务局" in page


def test_a_unit_of_a_grid_or_of_nowhere_is_refused(admin: Seat, sit: Sit, world: World) -> None:
    for area_code, status in (("341504001001001", 422), ("12", 422), ("330825", 404), ("", 422)):
        answer = admin.post("/cases/units", "/cases/units", name="某办", area_code=area_code)
        assert answer.status_code == status, area_code
    assert (
        sit(world.secretary).post("/cases/units", "/cases/rules", name="某办", area_code=VILLAGE).status_code
        == 403
    )
