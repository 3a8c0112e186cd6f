"""Postings at the desk: who is stationed where, a new one, its end, its hand-over."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.accounts.api import find_accounts
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.clock import today
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Id, Text
from core.forms import Form, form_page
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.diary.lines import lines
from plugins.diary.queries import postings as queries
from plugins.diary.services import postings as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import in_words, villages
from plugins.diary.words import ENDED_WHY, KIND_POSTS, KINDS, MODES

VIEW, POST = "diary.team_view", "diary.post"
PAGE_SIZE = 20


class PostingForm(Form):
    """A posting to give."""

    account_id = Id(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)))
    mode = fields.String(required=True, validate=validate.OneOf(list(MODES)))
    places = fields.List(AreaCode(), required=True)
    since = fields.Date(required=True)
    until = fields.Date(load_default=None, allow_none=True)
    line = fields.String(load_default="")
    unit = Text(100, load_default="")
    field = Text(100, load_default="")
    term = fields.Integer(load_default=None, allow_none=True, validate=validate.Range(1, 120))
    phone = Text(20, load_default="")


class EndForm(Form):
    """Why a posting ends, and who takes over, if anybody."""

    why = fields.String(required=True)
    account_id = Id(load_default=None, allow_none=True)
    phone = Text(20, load_default="")


class ItemForm(Form):
    """A line of a work list."""

    text = Text(200, required=True)
    due = fields.Date(load_default=None, allow_none=True)


def is_sent() -> bool:
    """Whether the form itself was sent, not only its search for somebody."""
    return request.method == "POST" and "find" not in request.form


@pages.get("/postings")
@demands(VIEW)
def postings() -> str:
    """Who is stationed in an area, which villages have nobody, whose term ends soon."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code = chosen_area(scope)
    kind = request.args.get("kind", "")
    ended = request.args.get("ended") == "1"
    found, total = queries.list_postings(
        scope,
        area_code=area_code,
        kind=kind if kind in KINDS else "",
        ended=ended,
        page=page_number(),
        page_size=PAGE_SIZE,
    )
    here = [(code, name) for code, name in villages(scope) if code.startswith(area_code)]
    bare = set(queries.villages_without(scope, [code for code, _ in here]))
    return render_template(
        "diary/postings.html",
        postings=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        bare=[(code, name) for code, name in here if code in bare],
        kind=kind,
        ended=ended,
        kinds=KINDS,
        posts=KIND_POSTS,
        modes=MODES,
        lines=lines(),
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        may_post=actor.may(POST, area_code),
    )


@pages.route("/postings/new", methods=["GET", "POST"])
@demands(POST)
def new_posting() -> Any:
    """Station a cadre."""
    actor, refusal = current_actor(), None
    scope = actor.demand(POST)
    if is_sent():
        try:
            new = services.NewPosting(**read_form(PostingForm()))
            posting_id = services.station(actor, new)
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            flash(say("已派驻。"), "success")
            return redirect(url_for("diary.posting", posting_id=posting_id), 303)
    text = request.values.get("q", "")
    return form_page(
        "diary/posting_form.html",
        refusal,
        q=text,
        found=find_accounts(scope, text),
        villages=villages(scope),
        chosen=request.values.getlist("places"),
        kinds_in_words=in_words(KIND_POSTS),
        modes_in_words=in_words(MODES),
        lines_in_words=in_words(lines()),
        today=today(),
    )


@pages.get("/postings/<int:posting_id>")
@demands(VIEW)
def posting(posting_id: int) -> Any:
    """One posting: its places, its record of selection, its work list."""
    return _posting_page(posting_id, None)


def _posting_page(posting_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    view = queries.posting(actor, posting_id)
    may_post = all(actor.may(POST, code) for code, _ in view.places)
    text = request.values.get("q", "") if may_post else ""
    return form_page(
        "diary/posting.html",
        refusal,
        posting=view,
        work=queries.work_items(posting_id),
        kinds=KIND_POSTS,
        modes=MODES,
        lines=lines(),
        whys_in_words=in_words(ENDED_WHY),
        whys=ENDED_WHY,
        q=text,
        found=find_accounts(actor.scope(POST), text) if text else [],
        may_post=may_post and not view.is_over,
        may_write=(may_post or view.account_id == actor.account_id) and not view.is_over,
    )


@pages.post("/postings/<int:posting_id>/end")
@demands(POST)
@once_per_form
def end_posting(posting_id: int) -> Any:
    """End a posting, with or without somebody who takes over; or only look for whom."""
    if not is_sent():
        return _posting_page(posting_id, None)
    actor = current_actor()
    try:
        form = read_form(EndForm())
        if form["account_id"] is not None:
            posting_id = services.hand_over(actor, posting_id, **form)
        else:
            services.end_posting(actor, posting_id, why=form["why"])
    except NotFound:
        raise
    except DomainError as refusal:
        return _posting_page(posting_id, refusal)
    flash(say("交接完成。") if form["account_id"] else say("派驻已结束。"), "success")
    return redirect(url_for("diary.posting", posting_id=posting_id), 303)


@pages.post("/postings/<int:posting_id>/items")
@demands(VIEW)
@once_per_form
def add_item(posting_id: int) -> Any:
    """One more line of the work list."""
    try:
        services.add_work_item(current_actor(), posting_id, **read_form(ItemForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _posting_page(posting_id, refusal)
    return redirect(url_for("diary.posting", posting_id=posting_id), 303)
