"""A village with callers on its walls."""

from collections.abc import Callable
from datetime import datetime

import pytest

from core.testing import TestHousehold
from tests.plugins.call_button.device_people import Wall


@pytest.fixture
def county_plugins() -> list[str]:
    """Only the call button."""
    return ["call_button"]


@pytest.fixture
def wall(frozen_clock: Callable[[datetime], None], people: list[TestHousehold]) -> Wall:
    """Homes, on a Monday morning."""
    return Wall(people, frozen_clock)
