"""Questions of residents about what their village published: their own, those to answer, the public ones."""

from collections.abc import Sequence
from datetime import date, datetime

from core.accounts.api import account_names
from core.areas.api import area_names
from core.cases.api import without_names
from core.clock import today
from core.db import rows
from core.errors import NotFound
from core.people.api import area_of_person, names_in, person_names
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.supervision.models.assets import AssetsQuestion, AssetsSheet

ASK, ANSWER, VIEW = "supervision.ask", "supervision.assets", "supervision.view"


@value_class
class QuestionView:
    """A question and its answer (empty while it waits). `asker`: a name at the desk, empty elsewhere."""

    id: int
    sheet_id: int
    area_code: str
    area_name: str
    period: str
    text: str
    asker: str
    asked_at: datetime
    due_on: date | None
    answer: str
    answered_at: datetime | None
    answered_by: str
    is_public: bool

    @property
    def is_late(self) -> bool:
        """Whether it waits beyond its day, or was answered after it."""
        day = self.answered_at.date() if self.answered_at else today()
        return self.due_on is not None and day > self.due_on


def home_village(actor: Actor) -> str:
    """The village of somebody who may ask: where they live, else where their post is. Empty if neither."""
    at_home = area_of_person(actor.person_id) if actor.person_id is not None else None
    codes = [at_home or "", *actor.scope(ASK).prefixes]
    return next((code[:12] for code in codes if len(code) >= 12), "")


def list_questions(
    scope: AreaScope, *, area_code: str = "", waiting: bool = False, page: int = 1, page_size: int = 20
) -> tuple[list[QuestionView], int]:
    """Questions of an area for the desk: those that wait first, the oldest of them first."""
    query = AssetsQuestion.within(scope)
    if area_code:
        query = query.where(
            (AssetsQuestion.area_code >= area_code) & (AssetsQuestion.area_code < area_code + AFTER_DIGITS)
        )
    if waiting:
        query = query.where(AssetsQuestion.answered_at.is_null())
    order = (AssetsQuestion.answered_at.is_null(False), AssetsQuestion.asked_at, AssetsQuestion.id)
    return _views(list(query.order_by(*order).paginate(page, page_size)), named=True), query.count()


def waiting_in(scope: AreaScope, area_code: str) -> int:
    """How many questions of an area wait."""
    query = AssetsQuestion.within(scope, AssetsQuestion.id).where(
        AssetsQuestion.answered_at.is_null()
        & (AssetsQuestion.area_code >= area_code)
        & (AssetsQuestion.area_code < area_code + AFTER_DIGITS)
    )
    return int(query.count())


def my_questions(actor: Actor, page: int = 1, page_size: int = 20) -> tuple[list[QuestionView], int]:
    """One's own, the newest first."""
    query = AssetsQuestion.unscoped("one's own questions").where(
        AssetsQuestion.account_id == actor.account_id
    )
    return _views(list(query.order_by(AssetsQuestion.id.desc()).paginate(page, page_size))), query.count()


def public_questions(
    area_code: str, sheet_id: int, page: int = 1, page_size: int = 20
) -> tuple[list[QuestionView], int]:
    """What was asked and answered about a publication, where that is public; names are taken out."""
    query = AssetsQuestion.within(AreaScope((area_code,))).where(
        (AssetsQuestion.sheet_id == sheet_id) & AssetsQuestion.is_public
    )
    found = list(query.order_by(AssetsQuestion.id.desc()).paginate(page, page_size))
    names = {name for _, _, name in names_in(AreaScope((area_code,)), area_code)} if found else set()
    hidden = [name for name in names if any(name in row.text + row.answer for row in found)]
    return _views(found, hidden=hidden), query.count()


def question_row(scope: AreaScope, question_id: int) -> AssetsQuestion:
    """The row. Raises NotFound."""
    row: AssetsQuestion | None = (
        AssetsQuestion.within(scope).where(AssetsQuestion.id == question_id).get_or_none()
    )
    if row is None:
        raise NotFound
    return row


def waiting_count(account_id: int) -> int:
    """How many of somebody's questions wait."""
    query = AssetsQuestion.unscoped("one's own questions", AssetsQuestion.id)
    return int(
        query.where((AssetsQuestion.account_id == account_id) & AssetsQuestion.answered_at.is_null()).count()
    )


def _views(
    found: Sequence[AssetsQuestion], *, named: bool = False, hidden: Sequence[str] | None = None
) -> list[QuestionView]:
    # The public page shows them under its own village and period.
    places = area_names([row.area_code for row in found]) if hidden is None else {}
    periods = dict(
        rows(
            AssetsSheet.unscoped(
                "periods of questions that were reached", AssetsSheet.id, AssetsSheet.period
            ).where(AssetsSheet.id.in_([row.sheet_id for row in found]))
        )
    )
    answered = [row.answered_by for row in found if row.answered_by is not None]
    staff = account_names(answered) if hidden is None else {}
    askers = person_names(row.person_id for row in found if row.person_id is not None) if named else {}

    def said(text: str) -> str:
        return text if hidden is None else without_names(text, hidden)

    return [
        QuestionView(
            id=row.id,
            sheet_id=row.sheet_id,
            area_code=row.area_code,
            area_name=places.get(row.area_code, row.area_code),
            period=periods.get(row.sheet_id, ""),
            text=said(row.text),
            asker=askers.get(row.person_id or 0, ""),
            asked_at=row.asked_at,
            due_on=row.due_on,
            answer=said(row.answer),
            answered_at=row.answered_at,
            answered_by=staff.get(row.answered_by or 0, ""),
            is_public=row.is_public,
        )
        for row in found
    ]
