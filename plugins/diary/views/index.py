"""The index: one's own with every term on the phone; an area's at the desk, where it is grounded."""

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.burdens import demand_ground, ground_of
from core.clock import today
from core.errors import DomainError, NotFound
from core.fields import Text
from core.forms import Form, form_page
from core.problems import translated
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.diary.queries import index as queries
from plugins.diary.services import index as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import in_words
from plugins.diary.words import INDEX_TERMS

WRITE, INDEX = "diary.write", "diary.index"
PAGE_SIZE = 20


class ObjectionForm(Form):
    """What is wrong with which term."""

    term = Text(14, load_default="")
    text = Text(500, load_default="")


def asked_month() -> str:
    """The month of the address (`?month=YYYY-MM`), else this one."""
    raw = request.values.get("month", "")
    return raw if re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", raw) else f"{today():%Y-%m}"


def _months(month: str) -> list[str]:
    """The last twelve months, and the asked one."""
    year, number = today().year, today().month
    found = [f"{year - (number <= back)}-{(number - back - 1) % 12 + 1:02d}" for back in range(12)]
    return found if month in found else [month, *found]


@pages.get("/my-index")
@demands(WRITE)
def my_index() -> Any:
    """One's own index: each term, what it is made of, how to add it up; objections and their answers."""
    return _my_page(None)


def _my_page(refusal: DomainError | None) -> Any:
    actor, month = current_actor(), asked_month()
    return form_page(
        "diary/my_index.html",
        refusal,
        view=queries.index_of(actor.account_id or 0, month),
        is_stationed=queries.stationed_at(actor.account_id or 0) is not None,
        objections=queries.objections(actor, mine=True),
        month=month,
        months=_months(month),
        terms=INDEX_TERMS,
        terms_in_words=in_words(INDEX_TERMS),
    )


@pages.post("/my-index/objections")
@demands(WRITE)
@once_per_form
def object_to_index() -> Any:
    """Something is wrong with it."""
    month = asked_month()
    try:
        services.object_to_index(current_actor(), month=month, **read_form(_MonthForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _my_page(refusal)
    flash(say("已提出，答复会写在这里。"), "success")
    return redirect(url_for("diary.my_index", month=month), 303)


class _MonthForm(ObjectionForm):
    """The form tells the month too; the address' month is what counts."""

    month = Text(7, load_default="", load_only=True)


@pages.get("/indices")
@demands(INDEX)
def indices() -> str:
    """The indices of an area's cadres, by place. Off (403 burden_off) unless the county grounds it."""
    scope = current_actor().demand(INDEX)
    ground = demand_ground("personal_score")
    area_code, month = chosen_area(scope), asked_month()
    found, total = queries.indices(scope, area_code, month, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "diary/indices.html",
        views=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        month=month,
        months=_months(month),
        terms=INDEX_TERMS,
        ground=ground,
        ranked=ground_of("ranking"),
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
    )


@pages.get("/objections")
@demands(INDEX)
def objections() -> str:
    """What cadres of one's areas say against their index."""
    return render_template(
        "diary/objections.html",
        objections=queries.objections(current_actor(), mine=False),
        terms=INDEX_TERMS,
        actor_id=current_actor().account_id,
    )


@pages.post("/objections/<int:objection_id>/answer")
@demands(INDEX)
@once_per_form
def answer_objection(objection_id: int) -> Any:
    """Answer it."""
    try:
        services.answer_objection(current_actor(), objection_id, answer=request.form.get("answer", ""))
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    else:
        flash(say("已答复。"), "success")
    return redirect(url_for("diary.objections"), 303)
