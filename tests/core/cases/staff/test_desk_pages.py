"""Desk, board, list and case of staff: what is there, what can be done, and that it is done."""

import io
import re
from datetime import date, datetime
from typing import Any

import pytest

from core.accounts.api import grant_post, open_session, operator
from core.areas.api import open_area
from core.cases.api import accept_case, dispatch_case, list_cases, resolve_case, start_case, timeline
from core.clock import CHINA
from core.files.api import files_of
from core.scope import AreaScope
from core.testing import GRID, SISTER_VILLAGE, TOWN, VILLAGE
from tests.core.cases.staff.conftest import Seat, Sit, World
from tests.pictures import picture


@pytest.fixture
def secretary(sit: Sit, world: World) -> Seat:
    return sit(world.secretary)


def test_a_case_goes_from_the_board_to_its_answer_by_buttons(sit: Sit, secretary: Seat, world: World) -> None:
    case_id = world.file()
    assert "村口路灯不亮" in secretary.text(f"/cases/board?area={VILLAGE}")
    sent = secretary.do(case_id, "dispatch", target=f"area:{GRID}", note="请今天去看")
    assert sent.location == f"/cases/{case_id}"
    assert (world.row(case_id).state, world.row(case_id).desk_area) == ("dispatched", GRID)
    member = sit(world.member)
    assert "村口路灯不亮" in member.text("/cases/desk")
    assert member.do(case_id, "accept").status_code == 303
    assert member.do(case_id, "start").status_code == 303
    photo = (io.BytesIO(picture()), "done.jpg")
    assert member.do(case_id, "resolve", outcome="solved", answer="灯已修好", photos=photo).status_code == 303
    row = world.row(case_id)
    assert (row.state, row.answer, row.worker_id) == ("resolved", "灯已修好", world.member.account_id)
    assert len(files_of(f"case:{case_id}")) == 1
    page = secretary.text(f"/cases/{case_id}")
    assert "灯已修好" in page
    assert [step.deed for step in timeline(case_id)] == ["create", "dispatch", "accept", "start", "resolve"]


def test_the_board_shows_each_case_in_its_column_with_the_button_to_hand_it_out(
    secretary: Seat, world: World
) -> None:
    waiting, working = world.file(text="等交办的事"), world.file(text="正在办的事")
    accept_case(world.secretary, working)
    start_case(world.secretary, working)
    page = secretary.text(f"/cases/board?area={VILLAGE}")
    first, rest = page.split('id="column-dispatched"')
    assert f'data-case="{waiting}"' in first
    assert f"/cases/{waiting}?do=dispatch" in first
    assert "正在办的事" in rest.split('id="column-in_progress"')[1]
    assert f'data-target="area:{GRID}"' in first
    # What is worked on is not to be dragged.
    assert f'data-case="{working}"' not in page


def test_a_dragged_card_is_dispatched_and_leads_back_to_the_board(secretary: Seat, world: World) -> None:
    case_id = world.file()
    board = f"/cases/board?area={VILLAGE}"
    form = {"version": "1", "target": f"area:{GRID}", "next": board}
    assert secretary.post(f"/cases/{case_id}/dispatch", board, **form).location == board
    assert world.row(case_id).state == "dispatched"
    elsewhere = {**form, "next": "https://evil.example/"}
    other = world.file()
    assert secretary.post(f"/cases/{other}/dispatch", board, **elsewhere).location == "/"


def test_what_is_not_possible_says_why(sit: Sit, secretary: Seat, world: World) -> None:
    case_id = world.file()
    page = secretary.text(f"/cases/{case_id}")
    assert "现在是“已反馈”，不在可以“办结”的阶段。" in page
    assert f"/cases/{case_id}/accept" in page
    assert f"/cases/{case_id}/resolve" not in page
    # A town official may hand a village's case out, and does not have it on the desk.
    town = sit(world.town).text(f"/cases/{case_id}")
    assert "这件事项不在您这里" in town
    assert f"/cases/{case_id}/accept" not in town


