"""Minutes, drafts and final ones, what was decided, and what became of it."""

from collections.abc import Sequence
from datetime import date, datetime

from core.accounts.api import account_names
from core.cases.api import OUTCOMES, STATES, CaseMark, case_marks
from core.errors import NotFound
from core.value_classes import value_class
from plugins.diary.minutes_form import digest_of
from plugins.diary.models.meetings import Minutes, MinutesDraft, Resolution

_REACHED = "of a meeting that was reached"


@value_class
class ResolutionView:
    """A decision in words. `state_title`, `thumb`: of the case it became."""

    id: int
    text: str
    unit: str
    person_name: str
    account_id: int | None
    due: date | None
    agree: int | None
    against: int | None
    abstain: int | None
    case_id: int | None
    state_title: str
    is_answered: bool
    thumb: str


@value_class
class MinutesView:
    """A final version. `is_whole`: its digest is that of its content, and it names the one before."""

    number: int
    text: str
    digest: str
    previous: str
    reason: str
    account_name: str
    at: datetime
    is_whole: bool


def draft_of(meeting_id: int) -> MinutesDraft | None:
    """The minutes so far of a meeting that was reached."""
    found: MinutesDraft | None = (
        MinutesDraft.unscoped(_REACHED).where(MinutesDraft.meeting_id == meeting_id).get_or_none()
    )
    return found


def latest_minutes(meeting_id: int) -> Minutes | None:
    """The final version in force of a meeting that was reached."""
    query = Minutes.unscoped(_REACHED).where(Minutes.meeting_id == meeting_id)
    found: Minutes | None = query.order_by(Minutes.number.desc()).limit(1).first()
    return found


def minutes_of(meeting_id: int) -> list[MinutesView]:
    """All final versions of a meeting that was reached, the newest first, each held against its digest."""
    query = Minutes.unscoped(_REACHED).where(Minutes.meeting_id == meeting_id)
    found = list(query.order_by(Minutes.number))
    names = account_names([row.account_id for row in found])
    before, views = "", []
    for row in found:
        whole = digest_of(row.canonical) == row.digest and row.previous == before
        before = row.digest
        views.append(
            MinutesView(
                number=row.number,
                text=row.text,
                digest=row.digest,
                previous=row.previous,
                reason=row.reason,
                account_name=names.get(row.account_id, ""),
                at=row.at,
                is_whole=whole,
            )
        )
    return views[::-1]


def canonical_of(meeting_id: int, number: int) -> tuple[str, str]:
    """What a final version's digest was taken of, and the digest. Raises NotFound."""
    query = Minutes.unscoped(_REACHED).where((Minutes.meeting_id == meeting_id) & (Minutes.number == number))
    row: Minutes | None = query.get_or_none()
    if row is None:
        raise NotFound
    return row.canonical, row.digest


def resolutions_of(meeting_id: int) -> list[Resolution]:
    """What a meeting that was reached decided."""
    query = Resolution.unscoped(_REACHED).where(Resolution.meeting_id == meeting_id)
    return list(query.order_by(Resolution.id))


def resolution_of(meeting_id: int, resolution_id: int) -> Resolution:
    """One decision of a meeting that was reached. Raises NotFound."""
    query = Resolution.unscoped(_REACHED).where(
        (Resolution.id == resolution_id) & (Resolution.meeting_id == meeting_id)
    )
    row: Resolution | None = query.get_or_none()
    if row is None:
        raise NotFound
    return row


def resolution_views(found: Sequence[Resolution]) -> list[ResolutionView]:
    """Decisions with where their cases are and how they were rated, in one statement for all."""
    marks = case_marks([row.case_id for row in found if row.case_id is not None])
    return [
        ResolutionView(
            id=row.id,
            text=row.text,
            unit=row.unit,
            person_name=row.person_name,
            account_id=row.account_id,
            due=row.due,
            agree=row.agree,
            against=row.against,
            abstain=row.abstain,
            case_id=row.case_id,
            state_title=mark_title(mark := marks.get(row.case_id or 0)),
            is_answered=bool(mark and mark.outcome),
            thumb=mark.thumb if mark else "",
        )
        for row in found
    ]


def mark_title(mark: CaseMark | None) -> str:
    """How a case stands: its outcome, or its state; a text of the catalogue."""
    if mark is None:
        return ""
    return OUTCOMES.get(mark.outcome, "") or STATES.get(mark.state, "")
