"""How many cases wait, by area: for comparing grids and for seeing where nobody is left to work."""

from collections.abc import Collection
from typing import Any

from peewee import SQL, fn
from peewee import Case as When

from core.cases.models import Case
from core.cases.words import OPEN
from core.clock import now
from core.db import milliseconds, rows
from core.scope import AreaScope
from core.value_classes import value_class

COUNTED = "numbers of open cases in areas that the caller has checked"


def open_case_counts(scope: AreaScope) -> dict[str, int]:
    """Area code -> how many open cases lie in exactly that area, for the areas in `scope`."""
    rows: Any = Case.unscoped(COUNTED, Case.area_code, fn.COUNT(Case.id))
    wanted = scope.where(Case.area_code) & Case.state.in_(OPEN)
    return dict(rows.where(wanted).group_by(Case.area_code).tuples())


@value_class
class Lights:
    """How many cases wait in an area, and how many of them are past their deadline now."""

    open: int
    red: int


def lights_by_area(scope: AreaScope, *, digits: int) -> dict[str, Lights]:
    """What waits by area: `digits` of the code that count (9: by town, 12: by village)."""
    head = fn.SUBSTR(Case.area_code, 1, digits)
    red = fn.SUM(When(None, [(Case.due_at < milliseconds(now()), 1)], 0))
    query = Case.within(scope, head, fn.COUNT(SQL("*")), red).where(Case.state.in_(OPEN))
    return {code: Lights(count, int(late or 0)) for code, count, late in rows(query.group_by(SQL("1")))}


def worked_case_count(area_code: str, account_id: int) -> int:
    """How many open cases of an area and below one account has accepted."""
    mine = AreaScope((area_code,)).where(Case.area_code) & (Case.worker_id == account_id)
    return int(Case.unscoped(COUNTED).where(mine & Case.state.in_(OPEN)).count())


@value_class
class CaseMark:
    """How hard a case was, how it was rated (`thumb` is up, down or empty), if it ever missed a deadline."""

    difficulty: str
    state: str
    outcome: str
    thumb: str
    late: bool


def case_marks(case_ids: Collection[int]) -> dict[int, CaseMark]:
    """Case -> its marks, for many at once; the caller reached them through records of its own."""
    query: Any = Case.unscoped(
        "marks without texts of cases that the caller's own records name",
        Case.id,
        Case.difficulty,
        Case.state,
        Case.outcome,
        Case.thumb,
        Case.late,
    ).where(Case.id.in_(list(case_ids)))
    return {key: CaseMark(*rest) for key, *rest in query.tuples()}
