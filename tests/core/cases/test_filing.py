"""Filing: by oneself, for somebody else, by a channel; what the register knows is not asked."""

import pytest

from core.cases import api
from core.cases.models import Case
from core.cases.services.filing import create_case
from core.clock import now
from core.errors import DomainError
from core.testing import COUNTY_CODE, FAR_VILLAGE, GRID, SISTER_VILLAGE, VILLAGE
from tests.core.cases.conftest import World


def refusal(world: World, **more: object) -> DomainError:
    with pytest.raises(DomainError) as caught:
        world.file(**more)
    return caught.value


def test_person_and_household_come_from_the_register(world: World, people_here: dict[str, int]) -> None:
    row = world.row(world.file())
    assert row.person_id == people_here["张三"]
    assert row.household_id is not None
    assert (row.filed_by, row.on_behalf) == (world.resident.account_id, False)


def test_who_files_for_somebody_else_keeps_both_names(world: World, people_here: dict[str, int]) -> None:
    number = world.file(world.secretary, on_behalf_of=people_here["李四"], text="代李四反映：屋顶漏雨")
    seen = api.case(world.secretary, number)
    assert (seen.person_name, seen.filer_name, seen.on_behalf) == ("李四", "测试secretary", True)
    # Whose case it is follows and rates it.
    assert api.case(world.neighbour, number).id == number
    with pytest.raises(DomainError):
        api.case(world.resident, number)


def test_nobody_files_for_people_they_do_not_see(world: World, people_here: dict[str, int]) -> None:
    for stranger in (world.resident, world.clerk, world.make("secretary", SISTER_VILLAGE)):
        refused = refusal(world, actor=stranger, on_behalf_of=people_here["李四"])
        assert refused.code == "not_found"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"text": " \x00 "}, "invalid"),
        ({"text": "长" * 5001}, "invalid"),
        ({"place": "长" * 201}, "invalid"),
        ({"difficulty": "hard"}, "invalid"),
        ({"latitude": 31.0}, "invalid"),
        ({"latitude": 91.0, "longitude": 116.0}, "invalid"),
        ({"external_id": "9" * 121}, "invalid"),
        ({"kind": "cases.nothing"}, "case_kind_unknown"),
        ({"area_code": "110101001001"}, "case_area_unknown"),
        ({"area_code": COUNTY_CODE + "999999"}, "case_area_unknown"),
        ({"area_code": ""}, "case_area_unknown"),
    ],
)
def test_what_cannot_be_filed_is_refused(world: World, wrong: dict[str, object], code: str) -> None:
    assert refusal(world, **wrong).code == code
    assert api.list_cases(world.admin)[1] == 0


def test_nobody_in_particular_files_nothing(world: World) -> None:
    with pytest.raises(DomainError) as caught:
        create_case(world.make("auditor", COUNTY_CODE), api.NewCase("cases.report", "x", VILLAGE))
    assert caught.value.code == "forbidden"


def test_a_resident_may_report_what_they_see_in_another_village(world: World) -> None:
    number = world.file(area_code=FAR_VILLAGE)
    assert api.case(world.resident, number).desk_area == FAR_VILLAGE


def test_a_channel_that_posts_the_same_case_200_times_has_one(world: World) -> None:
    posted = {
        world.file(world.town, channel="12345", external_id="A-1", text=f"第 {n} 次") for n in range(200)
    }
    assert len(posted) == 1
    rows = Case.unscoped("test").where(Case.channel == "12345")
    assert [row.text for row in rows] == ["第 0 次"]
    # Another channel's number, and cases without one, are other cases.
    others = {world.file(world.town, channel="open311", external_id="A-1"), world.file(), world.file()}
    assert len(others | posted) == 4


def test_solved_on_the_spot_is_counted_apart(world: World) -> None:
    number = world.file(world.member, area_code=GRID, solved_on_spot=True, answer="当场扶正路牌")
    seen = api.case(world.secretary, number)
    assert (seen.state, seen.outcome, seen.on_the_spot, seen.answer) == (
        "resolved",
        "solved",
        True,
        "当场扶正路牌",
    )
    day = now().date()
    counted = api.figures(world.admin.scope("cases.view"), day, day)
    assert (counted.received, counted.answered, counted.on_the_spot) == (1, 1, 1)
    assert refusal(world, solved_on_spot=True).code == "forbidden"


def test_public_answers_name_nobody(world: World) -> None:
    number = world.file(kind="cases.snapshot", text="我是张三，电话 13812345678，门口积水")
    api.accept_case(world.secretary, number)
    with pytest.raises(DomainError):
        api.public_case(number)
    api.resolve_case(world.secretary, number, outcome="solved", answer="已为张三家疏通")
    api.rate_case(world.resident, number, thumb="up", solved=True)
    (shown,), total = api.list_public_cases(area_code=VILLAGE)
    assert total == 1
    for seen in (shown, api.public_case(number)):
        assert "张三" not in f"{seen}"
        assert "13812345678" not in f"{seen}"
        assert "张某家" in seen.answer
    private = world.file()
    assert private not in [each.id for each in api.list_public_cases()[0]]
    steps = api.timeline(number, public=True)
    assert [step.actor_name for step in steps] == [""] * len(steps)
    assert "已为张某家疏通" in [step.note for step in steps]


def test_the_resident_reads_no_colleagues_notes(world: World) -> None:
    number = world.file()
    api.comment_case(world.secretary, number, "此人常反映")
    api.escalate_case(world.secretary, number, "村里没钱")
    shown = api.timeline(number, public=True)
    assert [step.deed for step in shown] == ["create", "escalate"]
    assert "村里没钱" not in f"{shown}"
    assert [step.note for step in api.timeline(number)] == ["", "此人常反映", "村里没钱"]