@pytest.mark.parametrize(
    ("deed", "fields", "said"),
    [
        ("dispatch", {}, "请选择交给谁办。"),
        ("dispatch", {"target": "area:341504999999"}, "不符"),
        ("dispatch", {"target": "drop table"}, "请选择一个承办的地方。"),
        ("escalate", {"reason": " "}, "请写明理由"),
        ("urge", {"note": ""}, "请写明理由"),
        ("accept", {"version": "99"}, "已反馈"),
        ("accept", {"version": "x"}, "应为整数"),
    ],
)
def test_a_refused_step_says_why_and_changes_nothing(
    secretary: Seat, world: World, deed: str, fields: dict[str, Any], said: str
) -> None:
    case_id = world.file()
    answer = secretary.do(case_id, deed, **fields)
    assert answer.status_code in (403, 409, 422)
    assert said in answer.get_data(as_text=True)
    assert (world.row(case_id).state, world.row(case_id).version) == ("reported", 1)


def test_whoever_comes_second_is_told_what_became_of_it(sit: Sit, world: World) -> None:
    case_id = world.file()
    first, second = sit(world.secretary), sit(world.make("secretary", VILLAGE))
    assert first.do(case_id, "accept", version="1").status_code == 303
    late = second.do(case_id, "accept", version="1")
    assert late.status_code == 409
    assert "已签收" in late.get_data(as_text=True)


def test_transfer_return_escalate_pause_and_resume_work_from_the_page(
    sit: Sit, secretary: Seat, world: World
) -> None:
    case_id = world.file()
    town = sit(world.town)
    assert secretary.do(case_id, "escalate", reason="村里办不了").status_code == 303
    assert town.do(case_id, "dispatch", target=f"unit:{world.unit}").status_code == 303
    clerk, other = sit(world.clerk), sit(world.other_clerk)
    assert (
        clerk.do(case_id, "transfer", target=f"unit:{world.other_unit}", reason="归城建办").status_code == 303
    )
    assert world.row(case_id).unit_id == world.other_unit
    assert other.do(case_id, "accept").status_code == 303
    assert other.do(case_id, "pause", reason="等配件", until="2026-03-06").status_code == 303
    assert "等配件" in other.text(f"/cases/{case_id}")
    assert other.do(case_id, "resume").status_code == 303
    assert other.do(case_id, "return", reason="请司法所办").status_code == 303
    row = world.row(case_id)
    assert (row.state, row.unit_id, row.returns) == ("reported", world.unit, 1)
    assert "退回来的" in clerk.text("/cases/desk")


def test_helpers_find_it_on_their_desk_and_say_when_they_are_done(
    sit: Sit, secretary: Seat, world: World
) -> None:
    case_id = world.file()
    sent = secretary.do(case_id, "dispatch", target=f"area:{VILLAGE}", helpers=[f"area:{GRID}"])
    assert sent.status_code == 303
    member = sit(world.member)
    assert "我协办的" in member.text("/cases/desk")
    assert member.do(case_id, "help-done", note="已清场").status_code == 303
    assert "我协办的" not in member.text("/cases/desk")


def test_the_desk_puts_what_is_late_on_top(sit: Sit, world: World) -> None:
    world.file(text="早报的事")
    world.move_clock(datetime(2026, 3, 4, 9, 0, tzinfo=CHINA))
    world.file(text="刚报的事")
    page = sit(world.secretary).text("/cases/desk")
    assert "有 1 件已经超期" in page
    assert page.index("早报的事") < page.index("刚报的事")
    assert "超期 1 天" in page
    assert "今天 15:00 前" in page


def test_both_clocks_stand_on_the_page_of_a_case(secretary: Seat, world: World) -> None:
    page = secretary.text(f"/cases/{world.file()}")
    assert "签收期限 3-2 15:00" in page
    assert "办结期限 3-9 17:30" in page


