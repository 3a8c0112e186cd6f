"""A village with callers on its walls, and whoever takes the calls."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from core.security import Actor
from core.testing import GRID, TOWN, VILLAGE, TestHousehold
from tests.plugins.call_button.calls.callers import PAPER, Callers


@pytest.fixture
def county_plugins() -> list[str]:
    """Only the call button."""
    return ["call_button"]


@pytest.fixture
def paper(plugin_folder: Callable[..., Path]) -> None:
    """Devices that exist on paper."""
    plugin_folder("paper", {"plugin.py": PAPER})


@pytest.fixture
def callers(
    paper: None,
    frozen_clock: Callable[[datetime], None],
    people: list[TestHousehold],
    actor: Callable[..., Actor],
) -> Callers:
    """A secretary, a grid leader, a grid member, a town official; three homes, the last one in the grid."""
    return Callers(
        people,
        frozen_clock,
        secretary=actor("secretary", VILLAGE),
        leader=actor("grid_leader", GRID),
        member=actor("grid_member", GRID),
        town=actor("town_official", TOWN),
    )
