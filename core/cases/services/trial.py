"""Trying the routing table out: what would happen with a case that nobody files."""

from core.areas.api import path_name
from core.cases.kinds import kind_of
from core.cases.queries.places import current_area
from core.cases.queries.rules import RuleView, list_rules
from core.cases.queries.units import unit_names
from core.cases.services.routing import route
from core.cases.words import FLAGS, LEVEL_NAMES
from core.county import county
from core.value_classes import value_class


@value_class
class Trial:
    """Where it would go. `rule` None: no line fits; titles and flags are texts of the catalogue."""

    level_title: str
    desk_title: str
    rule: RuleView | None
    flags: tuple[str, ...]
    direct: bool
    accept_hours: int
    resolve_days: int


def try_route(kind: str, difficulty: str, area_code: str) -> Trial:
    """What the table of this minute makes of such a case. Raises KindUnknown, CaseAreaUnknown."""
    code, _ = current_area(area_code)
    known = kind_of(kind)
    found = route(known, difficulty or known.difficulty, code)
    desk, rule, settings = found.desk, found.rule, county().settings.cases
    unit = unit_names([desk.unit_id]).get(desk.unit_id or 0, "")
    return Trial(
        LEVEL_NAMES[desk.level],
        unit or path_name(desk.area_code),
        next((each for each in list_rules() if rule is not None and each.id == rule.id), None),
        tuple(FLAGS[flag] for flag in found.flags),
        found.direct,
        rule.accept_hours if rule else settings.accept_hours,
        rule.resolve_days if rule else settings.resolve_days,
    )
