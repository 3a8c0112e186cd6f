"""These tests need the whole county with its modules, not the bare kernel of the folder above."""

from collections.abc import Callable
from typing import Any

import pytest

from core.people.identity import check_digit
from core.people.rows import HouseholdRow, PersonRow
from core.people.services import create_household
from core.testing import FAR_VILLAGE, SISTER_VILLAGE, VILLAGE, county

__all__ = ["county"]


@pytest.fixture
def number_of() -> Callable[[int], str]:
    """Makes a right citizen ID: born in 1940 in a county that is no more."""

    def make(serial: int) -> str:
        first = f"34242219400312{serial:03d}"
        return first + check_digit(first)

    return make


@pytest.fixture
def households(actor: Callable[..., Any], number_of: Callable[[int], str]) -> dict[str, int]:
    """One household in each of three villages, as its own secretary registered it."""
    made = {}
    names = {VILLAGE: "张一村", SISTER_VILLAGE: "张二村", FAR_VILLAGE: "张三村"}
    for serial, (area, name) in enumerate(names.items(), 1):
        head = PersonRow(name, number_of(serial), f"1380000000{serial}", is_head=True, tags=("empty_nest",))
        row = HouseholdRow(area, "001", address=f"{name}前街{serial}号", persons=[head])
        made[area] = create_household(actor("secretary", area), row)
    return made
