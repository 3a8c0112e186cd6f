"""What a page asks of the database: fewer than twenty statements, whatever level it is of."""

from collections.abc import Iterator

import pytest

from core.cases.api import accept_case, dispatch_case, resolve_case
from core.db import database
from core.testing import GRID, TOWN, VILLAGE
from tests.core.cases.staff.conftest import Sit, World

PAGES = (
    "/cases/board",
    f"/cases/board?area={VILLAGE}",
    "/cases/desk",
    "/cases",
    "/cases?q=路灯",
    "/cases/watch",
    "/cases/figures",
    "/",
)


@pytest.fixture
def asked() -> Iterator[list[object]]:
    """The statements that the database is asked."""
    seen: list[object] = []
    database.obj.query_hooks.append(seen.append)
    yield seen
    database.obj.query_hooks.remove(seen.append)


@pytest.fixture
def some_of_each(world: World) -> None:
    """Cases in every column, of both grids and units, with helpers."""
    for area_code in (VILLAGE, GRID):
        cases = [world.file(area_code=area_code) for _ in range(5)]
        dispatch_case(world.town, cases[1], level="town", area_code=TOWN, unit_id=world.unit)
        for case_id in cases[2:]:
            accept_case(world.secretary, case_id)
        resolve_case(world.secretary, cases[3], outcome="solved", answer="好了")


@pytest.mark.usefixtures("some_of_each")
@pytest.mark.parametrize("who", ["secretary", "town", "admin"])
def test_a_list_costs_fewer_than_twenty_statements(
    sit: Sit, world: World, asked: list[object], who: str
) -> None:
    browser = sit(getattr(world, who))
    for path in PAGES:
        asked.clear()
        assert browser.get(path).status_code == 200
        assert 0 < len(asked) < 20, (path, len(asked), asked)
