"""Supervision of cases: urging, and spot checks of what was answered."""

from core.cases.errors import OwnWork
from core.cases.queries.reach import CHECK as MAY_CHECK
from core.cases.queries.reach import URGE as MAY_URGE
from core.cases.queries.workers import has_worked
from core.cases.services.rating import reopen
from core.cases.services.steps import advance, note_of, reason_of, take
from core.cases.services.telling import tell_desk
from core.cases.words import CHECK, URGE
from core.db import unit_of_work
from core.errors import Forbidden
from core.security import Actor


def urge_case(actor: Actor, case_id: int, note: str, *, seen: int | None = None) -> None:
    """Tell the desk to get on with it (督办). Raises NotFound, Forbidden, CaseMovedOn, ReasonNeeded."""
    with unit_of_work():
        row = take(actor, case_id, URGE, seen=seen)
        if not actor.may(MAY_URGE, row.area_code):
            raise Forbidden
        advance(actor, row, URGE, row.state, note=reason_of(note), urges=row.urges + 1)
        tell_desk(row, URGE)


def spot_check_case(actor: Actor, case_id: int, *, passed: bool, note: str, seen: int | None = None) -> None:
    """A supervisor looks at what was answered; what does not pass is reopened one level up.

    Nobody checks their own work. Raises NotFound, Forbidden, OwnWork, CaseMovedOn, ReasonNeeded.
    """
    with unit_of_work():
        row = take(actor, case_id, CHECK, seen=seen)
        if not actor.may(MAY_CHECK, row.area_code):
            raise Forbidden
        if has_worked(row.id, actor.account_id):
            raise OwnWork
        said = note_of(note) if passed else reason_of(note)
        advance(actor, row, CHECK, row.state, note=said)
        if not passed:
            reopen(actor, row, said)
