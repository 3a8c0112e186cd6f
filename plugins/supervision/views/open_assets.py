"""What a village published of funds, assets and resources, for everybody; its residents ask."""

from typing import Any

from flask import flash, redirect, request, url_for

from core.access import demands, public
from core.areas.api import path_name
from core.errors import DomainError, NotFound
from core.fields import Text
from core.forms import Form, form_page
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.supervision.queries import assets as queries
from plugins.supervision.queries.questions import ASK, home_village, public_questions
from plugins.supervision.queries.village_powers import village_of
from plugins.supervision.services import questions as services
from plugins.supervision.views import pages
from plugins.supervision.views.assets import shown

PERIODS = 12
QUESTIONS = 20


class AskForm(Form):
    """What is asked."""

    text = Text(600, load_default="")


@pages.get("/v/<string:code>/assets")
@public("what a village publishes of its money is there for everybody (Organic Law article 30)")
def open_assets(code: str) -> Any:
    """The newest publication of a village, or the asked one; a chart, the lines, questions and answers."""
    return _page(village_of(code), _asked_sheet(), None)


@pages.post("/v/<string:code>/assets/<int:sheet_id>/questions")
@demands(ASK)
@once_per_form
def ask_question(code: str, sheet_id: int) -> Any:
    """A resident of the village asks."""
    area_code = village_of(code)
    try:
        services.ask(current_actor(), area_code, sheet_id, **read_form(AskForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _page(area_code, sheet_id, refusal)
    flash(say("问题已送到村里，答复后在这里看。"), "success")
    return redirect(url_for("supervision.my_questions"), 303)


def _page(area_code: str, sheet_id: int | None, refusal: DomainError | None) -> Any:
    actor = current_actor()
    found = queries.village_sheets(area_code, sheet_id)
    view, versions = (found[0], found[1:]) if found else (None, [])
    questions, total = (
        public_questions(area_code, view.id, page_number(), QUESTIONS) if view is not None else ([], 0)
    )
    return form_page(
        "supervision/open_assets.html",
        refusal,
        **(shown(view, versions) if view is not None else {"sheet": None}),
        periods=queries.periods_of(area_code, PERIODS),
        questions=questions,
        total=total,
        page=page_number(),
        page_size=QUESTIONS,
        area_code=area_code,
        area_name=path_name(area_code),
        may_ask=actor.may(ASK) and home_village(actor) == area_code,
    )


def _asked_sheet() -> int | None:
    raw = request.args.get("sheet", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 16 else None
