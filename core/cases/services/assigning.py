"""Giving a case to a desk: the open lead ends, a new one begins with clocks of its own."""

from datetime import datetime
from typing import Any

from core.cases.clocks import Clock, days_from, hours_from, moved_on
from core.cases.desks import Desk
from core.cases.errors import DeskElsewhere, UnitClosedError, UnitUnknown
from core.cases.models import Assignment, Case, Pause, Rule
from core.cases.queries.units import get_unit, open_unit
from core.cases.services.steps import flags_with, running
from core.cases.words import HELPER, LEAD, NO_CALENDAR
from core.clock import now
from core.county import county
from core.errors import NotFound
from core.security import Actor


def checked_desk(area_code: str, level: str, desk_area: str, unit_id: int | None) -> Desk:
    """A desk that a case in `area_code` can stand at. Raises DeskElsewhere, UnitUnknown, UnitClosedError."""
    try:
        desk = Desk(level, desk_area, unit_id)
        fits = desk.fits(area_code)
    except (KeyError, ValueError):
        raise DeskElsewhere from None
    if unit_id is not None:
        unit = get_unit(unit_id)
        if (unit.level, unit.area_code) != (level, desk_area):
            raise UnitUnknown
        if unit.closed_at is not None:
            following = open_unit(unit_id)
            raise UnitClosedError(name=unit.name, successor=following.name if following else "—")
    if not fits:
        raise DeskElsewhere
    return desk


def clocks_for(row: Case) -> tuple[Clock, Clock]:
    """Fresh clocks for accepting and resolving: of the rule that routed the case, or the county's own."""
    settings, at = county().settings.cases, now()
    hours, days = settings.accept_hours, settings.resolve_days
    if row.rule_id is not None:
        rule = Rule.get_by_id(row.rule_id)
        hours, days = rule.accept_hours, rule.resolve_days
    if row.urgent:
        hours, days = min(hours, settings.urgent_accept_hours), min(days, settings.urgent_resolve_days)
    return hours_from(at, hours), days_from(at, days)


def give(actor: Actor, row: Case, desk: Desk, *, why: str, keep_promise: bool = False) -> dict[str, Any]:
    """End the open lead and open one at `desk`; returns what changes on the case.

    `keep_promise`: the deadline for resolving stays what it was (a transfer is no way to more time).
    """
    end_lead(row, why)
    accept, resolve = clocks_for(row)
    resolve_by = _promised(row) if keep_promise and row.resolve_by else resolve.due_at
    open_assignment(actor, row.id, LEAD, desk, accept.due_at, resolve_by)
    guessed = accept.guessed or resolve.guessed
    return {
        "level": desk.level,
        "desk_area": desk.area_code,
        "unit_id": desk.unit_id,
        "worker_id": None,
        "paused_at": None,
        "flags": flags_with(row.flags, NO_CALENDAR if guessed else ""),
        **running(accept, resolve_by),
    }


def open_assignment(
    actor: Actor, case_id: int, part: str, desk: Desk, accept_by: datetime, resolve_by: datetime
) -> None:
    """A desk gets its part in a case."""
    Assignment.insert(
        case_id=case_id,
        part=part,
        level=desk.level,
        desk_area=desk.area_code,
        unit_id=desk.unit_id,
        given_at=now(),
        given_by=actor.account_id,
        accept_by=accept_by,
        resolve_by=resolve_by,
        ended_why="",
    ).execute()


def add_helpers(actor: Actor, row: Case, desks: list[Desk]) -> None:
    """Let desks help, each with clocks of its own; one that helps already goes on."""
    if not desks:
        return
    accept, resolve = clocks_for(row)
    open_now = {
        (each.level, each.desk_area, each.unit_id)
        for each in Assignment.select().where(_open(row.id) & (Assignment.part == HELPER))
    }
    for desk in desks:
        if (desk.level, desk.area_code, desk.unit_id) not in open_now:
            open_assignment(actor, row.id, HELPER, desk, accept.due_at, resolve.due_at)


def lead_of(case_id: int) -> Assignment:
    """The open lead of a case. Raises NotFound for one that is closed."""
    found: Assignment | None = Assignment.get_or_none(_open(case_id) & (Assignment.part == LEAD))
    if found is None:
        raise NotFound
    return found


def _promised(row: Case) -> datetime:
    """The deadline for resolving, later by what the clock has stood."""
    promised: datetime = row.resolve_by
    return moved_on(promised, row.paused_at, now()) if row.paused_at is not None else promised


def end_lead(row: Case, why: str) -> None:
    """The open lead is over."""
    end_pauses(row.id)
    _end(row.id, why, Assignment.part == LEAD)


def end_all(row: Case, why: str) -> None:
    """Nobody has anything to do with the case any more."""
    end_pauses(row.id)
    _end(row.id, why, Assignment.part.in_((LEAD, HELPER)))


def end_pauses(case_id: int) -> None:
    """No clock stands any more."""
    Pause.update(until=now()).where((Pause.case_id == case_id) & Pause.until.is_null()).execute()


def _end(case_id: int, why: str, which: Any) -> None:
    Assignment.update(ended_at=now(), ended_why=why).where(_open(case_id) & which).execute()


def _open(case_id: int) -> Any:
    return (Assignment.case_id == case_id) & Assignment.ended_at.is_null()
