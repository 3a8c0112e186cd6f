"""Decisions at the desk: the list, drafting, one decision from its proposal to its result."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.clock import now, today
from core.errors import DomainError, NotFound
from core.files.api import keep_prepared
from core.forms import form_page
from core.people.api import find_persons
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.supervision.decision_words import (
    BALLOT_EVENT_TITLES,
    BODIES,
    BODIES_OF_STEP,
    EVENT_TITLES,
    LINE_TITLES,
    SEAT_TITLES,
    STATE_TITLES,
)
from plugins.supervision.queries import decisions as queries
from plugins.supervision.queries.attachments import attachments_of
from plugins.supervision.queries.authors import is_author
from plugins.supervision.queries.ballot_reach import COLLECT, TALLY
from plugins.supervision.queries.execution import is_accepted, lines_of, paid_fen, ratings_of
from plugins.supervision.queries.gate import gate
from plugins.supervision.queries.log import log_of
from plugins.supervision.queries.recusals import concerned_persons, is_recused, recusals_of
from plugins.supervision.queries.roll import roll_of, seats_of
from plugins.supervision.queries.steps import missing_step, steps_of
from plugins.supervision.services import decisions as services
from plugins.supervision.services import publishing
from plugins.supervision.views import pages
from plugins.supervision.views.decision_forms import (
    DecisionForm,
    DraftForm,
    WhyForm,
    in_words,
    power_choices,
    power_title,
    prepared_files,
    villages,
    yuan,
)

VIEW, DECIDE, VOTERS = "supervision.view", "supervision.decide", "supervision.voters"
PAGE_SIZE = 20
WITHDRAWN = "withdrawn"


@pages.get("/decisions")
@demands(VIEW)
def decisions() -> str:
    """The decisions of an area, the newest first."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code = chosen_area(scope)
    state = request.args.get("state", "")
    wanted = queries.WantedDecisions(
        area_code=area_code,
        state=state if state in STATE_TITLES else "",
        search=request.args.get("q", ""),
    )
    found, total = queries.list_decisions(scope, wanted, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "supervision/decisions.html",
        decisions=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        wanted=wanted,
        states=STATE_TITLES,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        may_decide=actor.may(DECIDE),
        may_voters=actor.may(VOTERS),
    )


@pages.get("/decisions/new")
@demands(DECIDE)
def new_decision() -> Any:
    """A form for a decision."""
    return _new_page(None)


def _new_page(refusal: DomainError | None) -> Any:
    scope = current_actor().demand(DECIDE)
    places = villages(scope)
    return form_page(
        "supervision/decision_form.html",
        refusal,
        decision=None,
        places=places,
        place=request.values.get("area_code", places[0][0] if places else ""),
        power_code=request.values.get("power", "")[:20],
        powers=power_choices(),
        budget="",
    )


@pages.post("/decisions/new")
@demands(DECIDE)
@once_per_form
def create_decision() -> Any:
    """Draft it."""
    actor = current_actor()
    try:
        form = read_form(DecisionForm())
        files = [keep_prepared(actor, each, area_code=form["area_code"]).id for each in prepared_files()]
        new = services.NewDecision(
            budget_fen=form.pop("budget"),
            six_steps={"yes": True, "no": False}.get(form.pop("six_steps")),
            attachments=files,
            **form,
        )
        decision_id = services.create_decision(actor, new)
    except NotFound:
        raise
    except DomainError as refusal:
        return _new_page(refusal)
    flash(say("决策事项已起草。"), "success")
    return back(decision_id)


def back(decision_id: int, place: str = "") -> Any:
    """To the decision's page, to a place of it."""
    return redirect(url_for("supervision.decision", decision_id=decision_id, _anchor=place or None), 303)


@pages.get("/decisions/<int:decision_id>")
@demands(VIEW)
def decision(decision_id: int) -> Any:
    """One decision: its steps, its notice, its roll, its gate, how it is carried out."""
    return decision_page(decision_id, None)


