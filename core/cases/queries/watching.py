"""What supervisors look at: urged cases, answered ones to be checked, a household's cases, how much waits."""

from datetime import timedelta
from typing import Any

from peewee import SQL, fn
from peewee import Case as When

from core.cases.models import Case, Step
from core.cases.queries.desk import on_desk
from core.cases.queries.lists import page_of, rows_of
from core.cases.queries.reach import DISPATCH
from core.cases.queries.views import CaseView, case_views
from core.cases.words import ANSWERED, CHECK, DISPATCHED, OPEN, REOPENED, REPORTED
from core.clock import now
from core.db import milliseconds, rows
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class

_LISTED = "the reader's areas and units are a condition of what is watched"
_DAYS, _AT_ONCE = 30, 50
_DRAWN = "the scope is a condition of the draw, in a form that keeps its index out"


@value_class
class DeskTally:
    """How many cases wait on somebody's desks: to be handed out, accepted, in work; and how many are late."""

    to_hand_out: int
    to_accept: int
    working: int
    late: int

    @property
    def total(self) -> int:
        """All that is open there."""
        return self.to_hand_out + self.to_accept + self.working


def desk_tally(actor: Actor) -> DeskTally:
    """What `desk` would list, counted in one statement."""
    mine = on_desk(actor)
    if mine is None:
        return DeskTally(0, 0, 0, 0)
    counted = Case.unscoped(
        _LISTED,
        fn.COUNT(SQL("*")),
        _count(Case.state.in_((REPORTED, REOPENED))),
        _count(Case.state == DISPATCHED),
        _count(Case.due_at < milliseconds(now())),
    )
    ((total, *rest),) = rows(counted.where(Case.state.in_(OPEN) & mine))
    hand_out, accept, late = (int(each or 0) for each in rest)
    if not actor.may(DISPATCH):
        # Whoever hands nothing out works on it.
        hand_out, accept = 0, hand_out + accept
    return DeskTally(hand_out, accept, total - hand_out - accept, late)


def list_urged(scope: AreaScope, *, page: int = 1, page_size: int = 20) -> tuple[list[CaseView], int]:
    """Open cases that were urged (督办), the newest first, and how many there are."""
    query = Case.within(scope, Case.id).where(Case.state.in_(OPEN) & (Case.urges > 0))
    return case_views(rows_of(page_of(query, page, page_size))), query.count()


def list_once_late(scope: AreaScope, *, page: int = 1, page_size: int = 20) -> tuple[list[CaseView], int]:
    """Open cases that missed a deadline and now have a new one (escalated, say), and how many there are."""
    query = _once_late(scope)
    return case_views(rows_of(page_of(query, page, page_size))), query.count()


def count_once_late(scope: AreaScope) -> int:
    """How many `list_once_late` would list."""
    return int(_once_late(scope).count())


def _once_late(scope: AreaScope) -> Any:
    has_time = Case.due_at.is_null() | (Case.due_at >= milliseconds(now()))
    return Case.within(scope, Case.id).where(Case.state.in_(OPEN) & Case.late & has_time)


def to_be_checked(scope: AreaScope, *, day: int, size: int = 10) -> list[CaseView]:
    """A draw of the last month's answered cases that nobody has checked.

    The same all day for the same areas (`day`: its number), so that nobody draws until it suits them.
    """
    # Few are that young: their own index finds them, and signs added to the others keep theirs out of it.
    recent = Case.unscoped(_DRAWN, Case.id).where(
        (Case.resolved_at >= now() - timedelta(days=_DAYS))
        & scope.where(Case.area_code.concat(""))
        & Case.state.concat("").in_(ANSWERED)
    )
    drawn = sorted((case_id for (case_id,) in rows(recent)), key=lambda case_id: _lot(case_id, day))
    chosen: list[int] = []
    for start in range(0, len(drawn), _AT_ONCE):
        some = drawn[start : start + _AT_ONCE]
        steps = Step.select(Step.case_id).where(Step.case_id.in_(some) & (Step.deed == CHECK))
        checked = {case_id for (case_id,) in rows(steps)}
        chosen += [case_id for case_id in some if case_id not in checked]
        if len(chosen) >= size:
            break
    return case_views(rows_of(chosen[:size]))


def _lot(case_id: int, day: int) -> int:
    # A fixed mixing of bits: no order that could be guessed from the numbers of the cases.
    return ((case_id * 2_654_435_761) ^ (day * 40_503)) % 1_000_003


def cases_of_household(scope: AreaScope, household_id: int, *, most: int = 5) -> tuple[list[CaseView], int]:
    """A household's newest cases in `scope`, and how many there are."""
    query = Case.within(scope, Case.id).where(Case.household_id == household_id)
    return case_views(rows_of(page_of(query, 1, most))), query.count()


def _count(condition: Any) -> Any:
    return fn.SUM(When(None, [(condition, 1)], 0))
