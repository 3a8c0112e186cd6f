"""After the answer: rated, reopened one level up, closed; or taken back before there is one."""

from core.areas.api import current_code
from core.cases.clocks import days_from
from core.cases.desks import Desk, desk_above, desk_at
from core.cases.errors import (
    AlreadyRated,
    KeyFollowsOnly,
    NotYourCase,
    NotYourDesk,
    RatingDue,
    RatingOver,
)
from core.cases.kinds import is_rated
from core.cases.models import Case
from core.cases.queries.codes import opens
from core.cases.queries.raters import demand_asker, demand_not_own_work, is_reporter, key_rates
from core.cases.queries.reach import (
    CHECK,
    DISPATCH,
    URGE,
    demand_visible,
    is_own,
    may_hand_out,
)
from core.cases.services.assigning import end_all, give
from core.cases.services.steps import (
    STOPPED,
    advance,
    demand_state,
    flags_with,
    note_of,
    reason_of,
    take,
)
from core.cases.services.telling import tell_desk
from core.cases.words import (
    ANSWERED,
    AREA_MERGED,
    CANCEL,
    CANCELLED,
    CLOSE,
    CLOSED,
    DISPATCHED,
    DOWN,
    MERGED,
    RATE,
    RATE_FOR,
    RATED,
    REOPEN,
    REOPENED,
    REPORTED,
    RESOLVED,
    UP,
)
from core.clock import now
from core.county import county
from core.db import unit_of_work
from core.errors import Forbidden, Invalid, NotFound
from core.plugin_manager import SYSTEM
from core.security import ANONYMOUS, Actor
from core.text import N_


def rate_case(
    actor: Actor | None,
    case_id: int,
    *,
    thumb: str,
    solved: bool,
    note: str = "",
    token: str = "",
    seen: int | None = None,
) -> None:
    """Whoever reported says whether it is well. Thumb down or "not solved" reopens it one level up.

    With an account one's own case; without, `token` is the case's key or the token of its code, where nobody
    else has read it. Nobody rates their own work. Raises NotFound, NotYourCase, KeyFollowsOnly, OwnWork,
    CaseMovedOn, AlreadyRated, RatingOver.
    """
    with unit_of_work():
        rater = actor or ANONYMOUS
        row = _row(case_id)
        _demand_rater(rater, row, token)
        _put_down(rater, row, RATE, thumb, note_of(note), seen, solved=solved)


def record_rating(
    actor: Actor, case_id: int, *, thumb: str, solved: bool, note: str, seen: int | None = None
) -> None:
    """Put down what a reporter without an account says (回访): `note` tells how they were asked.

    For cases that staff filed, by somebody who neither worked on it nor sits at the desk that answered; the
    timeline names them. Raises NotFound, NotYourCase, OwnWork, ReasonNeeded, CaseMovedOn, AlreadyRated,
    RatingOver.
    """
    with unit_of_work():
        row = _row(case_id)
        demand_visible(actor, row)
        demand_asker(actor, row)
        _put_down(actor, row, RATE_FOR, thumb, reason_of(note), seen, solved=solved)


def _put_down(
    rater: Actor, row: Case, deed: str, thumb: str, note: str, seen: int | None, *, solved: bool
) -> None:
    if thumb not in (UP, DOWN):
        raise Invalid(fields={"thumb": [N_("只能是：up、down。")]})
    if row.rated_at is not None and row.state in ANSWERED:
        raise AlreadyRated
    demand_state(row, deed, seen)
    _demand_in_time(row)
    said, at = note[:500], now()
    rating = {"thumb": thumb, "rating_note": said, "rated_at": at}
    if thumb == UP and solved:
        advance(rater, row, deed, RATED, note=said, wake_at=at, **rating)
        return
    # Not solved is not satisfied, whatever the thumb.
    rating["thumb"] = DOWN
    advance(rater, row, deed, RATED, note=said, **rating)
    reopen(SYSTEM, row, N_("反馈人不满意或认为没有解决"))


