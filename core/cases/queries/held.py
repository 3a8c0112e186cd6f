"""A case in the hands of whoever reported it: by their account, or by number and key without one."""

from dataclasses import dataclass, replace

from core.cases.errors import KeyUnknown
from core.cases.models import Case
from core.cases.queries.cases import StepView, row_of, timeline
from core.cases.queries.codes import case_token, opens, read_token, typed_number
from core.cases.queries.reach import is_own
from core.cases.queries.views import CaseView, case_views
from core.cases.queries.workers import has_worked, person_has_worked
from core.cases.words import ALLOWED, CLOSED, RATE, RESOLVED
from core.errors import NotFound
from core.files.api import FileBrief, files_of
from core.security import Actor

_BY_KEY = "whoever holds the number and the key"


@dataclass(frozen=True)
class HeldCase:
    """A case as its reporter sees it: no colleague is named. `token` opens it again without an account."""

    view: CaseView
    steps: list[StepView]
    photos: list[FileBrief]
    token: str
    may_rate: bool


def own_case(actor: Actor, case_id: int) -> HeldCase:
    """A case that the actor filed or that was filed for them. Raises NotFound for every other one."""
    row = row_of(case_id)
    if not is_own(actor, row):
        raise NotFound
    return _held(row, actor.account_id)


def case_by_token(raw_token: str) -> HeldCase:
    """The case of a scanned code. Raises NotFound."""
    found = read_token(raw_token)
    if found is None:
        raise NotFound
    return _held(_by_number(*found), None)


def token_for(number: str, key: str) -> str:
    """What opens a case whose number and key somebody typed. Raises KeyUnknown."""
    try:
        return case_token(_by_number(typed_number(number), key))
    except NotFound:
        raise KeyUnknown from None


def token_of(case_id: int) -> str:
    """The same for a case that has just been filed: its caller is whoever filed it."""
    return case_token(row_of(case_id))


def _by_number(number: str, key: str) -> Case:
    row: Case | None = Case.unscoped(_BY_KEY).where(Case.number == number).get_or_none()
    if row is None or not key or not opens(row, key):
        raise NotFound
    return row


def _held(row: Case, account_id: int | None) -> HeldCase:
    view = replace(case_views([row], full=False)[0], key=row.key)
    unrated = row.state in (RESOLVED, CLOSED) and row.rated_at is None
    own_work = has_worked(row.id, account_id) or person_has_worked(row.id, row.person_id)
    return HeldCase(
        view,
        timeline(row.id, public=True),
        files_of(f"case:{row.id}"),
        case_token(row),
        may_rate=unrated and row.state in ALLOWED[RATE] and not own_work,
    )
