"""The village that the tests of division and staffing stand in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from core.accounts.api import operator
from core.areas.api import install_areas
from core.cases.api import NewCase, create_case, open_case_counts
from core.clock import CHINA, today
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households, headcounts, persons_of
from core.scope import AreaScope
from core.security import Actor
from core.sheets import Upload
from plugins.grid.geometry.geojson import write_geometry
from plugins.grid.geometry.ground import Ring
from plugins.grid.services.boundaries import set_boundary
from plugins.grid.services.posts import NewPost, assign_post
from tests.plugins.grid.ground import wallets

COUNTY_CODE = "341504"
VILLAGE, SISTER, FAR = "341504001001", "341504001002", "341504002001"
FIRST, SECOND, THIRD = (f"{VILLAGE}{number:03d}" for number in (1, 2, 3))
SISTER_GRID = SISTER + "001"
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=CHINA)
# Households a grid.
SIZES = {FIRST: 6, SECOND: 4, THIRD: 2, SISTER_GRID: 3}
# Some 950 x 550 m each, side by side.
WEST, SOUTH, WIDE, HIGH = 115.93, 31.85, 0.01, 0.005


def rectangle(west: float, south: float, east: float, north: float) -> Ring:
    return [(west, south), (east, south), (east, north), (west, north)]


def strip(place: int) -> Ring:
    """The ground of the grid at `place` (0, 1, 2) of the village."""
    left, right = round(WEST + place * WIDE, 6), round(WEST + (place + 1) * WIDE, 6)
    return rectangle(left, SOUTH, right, SOUTH + HIGH)


def outline() -> Ring:
    return rectangle(WEST, SOUTH, round(WEST + 3 * WIDE, 6), SOUTH + HIGH)


def geojson(ring: Ring) -> str:
    return write_geometry(ring)


@dataclass
class Village:
    """Who acts, and what there is."""

    secretary: Actor
    town: Actor
    admin: Actor
    sister_secretary: Actor
    move_clock: Callable[[datetime], None]
    households: dict[str, list[int]] = field(default_factory=dict)
    persons: dict[str, list[int]] = field(default_factory=dict)
    cases: list[int] = field(default_factory=list)
    posts: dict[tuple[str, str], int] = field(default_factory=dict)
    accounts: dict[tuple[str, str], int] = field(default_factory=dict)

    def draw(self) -> None:
        """Borders for the village and its three grids."""
        set_boundary(self.secretary, VILLAGE, geojson(outline()), datum="wgs84")
        for place, code in enumerate((FIRST, SECOND, THIRD)):
            set_boundary(self.secretary, code, geojson(strip(place)), datum="wgs84")

    def staff(self, account: Any) -> None:
        """A leader and a member with log-ins in each grid."""
        for code in (FIRST, SECOND, THIRD):
            for place, role in enumerate(("leader", "member")):
                person = self.persons[code][place]
                self.accounts[code, role] = account("assistant", VILLAGE, person_id=person).id
                new = NewPost(code, role, person, date(2026, 1, 1))
                self.posts[code, role] = assign_post(self.secretary, new)

    def tomorrow(self, days: int = 1) -> None:
        """Move the clock on."""
        self.move_clock(datetime.combine(today() + timedelta(days=days), MORNING.timetz()))


def settle(village: Village) -> Village:
    """Grids, households, wallets with points, open cases."""
    lines = [f"{code},第{int(code[-3:])}网格,grid,2020-01-01," for code in (SECOND, THIRD, SISTER_GRID)]
    table = "\n".join(["code,name,level,valid_from,valid_to", *lines])
    assert install_areas(operator(), Upload("areas.csv", table.encode())).clean
    rows = [
        HouseholdRow(
            code,
            f"{number:03d}",
            persons=[PersonRow(f"户主{code[-3:]}{number}", is_head=True), *_more(number)],
        )
        for code, count in SIZES.items()
        for number in range(1, count + 1)
    ]
    for row, key in zip(rows, bulk_insert_households(operator(), rows), strict=True):
        village.households.setdefault(row.area_code, []).append(key)
        village.persons.setdefault(row.area_code, []).extend(person.id for person in persons_of(key))
    if wallets.IS_THERE:
        own = [key for code in (FIRST, SECOND, THIRD) for key in village.households[code]]
        wallets.give_points(village.admin, COUNTY_CODE, VILLAGE, own)
    for code in (FIRST, SECOND, THIRD):
        for household in village.households[code][:2]:
            new = NewCase(kind="cases.report", text="路灯不亮", area_code=code, household_id=household)
            village.cases.append(create_case(village.secretary, new))
    return village


def _more(number: int) -> list[PersonRow]:
    return [PersonRow(f"家人{place}", tags=("disabled",) if place else ()) for place in range(number % 3)]


@dataclass(frozen=True)
class Sums:
    """What no change of a division alters."""

    households: int
    persons: int
    special: int
    open_cases: int
    points: int


def sums(code: str = VILLAGE) -> Sums:
    scope = AreaScope((code,))
    heads = list(headcounts(scope).values())
    return Sums(
        sum(head.households for head in heads),
        sum(head.persons for head in heads),
        sum(head.special for head in heads),
        sum(open_case_counts(scope).values()),
        wallets.points_in(scope) if wallets.IS_THERE else 0,
    )


def figures_on(day: date) -> dict[str, Any]:
    """The figures of the village by grid at the end of a day."""
    return {code: vars(head) for code, head in headcounts(AreaScope((VILLAGE,)), on=day).items()}
