"""Giving a post, ending it, handing it over, standing in: one form each."""

from typing import Any

from flask import flash, redirect, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.areas.api import area, path_name, path_names
from core.clock import today
from core.errors import DomainError
from core.fields import Id, Text
from core.forms import Form, form_page
from core.people.api import PersonBrief, find_persons
from core.security import current_actor
from core.web import read_form, say
from plugins.grid.errors import NobodyChosen
from plugins.grid.queries.open_work import open_work_of, owned_work
from plugins.grid.queries.staffing import posts_of_persons, staff_of, staff_view
from plugins.grid.services import covering, posts
from plugins.grid.services.posts import NewPost
from plugins.grid.views import pages
from plugins.grid.views.asked import STAFF, demand_grid
from plugins.grid.words import (
    CAPACITIES,
    COVER_REASONS,
    ENDED_WHY,
    STAFF_ROLES,
    USUAL_CAPACITY,
)

FOUND_AT_MOST = 20


class PostForm(Form):
    """A post to give."""

    role = fields.String(required=True, validate=validate.OneOf(list(STAFF_ROLES)))
    person_id = Id(required=True)
    capacity = fields.String(load_default="")
    phone = Text(20, load_default="")
    since = fields.Date(required=True)
    until = fields.Date(load_default=None, allow_none=True)


class HandOverForm(Form):
    """Who takes over: a new person (`person_id`), or nobody: then that is said (`vacant`).

    Of a vacant post the work can go to somebody with a post here (`to_staff_id`).
    """

    why = fields.String(required=True)
    person_id = Id(load_default=None, allow_none=True)
    to_staff_id = Id(load_default=None, allow_none=True)
    vacant = fields.Boolean(load_default=False)
    capacity = fields.String(load_default="")
    phone = Text(20, load_default="")


class CoverForm(Form):
    """Who stands in, from when to when."""

    person_id = Id(required=True)
    since = fields.Date(required=True)
    until = fields.Date(required=True)
    reason = fields.String(required=True)


def is_sent() -> bool:
    """Whether the form itself was sent, not only its search for a person."""
    return request.method == "POST" and "find" not in request.form


def _found_persons() -> list[tuple[PersonBrief, str, int]]:
    """Persons that fit the search, with where they live and how many posts they hold."""
    people = find_persons(current_actor().demand(STAFF), request.values.get("q", ""), FOUND_AT_MOST)
    held = posts_of_persons(person.id for person in people)
    paths = path_names(person.area_code for person in people)
    return [(person, paths[person.area_code], len(held.get(person.id, []))) for person in people]


@pages.route("/grids/<string:area_code>/posts", methods=["GET", "POST"])
@demands(STAFF)
def assign(area_code: str) -> Any:
    """Find a person of the register and give them a post."""
    code = demand_grid(STAFF, area_code)
    refusal = None
    if is_sent():
        try:
            posts.assign_post(current_actor(), NewPost(area_code=code, **read_form(PostForm())))
        except DomainError as error:
            refusal = error
        else:
            flash(say("已安排。"), "success")
            return redirect(url_for("grid.show", area_code=code), 303)
    role = request.values.get("role", "leader")
    role = role if role in STAFF_ROLES else "leader"
    return form_page(
        "grid/assign.html",
        refusal,
        grid=area(current_actor().demand(STAFF), code),
        role=role,
        roles=list(STAFF_ROLES.items()),
        capacities=list(CAPACITIES.items()),
        usual=USUAL_CAPACITY[role],
        q=request.values.get("q", ""),
        found=_found_persons(),
        today=today(),
    )


@pages.route("/posts/<int:staff_id>/hand-over", methods=["GET", "POST"])
@demands(STAFF)
def hand_over(staff_id: int) -> Any:
    """End a post so that nothing is left without an owner."""
    actor, refusal = current_actor(), None
    view = staff_view(actor.demand(STAFF), staff_id)
    if is_sent():
        try:
            form = read_form(HandOverForm())
            if form["person_id"] is not None:
                new = NewPost(
                    view.area_code,
                    view.role,
                    form["person_id"],
                    today(),
                    capacity=form["capacity"],
                    phone=form["phone"],
                )
                posts.hand_over(actor, staff_id, new, why=form["why"])
            elif not form["vacant"]:
                raise NobodyChosen(fields={"vacant": [NobodyChosen.text]})
            else:
                posts.end_post(actor, staff_id, why=form["why"], to_staff_id=form["to_staff_id"])
        except DomainError as error:
            refusal = error
        else:
            flash(say("交接完成。"), "success")
            return redirect(url_for("grid.show", area_code=view.area_code), 303)
    return form_page(
        "grid/hand_over.html",
        refusal,
        post=view,
        path=path_name(view.area_code),
        work=[(say(kind.title), count) for kind, count in owned_work(view.area_code, view.account_id)],
        beside=_beside(view.area_code, view.account_id),
        others=[o for o in staff_of(view.area_code) if o.id != staff_id and o.account_id and not o.is_coming],
        reasons=[(key, title) for key, title in ENDED_WHY.items() if key in ("term", "changed", "left")],
        capacities=list(CAPACITIES.items()),
        q=request.values.get("q", ""),
        found=_found_persons(),
    )


def _beside(area_code: str, account_id: int | None) -> list[tuple[str, int]]:
    """What lies open in the grid and is not this account's: whoever is on duty there goes on with it."""
    own = {kind.name: count for kind, count in owned_work(area_code, account_id)}
    left = [(kind, count - own.get(kind.name, 0)) for kind, count in open_work_of(area_code)]
    return [(say(kind.title), count) for kind, count in left if count > 0]


@pages.route("/posts/<int:staff_id>/cover", methods=["GET", "POST"])
@demands(STAFF)
def cover(staff_id: int) -> Any:
    """Somebody stands in for a time."""
    actor, refusal = current_actor(), None
    view = staff_view(actor.demand(STAFF), staff_id)
    if is_sent():
        try:
            covering.begin_cover(actor, staff_id, **read_form(CoverForm()))
        except DomainError as error:
            refusal = error
        else:
            flash(say("已安排代岗。"), "success")
            return redirect(url_for("grid.show", area_code=view.area_code), 303)
    return form_page(
        "grid/cover.html",
        refusal,
        post=view,
        path=path_name(view.area_code),
        colleagues=[o for o in staff_of(view.area_code) if o.id != staff_id],
        reasons=list(COVER_REASONS.items()),
        q=request.values.get("q", ""),
        found=_found_persons(),
        today=today(),
    )


@pages.post("/covers/<int:cover_id>/end")
@demands(STAFF)
def end_cover(cover_id: int) -> Any:
    """The holder is back."""
    covering.end_cover(current_actor(), cover_id)
    flash(say("代岗已结束。"), "success")
    return redirect(request.referrer or url_for("grid.staffing"), 303)


@pages.post("/posts/<int:staff_id>/account")
@demands(STAFF)
def link_account(staff_id: int) -> Any:
    """Give the rights to the log-in that the holder got meanwhile."""
    view = staff_view(current_actor().demand(STAFF), staff_id)
    if posts.link_account(current_actor(), staff_id):
        flash(say("账号已关联，权限随岗位生效。"), "success")
    else:
        flash(say("这个人还没有账号，请先在“账号”里开通。"), "error")
    return redirect(url_for("grid.show", area_code=view.area_code), 303)
