"""What somebody can do with a case now, and why not the rest. The services say it again when it is done."""

from collections.abc import Callable

from core.cases.errors import (
    AlreadyRated,
    NotHelping,
    NotPaused,
    NotYourDesk,
    NowhereToReturn,
    OwnWork,
    Paused,
    RatingDue,
    ReturnLimit,
    TopLevel,
)
from core.cases.kinds import is_rated
from core.cases.models import Assignment, Case
from core.cases.queries.cases import row_of
from core.cases.queries.raters import demand_asker, key_rates
from core.cases.queries.reach import CHECK as MAY_CHECK
from core.cases.queries.reach import DISPATCH as MAY_DISPATCH
from core.cases.queries.reach import URGE as MAY_URGE
from core.cases.queries.reach import WORK, at_desk, demand_visible, may_hand_out
from core.cases.queries.why import Sentence
from core.cases.queries.workers import has_worked
from core.cases.words import (
    ACCEPT,
    ALLOWED,
    CANCEL,
    CHECK,
    CLOSE,
    COMMENT,
    DEEDS,
    DISPATCH,
    ESCALATE,
    HELP_DONE,
    HELPER,
    LEAD,
    MERGE,
    MERGED,
    PAUSE,
    RATE_FOR,
    REOPEN,
    RESOLVE,
    RESOLVED,
    RESUME,
    RETURN,
    START,
    STATES,
    TRANSFER,
    URGE,
)
from core.county import county
from core.errors import DomainError, Forbidden
from core.security import Actor
from core.text import N_
from core.value_classes import value_class

# In the order in which the page offers them.
AT_DESK = (ACCEPT, START, RESOLVE, PAUSE, RESUME)
HANDING_ON = (DISPATCH, TRANSFER, RETURN, ESCALATE, MERGE)
FROM_ABOVE = (RATE_FOR, URGE, CHECK, REOPEN, CLOSE, CANCEL)
_OTHER_STATE = N_("现在是“%(state)s”，不在可以“%(deed)s”的阶段。")


@value_class
class Choice:
    """A deed; `obstacle` says why it can't be done now, and is None where it can."""

    deed: str
    title: str
    obstacle: Sentence | None


@value_class
class _Seat:
    """Where somebody sits towards a case: asked once, tested for each deed."""

    actor: Actor
    row: Case
    is_here: bool
    hands_out: bool
    is_helping: bool


def choices(actor: Actor, case_id: int) -> list[Choice]:
    """Every deed that is somebody's in this post, possible now or not. Raises NotFound."""
    row = row_of(case_id)
    demand_visible(actor, row)
    seat = _Seat(actor, row, at_desk(actor, row), may_hand_out(actor, row), _is_helping(actor, row))
    deeds = [deed for deed in (*AT_DESK, HELP_DONE, *HANDING_ON, *FROM_ABOVE) if _is_theirs(seat, deed)]
    return [Choice(deed, DEEDS[deed], _obstacle(seat, deed)) for deed in (*deeds, COMMENT)]


def _is_theirs(seat: _Seat, deed: str) -> bool:
    """Whether somebody of this post ever does that: an assistant is not told what only a secretary may."""
    actor = seat.actor
    if deed == HELP_DONE:
        return seat.is_helping
    if deed == RATE_FOR:
        return seat.row.state in ALLOWED[RATE_FOR] and not key_rates(seat.row)
    if deed == URGE:
        return actor.may(MAY_URGE, seat.row.area_code)
    if deed == CHECK:
        return actor.may(MAY_CHECK, seat.row.area_code)
    if deed == REOPEN:
        return any(actor.may(right, seat.row.desk_area) for right in (MAY_CHECK, MAY_DISPATCH, MAY_URGE))
    if deed in (DISPATCH, CLOSE, CANCEL):
        return seat.hands_out or (deed == DISPATCH and actor.may(MAY_DISPATCH))
    return actor.may(WORK) or seat.hands_out


def _obstacle(seat: _Seat, deed: str) -> Sentence | None:
    if seat.row.state not in ALLOWED[deed]:
        values = {"state": STATES[seat.row.state], "deed": DEEDS[deed]}
        return Sentence(_OTHER_STATE, values, ("state", "deed"))
    if deed in (*AT_DESK, *HANDING_ON) and not _has_it(seat, deed):
        return _sentence(NotYourDesk())
    test = _TESTS.get(deed)
    error = test(seat) if test else None
    return _sentence(error) if error else None


def _has_it(seat: _Seat, deed: str) -> bool:
    if deed == DISPATCH:
        return seat.hands_out
    return seat.is_here or (deed in HANDING_ON and seat.hands_out)


def _sentence(error: DomainError) -> Sentence:
    return Sentence(error.text, error.params, error.words)


def _may_pause(seat: _Seat) -> DomainError | None:
    return Paused() if seat.row.paused_at is not None else None


def _may_resume(seat: _Seat) -> DomainError | None:
    return NotPaused() if seat.row.paused_at is None else None


def _may_return(seat: _Seat) -> DomainError | None:
    row = seat.row
    if row.returns >= county().settings.cases.returns:
        return ReturnLimit(returns=row.returns)
    before = Assignment.select().where(
        (Assignment.case_id == row.id)
        & (Assignment.part == LEAD)
        & Assignment.ended_why.in_((DISPATCH, TRANSFER, ESCALATE))
    )
    here = (row.desk_area, row.unit_id)
    return None if any((each.desk_area, each.unit_id) != here for each in before) else NowhereToReturn()


def _may_escalate(seat: _Seat) -> DomainError | None:
    return TopLevel() if seat.row.level == "county" else None


def _may_check(seat: _Seat) -> DomainError | None:
    return OwnWork() if has_worked(seat.row.id, seat.actor.account_id) else None


def _may_record(seat: _Seat) -> DomainError | None:
    if seat.row.rated_at is not None:
        return AlreadyRated()
    try:
        demand_asker(seat.actor, seat.row)
    except Forbidden as error:
        return error
    return None


def _may_close(seat: _Seat) -> DomainError | None:
    row = seat.row
    waits = row.state == RESOLVED and (row.person_id is not None or row.filed_by is not None)
    return RatingDue() if waits and is_rated(row.kind) and row.outcome != MERGED else None


def _may_help(seat: _Seat) -> DomainError | None:
    return None if seat.is_helping else NotHelping()


_TESTS: dict[str, Callable[[_Seat], DomainError | None]] = {
    PAUSE: _may_pause,
    RESUME: _may_resume,
    RETURN: _may_return,
    ESCALATE: _may_escalate,
    CHECK: _may_check,
    RATE_FOR: _may_record,
    CLOSE: _may_close,
    HELP_DONE: _may_help,
}


def _is_helping(actor: Actor, row: Case) -> bool:
    helping = Assignment.select().where(
        (Assignment.case_id == row.id) & (Assignment.part == HELPER) & Assignment.ended_at.is_null()
    )
    return any(at_desk(actor, each) for each in helping)
