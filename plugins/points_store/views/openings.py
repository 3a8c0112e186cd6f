"""Opening balances from paper: enter, bring in a workbook, confirm, take back."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import area_names
from core.errors import DomainError, Invalid, NotFound
from core.fields import AreaCode, FormPoints, Id, Strict, Text
from core.forms import form_page
from core.people.api import find_households, household_brief
from core.problems import show, translated
from core.security import current_actor
from core.sheets import (
    XLSX_TYPE,
    SheetRefused,
    blank_workbook,
    drop_upload,
    kept_upload,
    marked_file,
)
from core.table_pages import put_aside
from core.text import N_
from core.web import once_per_form, page_number, read_form, save_as, say
from plugins.points_store.queries import openings as queries
from plugins.points_store.services import openings
from plugins.points_store.services.opening_table import COLUMNS, import_openings
from plugins.points_store.services.openings import Holding
from plugins.points_store.views import pages
from plugins.points_store.views.forms import FOUND_AT_MOST, LIST_SIZE, P, villages


class OpeningForm(Strict):
    """One household's balance."""

    household_id = Id(required=True)
    points = FormPoints(required=True, most=1_000_000)
    source = Text(100, shortest=1, required=True)


class PaperForm(Strict):
    """From which paper a workbook was taken."""

    area_code = AreaCode(required=True)
    source = Text(100, shortest=1, required=True)


class ReasonForm(Strict):
    """Why."""

    reason = Text(200, shortest=1, required=True)


@pages.get("/office/openings")
@demands(P + "opening")
def opening_sheets() -> Any:
    """Sheets, and the forms for a new one."""
    return _list_page(None)


@pages.post("/office/openings")
@demands(P + "opening")
@once_per_form
def enter_opening() -> Any:
    """Enter one household's balance."""
    try:
        form = read_form(OpeningForm())
        household = household_brief(current_actor().scope(P + "opening"), form["household_id"])
        if household is None:
            raise NotFound
        sheet = openings.enter_opening(
            current_actor(),
            area_code=household.area_code[:12],
            source=form["source"],
            holdings=[Holding(form["household_id"], form["points"])],
        )
    except DomainError as refusal:
        return _list_page(refusal)
    flash(say("已登记，请由另一个人核对后确认入账。"), "success")
    return redirect(url_for("points_store.opening_sheet", sheet_id=sheet.id), 303)


@pages.get("/office/openings/<int:sheet_id>")
@demands(P + "opening")
def opening_sheet(sheet_id: int) -> Any:
    """A sheet with its lines."""
    return _sheet_page(sheet_id, None)


@pages.post("/office/openings/<int:sheet_id>/confirm")
@demands(P + "opening")
@once_per_form
def confirm_opening(sheet_id: int) -> Any:
    """A second person books the sheet."""
    try:
        points = openings.confirm_opening(current_actor(), sheet_id=sheet_id)
    except DomainError as refusal:
        return _sheet_page(sheet_id, refusal)
    flash(say("已入账，共 %(points)d 分。", points=points), "success")
    return redirect(url_for("points_store.opening_sheet", sheet_id=sheet_id), 303)


@pages.post("/office/openings/<int:sheet_id>/refuse")
@demands(P + "opening")
@once_per_form
def refuse_opening(sheet_id: int) -> Any:
    """The sheet does not agree with the paper."""
    try:
        openings.refuse_opening(current_actor(), sheet_id=sheet_id, **read_form(ReasonForm()))
    except DomainError as refusal:
        return _sheet_page(sheet_id, refusal)
    flash(say("已退回，没有入账。"), "success")
    return redirect(url_for("points_store.opening_sheet", sheet_id=sheet_id), 303)


@pages.post("/office/openings/<int:sheet_id>/lines/<int:line_id>/withdraw")
@demands(P + "opening")
@once_per_form
def withdraw_opening(sheet_id: int, line_id: int) -> Any:
    """Take one holder's balance back."""
    try:
        openings.withdraw_opening(current_actor(), line_id=line_id, **read_form(ReasonForm()))
    except DomainError as refusal:
        return _sheet_page(sheet_id, refusal)
    flash(say("已撤回。"), "success")
    return redirect(url_for("points_store.opening_sheet", sheet_id=sheet_id), 303)


