"""The desks to which a case can go: its own areas' offices and grids, and the open units that serve them."""

from collections.abc import Sequence

from core.areas.api import LEVEL_DIGITS, area_names, children
from core.cases.desks import Desk
from core.cases.errors import DeskElsewhere
from core.cases.queries.reach import DISPATCH
from core.cases.queries.units import open_units_at
from core.cases.queries.views import CaseView
from core.cases.words import LEVELS
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class

_LEVEL_OF = {digits: level for level, digits in LEVEL_DIGITS.items() if level in LEVELS}


@value_class
class Target:
    """A desk to choose. `value` stands for it in a form: `area:<code>` or `unit:<id>`."""

    value: str
    title: str
    level: str
    area_code: str
    unit_id: int | None = None

    @property
    def rank(self) -> int:
        """0 for a grid, 3 for the county."""
        return LEVELS.index(self.level)


def targets_in(
    area_code: str, within: AreaScope | None = None, grids: Sequence[tuple[str, str]] | None = None
) -> list[Target]:
    """Every desk for a case in `area_code` (those `within`), the nearest first: each level with its units.

    `grids`: code and name of a village's grids, where the caller knows them already.
    """
    own = [area_code[:digits] for digits in sorted(_LEVEL_OF, reverse=True) if digits <= len(area_code)]
    own = [code for code in own if within is None or within.covers(code)]
    names = area_names(own)
    found = [_of_area(code, names.get(code, code)) for code in own]
    if len(area_code) == LEVEL_DIGITS["village"]:
        if grids is None:
            grids = [(grid.code, grid.name) for grid in children(AreaScope((area_code,)), area_code)]
        found += [_of_area(code, name) for code, name in grids]
    found += [
        Target(f"unit:{unit_id}", name, level, code, unit_id)
        for unit_id, name, level, code in open_units_at(own)
    ]
    return sorted(found, key=lambda target: (target.rank, target.unit_id is not None, target.area_code))


def _of_area(code: str, name: str) -> Target:
    return Target(f"area:{code}", name, _LEVEL_OF[len(code)], code)


def dispatch_targets(
    actor: Actor, area_code: str, grids: Sequence[tuple[str, str]] | None = None
) -> list[Target]:
    """Where the actor may dispatch a case of `area_code` to: at their own level and below."""
    scope = actor.scope(DISPATCH)
    return [target for target in targets_in(area_code, scope, grids) if scope.covers(target.area_code)]


def fitting(case: CaseView, targets: Sequence[Target]) -> list[str]:
    """The values of those `targets` that a case can go to: up its own way, or into a grid of its village."""
    here = case.area_code
    down = here if len(here) == LEVEL_DIGITS["village"] else "-"
    return [
        target.value
        for target in targets
        if here.startswith(target.area_code) or target.area_code.startswith(down)
    ]


def transfer_targets(case: CaseView) -> list[Target]:
    """Where a case may be handed on from its desk: sideways and down, not where it is."""
    rank = Desk(case.level, case.desk_area).rank
    here = (case.desk_area, case.unit_id)
    return [
        target
        for target in targets_in(case.area_code)
        if target.rank <= rank and (target.area_code, target.unit_id) != here
    ]


def target_of(case_area: str, value: str) -> Target:
    """The desk that a form's `value` means for a case in `case_area`. Raises DeskElsewhere."""
    found = next((target for target in targets_in(case_area) if target.value == value), None)
    if found is None:
        raise DeskElsewhere
    return found
