"""A village with its people, a town with two units, and the county: everybody a case passes by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from core.app import load_plugins
from core.cases.api import NewCase, create_case
from core.cases.models import Case, Unit, UnitMember
from core.clock import now
from core.county import County
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households, persons_of
from core.plugin_manager import SYSTEM
from core.security import Actor
from core.testing import COUNTY_CODE, GRID, TOWN, VILLAGE

MakeActor = Callable[..., Actor]


@dataclass
class World:
    """Who acts, and where."""

    resident: Actor
    neighbour: Actor
    member: Actor
    secretary: Actor
    town: Actor
    clerk: Actor
    other_clerk: Actor
    admin: Actor
    supervisor: Actor
    unit: int
    other_unit: int
    make: MakeActor
    move_clock: Callable[[datetime], None]

    def file(self, actor: Actor | None = None, **more: Any) -> int:
        """A case as the resident files it."""
        values: dict[str, Any] = {"kind": "cases.report", "text": "村口路灯不亮", "area_code": VILLAGE}
        return create_case(actor or self.resident, NewCase(**{**values, **more}))

    def row(self, case_id: int) -> Case:
        """The case as it lies in the database."""
        return Case.unscoped("a test looks at the row").where(Case.id == case_id).get()


def open_unit(name: str, level: str, area_code: str, *account_ids: int | None) -> int:
    """A unit with members."""
    unit = Unit.create(name=name, level=level, area_code=area_code, opened_at=now())
    for account_id in account_ids:
        UnitMember.create(unit_id=unit.id, account_id=account_id, since=date(2020, 1, 1))
    return int(unit.id)


@pytest.fixture
def people_here(county: County) -> dict[str, int]:
    """Two persons of two households in the village."""
    load_plugins(county)
    made = {}
    for number, name in enumerate(("张三", "李四"), 1):
        row = HouseholdRow(VILLAGE, f"{number:03d}", persons=[PersonRow(name=name, is_head=True)])
        (household,) = bulk_insert_households(SYSTEM, [row])
        made[name] = persons_of(household)[0].id
    return made


@pytest.fixture
def world(people_here: dict[str, int], actor: MakeActor, frozen_clock: Callable[[datetime], None]) -> World:
    """Monday, 2 March 2026, 9:00."""
    clerk, other = actor("department_official", TOWN), actor("department_official", TOWN)
    return World(
        resident=actor("resident", VILLAGE, person_id=people_here["张三"]),
        neighbour=actor("resident", VILLAGE, person_id=people_here["李四"]),
        member=actor("grid_member", GRID),
        secretary=actor("secretary", VILLAGE),
        town=actor("town_official", TOWN),
        clerk=clerk,
        other_clerk=other,
        admin=actor("county_admin", COUNTY_CODE),
        supervisor=actor("supervisor", COUNTY_CODE),
        unit=open_unit("司法所", "town", TOWN, clerk.account_id),
        other_unit=open_unit("城建办", "town", TOWN, other.account_id),
        make=actor,
        move_clock=frozen_clock,
    )
