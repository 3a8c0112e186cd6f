"""Saying what became of a case: resolved at the desk, on the spot, or merged into another one."""

from collections.abc import Sequence
from typing import Any

from core.cases.clocks import days_from
from core.cases.errors import (
    AnswerNeeded,
    MergeIntoItself,
    OutcomeUnknown,
)
from core.cases.models import Assignment, Case
from core.cases.queries.reach import (
    DISPATCH,
    WORK,
    demand_visible,
)
from core.cases.services.assigning import end_pauses, lead_of
from core.cases.services.steps import (
    STOPPED,
    advance,
    demand_desk,
    is_late,
    note_of,
    reason_of,
    take,
)
from core.cases.services.telling import tell_reporter
from core.cases.words import (
    CANCELLED,
    LEAD,
    MERGE,
    MERGED,
    OUTCOMES,
    RESOLVE,
    RESOLVED,
    SOLVED,
)
from core.clock import now
from core.county import county
from core.db import unit_of_work
from core.errors import Forbidden
from core.files.api import attach_files
from core.security import Actor
from core.text import N_


def resolve_case(
    actor: Actor,
    case_id: int,
    *,
    outcome: str,
    answer: str,
    reason: str = "",
    photos: Sequence[str] = (),
    merged_into: int | None = None,
    seen: int | None = None,
) -> None:
    """Say what became of a case on one's own desk; whoever reported is asked for a rating.

    Every outcome but `solved` needs a reason, `merged` another open or answered case in sight. Raises
    NotFound, CaseMovedOn, NotYourDesk, OutcomeUnknown, AnswerNeeded, ReasonNeeded, MergeIntoItself.
    """
    with unit_of_work():
        row = take(actor, case_id, RESOLVE, seen=seen)
        demand_desk(actor, row)
        if outcome not in OUTCOMES:
            raise OutcomeUnknown
        why = note_of(reason) if outcome == SOLVED else reason_of(reason)
        said = note_of(answer)
        if not said:
            raise AnswerNeeded
        attach_files(actor, photos, f"case:{row.id}", row.area_code)
        if outcome == MERGED:
            _merge(actor, row, merged_into, said, why)
        else:
            _resolve(actor, row, outcome, said, why)


def settle_on_the_spot(actor: Actor, row: Case, answer: str) -> None:
    """What was solved while it was reported is resolved at once.

    Raises Forbidden without the right to work or dispatch there, AnswerNeeded without a word of how.
    """
    if not actor.may(WORK, row.area_code) and not actor.may(DISPATCH, row.area_code):
        raise Forbidden
    said = note_of(answer)
    if not said:
        raise AnswerNeeded(fields={"answer": [N_("请写明怎样解决的。")]})
    at = now()
    Assignment.update(accepted_at=at, worker_id=actor.account_id).where(
        (Assignment.case_id == row.id) & (Assignment.part == LEAD) & Assignment.ended_at.is_null()
    ).execute()
    _resolve(
        actor,
        row,
        SOLVED,
        said,
        "",
        worker_id=actor.account_id,
        on_the_spot=True,
    )


def merge_into(actor: Actor, row: Case, into: int, reason: str) -> None:
    """A case goes on as a part of another one, inside a unit of work. Raises NotFound, MergeIntoItself."""
    _merge(actor, row, into, N_("已并入另一事项一并办理"), reason)


def _merge(actor: Actor, row: Case, into: int | None, answer: str, reason: str) -> None:
    target = _target(actor, row, into)
    _resolve(actor, row, MERGED, answer, reason, merged_into=target.id)
    advance(actor, target, MERGE, target.state, note=row.number)


def _target(actor: Actor, row: Case, into: int | None) -> Case:
    target: Case | None = (
        Case.unscoped("the actor's right is tested on the row").where(Case.id == into).get_or_none()
        if into
        else None
    )
    if target is None or target.id == row.id or target.outcome == MERGED or target.state == CANCELLED:
        raise MergeIntoItself
    demand_visible(actor, target)
    return target


def _resolve(actor: Actor, row: Case, outcome: str, answer: str, reason: str, **more: Any) -> None:
    at = now()
    Assignment.update(done_at=at).where(Assignment.id == lead_of(row.id).id).execute()
    end_pauses(row.id)
    wait = days_from(at, county().settings.cases.rate_days).due_at
    changes = STOPPED | {"wake_at": wait, "merged_into": None, "paused_at": None} | more
    changes |= {"outcome": outcome, "answer": answer, "resolved_at": at, "late": is_late(row)}
    # What was said of an earlier answer stands until this one is rated.
    changes["rated_at"] = None
    advance(actor, row, RESOLVE, RESOLVED, note=f"{answer}\n{reason}".strip(), **changes)
    tell_reporter(row, RESOLVE)
