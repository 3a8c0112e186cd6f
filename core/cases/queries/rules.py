"""The routing table as people read it."""

from collections.abc import Iterable
from datetime import datetime

from core.areas.api import path_names
from core.cases.kinds import kind_title
from core.cases.models import Rule
from core.cases.queries.units import unit_names
from core.cases.words import DIFFICULTY_NAMES, LEVEL_NAMES
from core.text import N_
from core.value_classes import value_class

ANY = N_("不限")


@value_class
class RuleView:
    """A line of the table. Titles are texts of the catalogue; `until`: when it was replaced or stopped."""

    id: int
    kind: str
    kind_title: str
    difficulty: str
    difficulty_title: str
    area_code: str
    area_name: str
    level: str
    level_title: str
    unit_id: int | None
    unit_name: str
    accept_hours: int
    resolve_days: int
    direct: bool
    position: int
    note: str
    since: datetime
    until: datetime | None
    replaces_id: int | None


def list_rules(*, old: bool = False) -> list[RuleView]:
    """The table from the top; with `old` all that was ever in it. Everybody on duty may read it."""
    query = Rule.select() if old else Rule.select().where(Rule.until.is_null())
    found = list(query.order_by(Rule.position, Rule.id))
    units = unit_names(rule.unit_id for rule in found)
    areas = path_names(rule.area_code for rule in found)
    return [
        RuleView(
            id=rule.id,
            kind=rule.kind,
            kind_title=ANY if rule.kind == "*" else kind_title(rule.kind),
            difficulty=rule.difficulty,
            difficulty_title=ANY if rule.difficulty == "*" else DIFFICULTY_NAMES[rule.difficulty],
            area_code=rule.area_code,
            area_name=areas[rule.area_code],
            level=rule.level,
            level_title=LEVEL_NAMES[rule.level],
            unit_id=rule.unit_id,
            unit_name=units.get(rule.unit_id or 0, ""),
            accept_hours=rule.accept_hours,
            resolve_days=rule.resolve_days,
            direct=rule.direct,
            position=rule.position,
            note=rule.note,
            since=rule.since,
            until=rule.until,
            replaces_id=rule.replaces_id,
        )
        for rule in found
    ]


def open_rules(kind: str = "", difficulty: str = "") -> list[Rule]:
    """The lines in use from the top; those for a kind and a difficulty, where these are given."""
    lines = Rule.select().where(Rule.until.is_null())
    if kind:
        lines = lines.where(Rule.kind.in_((kind, "*")) & Rule.difficulty.in_((difficulty, "*")))
    return list(lines.order_by(Rule.position, Rule.id))


def first_fitting(rules: Iterable[Rule], kind: str, difficulty: str, area_code: str) -> Rule | None:
    """The first of `rules` that fits a case."""
    for rule in rules:
        fits = rule.kind in (kind, "*") and rule.difficulty in (difficulty, "*")
        if fits and area_code.startswith(rule.area_code):
            return rule
    return None
