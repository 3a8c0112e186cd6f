"""One step of a case: the row moves on under its version; timeline, record and listeners hear of it."""

from datetime import datetime
from typing import Any

from core import audit
from core.cases.clocks import Clock
from core.cases.digest import step_digest
from core.cases.errors import CaseMovedOn, NotYourDesk, ReasonNeeded
from core.cases.models import Case, Step
from core.cases.queries.reach import at_desk, demand_visible, may_hand_out
from core.cases.words import ALLOWED, STATES
from core.clock import now
from core.errors import NotFound
from core.events import announce
from core.fields import cleaned
from core.security import Actor

GENESIS = ""
LONGEST_NOTE = 2_000
# Deeds that others may listen to.
EVENTS = {
    "create": "CaseReported",
    "dispatch": "CaseDispatched",
    "accept": "CaseAccepted",
    "start": "CaseStarted",
    "transfer": "CaseTransferred",
    "return": "CaseReturned",
    "escalate": "CaseEscalated",
    "resolve": "CaseResolved",
    "rate": "CaseRated",
    "rate_for": "CaseRated",
    "reopen": "CaseReopened",
    "close": "CaseClosed",
    "cancel": "CaseCancelled",
    "urge": "CaseUrged",
    "check": "CaseChecked",
}


def take(actor: Actor, case_id: int, deed: str, *, seen: int | None = None) -> Case:
    """The case for a deed that the actor may see and that fits its state.

    `seen`: the version that the actor looked at. Raises NotFound, CaseMovedOn.
    """
    row: Case | None = (
        Case.unscoped("the actor's right is tested on the row").where(Case.id == case_id).get_or_none()
    )
    if row is None:
        raise NotFound
    demand_visible(actor, row)
    demand_state(row, deed, seen)
    return row


def demand_state(row: Case, deed: str, seen: int | None) -> None:
    """Raises CaseMovedOn when the deed does not fit the case's state, or another version was seen."""
    if row.state not in ALLOWED[deed] or seen not in (None, row.version):
        raise CaseMovedOn(state=STATES[row.state])


def demand_desk(actor: Actor, row: Case) -> None:
    """Raises NotYourDesk unless the case is on the actor's desk."""
    if not at_desk(actor, row):
        raise NotYourDesk


def demand_desk_or_dispatch(actor: Actor, row: Case) -> None:
    """Raises NotYourDesk unless it is on the actor's desk or theirs to hand out."""
    if not (at_desk(actor, row) or may_hand_out(actor, row)):
        raise NotYourDesk


def reason_of(raw_reason: str) -> str:
    """A reason that says something. Raises ReasonNeeded."""
    reason = note_of(raw_reason)
    if not reason:
        raise ReasonNeeded
    return reason


def note_of(raw_note: str) -> str:
    """A note that can be stored, no longer than it may be."""
    return cleaned(raw_note)[:LONGEST_NOTE]


def advance(actor: Actor, row: Case, deed: str, state: str, *, note: str = "", **changes: Any) -> None:
    """Put one step on the timeline and the changes on the case, or raise CaseMovedOn.

    Call inside a unit of work. `row` is brought up to date.
    """
    changes |= {"state": state, "version": row.version + 1}
    moved = (
        Case.update(changes)
        .where((Case.id == row.id) & (Case.version == row.version) & (Case.state == row.state))
        .execute()
    )
    if not moved:
        raise CaseMovedOn(state=STATES[row.state])
    for name, value in changes.items():
        setattr(row, name, value)
    write_step(actor, row, deed, note)


def write_step(actor: Actor, row: Case, deed: str, note: str) -> None:
    """The line on the timeline for what `row` is now; record and listeners hear of it."""
    at = now()
    last = Step.select(Step.digest).where((Step.case_id == row.id) & (Step.number == row.version - 1))
    previous = last.scalar() or GENESIS
    digest = step_digest(
        previous,
        row.id,
        row.version,
        at,
        actor.account_id,
        deed,
        row.state,
        row.level,
        row.desk_area,
        row.unit_id,
        note,
    )
    Step.insert(
        case_id=row.id,
        number=row.version,
        at=at,
        account_id=actor.account_id,
        deed=deed,
        state=row.state,
        level=row.level,
        desk_area=row.desk_area,
        unit_id=row.unit_id,
        note=note,
        previous=previous,
        digest=digest,
    ).execute()
    subject = f"case:{row.id}"
    audit.record(
        actor,
        f"cases.{deed}_case",
        area_code=row.area_code,
        subject=subject,
        case=row.id,
        step=row.version,
        state=row.state,
        digest=digest,
    )
    if kind := EVENTS.get(deed):
        announce(
            actor,
            f"cases.{kind}",
            area_code=row.area_code,
            subject=subject,
            case_id=row.id,
            case_kind=row.kind,
            state=row.state,
            level=row.level,
            desk_area=row.desk_area,
            unit_id=row.unit_id,
            outcome=row.outcome,
            thumb=row.thumb,
            about=row.subject,
        )


def running(clock: Clock, resolve_by: datetime) -> dict[str, Any]:
    """What a case holds while `clock` runs: it wakes the periodic job when it gets yellow."""
    return {
        "due_at": clock.due_at,
        "yellow_at": clock.yellow_at,
        "resolve_by": resolve_by,
        "wake_at": clock.yellow_at,
        "rung": 0,
    }


STOPPED: dict[str, Any] = {"due_at": None, "yellow_at": None, "wake_at": None, "rung": 0}


def is_late(row: Case) -> bool:
    """Whether the case ever missed a deadline, now included."""
    return bool(row.late or (row.due_at is not None and row.due_at < now()))


def flags_with(row_flags: str, *more: str) -> str:
    """Flags joined, each once, in the order in which they came."""
    found = [flag for flag in row_flags.split(",") if flag]
    found += [flag for flag in more if flag and flag not in found]
    return ",".join(found)
