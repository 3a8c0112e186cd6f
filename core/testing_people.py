"""Fixtures of core.testing: a few people to do things for."""

from typing import TYPE_CHECKING

import pytest

from core.value_classes import value_class

if TYPE_CHECKING:
    from core.county import County


@value_class
class TestHousehold:
    """A household and its persons' ids, the head first."""

    __test__ = False

    id: int
    area_code: str
    person_ids: tuple[int, ...]


# Made-up people without numbers, so that nothing of theirs can be anybody's; where is the end of a code.
_PEOPLE = (
    ("001001", ("赵大山", "钱小梅")),
    ("001001", ("孙奶奶",)),
    ("001001001", ("李网格", "周网格", "吴小宝")),
)


@pytest.fixture
def people(county: "County") -> list[TestHousehold]:
    """Three households, the last one in GRID, the others in VILLAGE, with two, one and three persons."""
    from core.accounts.api import operator
    from core.app import load_plugins
    from core.people.api import HouseholdRow, PersonRow, bulk_insert_households, persons_of

    if county.plugins is None:
        load_plugins(county)
    rows = []
    for serial, (area, names) in enumerate(_PEOPLE, 1):
        persons = [PersonRow(name, is_head=name == names[0]) for name in names]
        code = county.settings.county_code + area
        rows.append(HouseholdRow(code, f"{serial:03d}", f"前街 {serial} 号", persons=persons))
    made = []
    for row, key in zip(rows, bulk_insert_households(operator(), rows), strict=True):
        made.append(TestHousehold(key, row.area_code, tuple(person.id for person in persons_of(key))))
    return made
