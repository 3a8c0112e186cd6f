"""Cases that move with what they stand on: closed units, hand-overs, areas that are redrawn."""

from collections.abc import Collection
from typing import Any

from core.cases.desks import Desk, desk_at
from core.cases.models import Assignment, Case, Unit
from core.cases.services.assigning import give
from core.cases.services.routing import above_closed
from core.cases.services.steps import advance, flags_with
from core.cases.services.telling import tell_desk
from core.cases.words import ACCEPTED, HAND_OVER, IN_PROGRESS, MOVE, OPEN, REPORTED, UNIT_CLOSED
from core.db import unit_of_work
from core.scope import AFTER_DIGITS
from core.security import Actor

_DECIDED = "the caller has decided which cases move"


def send_on_from_closed(actor: Actor, case_id: int, unit: Unit, following: Unit | None) -> None:
    """A case of a unit that closes goes to its successor, or one level up to be dispatched anew."""
    row: Case = Case.unscoped(_DECIDED).where(Case.id == case_id).get()
    if following is not None:
        desk = Desk(following.level, following.area_code, following.id)
    else:
        desk = above_closed(unit, row.area_code)
    changes = give(actor, row, desk, why=MOVE, keep_promise=True)
    changes["flags"] = flags_with(changes["flags"], UNIT_CLOSED)
    advance(actor, row, MOVE, REPORTED, **changes)
    tell_desk(row, MOVE)


def hand_over_cases(actor: Actor, from_account: int, to_account: int, *, area_code: str | None = None) -> int:
    """Cases that one account has accepted are another one's from now on; returns how many.

    `area_code`: only those in it. Inside the caller's unit of work or one of its own. Clocks stay.
    """
    with unit_of_work(housekeeping="each case that is handed over is on record by its own step"):
        mine = (Case.worker_id == from_account) & Case.state.in_((ACCEPTED, IN_PROGRESS))
        if area_code:
            mine &= _inside(Case.area_code, area_code)
        found = list(Case.unscoped(_DECIDED).where(mine).order_by(Case.id))
        for row in found:
            Assignment.update(worker_id=to_account).where(
                (Assignment.case_id == row.id) & Assignment.ended_at.is_null() & (Assignment.part == "lead")
            ).execute()
            advance(actor, row, HAND_OVER, row.state, worker_id=to_account)
    return len(found)


def move_cases(
    actor: Actor,
    old_area: str,
    new_area: str,
    *,
    households: Collection[int] | None = None,
    closed_too: bool = False,
) -> int:
    """Open cases that lie in `old_area` (or below) lie in `new_area` from now on; returns how many.

    For areas that are merged, split or redrawn, inside the caller's unit of work. `households`: only their
    cases (a split). What stood at the old area's desk goes to that desk of the new one, clocks as they are.
    Answered cases stay where they were, so that figures of older days do not change; `closed_too` moves
    them as well.
    """
    with unit_of_work(housekeeping="each open case that moves is on record by its own step"):
        here = _inside(Case.area_code, old_area)
        if households is not None:
            here &= Case.household_id.in_(list(households))
        moving = list(Case.unscoped(_DECIDED).where(here & Case.state.in_(OPEN)).order_by(Case.id))
        note = f"{old_area} → {new_area}"
        for row in moving:
            advance(actor, row, MOVE, row.state, note=note, **_moved(row, old_area, new_area))
            _move_lead(row)
        answered = 0
        if closed_too:
            done = Case.update(area_code=new_area).where(here & Case.state.not_in(OPEN))
            answered = int(done.execute())
    return len(moving) + answered


def _moved(row: Case, old_area: str, new_area: str) -> dict[str, Any]:
    changes: dict[str, Any] = {"area_code": new_area}
    if row.desk_area.startswith(old_area) and row.unit_id is None:
        desk = desk_at(row.level, new_area)
        changes |= {"level": desk.level, "desk_area": desk.area_code}
    return changes


def _move_lead(row: Case) -> None:
    Assignment.update(level=row.level, desk_area=row.desk_area).where(
        (Assignment.case_id == row.id) & Assignment.ended_at.is_null() & (Assignment.part == "lead")
    ).execute()


def _inside(column: Any, code: str) -> Any:
    return (column >= code) & (column < code + AFTER_DIGITS)
