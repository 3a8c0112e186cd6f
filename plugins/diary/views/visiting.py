"""A visit: written down on the phone, read at the desk; marks on a household."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import EXCLUDE, fields, validate

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.burdens import ground_of
from core.clock import today
from core.errors import DomainError, NotFound
from core.fields import Id, Text
from core.files.api import files_of
from core.files.forms import kept_photos, kept_sounds, with_photos
from core.forms import Form, form_page
from core.people.api import RISK_LEVELS, TAGS, household, is_deserted, persons_of
from core.problems import translated
from core.security import current_actor
from core.web import may_ask_where, once_per_form, page_number, read_form, say
from plugins.diary.queries import care, timeline
from plugins.diary.queries import visits as queries
from plugins.diary.queries.establishments import establishment
from plugins.diary.queries.former import widened
from plugins.diary.services import care as care_services
from plugins.diary.services import visits as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import Decimal, asked_days, in_words
from plugins.diary.words import KINDS, MUST, OCCASIONS, TOPICS

VIEW, WRITE, REGISTER = "diary.view", "diary.write", "diary.register"
PAGE_SIZE = 20


class VisitForm(Form):
    """A visit as the phone sends it; tags and risk level come under names of their own for each person."""

    day = fields.Date(required=True)
    persons = fields.List(Id(), load_default=list)
    topics = fields.List(fields.String(), load_default=list)
    occasion = fields.String(load_default="")
    text = Text(20_000, load_default="")
    private = fields.Boolean(load_default=False)
    solved = fields.Integer(load_default=0, validate=validate.Range(0, 20))
    solved_note = Text(500, load_default="")
    revisit_on = fields.Date(load_default=None, allow_none=True)
    latitude = Decimal(load_default=None, allow_none=True)
    longitude = Decimal(load_default=None, allow_none=True)

    class Meta:
        unknown = EXCLUDE


class MarkForm(Form):
    """Why a household is always to be visited."""

    kind = fields.String(required=True, validate=validate.OneOf(list(MUST)))
    person_id = Id(load_default=None, allow_none=True)
    note = Text(200, load_default="")


@pages.get("/households/<int:household_id>/visit")
@demands(WRITE)
@may_ask_where
def visit_form(household_id: int) -> Any:
    """Write down a visit to a household."""
    return _household_form(household_id, None)


def _household_form(household_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    door = household(actor.demand(WRITE), household_id)
    return form_page(
        "diary/visit_form.html",
        refusal,
        title=door.head_name or door.number,
        path=path_name(door.area_code),
        household=door,
        establishment=None,
        members=persons_of(household_id),
        care=care.care_of(household_id),
        **_choices(),
    )


def _choices() -> dict[str, Any]:
    return {
        "topics": TOPICS,
        "occasions_in_words": in_words(OCCASIONS),
        "tags": TAGS,
        "risk_levels": list(RISK_LEVELS.items()),
        "chosen_persons": request.form.getlist("persons"),
        "chosen_topics": request.form.getlist("topics"),
        "chosen_tags": {
            name: request.form.getlist(name) for name in request.form if name.startswith("tags.")
        },
        "today": today(),
        "ground": ground_of("check_in"),
        "account": current_actor().account_id,
    }


@pages.post("/households/<int:household_id>/visit")
@demands(WRITE)
@may_ask_where
@with_photos
@once_per_form
def record_household_visit(household_id: int) -> Any:
    """A household was visited."""
    actor = current_actor()
    try:
        form = _visit_form()
        area_code = household(actor.demand(WRITE), household_id).area_code
        seen = [_seen(person_id) for person_id in form.pop("persons")]
        files = (*kept_photos(area_code), *kept_sounds(area_code))
        new = services.NewVisit(household_id=household_id, persons=seen, files=files, **form)
        visit_id, entry_id = services.record_visit(actor, new)
    except NotFound:
        raise
    except DomainError as refusal:
        return _household_form(household_id, refusal)
    return _recorded(visit_id, entry_id)


def _visit_form() -> dict[str, Any]:
    form = read_form(VisitForm())
    latitude, longitude = form.pop("latitude"), form.pop("longitude")
    form["publish"] = not form.pop("private")
    if latitude is not None and longitude is not None:
        form["position"] = services.Position(latitude, longitude)
    return form


def _seen(person_id: int) -> services.PersonSeen:
    """Somebody who was ticked; the boxes for tags and risk level count where they were unfolded."""
    if request.form.get(f"asked.{person_id}") != "1":
        return services.PersonSeen(person_id)
    tags = tuple(request.form.getlist(f"tags.{person_id}"))
    return services.PersonSeen(person_id, tags, request.form.get(f"risk.{person_id}"))


def _recorded(visit_id: int, entry_id: int | None) -> Any:
    if entry_id is not None:
        flash(say("走访已记下。有需要办理的问题，点“转为事项”。"), "success")
        return redirect(url_for("diary.entry", entry_id=entry_id), 303)
    flash(say("走访已记下。"), "success")
    return redirect(url_for("diary.visit", visit_id=visit_id), 303)


@pages.get("/establishments/<int:establishment_id>/visit")
@demands(WRITE)
@may_ask_where
def establishment_visit_form(establishment_id: int) -> Any:
    """Write down a visit to an establishment."""
    return _establishment_form(establishment_id, None)


def _establishment_form(establishment_id: int, refusal: DomainError | None) -> Any:
    view = establishment(current_actor().demand(WRITE), establishment_id)
    return form_page(
        "diary/visit_form.html",
        refusal,
        title=view.name,
        path=path_name(view.area_code),
        household=None,
        establishment=view,
        members=[],
        care=None,
        **_choices(),
    )


@pages.post("/establishments/<int:establishment_id>/visit")
@demands(WRITE)
@may_ask_where
@with_photos
@once_per_form
def record_establishment_visit(establishment_id: int) -> Any:
    """An establishment was visited."""
    actor = current_actor()
    try:
        form = _visit_form()
        del form["persons"]
        area_code = establishment(actor.demand(WRITE), establishment_id).area_code
        files = (*kept_photos(area_code), *kept_sounds(area_code))
        new = services.NewVisit(establishment_id=establishment_id, files=files, **form)
        visit_id, entry_id = services.record_visit(actor, new)
    except NotFound:
        raise
    except DomainError as refusal:
        return _establishment_form(establishment_id, refusal)
    return _recorded(visit_id, entry_id)


@pages.get("/visits")
@demands(VIEW)
def visits() -> str:
    """The newest visits of an area, or those from a day to a day (`?since=&until=`)."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code = chosen_area(widened(scope))
    days = asked_days()
    found, total = queries.list_visits(
        actor, area_code=area_code, page=page_number(), page_size=PAGE_SIZE, **days
    )
    return render_template(
        "diary/visits.html",
        visits=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        kinds=KINDS,
        topics=TOPICS,
        days=days,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
    )


