"""Supplies at the desk: stock, ledger, what comes in and goes out; sheets on paper."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.clock import today
from core.errors import DomainError, NotFound
from core.fields import AreaCode, FormPoints, Id, Text
from core.forms import Form, answer_form, form_page
from core.problems import translated
from core.security import current_actor
from core.web import bracketed, once_per_form, page_number, read_form, say
from plugins.diary.library_words import FOR, MOVES, NAMED
from plugins.diary.queries import supplies as queries
from plugins.diary.services import supplies as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import in_words, places_above_grids

VIEW, KEEP = queries.VIEW, queries.KEEP
PAGE_SIZE = 30
MOST_PRINTED = 500


class DetailsForm(Form):
    """What is known of an item."""

    name = Text(60, load_default="")
    unit = Text(10, load_default="")
    place = Text(100, load_default="")
    low_mark = FormPoints(least=0, most=services.MOST, load_default=0)


class NewForm(DetailsForm):
    """In whose store."""

    area_code = AreaCode(required=True)


class MoveForm(Form):
    """What came in or goes out."""

    quantity = FormPoints(most=services.MOST, required=True)
    who = Text(60, load_default="")
    note = Text(200, load_default="")
    day = fields.Date(load_default=None, allow_none=True)


class IssueForm(MoveForm):
    """For what."""

    for_kind = fields.String(load_default="", validate=validate.OneOf(["", *FOR]))
    for_number = Text(40, load_default="")


class CorrectionForm(Form):
    """How much more or less, why, which line was wrong."""

    quantity = FormPoints(least=-services.MOST, most=services.MOST, required=True)
    note = Text(200, load_default="")
    corrects = Id(load_default=None, allow_none=True)


class TransferForm(Form):
    """How much, to which store."""

    to_id = Id(required=True)
    quantity = FormPoints(most=services.MOST, required=True)
    note = Text(200, load_default="")


@pages.get("/supplies")
@demands(VIEW)
def supplies() -> str:
    """What lies in the stores of an area, and what runs short."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code, text, low = chosen_area(scope), request.args.get("q", ""), request.args.get("low") == "1"
    found, total = queries.list_supplies(
        scope, area_code=area_code, search=text, low=low, page=page_number(), page_size=PAGE_SIZE
    )
    return render_template(
        "diary/supplies.html",
        supplies=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        q=text,
        low=low,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
        may_keep=actor.may(KEEP, area_code),
    )


@pages.get("/supplies/sheet")
@demands(VIEW)
def stock_sheet() -> str:
    """The stock of an area on paper, with room for counting it."""
    scope = current_actor().demand(VIEW)
    area_code = chosen_area(scope)
    found, total = queries.list_supplies(scope, area_code=area_code, page_size=MOST_PRINTED)
    return render_template(
        "diary/stock_sheet.html",
        supplies=found,
        left=total - len(found),
        area_code=area_code,
        area_name=path_name(area_code),
        today=today(),
    )


@pages.route("/supplies/new", methods=["GET", "POST"])
@demands(KEEP)
def new_supply() -> Any:
    """Keep one more item."""
    actor = current_actor()

    def page(refusal: DomainError | None) -> Any:
        places = places_above_grids(actor.demand(KEEP))
        return form_page("diary/supply_form.html", refusal, supply=None, places=places)

    def deed() -> int:
        form = read_form(NewForm())
        return services.open_supply(actor, form.pop("area_code"), services.SupplyDetails(**form))

    if request.method == "GET":
        return page(None)
    return answer_form(deed, said=say("已登记。"), then=_address, again=page)


def _address(supply_id: int) -> str:
    return url_for("diary.supply", supply_id=supply_id)


@pages.route("/supplies/<int:supply_id>/change", methods=["GET", "POST"])
@demands(KEEP)
def change_supply(supply_id: int) -> Any:
    """Correct what is known."""
    actor = current_actor()
    view = queries.supply(actor.demand(KEEP), supply_id)

    def page(refusal: DomainError | None) -> Any:
        return form_page("diary/supply_form.html", refusal, supply=view, places=[])

    if request.method == "GET":
        return page(None)
    return answer_form(
        lambda: services.change_supply(actor, supply_id, services.SupplyDetails(**read_form(DetailsForm()))),
        said=say("已保存。"),
        then=lambda _: _address(supply_id),
        again=page,
    )