@pages.get("/office/openings/blank.xlsx")
@demands(P + "opening")
def blank_openings() -> Response:
    """A table to fill in."""
    return save_as("openings.xlsx", XLSX_TYPE, blank_workbook(COLUMNS))


@pages.post("/office/openings/import")
@demands(P + "opening")
def upload_openings() -> Any:
    """Put the table aside and show what is in it; nothing is entered yet."""
    try:
        paper = read_form(PaperForm())
        token = put_aside()
    except DomainError as refusal:
        return _list_page(refusal)
    return redirect(_preview_address(token, paper), 303)


@pages.get("/office/openings/import/<string:token>")
@demands(P + "opening")
def preview_openings(token: str) -> Any:
    """What the table would enter, or what is wrong in it."""
    upload, paper = kept_upload(current_actor(), token), _paper()
    try:
        outcome = import_openings(current_actor(), upload, **paper, dry_run=True)
    except SheetRefused as refusal:
        return _list_page(refusal)
    return render_template(
        "points_store/opening_preview.html",
        outcome=outcome,
        file_name=upload.name,
        token=token,
        paper=paper,
        area_name=area_names([paper["area_code"]]).get(paper["area_code"], ""),
    )


@pages.post("/office/openings/import/<string:token>")
@demands(P + "opening")
def import_opening_table(token: str) -> Any:
    """Enter what was checked, as one sheet."""
    upload, paper = kept_upload(current_actor(), token), _paper()
    outcome = import_openings(current_actor(), upload, **paper, dry_run=False)
    if not outcome.clean or outcome.batch is None:
        return redirect(_preview_address(token, paper), 303)
    drop_upload(current_actor(), token)
    flash(say("已登记 %(households)d 户，请由另一个人核对后确认入账。", **outcome.counts), "success")
    return redirect(url_for("points_store.opening_sheet", sheet_id=outcome.batch), 303)


@pages.get("/office/openings/import/<string:token>/marked.<string:kind>")
@demands(P + "opening")
def marked_openings(token: str, kind: str) -> Response:
    """The table with its mistakes marked (xlsx), or the list of them (csv)."""
    upload = kept_upload(current_actor(), token)
    outcome = import_openings(current_actor(), upload, **_paper(), dry_run=True)
    return save_as(*marked_file(upload, outcome.mistakes, kind))


def _preview_address(token: str, paper: dict[str, str]) -> str:
    return url_for(
        "points_store.preview_openings", token=token, area_code=paper["area_code"], source=paper["source"]
    )


def _paper() -> dict[str, str]:
    """Village and source, carried along in the address while a table is looked over."""
    raw = {name: request.args.get(name, "") for name in ("area_code", "source")}
    wrong = PaperForm().validate(raw)
    if wrong:
        raise Invalid(fields={"source": [N_("请写明出自哪本台账、第几页。")]})
    paper: dict[str, str] = PaperForm().load(raw)
    return paper


def _list_page(refusal: DomainError | None) -> Any:
    actor, page = current_actor(), page_number()
    sheets, total = queries.list_sheets(actor, page, LIST_SIZE)
    areas = villages(P + "opening")
    text = request.args.get("q", "").strip()
    scope = actor.scope(P + "opening")
    return form_page(
        "points_store/openings.html",
        refusal,
        sheets=sheets,
        areas=areas,
        q=text,
        found=find_households(scope, text, FOUND_AT_MOST) if text else [],
        columns=COLUMNS,
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


def _sheet_page(sheet_id: int, refusal: DomainError | None) -> Any:
    actor, page = current_actor(), page_number()
    sheet = queries.sheet_of(actor, sheet_id)
    lines, total = queries.sheet_lines(sheet_id, page, LIST_SIZE)
    shown = render_template(
        "points_store/opening_sheet.html",
        sheet=sheet,
        lines=lines,
        error=translated(refusal) if refusal else None,
        errors=show(refusal).errors if refusal else {},
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )
    return shown, refusal.status if refusal else 200
