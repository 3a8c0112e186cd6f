"""Merging a case into another one: by a person, with a reason, never by itself."""

from core.cases.errors import NotYourDesk
from core.cases.queries.reach import at_desk, may_hand_out
from core.cases.services.resolving import merge_into
from core.cases.services.steps import reason_of, take
from core.cases.words import MERGE
from core.db import unit_of_work
from core.security import Actor


def merge_case(actor: Actor, case_id: int, into: int, reason: str, *, seen: int | None = None) -> None:
    """Merge a case into another one, which goes on for both. Both timelines say so.

    Raises NotFound, NotYourDesk, CaseMovedOn, ReasonNeeded, MergeIntoItself.
    """
    with unit_of_work():
        row = take(actor, case_id, MERGE, seen=seen)
        if not (at_desk(actor, row) or may_hand_out(actor, row)):
            raise NotYourDesk
        merge_into(actor, row, into, reason_of(reason))
