"""Teams of villages: the list, one team, its card on the wall, and where the card's code leads."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup
from marshmallow import fields, validate

from core import qr
from core.access import demands, public
from core.accounts.api import find_accounts
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.county import county
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Id, Text
from core.forms import Form, form_page
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.diary.queries import teams as queries
from plugins.diary.queries.postings import cadres_of
from plugins.diary.services import teams as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import in_words, villages
from plugins.diary.views.postings import is_sent
from plugins.diary.words import KIND_POSTS, TEAM_ROLES, WEEKDAYS

VIEW, POST = "diary.team_view", "diary.post"
PAGE_SIZE = 20


class PlanForm(Form):
    """When and where a team is in its village."""

    name = Text(60, load_default="")
    weekday = fields.Integer(required=True)
    place = Text(100, load_default="")
    hours = Text(40, load_default="")
    duties = Text(1000, load_default="")


class NewTeamForm(PlanForm):
    """A team for a village."""

    area_code = AreaCode(required=True)


class MemberForm(Form):
    """Who joins, as what."""

    account_id = Id(required=True)
    role = fields.String(required=True, validate=validate.OneOf(list(TEAM_ROLES)))
    phone = Text(20, load_default="")


@pages.get("/teams")
@demands(VIEW)
def teams() -> str:
    """The teams of an area's villages, by village."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code = chosen_area(scope)
    found, total = queries.list_teams(scope, area_code=area_code, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "diary/teams.html",
        teams=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        weekdays=WEEKDAYS,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        may_post=actor.may(POST, area_code),
    )


@pages.route("/teams/new", methods=["GET", "POST"])
@demands(POST)
def new_team() -> Any:
    """A team for a village."""
    actor, refusal = current_actor(), None
    if request.method == "POST":
        try:
            form = read_form(NewTeamForm())
            team_id = services.create_team(actor, form.pop("area_code"), services.TeamPlan(**form))
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            flash(say("团队已组建，请添加团长、组长和成员。"), "success")
            return redirect(url_for("diary.team", team_id=team_id), 303)
    return form_page(
        "diary/team_form.html",
        refusal,
        team=None,
        villages=villages(actor.demand(POST)),
        weekdays_in_words=in_words(WEEKDAYS),
    )


@pages.get("/teams/<int:team_id>")
@demands(VIEW)
def team(team_id: int) -> Any:
    """One team: its day, its place, its members."""
    return _team_page(team_id, None)


def _team_page(team_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    view = queries.team(actor.demand(VIEW), team_id)
    may_post = actor.may(POST, view.area_code) and not view.is_closed
    text = request.values.get("q", "") if may_post else ""
    return form_page(
        "diary/team.html",
        refusal,
        team=view,
        roles=TEAM_ROLES,
        roles_in_words=in_words(TEAM_ROLES),
        weekdays=WEEKDAYS,
        q=text,
        found=find_accounts(actor.scope(POST), text) if text else [],
        may_post=may_post,
    )


@pages.route("/teams/<int:team_id>/change", methods=["GET", "POST"])
@demands(POST)
def change_team(team_id: int) -> Any:
    """Another day, place or duty."""
    actor, refusal = current_actor(), None
    view = queries.team(actor.demand(POST), team_id)
    if request.method == "POST":
        try:
            services.change_team(actor, team_id, services.TeamPlan(**read_form(PlanForm())))
        except DomainError as error:
            refusal = error
        else:
            flash(say("已保存。"), "success")
            return redirect(url_for("diary.team", team_id=team_id), 303)
    return form_page(
        "diary/team_form.html", refusal, team=view, villages=[], weekdays_in_words=in_words(WEEKDAYS)
    )


@pages.post("/teams/<int:team_id>/members")
@demands(POST)
@once_per_form
def join_team(team_id: int) -> Any:
    """Somebody joins; or only look for whom."""
    if not is_sent():
        return _team_page(team_id, None)
    try:
        services.join_team(current_actor(), team_id, **read_form(MemberForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _team_page(team_id, refusal)
    return redirect(url_for("diary.team", team_id=team_id), 303)


@pages.post("/teams/<int:team_id>/members/<int:member_id>/leave")
@demands(POST)
@once_per_form
def leave_team(team_id: int, member_id: int) -> Any:
    """Somebody leaves."""
    services.leave_team(current_actor(), team_id, member_id)
    return redirect(url_for("diary.team", team_id=team_id), 303)


@pages.post("/teams/<int:team_id>/close")
@demands(POST)
@once_per_form
def close_team(team_id: int) -> Any:
    """The team is dissolved."""
    services.close_team(current_actor(), team_id)
    flash(say("团队已撤销。"), "success")
    return redirect(url_for("diary.teams"), 303)


@pages.get("/teams/<int:team_id>/card")
@demands(VIEW)
def team_card(team_id: int) -> str:
    """A sheet to post up in the village: who comes, when, where, and a code to scan."""
    view = queries.team(current_actor().demand(VIEW), team_id)
    base = county().settings.public_url or request.host_url.rstrip("/")
    address = base + url_for("diary.team_landing", code=view.code)
    return render_template(
        "diary/team_card.html",
        team=view,
        cadres=cadres_of(view.area_code),
        kinds=KIND_POSTS,
        roles=TEAM_ROLES,
        weekdays=WEEKDAYS,
        address=address,
        svg=Markup(qr.draw_svg(address)),  # noqa: S704 - drawn here from our own address
    )


@pages.get("/t/<string:code>")
@public("a card on the wall leads whoever scans it to the village's team, as posted up")
def team_landing(code: str) -> str:
    """Who comes to a village, when and where; an old card leads to today's team."""
    view = queries.team_by_code(code)
    return render_template(
        "diary/team_landing.html",
        team=view,
        cadres=cadres_of(view.area_code),
        kinds=KIND_POSTS,
        roles=TEAM_ROLES,
        weekdays=WEEKDAYS,
    )
