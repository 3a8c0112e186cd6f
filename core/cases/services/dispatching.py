"""Handing a case out: dispatch, transfer, return, escalate."""

from collections.abc import Sequence

from core.cases.desks import Desk, desk_above
from core.cases.errors import DispatchUpward, NotYourDesk, NowhereToReturn, ReturnLimit, TopLevel
from core.cases.models import Assignment, Case
from core.cases.queries.reach import DISPATCH as MAY_DISPATCH
from core.cases.queries.reach import may_hand_out
from core.cases.queries.units import open_unit
from core.cases.rows import Helper
from core.cases.services.assigning import add_helpers, checked_desk, give
from core.cases.services.steps import advance, demand_desk_or_dispatch, note_of, reason_of, take
from core.cases.services.telling import tell_desk
from core.cases.words import (
    DIFFICULTIES,
    DISPATCH,
    DISPATCHED,
    ESCALATE,
    LEAD,
    REPORTED,
    RETURN,
    TRANSFER,
    UNACCEPTED,
)
from core.county import county
from core.db import unit_of_work
from core.security import Actor


def dispatch_case(
    actor: Actor,
    case_id: int,
    *,
    level: str,
    area_code: str,
    unit_id: int | None = None,
    helpers: Sequence[Helper] = (),
    difficulty: str | None = None,
    note: str = "",
    seen: int | None = None,
) -> None:
    """Give a reported (or reopened) case to a desk at one's own level or below, with helpers.

    Raises NotFound, NotYourDesk, CaseMovedOn, DeskElsewhere, DispatchUpward, UnitUnknown, UnitClosedError.
    """
    with unit_of_work():
        row = take(actor, case_id, DISPATCH, seen=seen)
        if not may_hand_out(actor, row):
            raise NotYourDesk
        desk = checked_desk(row.area_code, level, area_code, unit_id)
        beside = [checked_desk(row.area_code, each.level, each.area_code, each.unit_id) for each in helpers]
        if not all(actor.may(MAY_DISPATCH, each.area_code) for each in (desk, *beside)):
            raise DispatchUpward
        changes = give(actor, row, desk, why=DISPATCH)
        add_helpers(actor, row, beside)
        if difficulty in DIFFICULTIES:
            changes["difficulty"] = difficulty
        advance(actor, row, DISPATCH, DISPATCHED, note=note_of(note), **changes)
        tell_desk(row, DISPATCH)


def transfer_case(
    actor: Actor,
    case_id: int,
    *,
    unit_id: int | None = None,
    area_code: str | None = None,
    level: str | None = None,
    reason: str,
    seen: int | None = None,
) -> None:
    """Hand a case on to another desk of the same level or below; the deadline for resolving stays.

    Raises NotFound, NotYourDesk, CaseMovedOn, ReasonNeeded, DeskElsewhere, DispatchUpward, UnitClosedError.
    """
    with unit_of_work():
        row = take(actor, case_id, TRANSFER, seen=seen)
        demand_desk_or_dispatch(actor, row)
        why = reason_of(reason)
        desk = checked_desk(row.area_code, level or row.level, area_code or row.desk_area, unit_id)
        if desk.rank > Desk(row.level, row.desk_area).rank:
            raise DispatchUpward
        changes = give(actor, row, desk, why=TRANSFER, keep_promise=True)
        advance(actor, row, TRANSFER, DISPATCHED, note=why, **changes)
        tell_desk(row, TRANSFER)


def return_case(actor: Actor, case_id: int, reason: str, *, seen: int | None = None) -> None:
    """Hand a case back to the desk from which it came, `returns` times at most ([cases]).

    Raises NotFound, NotYourDesk, CaseMovedOn, ReasonNeeded, ReturnLimit, NowhereToReturn.
    """
    with unit_of_work():
        row = take(actor, case_id, RETURN, seen=seen)
        demand_desk_or_dispatch(actor, row)
        why = reason_of(reason)
        if row.returns >= county().settings.cases.returns:
            raise ReturnLimit(returns=row.returns)
        changes = give(actor, row, _where_from(row), why=RETURN)
        advance(actor, row, RETURN, REPORTED, note=why, returns=row.returns + 1, **changes)
        tell_desk(row, RETURN)


def _where_from(row: Case) -> Desk:
    """The desk before this one; of a unit that is closed meanwhile its successor, or its level's office."""
    before = (
        Assignment.select()
        .where(
            (Assignment.case_id == row.id)
            & (Assignment.part == LEAD)
            & Assignment.ended_why.in_((DISPATCH, TRANSFER, ESCALATE))
        )
        .order_by(Assignment.id.desc())
    )
    for each in before:
        if (each.level, each.desk_area, each.unit_id) == (row.level, row.desk_area, row.unit_id):
            continue
        if each.unit_id is None:
            return Desk(each.level, each.desk_area)
        unit = open_unit(each.unit_id)
        if unit is not None:
            return Desk(unit.level, unit.area_code, unit.id)
        return Desk(each.level, each.desk_area)
    raise NowhereToReturn


def escalate_case(actor: Actor, case_id: int, reason: str, *, seen: int | None = None) -> None:
    """Hand a case up one level, where it is accepted or dispatched anew.

    Raises NotFound, NotYourDesk, CaseMovedOn, ReasonNeeded, TopLevel.
    """
    with unit_of_work():
        row = take(actor, case_id, ESCALATE, seen=seen)
        demand_desk_or_dispatch(actor, row)
        escalate(actor, row, reason_of(reason))


def escalate(actor: Actor, row: Case, reason: str) -> None:
    """One level up, inside a unit of work. Raises TopLevel."""
    above = desk_above(Desk(row.level, row.desk_area, row.unit_id))
    if above is None:
        raise TopLevel
    late = row.late or row.rung > 0
    changes = give(actor, row, above, why=ESCALATE)
    advance(actor, row, ESCALATE, REPORTED, note=reason, late=late, **changes)
    tell_desk(row, ESCALATE)


def is_unaccepted(row: Case) -> bool:
    """Whether nobody has said "mine" yet."""
    return row.state in UNACCEPTED