@pages.get("/supplies/<int:supply_id>")
@demands(VIEW)
def supply(supply_id: int) -> Any:
    """One item with its ledger."""
    return _supply_page(supply_id, None)


def _supply_page(supply_id: int, refusal: DomainError | None, move: str = "") -> Any:
    actor = current_actor()
    scope = actor.demand(VIEW)
    view = queries.supply(scope, supply_id)
    entries, total = queries.supply_entries(scope, supply_id, page=page_number(), page_size=PAGE_SIZE)
    may_keep = actor.may(KEEP, view.area_code) and not view.is_closed
    others = queries.same_elsewhere(actor.scope(KEEP), view) if may_keep else []
    return form_page(
        "diary/supply.html",
        refusal,
        supply=view,
        path=path_name(view.area_code),
        entries=entries,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        move=move,
        moves=MOVES,
        whats=NAMED,
        for_in_words=in_words(FOR),
        today=today(),
        may_keep=may_keep,
        stores=[
            (str(each.id), f"{each.area_name} {each.place}{bracketed(f'{each.balance} {each.unit}')}")
            for each in others
        ],
    )


def _moved(supply_id: int, move: str, deed: Callable[[], object]) -> Any:
    return answer_form(
        deed,
        said=say("已登记。"),
        then=lambda _: _address(supply_id),
        again=lambda refusal: _supply_page(supply_id, refusal, move),
    )


@pages.post("/supplies/<int:supply_id>/issue")
@demands(KEEP)
@once_per_form
def issue_supply(supply_id: int) -> Any:
    """Hand something out, and print the sheet to sign."""
    actor = current_actor()
    return answer_form(
        lambda: services.issue_supply(actor, supply_id, services.Issue(**read_form(IssueForm()))),
        said=say("已领用。"),
        then=lambda entry_id: url_for("diary.issue_sheet", entry_id=entry_id),
        again=lambda refusal: _supply_page(supply_id, refusal, "issue"),
    )


@pages.post("/supplies/<int:supply_id>/receive")
@demands(KEEP)
@once_per_form
def receive_supply(supply_id: int) -> Any:
    """Something came in."""
    actor = current_actor()
    return _moved(
        supply_id, "receive", lambda: services.receive_supply(actor, supply_id, **read_form(MoveForm()))
    )


@pages.post("/supplies/<int:supply_id>/correct")
@demands(KEEP)
@once_per_form
def correct_supply(supply_id: int) -> Any:
    """The ledger was wrong."""
    actor = current_actor()
    return _moved(
        supply_id, "correct", lambda: services.correct_supply(actor, supply_id, **read_form(CorrectionForm()))
    )


@pages.post("/supplies/<int:supply_id>/transfer")
@demands(KEEP)
@once_per_form
def transfer_supply(supply_id: int) -> Any:
    """Some of it goes to another store."""
    actor = current_actor()
    return _moved(
        supply_id,
        "transfer",
        lambda: services.transfer_supply(actor, supply_id, services.Transfer(**read_form(TransferForm()))),
    )


@pages.post("/supplies/<int:supply_id>/close")
@demands(KEEP)
@once_per_form
def close_supply(supply_id: int) -> Any:
    """It is kept no longer."""
    try:
        services.close_supply(current_actor(), supply_id)
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    else:
        flash(say("已停用，台账保留。"), "success")
    return redirect(url_for("diary.supply", supply_id=supply_id), 303)


@pages.get("/supply-entries/<int:entry_id>/sheet")
@demands(VIEW)
def issue_sheet(entry_id: int) -> str:
    """A line of the ledger on paper, to be signed."""
    scope = current_actor().demand(VIEW)
    entry = queries.supply_entry(scope, entry_id)
    return render_template(
        "diary/issue_sheet.html",
        entry=entry,
        supply=queries.supply(scope, entry.supply_id),
        path=path_name(entry.area_code),
        moves=MOVES,
        whats=NAMED,
    )
