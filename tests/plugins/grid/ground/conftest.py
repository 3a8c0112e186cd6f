"""A village of three grids with households, wallets, cases and staff, and its sister behind the wall."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from core.app import load_plugins
from core.clock import frozen
from core.county import County
from core.security import Actor
from tests.plugins.grid.ground import wallets
from tests.plugins.grid.ground.village import COUNTY_CODE, MORNING, SISTER, VILLAGE, Village, settle


@pytest.fixture
def county_plugins() -> list[str]:
    """The grid, and the points store whose wallets must follow, where it is there."""
    return ["grid", wallets.STORE] if wallets.IS_THERE else ["grid"]


@pytest.fixture
def clock() -> Iterator[Callable[[datetime], None]]:
    """The clock stands at a Monday morning; the value moves it."""
    with frozen(MORNING) as move:
        yield move


@pytest.fixture
def village(county: County, actor: Callable[..., Actor], clock: Callable[[datetime], None]) -> Village:
    """Three grids, opened in the past: 6, 4 and 2 households."""
    load_plugins(county)
    secretary = actor("secretary", VILLAGE)
    return settle(
        Village(
            secretary=secretary,
            town=actor("town_official", VILLAGE[:9]),
            admin=actor("county_admin", COUNTY_CODE),
            sister_secretary=actor("secretary", SISTER),
            move_clock=clock,
        )
    )


@pytest.fixture
def staffed(village: Village, account: Any) -> Village:
    """Each grid has a leader and a member with log-ins."""
    village.staff(account)
    return village