@pages.get("/visits/<int:visit_id>")
@demands(VIEW)
def visit(visit_id: int) -> str:
    """One visit: who was met, what changed in the register, what was settled."""
    actor = current_actor()
    view = queries.visit(actor, visit_id)
    return render_template(
        "diary/visit.html",
        visit=view,
        reason=care.reason_words(view.reason) if view.reason else None,
        files=files_of(f"diary_visit:{visit_id}"),
        kinds=KINDS,
        topics=TOPICS,
        occasions=OCCASIONS,
        tags=TAGS,
        risk_levels=RISK_LEVELS,
        may_write=actor.may(WRITE, view.area_code),
    )


@pages.get("/households/<int:household_id>")
@demands(VIEW)
@may_ask_where
def household_years(household_id: int) -> Any:
    """A household's years: entries and visits, why it is to be visited, where its door is."""
    return _years_page(household_id, None)


def _years_page(household_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    door = household(actor.demand(VIEW), household_id)
    return form_page(
        "diary/household.html",
        refusal,
        household=door,
        path=path_name(door.area_code),
        care=care.care_of(household_id),
        is_deserted=is_deserted(household_id),
        marks=care.marks_of(household_id),
        moments=timeline.household_timeline(actor, household_id),
        kinds=KINDS,
        must=MUST,
        must_in_words=[row for row in in_words(MUST) if row[0] != "hardship"],
        may_write=actor.may(WRITE, door.area_code) and door.ended_at is None,
        may_register=actor.may(REGISTER, door.area_code) and door.ended_at is None,
    )


@pages.post("/households/<int:household_id>/marks")
@demands(REGISTER)
@once_per_form
def mark_household(household_id: int) -> Any:
    """This household is always to be visited."""
    try:
        care_services.mark_household(current_actor(), household_id, **read_form(MarkForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _years_page(household_id, refusal)
    flash(say("已登记为必访户。"), "success")
    return redirect(url_for("diary.household_years", household_id=household_id), 303)


@pages.post("/households/<int:household_id>/marks/<int:mark_id>/end")
@demands(REGISTER)
@once_per_form
def unmark_household(household_id: int, mark_id: int) -> Any:
    """The reason holds no longer."""
    care_services.unmark_household(current_actor(), mark_id)
    return redirect(url_for("diary.household_years", household_id=household_id), 303)


class DoorForm(Form):
    """Where a door is."""

    latitude = Decimal(required=True)
    longitude = Decimal(required=True)


@pages.post("/households/<int:household_id>/door")
@demands(WRITE)
@once_per_form
def mark_door(household_id: int) -> Any:
    """Where the door is, for whoever comes next."""
    try:
        care_services.mark_door(current_actor(), household_id, **read_form(DoorForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    else:
        flash(say("门口位置已标记。"), "success")
    return redirect(url_for("diary.household_years", household_id=household_id), 303)
