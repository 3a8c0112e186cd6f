"""Questions about what villages published: answered at the desk, read by who asked."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.errors import DomainError, NotFound
from core.fields import Text
from core.forms import Form, form_page
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.supervision.queries import questions as queries
from plugins.supervision.services import questions as services
from plugins.supervision.views import pages

VIEW, ASK, ANSWER = queries.VIEW, queries.ASK, queries.ANSWER
PAGE_SIZE = 20


class AnswerForm(Form):
    """What is answered, and whether everybody reads it."""

    answer = Text(1200, load_default="")
    is_public = fields.Boolean(load_default=False)


@pages.get("/questions")
@demands(VIEW)
def questions() -> Any:
    """Questions of an area, those that wait first."""
    return _page(chosen_area(current_actor().demand(VIEW)), None, 0)


@pages.post("/questions/<int:question_id>/answer")
@demands(ANSWER)
@once_per_form
def answer_question(question_id: int) -> Any:
    """Answer one."""
    row = queries.question_row(current_actor().demand(ANSWER), question_id)
    try:
        form = read_form(AnswerForm())
        services.answer(current_actor(), question_id, text=form["answer"], is_public=form["is_public"])
    except NotFound:
        raise
    except DomainError as refusal:
        return _page(row.area_code, refusal, question_id)
    flash(say("已答复。"), "success")
    return redirect(url_for("supervision.questions", area=row.area_code), 303)


@pages.get("/my-questions")
@demands(ASK)
def my_questions() -> str:
    """One's own questions and what was answered."""
    found, total = queries.my_questions(current_actor(), page_number(), PAGE_SIZE)
    return render_template(
        "supervision/my_questions.html",
        questions=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        village=queries.home_village(current_actor()),
    )


def _page(area_code: str, refusal: DomainError | None, question_id: int) -> Any:
    actor = current_actor()
    scope = actor.demand(VIEW)
    waiting = request.args.get("waiting") == "1"
    found, total = queries.list_questions(
        scope, area_code=area_code, waiting=waiting, page=page_number(), page_size=PAGE_SIZE
    )
    return form_page(
        "supervision/questions.html",
        refusal,
        questions=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        waiting=waiting,
        refused=question_id,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        answerable={row.id for row in found if actor.may(ANSWER, row.area_code) and row.answered_at is None},
    )
