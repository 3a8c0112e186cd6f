"""Paper ballots at the desk: entered with a photo, and read by a second person."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from marshmallow import fields

from core.access import demands
from core.areas.api import path_name
from core.errors import DomainError, NotFound
from core.fields import Id, Text
from core.files.api import files_of_many
from core.files.forms import kept_photos, with_photos
from core.forms import Form, form_page
from core.problems import translated
from core.security import current_actor
from core.web import bracketed, once_per_form, page_number, read_form, say
from plugins.supervision.ballot_words import CHOICES, PAPER
from plugins.supervision.decision_words import SEAT_TITLES
from plugins.supervision.queries import ballot_reach as reach
from plugins.supervision.queries import ballots as queries
from plugins.supervision.services import ballot_checks
from plugins.supervision.services import ballots as services
from plugins.supervision.services.ballots import NewBallot
from plugins.supervision.views import pages
from plugins.supervision.views.voting import spaced

PAGE_SIZE = 20


class PaperForm(Form):
    """What stands on the paper; its photos are files of the form."""

    person_id = Id(load_default=None, allow_none=True)
    choice = fields.String(load_default="")
    opinion = Text(500, load_default="")
    version = fields.Integer(required=True)


class CheckForm(Form):
    """What a second person reads on the photo."""

    choice = fields.String(load_default="")
    note = Text(200, load_default="")


@pages.get("/ballots")
@demands(reach.TALLY)
def ballot_decisions() -> str:
    """Decisions whose ballots one gathers, checks or reads."""
    found, total = queries.ballot_decisions(current_actor(), page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "supervision/ballot_decisions.html",
        decisions=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
    )


@pages.get("/ballots/<int:decision_id>/paper")
@demands(reach.COLLECT)
def paper_ballot(decision_id: int) -> Any:
    """Enter a paper ballot."""
    return _paper_page(decision_id, None)


@pages.post("/ballots/<int:decision_id>/paper")
@demands(reach.COLLECT)
@with_photos
@once_per_form
def enter_paper_ballot(decision_id: int) -> Any:
    """It counts when a second person has checked it."""
    actor = current_actor()
    try:
        decision, _ = reach.ballot_decision(actor, reach.COLLECT, decision_id)
        typed = read_form(PaperForm())
        photos = kept_photos(decision.area_code)
        row = services.cast_ballot(actor, decision_id, NewBallot(**typed, way=PAPER, photos=photos))
    except NotFound:
        raise
    except DomainError as refusal:
        return _paper_page(decision_id, refusal)
    receipt = spaced(row.receipt)
    flash(say("已录入，等另一人核对后计票。回执抄在存根上：%(receipt)s", receipt=receipt), "success")
    return redirect(url_for("supervision.paper_ballot", decision_id=decision_id), 303)


def _paper_page(decision_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    decision, version = reach.ballot_decision(actor, reach.COLLECT, decision_id)
    voters = queries.voters_without_ballot(actor, decision, version)
    return form_page(
        "supervision/paper_ballot.html",
        refusal,
        decision=decision,
        version=version,
        path=path_name(decision.area_code),
        voters=[(entry.person_id, entry.name + bracketed(seat_words(entry.seats))) for entry in voters],
        choices=CHOICES,
        is_open=services.is_open(decision, version),
    )


@pages.get("/ballots/<int:decision_id>/checks")
@demands(reach.CHECK)
def ballot_checks_page(decision_id: int) -> str:
    """Papers that wait for a second person, with their photos; what was entered is not shown."""
    decision, version, papers = queries.waiting_papers(current_actor(), decision_id)
    photos = files_of_many([f"supervision_ballot:{paper.id}" for paper in papers])
    return render_template(
        "supervision/ballot_checks.html",
        decision=decision,
        version=version,
        path=path_name(decision.area_code),
        papers=[
            (paper, seat_words(paper.seats), photos.get(f"supervision_ballot:{paper.id}", []))
            for paper in papers
        ],
        choices=CHOICES,
    )


@pages.post("/ballots/<int:decision_id>/checks/<int:ballot_id>")
@demands(reach.CHECK)
@once_per_form
def check_paper_ballot(decision_id: int, ballot_id: int) -> Any:
    """What the photo shows; where that is not what was entered, the paper has to be entered anew."""
    try:
        right = ballot_checks.check_ballot(current_actor(), ballot_id, **read_form(CheckForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    else:
        if right:
            flash(say("一致，已计票。"), "success")
        else:
            flash(say("与录入的不一致，这张票没有计入，请重新录入。"), "error")
    return redirect(url_for("supervision.ballot_checks_page", decision_id=decision_id), 303)


def seat_words(seats: str) -> str:
    """The seats of a voter in words."""
    return "、".join(say(SEAT_TITLES[seat]) for seat in seats.split(",") if seat in SEAT_TITLES)