def decision_page(decision_id: int, refusal: DomainError | None) -> Any:
    """The decision's page, with what was refused and typed."""
    actor = current_actor()
    row = queries.decision(actor.demand(VIEW), decision_id)
    (view,) = queries.decision_views([row])
    recused = is_recused(actor, row.id)
    may_decide = actor.may(DECIDE, row.area_code) and not recused
    text = request.values.get("q", "") if may_decide else ""
    return form_page(
        "supervision/decision.html",
        refusal,
        decision=view,
        recused=recused,
        may_decide=may_decide,
        is_author=may_decide and is_author(actor, row),
        power_title=power_title(row.power_code),
        may_tally=actor.may(TALLY, row.area_code) and not recused,
        may_collect=actor.may(COLLECT, row.area_code) and not recused,
        attachments=attachments_of(row.id),
        steps=steps_of(row) if row.six_steps else [],
        next_step=missing_step(row.id) if row.six_steps else 0,
        versions=queries.versions_of(row.id),
        **_votes(row, hidden=recused),
        lines=lines_of(row.id),
        paid=paid_fen(row.id),
        accepted=is_accepted(row.id),
        ratings=ratings_of(row.id),
        log=log_of(row.id, limit=30),
        events=EVENT_TITLES | BALLOT_EVENT_TITLES,
        q=text,
        persons=find_persons(actor.scope(DECIDE), text) if text else [],
        states=STATE_TITLES,
        seats=SEAT_TITLES,
        kinds=LINE_TITLES,
        kinds_in_words=in_words(LINE_TITLES),
        bodies=BODIES,
        bodies_of_step={
            step: in_words({code: BODIES[code] for code in codes}) for step, codes in BODIES_OF_STEP.items()
        },
        today=today().isoformat(),
    )


def _votes(row: Any, *, hidden: bool) -> dict[str, Any]:
    """Roll, recusals and gate: of nobody's business who left by recusal."""
    version = None if hidden else queries.current_version(row)
    entries = roll_of(version.id) if version else []
    return {
        "version": version,
        "roll": entries,
        "roll_seats": seats_of(entries),
        "gate": gate(row, now()) if version and row.state != WITHDRAWN else None,
        "recusals": [] if hidden else recusals_of(row.id),
        "concerned": [] if hidden else concerned_persons(row.id),
    }


@pages.route("/decisions/<int:decision_id>/edit", methods=["GET", "POST"])
@demands(DECIDE)
def edit_decision(decision_id: int) -> Any:
    """Change the text; after the publication that is another version at once."""
    actor, refusal = current_actor(), None
    row = queries.decision(actor.demand(DECIDE), decision_id)
    if request.method == "POST":
        try:
            form = read_form(DraftForm())
            files = [keep_prepared(actor, each, area_code=row.area_code).id for each in prepared_files()]
            number = publishing.update_decision(
                actor, decision_id, services.Draft(budget_fen=form.pop("budget"), attachments=files, **form)
            )
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            flash(
                say("已重新公示为第 %(number)d 版，公示期和表决重新开始。", number=number)
                if number
                else say("已保存。"),
                "success",
            )
            return back(decision_id)
    return form_page(
        "supervision/decision_form.html",
        refusal,
        decision=row,
        places=[],
        place="",
        budget=yuan(row.budget_fen),
    )


@pages.post("/decisions/<int:decision_id>/publish")
@demands(DECIDE)
@once_per_form
def publish_decision(decision_id: int) -> Any:
    """Publish it."""
    try:
        publishing.publish_decision(current_actor(), decision_id)
    except NotFound:
        raise
    except DomainError as refusal:
        return decision_page(decision_id, refusal)
    flash(say("已公示，名册已固定，请打印公示单张贴。"), "success")
    return back(decision_id)


@pages.post("/decisions/<int:decision_id>/withdraw")
@demands(DECIDE)
@once_per_form
def withdraw_decision(decision_id: int) -> Any:
    """Take it back."""
    try:
        services.withdraw_decision(current_actor(), decision_id, read_form(WhyForm())["why"])
    except NotFound:
        raise
    except DomainError as refusal:
        return decision_page(decision_id, refusal)
    flash(say("已撤回。"), "success")
    return back(decision_id)


@pages.get("/decisions/<int:decision_id>/start")
@demands(VIEW)
def start_page(decision_id: int) -> Any:
    """Whoever comes back to the address of a refused start finds the decision."""
    return back(decision_id, "gate")


@pages.post("/decisions/<int:decision_id>/start")
@demands(DECIDE)
@once_per_form
def start_execution(decision_id: int) -> Any:
    """Begin to carry it out, where the gate is open."""
    try:
        publishing.start_execution(current_actor(), decision_id)
    except NotFound:
        raise
    except DomainError as refusal:
        return decision_page(decision_id, refusal)
    flash(say("已开始实施。"), "success")
    return back(decision_id)


@pages.post("/decisions/<int:decision_id>/attachments/<string:file_id>/remove")
@demands(DECIDE)
@once_per_form
def remove_attachment(decision_id: int, file_id: str) -> Any:
    """Take a file off a draft."""
    try:
        services.remove_attachment(current_actor(), decision_id, file_id)
    except NotFound:
        raise
    except DomainError as refusal:
        return decision_page(decision_id, refusal)
    return back(decision_id)
