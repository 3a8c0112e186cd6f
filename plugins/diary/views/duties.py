"""The responsibility list at the desk: who answers for what until when; the sheet to print."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields

from core.access import demands, signed_in
from core.accounts.api import find_accounts
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.clock import now, today
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Id, Text
from core.forms import Form, form_page
from core.scope import AreaScope
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.diary.meeting_words import DUTY_STATES
from plugins.diary.queries import duties as queries
from plugins.diary.queries.former import widened
from plugins.diary.services import duties as services
from plugins.diary.views import pages
from plugins.diary.views.meetings import meeting_places
from plugins.diary.views.postings import is_sent

VIEW, DUTIES = "diary.meetings", "diary.duties"
PAGE_SIZE, SHEET_SIZE = 20, 200


class DutyForm(Form):
    """A matter for the list."""

    area_code = AreaCode(required=True)
    matter = Text(5_000, load_default="")
    unit = Text(200, load_default="")
    person_name = Text(200, load_default="")
    account_id = Id(load_default=None, allow_none=True)
    due = fields.Date(required=True)


class DoneForm(Form):
    """How it was done."""

    note = Text(5_000, load_default="")


def _wanted(scope: AreaScope) -> queries.WantedDuties:
    state = request.args.get("state", "")
    return queries.WantedDuties(
        area_code=chosen_area(scope),
        state=state if state in DUTY_STATES else "",
        unit=request.args.get("unit", ""),
        person=request.args.get("person", ""),
        late=request.args.get("late") == "1",
    )


@pages.get("/duties")
@demands(VIEW)
def duties() -> str:
    """Matters of an area, open ones first, by the day they are due."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    wanted = _wanted(scope)
    found, total = queries.list_duties(scope, wanted, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "diary/duties.html",
        duties=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        wanted=wanted,
        states=DUTY_STATES,
        area_code=wanted.area_code,
        area_name=path_name(wanted.area_code),
        up=way_up(scope, wanted.area_code),
        areas=ways_down(scope, wanted.area_code) if len(wanted.area_code) < 12 else [],
        may_add=actor.may(DUTIES),
    )


@pages.get("/duties/sheet")
@demands(VIEW)
def duty_sheet() -> str:
    """The same list on paper, up to 200 lines."""
    scope = current_actor().demand(VIEW)
    wanted = _wanted(scope)
    found, total = queries.list_duties(scope, wanted, page_size=SHEET_SIZE)
    return render_template(
        "diary/duty_sheet.html",
        duties=found,
        total=total,
        wanted=wanted,
        states=DUTY_STATES,
        area_name=path_name(wanted.area_code),
        printed_at=now(),
    )


@pages.get("/duties/new")
@demands(DUTIES)
def new_duty() -> Any:
    """A form."""
    return _new_page(None)


def _new_page(refusal: DomainError | None) -> Any:
    actor = current_actor()
    scope = actor.demand(DUTIES)
    text = request.values.get("q", "")
    places = meeting_places(scope)
    return form_page(
        "diary/duty_form.html",
        refusal,
        places=places,
        place=places[0][0] if places else "",
        q=text,
        found=find_accounts(scope, text) if text else [],
        today=today(),
    )


@pages.post("/duties/new")
@demands(DUTIES)
@once_per_form
def add_duty() -> Any:
    """Put it on the list; or only look for whom."""
    if not is_sent():
        page, _ = _new_page(None)
        return page
    try:
        services.add_duty(current_actor(), services.NewDuty(**read_form(DutyForm())))
    except NotFound:
        raise
    except DomainError as refusal:
        return _new_page(refusal)
    flash(say("已列入责任清单。"), "success")
    return redirect(url_for("diary.duties"), 303)


@pages.get("/duties/<int:duty_id>")
@signed_in
def duty(duty_id: int) -> Any:
    """One matter, for who keeps the list and for who answers for it."""
    return _duty_page(duty_id, None)


def _duty_page(duty_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    view = queries.duty(actor, actor.scope(VIEW), duty_id)
    keeps = widened(actor.scope(DUTIES)).covers(view.area_code)
    return form_page(
        "diary/duty.html",
        refusal,
        duty=view,
        states=DUTY_STATES,
        may_view_meeting=actor.may(VIEW),
        may_finish=keeps or view.account_id == actor.account_id,
    )


@pages.post("/duties/<int:duty_id>/finish")
@signed_in
@once_per_form
def finish_duty(duty_id: int) -> Any:
    """It is done."""
    try:
        services.finish_duty(current_actor(), duty_id, **read_form(DoneForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _duty_page(duty_id, refusal)
    flash(say("已办结。"), "success")
    return redirect(url_for("diary.duty", duty_id=duty_id), 303)
