"""Linked households on the phone: of the member, and of the household."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands, signed_in
from core.areas.api import path_name
from core.clock import today
from core.errors import DomainError, NotFound
from core.fields import Id, Strict, Text
from core.people.api import find_households, household_area
from core.problems import show, translated
from core.scope import AreaScope
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.grid.party_words import COLOURS, LINK_STATES, SIDES, visit_days
from plugins.grid.queries import deeds as deed_queries
from plugins.grid.queries import party as queries
from plugins.grid.queries.membership import member_of
from plugins.grid.services import links
from plugins.grid.views import pages

LINK, CHOOSE = "grid.link", "grid.choose_member"


class LinkForm(Strict):
    """Who and whom."""

    member_id = Id(required=True)
    household_id = Id(required=True)
    colour = fields.String(load_default="yellow", validate=validate.OneOf(list(COLOURS)))


class VisitForm(Strict):
    """A visit in brief."""

    day = fields.Date(required=True)
    heard = Text(1000, load_default="")
    becomes_case = fields.Boolean(load_default=False)


@pages.get("/my-households")
@demands(LINK)
def my_households() -> str:
    """The acting member's households by the next visit, questions that wait, and the way to ask one more."""
    actor = current_actor()
    member = member_of(actor.person_id)
    text = request.args.get("q", "").strip()
    village = AreaScope((member.area_code[:12],)) if member else AreaScope(())
    return render_template(
        "grid/my_households.html",
        member=member,
        links=queries.my_links(actor),
        colours=COLOURS,
        states=LINK_STATES,
        days={colour: visit_days(colour) for colour in COLOURS},
        q=text,
        found=find_households(village, text, 10) if member and text else [],
        deeds=deed_queries.own_deeds(actor, deed_queries.this_year()),
        year=deed_queries.this_year(),
    )


@pages.get("/my-member")
@demands(CHOOSE)
def my_member() -> str:
    """The household's side: who visits us, or whom we choose."""
    actor = current_actor()
    area_code = household_area(actor.household_id) if actor.household_id else None
    link = queries.link_of_household(actor.household_id) if actor.household_id else None
    return render_template(
        "grid/my_member.html",
        household_id=actor.household_id,
        link=link,
        visits=queries.visits_of(link.id) if link else [],
        members=queries.members_near(area_code) if area_code and not link else [],
        sides=SIDES,
    )


@pages.post("/links")
@signed_in
@once_per_form
def propose_link() -> Any:
    """Ask the other side."""
    try:
        links.propose_link(current_actor(), **read_form(LinkForm()))
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        flash(translated(refusal), "error")
    else:
        flash(say("已提出，等对方同意。"), "success")
    return redirect(_home(), 303)


@pages.post("/links/<int:link_id>/answer")
@signed_in
@once_per_form
def answer_link(link_id: int) -> Any:
    """Yes or no."""
    accept = request.form.get("accept") == "1"
    try:
        links.answer_link(current_actor(), link_id, accept=accept)
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        flash(translated(refusal), "error")
    else:
        flash(say("已联户。") if accept else say("已答复不同意。"), "success")
    return redirect(_home(), 303)


def _home() -> str:
    actor = current_actor()
    if actor.may(LINK) and member_of(actor.person_id):
        return url_for("grid.my_households")
    return url_for("grid.my_member") if actor.may(CHOOSE) else url_for("grid.party_overview")


@pages.get("/links/<int:link_id>")
@signed_in
def party_link(link_id: int) -> str:
    """One link: its visits, a form for the next one, its colour."""
    return _link_page(link_id, None)


def _link_page(link_id: int, refusal: DomainError | None) -> str:
    actor = current_actor()
    row = queries.link(actor, link_id)
    member = member_of(actor.person_id)
    own = member is not None and member.id == row.member_id and actor.may(LINK)
    return render_template(
        "grid/party_link.html",
        link=row,
        path=path_name(row.area_code),
        visits=queries.visits_of(link_id),
        colours=COLOURS,
        states=LINK_STATES,
        sides=SIDES,
        days={colour: visit_days(colour) for colour in COLOURS},
        may_write=own or actor.may("grid.party_manage", row.area_code),
        may_open_file=actor.may("grid.file_view", row.area_code),
        today=today().isoformat(),
        typed=request.form if refusal else {},
        errors=show(refusal).errors if refusal else {},
        error=translated(refusal) if refusal else "",
    )


@pages.post("/links/<int:link_id>/visits")
@signed_in
@once_per_form
def record_visit(link_id: int) -> Any:
    """Write a visit down."""
    try:
        form = read_form(VisitForm())
        links.record_visit(current_actor(), link_id, **form)
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _link_page(link_id, refusal), refusal.status
    flash(say("走访已记下。"), "success")
    return redirect(url_for("grid.party_link", link_id=link_id), 303)


@pages.post("/links/<int:link_id>/colour")
@signed_in
def set_link_colour(link_id: int) -> Any:
    """How often from now on."""
    links.set_colour(current_actor(), link_id, request.form.get("colour", ""))
    flash(say("已改颜色，下次走访日期随之调整。"), "success")
    return redirect(url_for("grid.party_link", link_id=link_id), 303)


@pages.post("/links/<int:link_id>/end")
@signed_in
def end_link(link_id: int) -> Any:
    """The two part."""
    try:
        links.end_link(current_actor(), link_id, why=request.form.get("why", ""))
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _link_page(link_id, refusal), refusal.status
    flash(say("联户已结束，走访记录保留。"), "success")
    return redirect(_home(), 303)
