"""The table of voters at the desk: who holds which seat, whom other registers name, the sheet."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.clock import today
from core.errors import DomainError, NotFound
from core.forms import form_page
from core.people.api import find_persons
from core.problems import translated
from core.security import current_actor
from core.table_pages import ShownTable, TablePages
from core.text import N_
from core.web import once_per_form, page_number, read_form, say
from plugins.supervision.decision_words import SEAT_TITLES
from plugins.supervision.errors.decisions import VotersKept
from plugins.supervision.queries import voters as queries
from plugins.supervision.services import voters as services
from plugins.supervision.services.voter_import import COLUMNS
from plugins.supervision.services.voter_import import import_voters as import_table
from plugins.supervision.services.voter_undo import list_batches, undo_import
from plugins.supervision.views import pages
from plugins.supervision.views.decision_forms import EndForm, VoterForm, in_words

VOTERS = "supervision.voters"
PAGE_SIZE = 50


@pages.get("/voters")
@demands(VOTERS)
def voters() -> Any:
    """Who has a vote in an area today or later."""
    return _page(None)


def _page(refusal: DomainError | None) -> Any:
    scope = current_actor().demand(VOTERS)
    area_code = request.form.get("area_code", "") or chosen_area(scope)
    if not scope.covers(area_code):
        raise NotFound
    seat = request.args.get("seat", "")
    seat = seat if seat in SEAT_TITLES else ""
    found, total = queries.list_voters(scope, area_code, seat=seat, page=page_number(), page_size=PAGE_SIZE)
    text, is_village = request.values.get("q", ""), len(area_code) == 12
    return form_page(
        "supervision/voters.html",
        refusal,
        voters=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        seat=seat,
        seats=SEAT_TITLES,
        seats_in_words=in_words(SEAT_TITLES),
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        is_village=is_village,
        candidates=queries.candidates(area_code) if is_village else [],
        q=text,
        persons=find_persons(scope, text) if text and is_village else [],
        today=today().isoformat(),
    )


def _back(area_code: str) -> Any:
    return redirect(url_for("supervision.voters", area=area_code), 303)


@pages.post("/voters/add")
@demands(VOTERS)
@once_per_form
def add_voter() -> Any:
    """Give somebody a seat."""
    if request.form.get("find"):
        return _page(None)
    try:
        form = read_form(VoterForm())
        services.add_voter(current_actor(), services.NewVoter(**form))
    except NotFound:
        raise
    except DomainError as refusal:
        return _page(refusal)
    flash(say("已登记。"), "success")
    return _back(form["area_code"])


@pages.post("/voters/<int:voter_id>/end")
@demands(VOTERS)
@once_per_form
def end_voter(voter_id: int) -> Any:
    """Say the last day of a seat."""
    actor = current_actor()
    row = queries.voter_row(actor.demand(VOTERS), voter_id)
    services.end_voter(actor, voter_id, read_form(EndForm())["until"])
    flash(say("已保存。"), "success")
    return _back(row.area_code)


@pages.post("/voters/take")
@demands(VOTERS)
@once_per_form
def take_candidates() -> Any:
    """Take over whom other registers name."""
    area_code = request.form.get("area_code", "")
    count = services.take_candidates(current_actor(), area_code)
    flash(say("已带入 %(count)d 人。", count=count), "success")
    return _back(area_code)


def _import_page(table: ShownTable) -> str:
    batches = list_batches(current_actor())
    return render_template("supervision/voters_import.html", table=table, batches=batches)


TablePages(
    pages,
    "/voters/import",
    name="voters",
    permission=VOTERS,
    blank="voters.xlsx",
    columns=COLUMNS,
    run=import_table,
    page=_import_page,
    said=N_("已导入 %(voters)d 人次。"),
    then="supervision.voters_form",
).join()


@pages.post("/voters/batches/<int:batch_id>/undo")
@demands(VOTERS)
@once_per_form
def undo_voters(batch_id: int) -> Any:
    """Take a table back."""
    try:
        count = undo_import(current_actor(), batch_id)
    except VotersKept as refusal:
        flash(translated(refusal), "error")
    else:
        flash(say("已撤销 %(count)d 人次。", count=count), "success")
    return redirect(url_for("supervision.voters_form"), 303)
