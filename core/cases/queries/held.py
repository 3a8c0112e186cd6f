"""A case in the hands of whoever reported it: by their account, or by number and key without one."""

from dataclasses import replace

from core.cases.errors import KeyUnknown
from core.cases.models import Case
from core.cases.queries.cases import StepView, row_of, timeline
from core.cases.queries.codes import case_token, opens, read_token, typed_number
from core.cases.queries.raters import is_own_work, is_reporter, key_rates
from core.cases.queries.reach import is_own
from core.cases.queries.views import CaseView, case_views
from core.cases.words import ALLOWED, RATE
from core.errors import NotFound
from core.files.api import FileBrief, files_of
from core.security import ANONYMOUS, Actor
from core.value_classes import value_class

_BY_KEY = "whoever holds the number and the key"


@value_class
class HeldCase:
    """A case as its reporter sees it: no colleague is named. `token` opens it again without an account.

    `asked_by_staff`: an answer waits for a rating that this code or account does not give; `key_rates`:
    whether whoever holds the code may rate, or only follow.
    """

    view: CaseView
    steps: list[StepView]
    photos: list[FileBrief]
    token: str
    may_rate: bool
    asked_by_staff: bool
    key_rates: bool


def own_case(actor: Actor, case_id: int) -> HeldCase:
    """A case that the actor filed or that was filed for them. Raises NotFound for every other one."""
    row = row_of(case_id)
    if not is_own(actor, row):
        raise NotFound
    return _held(row, actor)


def case_by_token(raw_token: str) -> HeldCase:
    """The case of a scanned code. Raises NotFound."""
    found = read_token(raw_token)
    if found is None:
        raise NotFound
    return _held(_by_number(*found))


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


def _held(row: Case, actor: Actor | None = None) -> HeldCase:
    """With an account, or (None) by the key."""
    view = replace(case_views([row], full=False)[0], key=row.key)
    unrated = row.state in ALLOWED[RATE] and row.rated_at is None
    their_word = is_reporter(actor, row) if actor else key_rates(row)
    own_work = is_own_work(actor or ANONYMOUS, row)
    return HeldCase(
        view,
        timeline(row.id, public=True),
        files_of(f"case:{row.id}"),
        case_token(row),
        may_rate=unrated and their_word and not own_work,
        asked_by_staff=unrated and not their_word,
        key_rates=key_rates(row),
    )
