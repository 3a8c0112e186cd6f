"""The branch on the grid at the desk: groups, members, links by colour, deeds and their kinds."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, grids, grids_in, way_up, ways_down
from core.burdens import ground_of
from core.clock import today
from core.county import county
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Id, Strict, Text
from core.people.api import find_persons
from core.problems import show, translated
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.grid.party_words import COLOURS, LINK_STATES
from plugins.grid.queries import deeds as deed_queries
from plugins.grid.queries import party as queries
from plugins.grid.services import deeds, party
from plugins.grid.views import pages

VIEW, MANAGE, DEEDS, KINDS = "grid.party_view", "grid.party_manage", "grid.deeds", "grid.deed_kinds"
PAGE_SIZE = 20


class GroupForm(Strict):
    """A new group."""

    area_code = AreaCode(required=True)
    name = Text(60, shortest=1, required=True)


class MemberForm(Strict):
    """Who joins."""

    person_id = Id(required=True)
    is_head = fields.Boolean(load_default=False)


class DeedForm(Strict):
    """A deed of a member."""

    member_id = Id(required=True)
    kind_id = Id(required=True)
    day = fields.Date(required=True)
    note = Text(200, load_default="")


class KindForm(Strict):
    """A kind of deed."""

    title = Text(60, shortest=1, required=True)
    points = fields.Integer(required=True, validate=validate.Range(-100, 100))


@pages.get("/party")
@demands(VIEW)
def party_overview() -> str:
    """Groups, and linked households by colour with those whose visit is late."""
    return _overview()


def _overview() -> str:
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code, colour = chosen_area(scope), request.args.get("colour", "")
    colour = colour if colour in COLOURS else ""
    state = "proposed" if request.args.get("state") == "proposed" else "active"
    found, group_count = queries.groups(scope, area_code, page=page_number(), page_size=PAGE_SIZE)
    links, total = queries.list_links(scope, area_code, colour=colour, state=state, page_size=PAGE_SIZE)
    return render_template(
        "grid/party.html",
        groups=found,
        group_count=group_count,
        page=page_number(),
        page_size=PAGE_SIZE,
        links=links,
        total=total,
        colours=COLOURS,
        figures=queries.colours(scope, area_code),
        states=LINK_STATES,
        colour=colour,
        state=state,
        points=deed_queries.group_points(scope, area_code, deed_queries.this_year()),
        year=deed_queries.this_year(),
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code),
        may_manage=actor.may(MANAGE, area_code),
        may_define=actor.may(KINDS),
    )


@pages.get("/party/groups/new")
@demands(MANAGE)
def new_group() -> str:
    """A group that does not exist yet."""
    return _new_group_page(None)


def _new_group_page(refusal: DomainError | None) -> str:
    scope = current_actor().demand(MANAGE)
    area_code = chosen_area(scope)
    return render_template(
        "grid/party_group_form.html",
        grids=grids_in(scope, area_code) or grids(scope),
        area_code=area_code,
        typed=request.form if refusal else {},
        errors=show(refusal).errors if refusal else {},
        error=translated(refusal) if refusal else "",
    )


@pages.post("/party/groups")
@demands(MANAGE)
@once_per_form
def create_group() -> Any:
    """A group of a grid or village."""
    try:
        form = read_form(GroupForm())
        number = party.create_group(current_actor(), **form)
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _new_group_page(refusal), refusal.status
    return redirect(url_for("grid.party_group", group_id=number), 303)


@pages.get("/party/groups/<int:group_id>")
@demands(VIEW)
def party_group(group_id: int) -> str:
    """The members of a group; who may, adds one from the register, or writes a deed down."""
    return _group_page(group_id, None)


def _group_page(group_id: int, refusal: DomainError | None) -> str:
    actor = current_actor()
    row = queries.group(actor.demand(VIEW), group_id)
    members = queries.members(group_id)
    scored = ground_of("personal_score")
    year = deed_queries.this_year()
    text = request.args.get("q", "").strip()
    found, total = deed_queries.list_deeds(actor.scope(VIEW), row.area_code, page_size=10)
    manages = actor.may(MANAGE, row.area_code)
    return render_template(
        "grid/party_group.html",
        group=row,
        path=path_name(row.area_code),
        members=members,
        scored=scored,
        points=deed_queries.member_points([m.id for m in members], year) if scored else {},
        total_points=deed_queries.group_points(actor.scope(VIEW), row.area_code, year),
        year=year,
        q=text,
        found=find_persons(actor.scope(MANAGE), text) if manages and text else [],
        kinds=deed_queries.kinds(),
        deeds=found,
        deed_count=total,
        colours=COLOURS,
        may_manage=manages,
        may_write=actor.may(DEEDS, row.area_code),
        today=today().isoformat(),
        typed=request.form if refusal else {},
        errors=show(refusal).errors if refusal else {},
        error=translated(refusal) if refusal else "",
    )


@pages.post("/party/groups/<int:group_id>/members")
@demands(MANAGE)
@once_per_form
def add_party_member(group_id: int) -> Any:
    """Somebody joins."""
    try:
        party.add_member(current_actor(), group_id=group_id, **read_form(MemberForm()))
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _group_page(group_id, refusal), refusal.status
    flash(say("已编入党小组。"), "success")
    return redirect(url_for("grid.party_group", group_id=group_id), 303)


@pages.post("/party/groups/<int:group_id>/members/<int:member_id>/end")
@demands(MANAGE)
def end_party_member(group_id: int, member_id: int) -> Any:
    """Somebody leaves."""
    party.end_member(current_actor(), member_id)
    flash(say("已移出，联户随之结束，实事记录保留。"), "success")
    return redirect(url_for("grid.party_group", group_id=group_id), 303)


@pages.post("/party/groups/<int:group_id>/deeds")
@demands(DEEDS)
@once_per_form
def record_deed(group_id: int) -> Any:
    """Write a deed down."""
    try:
        deeds.record_deed(current_actor(), **read_form(DeedForm()))
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _group_page(group_id, refusal), refusal.status
    flash(say("已登记。"), "success")
    return redirect(url_for("grid.party_group", group_id=group_id), 303)


@pages.post("/party/groups/<int:group_id>/deeds/<int:deed_id>/reverse")
@demands(DEEDS)
@once_per_form
def reverse_deed(group_id: int, deed_id: int) -> Any:
    """Take a deed back."""
    try:
        deeds.reverse_deed(current_actor(), deed_id, reason=request.form.get("reason", ""))
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        return _group_page(group_id, refusal), refusal.status
    flash(say("已冲销，原来的一笔保留。"), "success")
    return redirect(url_for("grid.party_group", group_id=group_id), 303)


@pages.get("/party/deed-kinds")
@demands(KINDS)
def deed_kinds() -> str:
    """For which deed how many points."""
    return _kinds_page(None)


def _kinds_page(refusal: DomainError | None) -> str:
    return render_template(
        "grid/deed_kinds.html",
        kinds=deed_queries.kinds(stopped=True),
        county=county().settings.county_name,
        typed=request.form if refusal else {},
        errors=show(refusal).errors if refusal else {},
        error=translated(refusal) if refusal else "",
    )


@pages.post("/party/deed-kinds")
@demands(KINDS)
@once_per_form
def create_deed_kind() -> Any:
    """Add one."""
    try:
        deeds.create_kind(current_actor(), **read_form(KindForm()))
    except DomainError as refusal:
        return _kinds_page(refusal), refusal.status
    return redirect(url_for("grid.deed_kinds"), 303)


@pages.post("/party/deed-kinds/<int:kind_id>/stop")
@demands(KINDS)
def stop_deed_kind(kind_id: int) -> Any:
    """Use it no more."""
    deeds.stop_kind(current_actor(), kind_id)
    return redirect(url_for("grid.deed_kinds"), 303)
