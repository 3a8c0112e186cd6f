"""Where a new case goes: the first line of the county's table that fits, or the kind's first level."""

from core.cases.desks import Desk, desk_at
from core.cases.models import Rule, Unit
from core.cases.queries.rules import first_fitting, open_rules
from core.cases.queries.units import get_unit, open_unit
from core.cases.words import LEVELS, NO_RULE, UNIT_CLOSED
from core.hookspecs import CaseKind
from core.value_classes import value_class


@value_class
class Route:
    """A desk and how it was found. `direct`: dispatched by the table itself."""

    desk: Desk
    rule: Rule | None
    flags: tuple[str, ...]
    direct: bool = False


def route(kind: CaseKind, difficulty: str, area_code: str) -> Route:
    """Where a case of this kind and difficulty in `area_code` begins."""
    rule = fitting_rule(kind.name, difficulty, area_code)
    if rule is None:
        return Route(desk_at(kind.first_level, area_code), None, (NO_RULE,))
    if rule.unit_id is None:
        return Route(desk_at(rule.level, area_code), rule, (), rule.direct)
    unit = open_unit(rule.unit_id)
    if unit is not None and area_code.startswith(unit.area_code):
        closed = (UNIT_CLOSED,) if unit.id != rule.unit_id else ()
        return Route(Desk(unit.level, unit.area_code, unit.id), rule, closed, rule.direct)
    return Route(above_closed(get_unit(rule.unit_id), area_code), rule, (UNIT_CLOSED,), rule.direct)


def above_closed(unit: Unit, area_code: str) -> Desk:
    """Where the work of a closed unit without successor goes: one level up, at the county to its office."""
    above = min(LEVELS.index(unit.level) + 1, len(LEVELS) - 1)
    return desk_at(LEVELS[above], area_code)


def fitting_rule(kind: str, difficulty: str, area_code: str) -> Rule | None:
    """The first line of the table, from the top, that fits."""
    return first_fitting(open_rules(kind, difficulty), kind, difficulty, area_code)
