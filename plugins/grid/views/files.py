"""A household's file on the phone: find it, read it, write a section, confirm it, see its history."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area
from core.db import from_milliseconds
from core.errors import DomainError, Invalid, NotFound
from core.fields import Id, Strict
from core.people.api import LEAVINGS, PURPOSES, RISK_LEVELS, TAGS, find_households
from core.problems import show, translated
from core.security import Actor, current_actor
from core.web import once_per_form, page_number, read_form, say
from core.web import translated as translated_text
from plugins.grid.queries import freshness
from plugins.grid.queries.files import NEVER, FileView, Section, changes_of, file_of
from plugins.grid.services.file_reveal import reveal_value
from plugins.grid.services.files import Entry, field_name, update_file
from plugins.grid.shipped import MULTI, Item, choices_of
from plugins.grid.views import pages

P = "grid."
PAGE_SIZE = 20
FOUND_AT_MOST = 20


class RevealForm(Strict):
    """Which value, and why."""

    item = fields.String(required=True, validate=validate.Length(1, 30))
    person_id = Id(load_default=0)
    purpose = fields.String(required=True, validate=validate.OneOf(list(PURPOSES)))


@pages.get("/files")
@demands(P + "file_view")
def files() -> str:
    """Find a household; below, those whose file is oldest."""
    scope = current_actor().demand(P + "file_view")
    text = request.args.get("q", "").strip()
    area_code = chosen_area(scope)
    older = request.args.get("older", "")
    days = int(older) if older in ("1", "7", "30") else 0
    found = find_households(scope, text, FOUND_AT_MOST) if text else []
    rows, total = (
        ([], 0)
        if text
        else freshness.stale_files(
            scope, area_code, older_than_days=days, page=page_number(), page_size=PAGE_SIZE
        )
    )
    return render_template(
        "grid/files.html",
        q=text,
        found=found,
        heads=freshness.heads_of([row.id for row in found]),
        rows=rows,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        area_code=area_code,
        area_name=path_name(area_code),
        older=older if days else "",
        never=NEVER,
        may_edit=current_actor().may(P + "file_edit"),
    )


@pages.get("/files/<int:household_id>")
@demands(P + "file_view")
def file_page(household_id: int) -> str:
    """What is known of a household, section by section."""
    return _file_page(household_id, {})


def _file_page(household_id: int, shown: dict[tuple[str, int], str], error: str = "") -> str:
    actor = current_actor()
    view = file_of(actor.demand(P + "file_view"), household_id)
    area_code = view.household.area_code
    return render_template(
        "grid/file.html",
        file=view,
        path=path_name(area_code),
        tags=TAGS,
        risk_levels=RISK_LEVELS,
        purposes=PURPOSES,
        leavings=LEAVINGS,
        shown=shown,
        error=error,
        may_edit=view.household.ended_at is None and actor.may(P + "file_edit", area_code),
        may_reveal=actor.may(P + "file_reveal", area_code),
        may_open_register=actor.may("people.view", area_code),
    )


@pages.get("/files/<int:household_id>/<string:section>")
@demands(P + "file_edit")
def section_form(household_id: int, section: str) -> str:
    """One section to fill in."""
    return _section_page(_editable(current_actor(), household_id), section, None)


@pages.post("/files/<int:household_id>/<string:section>")
@demands(P + "file_edit")
@once_per_form
def save_section(household_id: int, section: str) -> Any:
    """Keep what was typed; the next open section follows."""
    actor = current_actor()
    view = _editable(actor, household_id)
    part = _section(view, section)
    try:
        changed = update_file(actor, household_id, _entries(part), seen_at=_seen_at())
    except DomainError as refusal:
        if isinstance(refusal, NotFound):
            raise
        # What is stored by now is what the form must show beside what was typed.
        return _section_page(
            file_of(actor.demand(P + "file_edit"), household_id), section, refusal
        ), refusal.status
    flash(_saved(part.title, changed), "success")
    return redirect(url_for("grid.file_page", household_id=household_id, _anchor=section), 303)


def _saved(title: str, changed: int) -> str:
    if changed:
        return say("“%(title)s”已保存，改动 %(count)d 项。", title=title, count=changed)
    return say("“%(title)s”没有改动，已记为今天核对过。", title=title)


@pages.post("/files/<int:household_id>/confirm")
@demands(P + "file_edit")
@once_per_form
def confirm_file(household_id: int) -> Any:
    """Looked through, nothing has changed: the file is fresh."""
    update_file(current_actor(), household_id, [])
    flash(say("已记为今天核对过。"), "success")
    return redirect(url_for("grid.file_page", household_id=household_id), 303)


@pages.get("/files/<int:household_id>/history")
@demands(P + "file_view")
def file_history(household_id: int) -> str:
    """Every change: who, when, old, new."""
    scope = current_actor().demand(P + "file_view")
    rows, total = changes_of(scope, household_id, page=page_number(), page_size=50)
    view = file_of(scope, household_id)
    return render_template(
        "grid/file_history.html", file=view, rows=rows, total=total, page=page_number(), page_size=50
    )


@pages.post("/files/<int:household_id>/reveal")
@demands(P + "file_reveal")
def reveal(household_id: int) -> Any:
    """One sensitive value in clear, on this page only."""
    try:
        form = read_form(RevealForm())
        text = reveal_value(current_actor(), household_id, **form)
    except Invalid as refusal:
        return _file_page(household_id, {}, translated(refusal)), refusal.status
    return _file_page(household_id, {(form["item"], form["person_id"]): text})


def _editable(actor: Actor, household_id: int) -> FileView:
    return file_of(actor.demand(P + "file_edit"), household_id)


def _section(view: FileView, code: str) -> Section:
    for section in view.sections:
        if section.code == code:
            return section
    raise NotFound


def _section_page(view: FileView, code: str, refusal: DomainError | None) -> str:
    codes = [section.code for section in view.sections]
    part = _section(view, code)
    following = codes[codes.index(code) + 1 :]
    return render_template(
        "grid/file_section.html",
        file=view,
        section=part,
        following=following[0] if following else "",
        seen_at=view.seen_at,
        typed=request.form if refusal else {},
        several={name: request.form.getlist(name) for name in request.form} if refusal else {},
        errors=show(refusal).errors if refusal else {},
        error=translated(refusal) if refusal else "",
        field_name=field_name,
        choices_of=_picks,
        tags=TAGS,
    )


def _picks(item: Item) -> list[tuple[str, str]]:
    """The choices in the reader's language where the words are ours."""
    return [(code, translated_text(title)) for code, title in choices_of(item)]


def _entries(part: Section) -> list[Entry]:
    """What the form says of every item that it asked: an empty sensitive one means unchanged."""
    wanted = [(shown.item, 0) for shown in part.household] + [
        (shown.item, person.id) for person, row in part.persons for shown in row
    ]
    return [
        Entry(item.code, person_id, _typed(item, field_name(item.code, person_id)))
        for item, person_id in wanted
        if not item.retired and _is_said(item, field_name(item.code, person_id))
    ]


def _is_said(item: Item, name: str) -> bool:
    if item.sensitive:
        return bool("".join(request.form.getlist(name)).strip()) or f"clear.{name}" in request.form
    # Boxes that are all empty send nothing, so the form says beside them that it asked.
    return name in request.form or f"asked.{name}" in request.form


def _typed(item: Item, name: str) -> list[str] | str:
    if f"clear.{name}" in request.form:
        return ""
    return request.form.getlist(name) if item.kind == MULTI else request.form.get(name, "")


def _seen_at() -> Any:
    raw = request.form.get("seen_at", "")
    return from_milliseconds(int(raw)) if raw.isascii() and raw.isdigit() and len(raw) < 15 else None
