"""A resident asks about what their village published; the village answers within a setting's working days."""

from datetime import date

from core import audit
from core.clock import CalendarMissing, now, today
from core.county import county, plugin_settings
from core.db import unit_of_work
from core.errors import Forbidden, Invalid
from core.fields import cleaned
from core.security import Actor
from core.text import N_
from plugins.supervision.errors.powers import NotOfVillage, QuestionAnswered, TooManyQuestions
from plugins.supervision.models.assets import AssetsQuestion
from plugins.supervision.queries.assets import sheet_of_village
from plugins.supervision.queries.questions import ANSWER, ASK, home_village, question_row, waiting_count

MOST_WAITING = 10


def ask(actor: Actor, area_code: str, sheet_id: int, *, text: str) -> int:
    """A resident of the village asks about a publication; returns the question's id.

    Raises Forbidden, NotFound, NotOfVillage, TooManyQuestions, Invalid.
    """
    actor.demand(ASK)
    words = cleaned(text)
    if actor.account_id is None or home_village(actor) != area_code:
        raise NotOfVillage
    if not 2 <= len(words) <= 500:
        raise Invalid(fields={"text": [N_("请写 2 到 500 个字。")]})
    with unit_of_work():
        sheet_of_village(area_code, sheet_id)
        if waiting_count(actor.account_id) >= MOST_WAITING:
            raise TooManyQuestions(count=MOST_WAITING)
        row = AssetsQuestion.create(
            sheet_id=sheet_id,
            area_code=area_code,
            text=words,
            account_id=actor.account_id,
            person_id=actor.person_id,
            asked_at=now(),
            due_on=_due_on(),
        )
        _record(actor, "supervision.ask_assets", row)
    return int(row.id)


def answer(actor: Actor, question_id: int, *, text: str, is_public: bool) -> None:
    """The village answers, once; `is_public`: both stand on the public page, without names.

    Nobody answers their own question. Raises NotFound, Forbidden, QuestionAnswered, Invalid.
    """
    scope, words = actor.demand(ANSWER), cleaned(text)
    if not 2 <= len(words) <= 1000:
        raise Invalid(fields={"answer": [N_("请写 2 到 1000 个字。")]})
    with unit_of_work():
        row = question_row(scope, question_id)
        if row.account_id == actor.account_id:
            raise Forbidden
        changed = (
            AssetsQuestion.update(
                answer=words, answered_at=now(), answered_by=actor.account_id, is_public=is_public
            )
            .where((AssetsQuestion.id == row.id) & AssetsQuestion.answered_at.is_null())
            .execute()
        )
        if not changed:
            raise QuestionAnswered
        _record(actor, "supervision.answer_assets", row, is_public=is_public)


def _due_on() -> date | None:
    days = int(plugin_settings("supervision")["question_days"])
    try:
        return county().calendar.add_working_days(today(), days)
    except CalendarMissing:
        return None  # a resident asks whatever the calendar lacks; the page says that no day is set


def _record(actor: Actor, action: str, row: AssetsQuestion, **more: bool) -> None:
    audit.record(
        actor,
        action,
        area_code=row.area_code,
        subject=f"supervision_assets_question:{row.id}",
        sheet=row.sheet_id,
        **more,
    )