def _row(case_id: int) -> Case:
    row: Case | None = (
        Case.unscoped("the key, or whose case it is, is tested on the row")
        .where(Case.id == case_id)
        .get_or_none()
    )
    if row is None:
        raise NotFound
    return row


def _demand_rater(rater: Actor, row: Case, token: str) -> None:
    if not token:
        demand_visible(rater, row)
        if not is_reporter(rater, row):
            raise NotYourCase
    elif not opens(row, token):
        raise NotFound
    demand_not_own_work(rater, row)
    if not (is_reporter(rater, row) or key_rates(row)):
        raise KeyFollowsOnly


def _demand_in_time(row: Case) -> None:
    days = county().settings.cases.rate_days
    if row.state == CLOSED and (
        row.resolved_at is None or now() > days_from(row.resolved_at, 4 * days).due_at
    ):
        raise RatingOver


def reopen_case(actor: Actor, case_id: int, reason: str, *, seen: int | None = None) -> None:
    """Take an answered case up again, one level up.

    Raises NotFound, Forbidden, CaseMovedOn, ReasonNeeded.
    """
    with unit_of_work():
        row = take(actor, case_id, REOPEN, seen=seen)
        if not any(actor.may(right, row.desk_area) for right in (CHECK, DISPATCH, URGE)):
            raise Forbidden
        reopen(actor, row, reason_of(reason))


def reopen(actor: Actor, row: Case, reason: str) -> None:
    """Up one level (at the county: to its office) and to be done anew, inside a unit of work."""
    here = Desk(row.level, row.desk_area, row.unit_id)
    above = desk_above(here) or Desk(row.level, row.desk_area)
    area_code = current_code(row.area_code)
    if area_code != row.area_code:
        # It was answered before its area was merged: it comes back where the area is now.
        row.flags = flags_with(row.flags, AREA_MERGED)
        above = desk_at(above.level, area_code)
    changes = give(actor, row, above, why=REOPEN)
    advance(
        actor,
        row,
        REOPEN,
        REOPENED,
        note=reason,
        reopens=row.reopens + 1,
        area_code=area_code,
        outcome="",
        merged_into=None,
        resolved_at=None,
        closed_at=None,
        **changes,
    )
    tell_desk(row, REOPEN)


def close_case(actor: Actor, case_id: int, *, seen: int | None = None) -> None:
    """Strike a case off. One that waits for its rating is left to the resident and to the days that run out.

    Raises NotFound, NotYourDesk, CaseMovedOn, RatingDue.
    """
    with unit_of_work():
        row = take(actor, case_id, CLOSE, seen=seen)
        if not may_hand_out(actor, row):
            raise NotYourDesk
        waits = row.person_id is not None or row.filed_by is not None
        if row.state == RESOLVED and waits and is_rated(row.kind) and row.outcome != MERGED:
            raise RatingDue
        close(actor, row)


def close(actor: Actor, row: Case) -> None:
    """Nothing is to be done any more."""
    end_all(row, CLOSE)
    advance(actor, row, CLOSE, CLOSED, closed_at=now(), **STOPPED)


def cancel_case(actor: Actor, case_id: int, reason: str, *, seen: int | None = None) -> None:
    """Take a case back: whoever filed it until somebody works on it, or who may dispatch it, with a reason.

    Raises NotFound, Forbidden, CaseMovedOn, ReasonNeeded.
    """
    with unit_of_work():
        row = take(actor, case_id, CANCEL, seen=seen)
        may_take_back = is_own(actor, row) and row.state in (REPORTED, DISPATCHED)
        if not may_take_back and not may_hand_out(actor, row):
            raise Forbidden
        why = reason_of(reason)
        end_all(row, CANCEL)
        advance(actor, row, CANCEL, CANCELLED, note=why, closed_at=now(), paused_at=None, **STOPPED)
