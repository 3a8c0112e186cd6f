"""Sharing a household's calls: by the household, for it by its village, and what the child reads."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields

from core.access import demands, signed_in
from core.errors import DomainError, NotFound
from core.fields import Text
from core.forms import Form, answer_form, form_page
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from core.web import translated as in_words
from plugins.call_button.call_words import KINDS, STATES
from plugins.call_button.queries import shares as queries
from plugins.call_button.services import shares as services
from plugins.call_button.share_words import RELATIONS, SHARE, SHARE_FOR, WORDS
from plugins.call_button.views import pages

PAGE_SIZE = 20


class ShareForm(Form):
    """Whom to let read."""

    username = Text(60, required=True)
    name = Text(60, required=True)
    relation = fields.String(load_default="")
    word = fields.String(load_default="")


@pages.get("/shares")
@demands(SHARE)
def own_shares() -> Any:
    """Who reads the calls of one's own household."""
    household_id = current_actor().household_id
    if household_id is None:
        raise NotFound
    return _page(household_id, None)


@pages.get("/households/<int:household_id>/shares")
@demands(SHARE_FOR)
def household_shares(household_id: int) -> Any:
    """Who reads the calls of a household of the village."""
    return _page(household_id, None)


def _page(household_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    own = actor.household_id == household_id
    return form_page(
        "call_button/shares_own.html" if own else "call_button/shares_for.html",
        refusal,
        household_id=household_id,
        shares=queries.household_shares(actor, household_id),
        relations=RELATIONS,
        relations_in_words=[(code, in_words(title)) for code, title in RELATIONS.items()],
        words_in_words=[(code, in_words(title)) for code, title in WORDS.items()],
    )


@pages.post("/households/<int:household_id>/shares")
@signed_in
@once_per_form
def begin_share(household_id: int) -> Any:
    """Let somebody read."""
    return answer_form(
        lambda: services.begin_share(current_actor(), household_id, **read_form(ShareForm())),
        said=say("已开通，对方现在可以查看。"),
        then=lambda _: _way_back(household_id),
        again=lambda refusal: _page(household_id, refusal),
    )


@pages.post("/shares/<int:share_id>/end")
@signed_in
@once_per_form
def end_share(share_id: int) -> Any:
    """End it at once."""
    services.end_share(current_actor(), share_id)
    flash(say("已停止查看。"), "success")
    raw_id = request.form.get("household_id", "")
    if raw_id.isascii() and raw_id.isdigit():
        return redirect(_way_back(int(raw_id[:15])), 303)
    return redirect(url_for("call_button.shared"), 303)


def _way_back(household_id: int) -> str:
    if current_actor().household_id == household_id:
        return url_for("call_button.own_shares")
    return url_for("call_button.household_shares", household_id=household_id)


@pages.get("/shared")
@demands(SHARE)
def shared() -> Any:
    """The households whose calls one reads; one of them opens at once."""
    found = queries.own_shares(current_actor())
    if len(found) == 1:
        return redirect(url_for("call_button.shared_calls", share_id=found[0].id))
    return render_template("call_button/shared.html", shares=found, relations=RELATIONS)


@pages.get("/shared/<int:share_id>")
@demands(SHARE)
def shared_calls(share_id: int) -> str:
    """The calls of one household, and nothing else of it."""
    share, calls, total = queries.shared_calls(
        current_actor(), share_id, page=page_number(), page_size=PAGE_SIZE
    )
    return render_template(
        "call_button/shared_calls.html",
        share=share,
        calls=calls,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        states=STATES,
        kinds=KINDS,
    )
