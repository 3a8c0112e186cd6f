"""One area at a time: opened, closed in favour of another, renamed; dated and on record."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from core import audit
from core.areas.errors import AreaBegunToday, AreaClosed, AreaFull, AreaKept, NoSuccessor
from core.areas.models import Area
from core.areas.queries import current_code, get_area, is_current
from core.areas.services import close_area, open_area, rename_area
from core.clock import today
from core.county import County
from core.errors import DomainError, Invalid, NotFound
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE, TOWN, VILLAGE

MINE = AreaScope((VILLAGE,))
COUNTY = AreaScope((COUNTY_CODE,))


@pytest.fixture(autouse=True)
def ready(county: County, frozen_clock: Callable[..., None]) -> None:
    """A county on a Monday."""


def opened(name: str = "新网格", scope: AreaScope = MINE, parent: str = VILLAGE) -> str:
    return open_area(SYSTEM, scope, parent_code=parent, name=name, since=today())


def test_a_new_area_gets_the_next_code_below_its_parent() -> None:
    assert [opened(), opened()] == [VILLAGE + "002", VILLAGE + "003"]
    assert opened(scope=COUNTY, parent=TOWN) == TOWN + "003"
    row = get_area(VILLAGE + "002")
    assert row is not None
    assert (row.level, row.valid_from, row.valid_to) == ("grid", today(), None)


def test_the_code_of_a_closed_area_is_not_given_out_again(frozen_clock: Callable[..., None]) -> None:
    last = opened()
    frozen_clock(days_later(1))
    close_area(SYSTEM, MINE, last, last_day=today() - timedelta(days=1), successor_code=GRID)
    assert opened() == VILLAGE + "003"


def days_later(days: int) -> Any:
    from core.clock import now

    return now() + timedelta(days=days)


def test_no_code_is_left_after_the_last_number() -> None:
    Area.create(code=VILLAGE + "999", name="末", level="grid", valid_from=today())
    with pytest.raises(AreaFull):
        opened()


def test_a_closed_area_leads_to_its_successor_from_the_next_day_on() -> None:
    other = opened()
    close_area(SYSTEM, MINE, GRID, last_day=today(), successor_code=other)
    assert is_current(GRID)
    assert not is_current(GRID, on=today() + timedelta(days=1))
    assert current_code(GRID) == other


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"code": VILLAGE}, AreaKept),
        ({"last_day": date(2026, 2, 28)}, Invalid),
        ({"successor_code": GRID}, NoSuccessor),
        ({"successor_code": SISTER_VILLAGE}, NoSuccessor),
        ({"code": SISTER_VILLAGE}, NotFound),
    ],
    ids=["with grids", "long ago", "itself", "another level", "outside"],
)
def test_what_cannot_be_closed_is_refused(values: dict[str, Any], error: type[DomainError]) -> None:
    other = opened()
    sent = {"code": GRID, "last_day": today(), "successor_code": other, **values}
    with pytest.raises(error):
        close_area(SYSTEM, MINE, sent.pop("code"), **sent)


def test_an_area_is_valid_for_a_day_at_least_and_closed_once() -> None:
    other = opened()
    with pytest.raises(AreaBegunToday):
        close_area(SYSTEM, MINE, other, last_day=today() - timedelta(days=1), successor_code=GRID)
    close_area(SYSTEM, MINE, other, last_day=today(), successor_code=GRID)
    with pytest.raises(AreaClosed):
        close_area(SYSTEM, MINE, other, last_day=today(), successor_code=GRID)


def test_a_name_is_changed_and_the_record_keeps_both() -> None:
    rename_area(SYSTEM, MINE, GRID, name=" 河东网格 ")
    row = get_area(GRID)
    assert row is not None
    assert row.name == "河东网格"
    line = audit.AuditLine.unscoped("test").order_by(audit.AuditLine.seq.desc()).get()
    assert line.action == "areas.rename_area"
    assert "河东网格" in line.detail
    with pytest.raises(Invalid):
        rename_area(SYSTEM, MINE, GRID, name=" ")
    with pytest.raises(NotFound):
        rename_area(SYSTEM, MINE, SISTER_VILLAGE, name="别村")


def test_nothing_is_opened_outside_one_s_areas_or_below_a_grid() -> None:
    for parent in (SISTER_VILLAGE, VILLAGE + "777"):
        with pytest.raises(NotFound):
            opened(parent=parent)
    with pytest.raises(Invalid):
        opened(parent=GRID)
