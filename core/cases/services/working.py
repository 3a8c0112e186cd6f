"""Working on a case: accept, start, let the clock stand, help, note something down."""

from datetime import datetime, timedelta
from typing import Any

from core.cases.clocks import clock_until, moved_on
from core.cases.errors import CaseMovedOn, NotHelping, NotPaused, Paused, PauseInPast
from core.cases.models import Assignment, Case, Pause
from core.cases.queries.cases import works_on
from core.cases.queries.reach import at_desk
from core.cases.services.assigning import end_pauses, lead_of
from core.cases.services.steps import (
    STOPPED,
    advance,
    demand_desk,
    is_late,
    note_of,
    reason_of,
    running,
    take,
)
from core.cases.services.telling import tell_reporter
from core.cases.words import (
    ACCEPT,
    ACCEPTED,
    CANCELLED,
    CLOSED,
    COMMENT,
    HELP_DONE,
    HELPER,
    IN_PROGRESS,
    PAUSE,
    RESUME,
    START,
    STATES,
)
from core.clock import now
from core.db import unit_of_work
from core.security import Actor

LONGEST_PAUSE = timedelta(days=366)


def accept_case(actor: Actor, case_id: int, *, seen: int | None = None) -> None:
    """Say "mine" to a case on one's own desk: now the clock for resolving runs.

    Raises NotFound, NotYourDesk, CaseMovedOn.
    """
    with unit_of_work():
        row = take(actor, case_id, ACCEPT, seen=seen)
        demand_desk(actor, row)
        lead = lead_of(row.id)
        at = now()
        Assignment.update(accepted_at=at, worker_id=actor.account_id).where(
            Assignment.id == lead.id
        ).execute()
        clock = clock_until(lead.given_at, lead.resolve_by)
        changes = running(clock, lead.resolve_by)
        advance(actor, row, ACCEPT, ACCEPTED, worker_id=actor.account_id, late=is_late(row), **changes)
        tell_reporter(row, ACCEPT)


def start_case(actor: Actor, case_id: int, note: str = "", *, seen: int | None = None) -> None:
    """Say that the work has begun. Raises NotFound, NotYourDesk, CaseMovedOn."""
    with unit_of_work():
        row = take(actor, case_id, START, seen=seen)
        demand_desk(actor, row)
        advance(actor, row, START, IN_PROGRESS, note=note_of(note))


def pause_case(
    actor: Actor, case_id: int, reason: str, until: datetime | None = None, *, seen: int | None = None
) -> None:
    """Let the clock stand (waiting for a part, the weather, somebody else), for a reason that all can read.

    `until`: it goes on by itself then.
    Raises NotFound, NotYourDesk, CaseMovedOn, ReasonNeeded, Paused, PauseInPast.
    """
    with unit_of_work():
        row = take(actor, case_id, PAUSE, seen=seen)
        demand_desk(actor, row)
        at, why = now(), reason_of(reason)
        if row.paused_at is not None:
            raise Paused
        if until is not None and not at < until <= at + LONGEST_PAUSE:
            raise PauseInPast
        Pause.insert(
            case_id=row.id, reason=why[:500], since=at, planned_until=until, account_id=actor.account_id
        ).execute()
        changes = STOPPED | {"wake_at": until, "paused_at": at, "late": is_late(row)}
        advance(actor, row, PAUSE, row.state, note=why, **changes)


def resume_case(actor: Actor, case_id: int, *, seen: int | None = None) -> None:
    """Let the clock go on: the deadline is later by the working time that passed.

    Raises NotFound, NotYourDesk, CaseMovedOn, NotPaused.
    """
    with unit_of_work():
        row = take(actor, case_id, RESUME, seen=seen)
        demand_desk(actor, row)
        if row.paused_at is None:
            raise NotPaused
        resume(actor, row)


def resume(actor: Actor, row: Case) -> None:
    """The same inside a unit of work, for the periodic job too."""
    advance(actor, row, RESUME, row.state, **end_pause(row))


def end_pause(row: Case) -> dict[str, Any]:
    """End the pause; returns what changes on the case."""
    at, lead = now(), lead_of(row.id)
    due_at = moved_on(lead.resolve_by, row.paused_at, at)
    end_pauses(row.id)
    Assignment.update(resolve_by=due_at).where(Assignment.id == lead.id).execute()
    return {"paused_at": None, **running(clock_until(at, due_at), due_at)}


def comment_case(actor: Actor, case_id: int, note: str, *, seen: int | None = None) -> None:
    """Note something down for colleagues; residents add to their own case until it is closed.

    Raises NotFound, CaseMovedOn, ReasonNeeded.
    """
    with unit_of_work():
        row = take(actor, case_id, COMMENT, seen=seen)
        if row.state in (CLOSED, CANCELLED) and not works_on(actor, case_id):
            # Nobody would look at it any more: a new report or a lower rating is heard.
            raise CaseMovedOn(state=STATES[row.state])
        advance(actor, row, COMMENT, row.state, note=reason_of(note))


def finish_help(actor: Actor, case_id: int, note: str = "", *, seen: int | None = None) -> None:
    """A helper says that their part is done. Raises NotFound, NotHelping, CaseMovedOn."""
    with unit_of_work():
        row = take(actor, case_id, HELP_DONE, seen=seen)
        at = now()
        helping = Assignment.select().where(
            (Assignment.case_id == row.id) & (Assignment.part == HELPER) & Assignment.ended_at.is_null()
        )
        mine = [each.id for each in helping if at_desk(actor, each)]
        if not mine:
            raise NotHelping
        Assignment.update(done_at=at, ended_at=at, ended_why=HELP_DONE, worker_id=actor.account_id).where(
            Assignment.id.in_(mine)
        ).execute()
        advance(actor, row, HELP_DONE, row.state, note=note_of(note))