def test_the_list_is_narrowed_by_state_kind_light_and_words(secretary: Seat, world: World) -> None:
    world.file(text="井盖坏了")
    done = world.file(text="水管漏水", kind="cases.dispute")
    accept_case(world.secretary, done)
    resolve_case(world.secretary, done, outcome="solved", answer="好了")
    for query, there, gone in (
        ("state=open", "井盖坏了", "水管漏水"),
        ("state=resolved", "水管漏水", "井盖坏了"),
        ("kind=cases.dispute", "水管漏水", "井盖坏了"),
        ("q=井盖", "井盖坏了", "水管漏水"),
        (f"q={world.row(done).number}", "水管漏水", "井盖坏了"),
        ("light=green", "井盖坏了", "水管漏水"),
    ):
        page = secretary.text(f"/cases?{query}")
        assert there in page, query
        assert gone not in page, query
    both = secretary.text("/cases?state=nonsense&light=%00&kind=x&page=abc")
    assert "井盖坏了" in both
    assert "水管漏水" in both


def test_two_cases_stand_side_by_side_and_a_person_merges_them(secretary: Seat, world: World) -> None:
    one, other = world.file(text="村口路灯不亮了"), world.file(world.neighbour, text="村口的路灯不亮")
    assert f"/cases/{one}/merge/{other}" in secretary.text(f"/cases/{one}")
    page = f"/cases/{one}/merge/{other}"
    assert "村口的路灯不亮" in secretary.text(page)
    refused = secretary.post(page, page, into=other, reason="")
    assert refused.status_code == 422
    assert world.row(one).state == "reported"
    assert secretary.post(page, page, into=other, reason="同一盏灯").location == f"/cases/{other}"
    assert (world.row(one).outcome, world.row(one).merged_into) == ("merged", other)


def test_the_sheet_holds_the_way_of_the_case_and_a_code_that_opens_it(secretary: Seat, world: World) -> None:
    case_id = world.file()
    accept_case(world.secretary, case_id)
    page = secretary.text(f"/cases/{case_id}/sheet")
    assert world.row(case_id).number in page
    assert "<svg" in page
    assert "承办人签字" in page
    # Whoever prints it for the desk does not hold the reporter's key.
    assert world.row(case_id).key not in page


def test_home_says_what_waits_and_a_households_file_has_its_cases(
    secretary: Seat, sit: Sit, world: World
) -> None:
    case_id = world.file()
    dispatch_case(world.secretary, world.file(), level="village", area_code=VILLAGE)
    home = secretary.text("/?face=office")
    assert "待交办" in home
    assert "待签收" in home
    household = world.row(case_id).household_id
    page = secretary.text(f"/people/households/{household}")
    assert "这一户的事项" in page
    assert f"/cases/{case_id}" in page
    assert "待交办" not in sit(world.member).text("/?face=office")


def test_whoever_filed_a_case_and_has_no_desk_is_led_to_their_own_page(sit: Sit, world: World) -> None:
    case_id = world.file()
    assert sit(world.resident).get(f"/cases/{case_id}").location == f"/cases/open/{case_id}"
    assert sit(world.neighbour).get(f"/cases/{case_id}").status_code == 404


def test_who_holds_two_villages_finds_both_boards(sit: Sit, world: World) -> None:
    held = {"role": "secretary", "area_code": SISTER_VILLAGE, "since": date(2026, 1, 1)}
    grant_post(operator(), world.secretary.account_id, **held)
    world.file(text="一村的事")
    secretary = sit(world.secretary)
    page = secretary.text("/cases/board")
    assert "一村的事" in page
    assert f"/cases/board?area={SISTER_VILLAGE}" in page
    other = secretary.text(f"/cases/board?area={SISTER_VILLAGE}")
    assert "一村的事" not in other
    assert f"/cases/board?area={VILLAGE}" in other
    # A grid is dispatched to by its own village only: another one's is no desk of this board.
    assert f'data-target="area:{SISTER_VILLAGE}"' not in page


