"""The phone of whoever is called: what rings, one call, and what they do about it in a few taps."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from marshmallow import fields

from core.access import demands
from core.errors import DomainError, Forbidden, NotFound
from core.fields import Text
from core.forms import Form, form_page
from core.security import current_actor
from core.web import once_per_form, read_form
from plugins.call_button.call_words import HOWS, KINDS, REASONS, RUNG_NAMES, STATES, THUMBS
from plugins.call_button.device_words import RELATIONS
from plugins.call_button.queries.board import board, newest_number, told_rung
from plugins.call_button.queries.call_reach import ANSWER, VIEW, workers_of
from plugins.call_button.queries.call_sheet import call_sheet
from plugins.call_button.services import calls as services
from plugins.call_button.services.contact_reveal import reveal_call_contacts
from plugins.call_button.services.thumbs import rate_call
from plugins.call_button.views import pages
from plugins.call_button.views.board import late_words, nearby, silences


class TakeForm(Form):
    """How; `take_over`: from somebody else who has it."""

    how = Text(20, load_default="")
    take_over = fields.Boolean(load_default=False)


class EndForm(Form):
    """Why they called, and what came of it."""

    reason = Text(20, load_default="")
    result = Text(2_000, load_default="")


class ThumbForm(Form):
    """Up or down."""

    thumb = Text(10, load_default="")


class OrderForm(Form):
    """What is to be done."""

    text = Text(2_000, load_default="")


@pages.get("/calls")
@demands(VIEW)
def my_calls() -> str:
    """What rings, what is under way, what was today; `?part=1`: only the list, for a page that is open."""
    number = newest_number()
    scope = current_actor().demand(VIEW)
    found = board(scope, 0)
    return render_template(
        "call_button/_my_calls.html" if request.args.get("part") == "1" else "call_button/my_calls.html",
        calls=found.calls,
        silences=silences(scope.prefixes),
        at=found.at,
        late_words=late_words,
        near=lambda line: nearby(line.area_name, scope),
        number=number,
        may_answer=current_actor().may(ANSWER),
        states=STATES,
        kinds=KINDS,
        hows=HOWS,
    )


@pages.get("/calls/<int:call_id>")
@demands(VIEW)
def my_call(call_id: int) -> Any:
    """One call."""
    return _page(call_id, None)


def _page(call_id: int, refusal: DomainError | None, **more: Any) -> Any:
    actor = current_actor()
    number = newest_number()
    sheet = call_sheet(actor, call_id)
    area_code = sheet.call.area_code
    return form_page(
        "call_button/my_call.html",
        refusal,
        sheet=sheet,
        number=number,
        may_answer=actor.may(ANSWER, area_code),
        may_rate=actor.account_id not in workers_of(call_id),
        may_reveal=actor.may("people.reveal", area_code),
        is_mine=sheet.call.taken_by == actor.account_id,
        states=STATES,
        kinds=KINDS,
        hows=HOWS,
        reasons=REASONS,
        told=RUNG_NAMES.get(told_rung(sheet.call), ""),
        thumbs=THUMBS,
        late_words=late_words,
        relations=RELATIONS,
        **more,
    )


def _done(call_id: int, deed: Callable[[], object]) -> Any:
    """Do it and show the call again; with the refusal, and what was typed, where it was refused."""
    try:
        deed()
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        return _page(call_id, refusal)
    return redirect(url_for("call_button.my_call", call_id=call_id), 303)


@pages.post("/calls/<int:call_id>/answer")
@demands(ANSWER)
@once_per_form
def take_call(call_id: int) -> Any:
    """I ring back, or I go there."""
    return _done(call_id, lambda: services.answer_call(current_actor(), call_id, **read_form(TakeForm())))


@pages.post("/calls/<int:call_id>/arrive")
@demands(ANSWER)
@once_per_form
def arrive_at_call(call_id: int) -> Any:
    """I am there."""
    return _done(call_id, lambda: services.arrive(current_actor(), call_id))


@pages.post("/calls/<int:call_id>/end")
@demands(ANSWER)
@once_per_form
def end_call(call_id: int) -> Any:
    """What it was, and what came of it."""
    return _done(call_id, lambda: services.end_call(current_actor(), call_id, **read_form(EndForm())))


@pages.post("/calls/<int:call_id>/case")
@demands(ANSWER)
@once_per_form
def order_case(call_id: int) -> Any:
    """A resident's order (群众点单): somebody's work with a clock."""
    return _done(call_id, lambda: services.file_case(current_actor(), call_id, **read_form(OrderForm())))


@pages.post("/calls/<int:call_id>/errand")
@demands(ANSWER)
@once_per_form
def order_errand(call_id: int) -> Any:
    """Something to be fetched or done for them (代办)."""
    return _done(call_id, lambda: services.give_errand(current_actor(), call_id, **read_form(OrderForm())))


@pages.post("/calls/<int:call_id>/rate")
@demands(ANSWER)
@once_per_form
def rate_for_resident(call_id: int) -> Any:
    """What the resident said when somebody asked."""
    return _done(call_id, lambda: rate_call(current_actor(), call_id, **read_form(ThumbForm())))


@pages.post("/calls/<int:call_id>/contacts")
@demands(ANSWER)
def show_contacts(call_id: int) -> Any:
    """The call with its contacts in clear, on this one answer; for browsers without scripts."""
    return _page(call_id, None, shown_contacts=reveal_call_contacts(current_actor(), call_id))
