"""The routing table: lines are added, replaced and stopped, and every version stays readable."""

from typing import Any

from core import audit
from core.areas.api import is_current
from core.cases.desks import Desk
from core.cases.errors import RuleEnded, UnitUnknown
from core.cases.kinds import kinds
from core.cases.models import Rule
from core.cases.queries.reach import MANAGE
from core.cases.services.units import demand_open
from core.cases.words import DIFFICULTIES, LEVELS
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from core.value_classes import value_class


@value_class
class RuleRow:
    """A line as the county writes it.

    `kind` and `difficulty` are `*` for all; `position` orders, small first, and the first line that fits
    counts. `direct`: cases are dispatched by the line itself.
    """

    area_code: str
    level: str
    kind: str = "*"
    difficulty: str = "*"
    unit_id: int | None = None
    accept_hours: int = 4
    resolve_days: int = 5
    direct: bool = False
    position: int = 100
    note: str = ""


def create_rule(actor: Actor, new: RuleRow) -> int:
    """Add a line; returns its id. Raises NotFound, Invalid (fields), UnitUnknown, UnitClosedError."""
    with unit_of_work():
        rule_id = _write(actor, new, None)
        audit.record(actor, "cases.create_rule", area_code=new.area_code, subject=f"rule:{rule_id}")
    return rule_id


def replace_rule(actor: Actor, rule_id: int, new: RuleRow) -> int:
    """Put a line in the place of another one, which stays readable; returns the new id.

    Raises what `create_rule` does, and RuleEnded.
    """
    with unit_of_work():
        _stop(actor, rule_id)
        number = _write(actor, new, rule_id)
        audit.record(
            actor, "cases.replace_rule", area_code=new.area_code, subject=f"rule:{number}", old=rule_id
        )
    return number


def stop_rule(actor: Actor, rule_id: int) -> None:
    """Take a line out of the table. Raises NotFound, RuleEnded."""
    with unit_of_work():
        rule = _stop(actor, rule_id)
        audit.record(actor, "cases.stop_rule", area_code=rule.area_code, subject=f"rule:{rule_id}")


def _stop(actor: Actor, rule_id: int) -> Rule:
    rule: Rule | None = Rule.get_or_none(Rule.id == rule_id)
    if rule is None:
        raise NotFound
    actor.demand(MANAGE, rule.area_code)
    if rule.until is not None:
        raise RuleEnded
    Rule.update(until=now()).where(Rule.id == rule_id).execute()
    return rule


def _write(actor: Actor, new: RuleRow, replaces_id: int | None) -> int:
    actor.demand(MANAGE, new.area_code)
    _demand_sensible(new)
    if new.unit_id is not None:
        unit = demand_open(new.unit_id)
        if unit.level != new.level or not Desk(unit.level, unit.area_code).fits(new.area_code):
            raise UnitUnknown
    values: dict[str, Any] = {**vars(new), "note": cleaned(new.note)}
    created = Rule.create(**values, since=now(), replaces_id=replaces_id, account_id=actor.account_id)
    return int(created.id)


def _demand_sensible(new: RuleRow) -> None:
    fields: dict[str, list[str]] = {}
    if new.kind != "*" and new.kind not in kinds():
        fields["kind"] = [N_("没有这个事项种类。")]
    if new.difficulty not in ("*", *DIFFICULTIES):
        fields["difficulty"] = [N_("难易程度应为 small、medium 或 large。")]
    if new.level not in LEVELS:
        fields["level"] = [N_("层级应为 grid、village、town 或 county。")]
    if not is_current(new.area_code):
        fields["area_code"] = [N_("没有这个区域，或它已撤并。")]
    if not (1 <= new.accept_hours <= 80 and 1 <= new.resolve_days <= 90):
        fields["resolve_days"] = [N_("签收期限应为 1 到 80 个工作小时，办结期限应为 1 到 90 个工作日。")]
    if not 0 <= new.position <= 100_000:
        fields["position"] = [N_("顺序应为 0 到 100000。")]
    if len(new.note) > 200:
        fields["note"] = [N_("至多 200 个字。")]
    if fields:
        raise Invalid(fields=fields)
