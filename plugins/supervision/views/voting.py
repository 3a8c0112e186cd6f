"""Voting on the phone: one's own vote, and that of a neighbour without one."""

import json
from typing import Any

from flask import flash, redirect, render_template, url_for
from marshmallow import fields

from core.access import demands
from core.areas.api import path_name
from core.errors import DomainError, NotFound
from core.fields import Text
from core.forms import Form, form_page
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.supervision.ballot_words import CHOICES, HELPER
from plugins.supervision.queries import ballot_reach as reach
from plugins.supervision.queries import ballots as queries
from plugins.supervision.queries import own_votes
from plugins.supervision.queries.questions import home_village
from plugins.supervision.services import ballots as services
from plugins.supervision.services.ballots import NewBallot
from plugins.supervision.views import pages

PAGE_SIZE = 20


class VoteForm(Form):
    """A choice, on the version that was read."""

    choice = fields.String(load_default="")
    opinion = Text(500, load_default="")
    version = fields.Integer(required=True)


class HelpForm(VoteForm):
    """The same for somebody else, by the name on the roll; `asked`: the voter has said it themselves."""

    name = Text(60, load_default="")


def body_of(version: Any) -> dict[str, Any]:
    """What was published (title, text, ...), as the voter reads it."""
    body: dict[str, Any] = json.loads(version.body)
    return body


@pages.get("/votes")
@demands(reach.VOTE)
def my_votes() -> str:
    """Decisions on whose roll one stands, the last to close first."""
    actor = current_actor()
    found, total = own_votes.my_votes(actor, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "supervision/my_votes.html",
        votes=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        choices=CHOICES,
        collects=actor.may(reach.COLLECT),
        has_village=bool(home_village(actor)),
    )


@pages.get("/votes/<int:decision_id>")
@demands(reach.VOTE)
def vote(decision_id: int) -> Any:
    """The text, the days that are left, three buttons."""
    return _vote_page(decision_id, None)


@pages.post("/votes/<int:decision_id>")
@demands(reach.VOTE)
@once_per_form
def cast_vote(decision_id: int) -> Any:
    """Cast it; until the close it can be changed by casting again."""
    try:
        services.cast_ballot(current_actor(), decision_id, NewBallot(**read_form(VoteForm())))
    except NotFound:
        raise
    except DomainError as refusal:
        return _vote_page(decision_id, refusal)
    flash(say("您的意见已收到。表决结束前可以改，以最后一次为准。"), "success")
    return redirect(url_for("supervision.vote", decision_id=decision_id), 303)


def _vote_page(decision_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    decision, version, _ = reach.own_decision(actor, decision_id)
    return form_page(
        "supervision/vote.html",
        refusal,
        decision=decision,
        version=version,
        body=body_of(version),
        mine=own_votes.my_vote(actor, decision_id),
        path=path_name(decision.area_code),
        choices=CHOICES,
    )


@pages.get("/votes/<int:decision_id>/help")
@demands(reach.VOTE)
def help_vote(decision_id: int) -> Any:
    """Vote for somebody who has no phone, as they say."""
    return _help_page(decision_id, None)


@pages.post("/votes/<int:decision_id>/help")
@demands(reach.VOTE)
@once_per_form
def cast_helped_vote(decision_id: int) -> Any:
    """It is recorded as cast through a helper, and who that was; the receipt is for the voter."""
    actor = current_actor()
    try:
        typed = read_form(HelpForm())
        _, version = reach.ballot_decision(actor, reach.VOTE, decision_id)
        person_id = queries.voter_by_name(version, typed.pop("name"))
        row = services.cast_ballot(actor, decision_id, NewBallot(**typed, way=HELPER, person_id=person_id))
    except NotFound:
        raise
    except DomainError as refusal:
        return _help_page(decision_id, refusal)
    flash(say("已登记为您代投。请把回执抄给本人：%(receipt)s", receipt=spaced(row.receipt)), "success")
    return redirect(url_for("supervision.help_vote", decision_id=decision_id), 303)


def _help_page(decision_id: int, refusal: DomainError | None) -> Any:
    decision, version = reach.ballot_decision(current_actor(), reach.VOTE, decision_id)
    return form_page(
        "supervision/help_vote.html",
        refusal,
        decision=decision,
        version=version,
        body=body_of(version),
        path=path_name(decision.area_code),
        choices=CHOICES,
    )


def spaced(receipt: str) -> str:
    """A receipt in groups of four, to be read aloud and copied; spaces do not matter."""
    return " ".join(receipt[place : place + 4] for place in range(0, len(receipt), 4))
