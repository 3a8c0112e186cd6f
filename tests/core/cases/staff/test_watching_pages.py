"""What supervisors see and do, and the figures with what they are made of."""

import io
from datetime import datetime, timedelta

import openpyxl
import pytest

from core.cases.api import accept_case, rate_case, resolve_case, timeline
from core.cases.queries.watching import to_be_checked
from core.cases.services.ladder import watch_clocks
from core.cases.views.desk.figures import share
from core.clock import CHINA, now
from core.scope import AreaScope
from core.testing import COUNTY_CODE, SISTER_VILLAGE, VILLAGE
from tests.core.cases.staff.conftest import Seat, Sit, World

PERIOD = "since=2026-03-01&until=2026-03-31"


@pytest.fixture
def supervisor(sit: Sit, world: World) -> Seat:
    return sit(world.supervisor)


def settle(world: World, case_id: int) -> None:
    accept_case(world.secretary, case_id)
    resolve_case(world.secretary, case_id, outcome="solved", answer="已修好")


def test_what_is_overdue_is_urged_from_the_list(sit: Sit, world: World) -> None:
    late = world.file(text="早就该办的事")
    world.move_clock(datetime(2026, 3, 5, 9, 0, tzinfo=CHINA))
    world.file(text="刚报的事")
    supervisor = sit(world.supervisor)
    page = f"/cases/watch?area={COUNTY_CODE}"
    shown = supervisor.text(page)
    assert "早就该办的事" in shown
    assert "刚报的事" not in shown
    back = f"/cases/watch?part=overdue&area={COUNTY_CODE}"
    sent = supervisor.post(f"/cases/{late}/urge", page, note="请今天办", next=back)
    assert sent.location == back
    assert "请今天办" in [step.note for step in timeline(late)]
    urged = supervisor.text(f"/cases/watch?part=urged&area={COUNTY_CODE}")
    assert "早就该办的事" in urged
    assert "督办 1 次" in urged


def test_a_case_that_went_up_for_being_late_stays_in_sight(sit: Sit, world: World) -> None:
    late = world.file(text="早就该办的事")
    once = f"/cases/watch?part=once_late&area={COUNTY_CODE}"
    day = datetime(2026, 3, 3, 9, 0, tzinfo=CHINA)
    while world.row(late).level == "village":
        world.move_clock(day)
        watch_clocks()
        day += timedelta(hours=4)
        assert day.day < 20
    row = world.row(late)
    assert row.due_at > now()
    supervisor = sit(world.supervisor)
    assert "早就该办的事" not in supervisor.text(f"/cases/watch?area={COUNTY_CODE}")
    assert "曾超期未办结 1" in supervisor.text(f"/cases/watch?area={COUNTY_CODE}")
    assert "早就该办的事" in supervisor.text(once)
    assert "早就该办的事" not in sit(world.make("supervisor", SISTER_VILLAGE)).text(
        "/cases/watch?part=once_late"
    )
    accept_case(world.town, late)
    resolve_case(world.town, late, outcome="solved", answer="办好了")
    assert "早就该办的事" not in supervisor.text(once)


def test_answered_cases_are_drawn_checked_and_reopened(supervisor: Seat, sit: Sit, world: World) -> None:
    passed, failed = world.file(text="水管漏水"), world.file(text="灯不亮")
    for case_id in (passed, failed):
        settle(world, case_id)
    page = supervisor.text("/cases/watch?part=checks")
    assert "水管漏水" in page
    assert "灯不亮" in page
    assert supervisor.do(passed, "check", passed="true").status_code == 303
    refused = supervisor.do(failed, "check", passed="false", note="")
    assert refused.status_code == 422
    assert supervisor.do(failed, "check", passed="false", note="现场仍然不亮").status_code == 303
    assert (world.row(passed).state, world.row(failed).state) == ("resolved", "reopened")
    after = supervisor.text("/cases/watch?part=checks")
    assert "水管漏水" not in after
    assert "灯不亮" not in after
    # Who may urge, but not check, is offered no checks.
    assert "待抽查" not in sit(world.secretary).text("/cases/watch?part=checks")


def test_the_draw_is_the_same_all_day_and_another_one_tomorrow(world: World) -> None:
    for number in range(30):
        case_id = world.file(text=f"第 {number} 件")
        settle(world, case_id)
    scope = AreaScope((COUNTY_CODE,))
    first = [case.id for case in to_be_checked(scope, day=739_000)]
    assert len(first) == 10
    assert first == [case.id for case in to_be_checked(scope, day=739_000)]
    assert first != [case.id for case in to_be_checked(scope, day=739_001)]


def test_figures_show_rates_with_what_they_are_made_of(supervisor: Seat, world: World) -> None:
    cases = [world.file(), world.file(kind="cases.dispute"), world.file(world.neighbour)]
    for case_id in cases[:2]:
        settle(world, case_id)
    rate_case(world.resident, cases[0], thumb="up", solved=True)
    rate_case(world.resident, cases[1], thumb="down", solved=False)
    page = supervisor.text(f"/cases/figures?{PERIOD}")
    assert "50.0%" in page
    assert "1 / 2" in page
    assert "矛盾纠纷" in page
    assert "<svg" in page
    assert f"area={VILLAGE[:9]}" in page
    empty = supervisor.text("/cases/figures?since=2025-01-01&until=2025-01-31")
    assert "这段时间没有收到事项" in empty


def test_a_rate_never_says_more_than_there_is() -> None:
    assert share(4408, 4424) == "99.6%"
    assert share(9999, 10000) == "99.9%"
    assert share(2, 26) == "7.7%"
    assert share(1, 2000) == "0.1%"
    assert share(1, 3) == "33.3%"
    assert share(5, 5) == "100.0%"
    assert share(0, 0) == "—"


def test_figures_leave_as_csv_and_excel_on_the_record(supervisor: Seat, world: World) -> None:
    world.file(text="=1+1")
    page = f"/cases/figures?{PERIOD}"
    fields = {"area": COUNTY_CODE, "since": "2026-03-01", "until": "2026-03-31"}
    csv = supervisor.post("/cases/figures/export", page, kind="csv", **fields)
    assert csv.mimetype == "text/csv"
    assert "合计,1,0,0" in csv.get_data().decode("utf-8-sig")
    xlsx = supervisor.post("/cases/figures/export", page, kind="xlsx", **fields)
    rows = list(openpyxl.load_workbook(io.BytesIO(xlsx.get_data())).active.values)  # type: ignore[union-attr]
    assert rows[2][:3] == ("合计", 1, 0)
    outside = supervisor.post("/cases/figures/export", page, kind="csv", area="330825")
    assert outside.status_code == 404


@pytest.mark.parametrize(
    "query", ["since=tomorrow", "since=2026-99-99&until=x", "since=2026-03-31&until=2026-03-01"]
)
def test_a_period_that_cannot_be_read_counts_as_not_said(supervisor: Seat, query: str) -> None:
    assert "事项统计" in supervisor.text(f"/cases/figures?{query}")


def test_a_secretary_sees_the_figures_of_their_village_only(sit: Sit, world: World) -> None:
    world.file()
    stranger = sit(world.make("secretary", SISTER_VILLAGE))
    assert "这段时间没有收到事项" in stranger.text(f"/cases/figures?{PERIOD}")
    assert stranger.get(f"/cases/figures?area={VILLAGE}").status_code == 404
    assert stranger.get(f"/cases/figures?area={COUNTY_CODE}").status_code == 404