def test_nothing_is_done_by_a_form_from_elsewhere(sit: Sit, world: World) -> None:
    case_id = world.file()
    seat = sit(world.secretary)
    assert seat.client.post(f"/cases/{case_id}/accept", data={"version": "1"}).status_code == 400
    assert world.row(case_id).state == "reported"
    assert list_cases(world.secretary, state="accepted")[1] == 0
    assert TOWN not in seat.text("/cases/desk")


def test_a_card_says_where_it_can_go_and_nowhere_else(secretary: Seat, world: World) -> None:
    other = open_area(
        operator(), AreaScope((VILLAGE,)), parent_code=VILLAGE, name="另一格", since=date(2026, 1, 1)
    )
    of_the_grid, of_the_village = world.file(area_code=GRID), world.file()
    page = secretary.text(f"/cases/board?area={VILLAGE}")
    fits = dict(re.findall(r'data-case="(\d+)" data-version="\d+" data-fits="([^"]*)"', page))
    assert f"area:{other}" in re.findall(r'data-target="([^"]+)"', page)
    assert set(fits[str(of_the_grid)].split()) == {f"area:{VILLAGE}", f"area:{GRID}"}
    assert set(fits[str(of_the_village)].split()) == {f"area:{VILLAGE}", f"area:{GRID}", f"area:{other}"}
    # What is offered is taken, what is not offered is refused.
    for target in (f"area:{VILLAGE}", f"area:{GRID}", f"area:{other}"):
        case_id = world.file(area_code=GRID)
        sent = secretary.do(case_id, "dispatch", target=target)
        assert (sent.status_code == 303) == (target in fits[str(of_the_grid)].split()), target


def test_lists_blot_numbers_out_and_name_a_report_that_is_only_photos(secretary: Seat, world: World) -> None:
    world.file(text="我的身份证110101199003071233，电话13812345678，灯不亮")
    photos = world.file(text="（见照片）")
    number = world.row(photos).number
    for path in (f"/cases/board?area={VILLAGE}", "/cases", "/cases/desk"):
        page = secretary.text(path)
        assert "13812345678" not in page
        assert "110101199003071233" not in page
        assert "［电话］" in page
        assert f"照片反馈 {number}" in page
    own = secretary.text("/cases/1")
    assert "13812345678" in own, "who works on it reads it as it was written"


def test_back_leads_to_where_one_came_from(secretary: Seat, world: World) -> None:
    case_id = world.file()

    def back(referrer: str) -> str:
        page = secretary.client.get(f"/cases/{case_id}", headers={"Referer": referrer}).get_data(as_text=True)
        found = re.search(r'class="back" href="([^"]+)"', page)
        assert found
        return found[1]

    assert back(f"http://localhost/cases/board?area={VILLAGE}") == f"/cases/board?area={VILLAGE}"
    for strange in ("", "https://evil.example/cases/board", f"http://localhost/cases/{case_id}", "http://["):
        assert back(strange) == "/cases/desk"
    assert back(f"http://localhost/cases/{case_id}/sheet") == "/cases/desk"


PANEL = """
from core.hookspecs import Panel, hookimpl

@hookimpl
def case_panels(actor, case_id):
    return [Panel("panels/hello.html", {"number": case_id})]
"""


def test_plugins_add_panels_to_a_case_and_a_failing_one_costs_only_its_own(
    world: World, plugin_folder: Any, failing_neighbour: str, build_app: Any
) -> None:
    case_id = world.file()
    plugin_folder(
        "panels", {"plugin.py": PANEL, "templates/panels/hello.html": "<p>第 {{ number }} 件的面板</p>"}
    )
    browser = build_app().test_client()
    with browser.session_transaction() as session:
        session["token"] = open_session(operator(), world.secretary.account_id or 0).token
    page = browser.get(f"/cases/{case_id}").text
    assert f"第 {case_id} 件的面板" in page
    assert "村口路灯不亮" in page
