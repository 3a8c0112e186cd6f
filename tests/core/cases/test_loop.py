"""The closed loop as people go through it."""

from datetime import date

import pytest

from core.cases.api import (
    accept_case,
    board,
    case,
    case_by_code,
    case_by_number,
    close_case,
    code_of,
    desk,
    dispatch_case,
    figures,
    list_cases,
    rate_case,
    resolve_case,
    start_case,
    timeline,
    why_here,
)
from core.errors import NotFound
from core.scope import AreaScope
from core.testing import TOWN, VILLAGE
from tests.core.cases.conftest import World


def test_a_case_goes_from_the_resident_to_the_unit_and_back(world: World) -> None:
    number = world.file()
    assert case(world.secretary, number).state == "reported"
    assert case(world.secretary, number).desk_area == VILLAGE
    dispatch_case(world.town, number, level="town", area_code=TOWN, unit_id=world.unit, note="请速办")
    accept_case(world.clerk, number)
    start_case(world.clerk, number)
    resolve_case(world.clerk, number, outcome="solved", answer="已更换灯泡")
    rate_case(world.resident, number, thumb="up", solved=True, note="谢谢")
    close_case(world.town, number)
    deeds = [step.deed for step in timeline(number)]
    assert deeds == ["create", "dispatch", "accept", "start", "resolve", "rate", "close"]
    seen = case(world.resident, number)
    assert (seen.state, seen.answer, seen.thumb) == ("closed", "已更换灯泡", "up")
    assert list_cases(world.secretary)[1] == 1


def test_a_thumb_down_reopens_the_case_one_level_up(world: World) -> None:
    number = world.file()
    accept_case(world.secretary, number)
    resolve_case(world.secretary, number, outcome="explained", answer="请再等等", reason="灯具缺货")
    rate_case(None, number, thumb="down", solved=False, token=case(world.resident, number).key)
    seen = case(world.town, number)
    assert (seen.state, seen.level, seen.desk_area, seen.thumb) == ("reopened", "town", TOWN, "down")


def test_number_and_key_open_the_public_part_without_an_account(world: World) -> None:
    number = world.file()
    mine = case(world.resident, number)
    token = code_of(world.secretary, number)
    for found in (case_by_number(mine.number, key=mine.key), case_by_code(token)):
        assert found.text == "村口路灯不亮"
        assert (found.person_name, found.filer_name, found.key) == ("", "", "")
    with pytest.raises(NotFound):
        case_by_number(mine.number)
    with pytest.raises(NotFound):
        case_by_number(mine.number, key="AAAAAAAA")
    with pytest.raises(NotFound):
        case_by_code(token[:-1] + ("0" if token[-1] != "0" else "1"))


def test_the_desk_the_board_and_the_figures_show_the_same_case(world: World) -> None:
    number = world.file()
    assert [view.id for view in desk(world.secretary).cases] == [number]
    assert desk(world.clerk).cases == []
    columns = {column.state: column.total for column in board(world.secretary, VILLAGE)}
    assert columns["reported"] == 1
    assert figures(AreaScope((VILLAGE,)), date(2026, 3, 2), date(2026, 3, 2)).received == 1
    assert "分派规则中没有一条涉及" in why_here(number)
