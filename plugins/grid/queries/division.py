"""Grids compared with their sisters: what lies in each, which are out of proportion, what to do about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import date
from statistics import median
from typing import Any

from core.areas.api import list_areas, path_names
from core.clock import today
from core.county import plugin_settings
from core.people.api import Headcount, headcounts, household_numbers
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.grid.geometry.cutting import halving_line, shared_metres
from plugins.grid.geometry.ground import Point
from plugins.grid.models.division import Change
from plugins.grid.queries.boundaries import BoundaryView, boundaries_of, bounded_codes
from plugins.grid.queries.open_work import open_work_by_area

MOST_GRIDS = 20_000
LARGE, SMALL = "large", "small"


@value_class
class GridLoad:
    """One grid and what lies in it. `flag`: large, small or nothing, held against its village's median."""

    code: str
    name: str
    village_code: str
    village_name: str
    households: int
    persons: int
    special: int
    work: Mapping[str, int]
    has_boundary: bool
    since: date
    flag: str = ""


@value_class
class VillageLoad:
    """A village: its grids, their median of households, and what is in no grid yet (`outside`)."""

    code: str
    name: str
    grids: tuple[GridLoad, ...]
    median: float
    outside: Headcount
    outside_work: Mapping[str, int] = field(default_factory=dict)

    @property
    def flagged(self) -> int:
        """How many grids are out of proportion."""
        return sum(bool(grid.flag) for grid in self.grids)

    @property
    def total(self) -> Headcount:
        """The whole village."""
        parts = (Headcount(g.households, g.persons, g.special) for g in self.grids)
        return sum(parts, start=self.outside)


@value_class
class Proposal:
    """What could be done about a grid out of proportion.

    A split names the households that go (balanced by persons, in the order of their numbers) and, where
    the border is known, a line with a point on the new grid's side. A merge names the sister to go into.
    """

    kind: str
    grid: GridLoad
    household_ids: tuple[int, ...] = ()
    persons: int = 0
    line: tuple[Point, ...] = ()
    inside: Point | None = None
    into: GridLoad | None = None


def factor() -> float:
    """From how many times the median on a grid is out of proportion."""
    return float(plugin_settings("grid")["out_of_proportion"])


def village_loads(scope: AreaScope, *, on: date | None = None, with_work: bool = True) -> list[VillageLoad]:
    """Every village in `scope` with its grids, on a day (today); six statements however many there are.

    Without `with_work` nobody counts what is open in them, which takes a tenth of a county's time.
    """
    day = on or today()
    grids = list_areas(scope, level="grid", on_date=day, page_size=MOST_GRIDS)[0]
    heads = headcounts(scope, on=on)
    work = open_work_by_area(scope) if with_work else {}
    bounded = bounded_codes(scope)
    villages = sorted({g.code[:12] for g in grids} | {code[:12] for code in heads if len(code) >= 12})
    names = path_names(villages)
    by_village: dict[str, list[GridLoad]] = {code: [] for code in villages}
    for grid in grids:
        head = heads.get(grid.code, Headcount())
        by_village[grid.code[:12]].append(
            GridLoad(
                code=grid.code,
                name=grid.name,
                village_code=grid.code[:12],
                village_name=names[grid.code[:12]],
                households=head.households,
                persons=head.persons,
                special=head.special,
                work={kind: counts.get(grid.code, 0) for kind, counts in work.items()},
                has_boundary=grid.code in bounded,
                since=grid.valid_from,
            )
        )
    return [
        _village(code, names[code], by_village[code], heads.get(code, Headcount()), work) for code in villages
    ]


def village_load(village_code: str, *, on: date | None = None) -> VillageLoad:
    """One village; the caller has checked that it may be seen."""
    found = village_loads(AreaScope((village_code,)), on=on)
    if found:
        return found[0]
    return VillageLoad(village_code, path_names([village_code])[village_code], (), 0, Headcount())


def _village(
    code: str,
    name: str,
    grids: Sequence[GridLoad],
    outside: Headcount,
    work: Mapping[str, Mapping[str, int]],
) -> VillageLoad:
    middle = float(median(grid.households for grid in grids)) if grids else 0.0
    flagged = tuple(_flagged(grid, middle, len(grids)) for grid in grids)
    open_outside = {kind: counts.get(code, 0) for kind, counts in work.items()}
    return VillageLoad(code, name, flagged, middle, outside, open_outside)


def _flagged(grid: GridLoad, middle: float, sisters: int) -> GridLoad:
    times = factor()
    if sisters < 2 or middle == 0:
        return grid
    flag = LARGE if grid.households > middle * times else SMALL if grid.households * times < middle else ""
    return GridLoad(**{**vars(grid), "flag": flag}) if flag else grid


def proposals(village: VillageLoad) -> list[Proposal]:
    """One for each grid out of proportion, as far as something sensible can be done about it today.

    A grid that began today can't be merged before tomorrow: it would have been for less than a day.
    """
    flagged = [
        grid for grid in village.grids if grid.flag == LARGE or (grid.flag == SMALL and grid.since < today())
    ]
    if not flagged:
        return []
    borders = boundaries_of(grid.code for grid in village.grids)
    found = [
        _split(grid, borders.get(grid.code)) if grid.flag == LARGE else _merge(grid, village, borders)
        for grid in flagged
    ]
    return [proposal for proposal in found if proposal is not None]


def _split(grid: GridLoad, border: BoundaryView | None) -> Proposal | None:
    rows = household_numbers(AreaScope((grid.code,)), grid.code)
    going = _second_half(rows)
    if not going:
        return None
    line: tuple[Point, ...] = ()
    inside = None
    if border is not None:
        line = tuple(halving_line(border.ring))
        inside = max(border.ring)  # the easternmost corner lies on one side for sure
    persons = sum(people for key, _, people in rows if key in going)
    return Proposal("split", grid, tuple(going), persons, line, inside)


def _second_half(rows: Iterable[tuple[int, str, int]]) -> list[int]:
    """The households from the one on at which half of the persons are passed; never all, never none."""
    ordered = list(rows)
    total, passed = sum(people for _, _, people in ordered), 0
    for place, (_, _, people) in enumerate(ordered):
        passed += people
        if passed * 2 >= total and place + 1 < len(ordered):
            return [key for key, _, _ in ordered[place + 1 :]]
    return []


def _merge(grid: GridLoad, village: VillageLoad, borders: Mapping[str, BoundaryView]) -> Proposal | None:
    """Into the smallest neighbour, if the two together are not out of proportion themselves."""
    fits = [
        other
        for other in village.grids
        if other.code != grid.code and other.households + grid.households <= village.median * factor()
    ]
    here = borders.get(grid.code)
    near = [
        other
        for other in fits
        if here
        and other.code in borders
        and shared_metres(here.ring, borders[other.code].in_datum(here.datum))
    ]
    choice = min(near or fits, key=lambda other: (other.households, other.code), default=None)
    return Proposal("merge", grid, into=choice) if choice else None


def list_changes(scope: AreaScope, *, limit: int = 50) -> list[Change]:
    """The newest changes of divisions in `scope`."""
    rows: Any = Change.within(scope).order_by(Change.id.desc()).limit(limit)
    return list(rows)
