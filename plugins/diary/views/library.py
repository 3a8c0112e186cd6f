"""The library for staff: find, read, say that one has read it; keep it by versions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.clock import today
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Text
from core.files.api import Prepared, prepare
from core.forms import Form, form_page
from core.problems import translated
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.diary.errors.library import DocumentChanged
from plugins.diary.library_words import AUDIENCES, CATEGORIES
from plugins.diary.queries import library as queries
from plugins.diary.services import library as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import in_words, places_above_grids

VIEW, KEEP = queries.VIEW, queries.KEEP
PAGE_SIZE = 20


class ContentForm(Form):
    """What a version says."""

    title = Text(100, load_default="")
    category = fields.String(required=True, validate=validate.OneOf(list(CATEGORIES)))
    text = Text(services.LONGEST, load_default="")
    link = Text(300, load_default="")
    valid_from = fields.Date(load_default=None, allow_none=True)
    valid_until = fields.Date(load_default=None, allow_none=True)


class NewForm(ContentForm):
    """Where it is kept and for whom it is."""

    area_code = AreaCode(required=True)
    places = fields.List(AreaCode(), load_default=list)
    roles = fields.List(fields.String(validate=validate.OneOf(list(AUDIENCES))), load_default=list)
    is_public = fields.Boolean(load_default=False)


class RenewForm(ContentForm):
    """In place of which version, and what is different."""

    version = fields.Integer(required=True)
    note = Text(200, load_default="")


def with_document(view: Callable[..., Any]) -> Callable[..., Any]:
    """For POST views, outside of `once_per_form`: looking into a file takes time nobody should wait for."""

    @wraps(view)
    def prepared(*args: Any, **kwargs: Any) -> Any:
        g.document, g.document_refusal = [], None
        sent = request.files.get("file")
        if sent is not None and sent.filename:
            try:
                with sent.stream:
                    g.document = [prepare(sent.filename, sent.read())]
            except DomainError as refusal:
                g.document_refusal = refusal
        return view(*args, **kwargs)

    return prepared


def _files() -> list[Prepared]:
    if g.document_refusal is not None:
        raise g.document_refusal
    found: list[Prepared] = g.document
    return found


@pages.get("/library")
@demands(VIEW)
def library() -> str:
    """Documents for one's area and role, the newest first."""
    actor = current_actor()
    category, text = request.args.get("category", ""), request.args.get("q", "")
    category = category if category in CATEGORIES else ""
    every = request.args.get("all") == "1"
    found, total = queries.list_documents(
        actor, search=text, category=category, valid=not every, page=page_number(), page_size=PAGE_SIZE
    )
    return render_template(
        "diary/library.html",
        documents=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        categories=CATEGORIES,
        category=category,
        every=every,
        q=text,
        may_keep=actor.may(KEEP),
    )


@pages.get("/library/new")
@demands(KEEP)
def new_document() -> Any:
    """A document to add."""
    return _form(None)


def _form(refusal: DomainError | None, document_id: int | None = None) -> Any:
    actor = current_actor()
    view = None if document_id is None else queries.document(actor, document_id)
    return form_page(
        "diary/document_form.html",
        refusal,
        document=view,
        version=queries.version_of(actor, view.id, view.version) if view else None,
        newer=isinstance(refusal, DocumentChanged),
        places=[] if view else places_above_grids(actor.demand(KEEP)),
        chosen=request.form.getlist("places"),
        chosen_roles=request.form.getlist("roles"),
        categories_in_words=in_words(CATEGORIES),
        audiences=AUDIENCES,
        today=today(),
    )


@pages.post("/library")
@demands(KEEP)
@with_document
@once_per_form
def add_document() -> Any:
    """Put it into the library."""
    try:
        form = read_form(NewForm())
        area_code = form.pop("area_code")
        audience = services.Audience(**{name: form.pop(name) for name in ("places", "roles", "is_public")})
        content = services.Content(**form, files=_files())
        document_id = services.add_document(current_actor(), area_code, content, audience)
    except NotFound:
        raise
    except DomainError as refusal:
        return _form(refusal)
    flash(say("已入库。"), "success")
    return redirect(url_for("diary.document", document_id=document_id), 303)


@pages.get("/library/<int:document_id>")
@demands(VIEW)
def document(document_id: int) -> str:
    """One document; `?version=` an older one."""
    actor = current_actor()
    view = queries.document(actor, document_id)
    raw = request.args.get("version", "")
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 6 else view.version
    keeps = actor.scope(KEEP)
    return render_template(
        "diary/document.html",
        document=view,
        shown=queries.version_of(actor, document_id, number),
        versions=queries.versions(actor, document_id),
        places=queries.places_of(document_id),
        categories=CATEGORIES,
        audiences=AUDIENCES,
        may_keep=keeps.covers(view.area_code) and not view.is_withdrawn,
        counts=queries.read_counts(keeps, document_id, view.version, digits=max(9, len(view.area_code))),
        counts_reads=bool(keeps.prefixes),
    )


@pages.get("/library/<int:document_id>/renew")
@demands(KEEP)
def renew_form(document_id: int) -> Any:
    """A new version to write."""
    return _form(None, document_id)


@pages.post("/library/<int:document_id>/renew")
@demands(KEEP)
@with_document
@once_per_form
def renew_document(document_id: int) -> Any:
    """The new version; what somebody saved meanwhile is said, nothing typed is lost."""
    try:
        form = read_form(RenewForm())
        version, note = form.pop("version"), form.pop("note")
        content = services.Content(**form, files=_files())
        services.renew_document(current_actor(), document_id, content, version=version, note=note)
    except NotFound:
        raise
    except DomainError as refusal:
        return _form(refusal, document_id)
    flash(say("新版已入库，旧版仍可查看。"), "success")
    return redirect(url_for("diary.document", document_id=document_id), 303)


@pages.post("/library/<int:document_id>/withdraw")
@demands(KEEP)
@once_per_form
def withdraw_document(document_id: int) -> Any:
    """It is no longer offered."""
    try:
        services.withdraw_document(current_actor(), document_id)
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    else:
        flash(say("已撤下。"), "success")
    return redirect(url_for("diary.document", document_id=document_id), 303)


@pages.post("/library/<int:document_id>/read")
@demands(VIEW)
@once_per_form
def read_document(document_id: int) -> Any:
    """I have read it."""
    services.mark_read(current_actor(), document_id)
    flash(say("已记下您读过这一版。"), "success")
    return redirect(url_for("diary.document", document_id=document_id), 303)
