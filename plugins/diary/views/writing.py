"""Writing on the phone: a day's text first, then what it is about and what is to be done."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.clock import today
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Text
from core.files.api import files_of
from core.files.forms import kept_photos, kept_sounds, with_photos
from core.forms import Form, form_page
from core.problems import translated
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.diary.errors.entries import EntryChanged
from plugins.diary.lines import lines
from plugins.diary.queries import entries as queries
from plugins.diary.queries.postings import my_postings
from plugins.diary.queries.recognition import recognise
from plugins.diary.queries.topics import topics_of_entry
from plugins.diary.services import entries as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import in_words, my_places, place_of
from plugins.diary.words import KINDS, LINKS, PRIVATE, PUBLISHED, STATES

VIEW, WRITE = "diary.view", "diary.write"
PAGE_SIZE = 20
_DIFFICULTIES = ("small", "medium", "large")


class EntryForm(Form):
    """A day's text."""

    text = Text(100_000, load_default="")
    area_code = AreaCode(required=True)
    kind = fields.String(load_default="village")
    line = fields.String(load_default="")
    day = fields.Date(required=True)
    private = fields.Boolean(load_default=False)


class ChangeForm(Form):
    """Another text; `version` is the one that was read."""

    text = Text(100_000, load_default="")
    version = fields.Integer(required=True, validate=validate.Range(1, 1_000_000))
    day = fields.Date(required=True)
    publish = fields.Boolean(load_default=False)


class ProblemForm(Form):
    """A problem of an entry; an empty text is the entry's own."""

    text = Text(5_000, load_default="")
    place = Text(200, load_default="")
    person_id = fields.Integer(load_default=None, allow_none=True)
    urgent = fields.Boolean(load_default=False)
    solved_on_spot = fields.Boolean(load_default=False)
    answer = Text(2_000, load_default="")


@pages.get("/write")
@demands(WRITE)
def new_entry() -> Any:
    """An empty page, ready to write on."""
    return _write_page(None)


def _write_page(refusal: DomainError | None) -> Any:
    actor = current_actor()
    mine, places = my_postings(actor), my_places(actor, WRITE)
    return form_page(
        "diary/write.html",
        refusal,
        places=places,
        place=place_of(places, actor.scope(WRITE), request.values.get("area_code", "")),
        kinds_in_words=in_words(KINDS),
        kind=mine[0].kind if mine else "village",
        lines_in_words=in_words(lines()),
        line=mine[0].line if mine else "",
        today=today(),
    )


@pages.post("/write")
@demands(WRITE)
@with_photos
@once_per_form
def write_entry() -> Any:
    """Keep what was written."""
    actor = current_actor()
    try:
        form = read_form(EntryForm())
        state = PRIVATE if form.pop("private") else PUBLISHED
        photos, sounds = kept_photos(form["area_code"]), kept_sounds(form["area_code"])
        entry_id = services.write_entry(
            actor, services.NewEntry(**form, state=state, files=(*photos, *sounds))
        )
    except NotFound:
        raise
    except DomainError as refusal:
        return _write_page(refusal)
    flash(say("已记下，只有自己能看。") if state == PRIVATE else say("已记下。"), "success")
    return redirect(url_for("diary.entry", entry_id=entry_id), 303)


@pages.get("/mine")
@demands(WRITE)
def my_entries() -> str:
    """One's own entries, private ones among them."""
    actor = current_actor()
    text = request.args.get("q", "")
    found, total = queries.list_entries(
        actor, queries.Wanted(mine=True, search=text), page=page_number(), page_size=PAGE_SIZE
    )
    return render_template(
        "diary/my_entries.html",
        entries=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        q=text,
        states=STATES,
        kinds=KINDS,
    )


@pages.get("/entries/<int:entry_id>")
@demands(VIEW)
def entry(entry_id: int) -> Any:
    """One entry: its text, what it is about, what became of its problems."""
    return _entry_page(entry_id, None)


def _entry_page(entry_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    view = queries.entry(actor, entry_id)
    is_own = view.account_id == actor.account_id and actor.may(WRITE)
    known = [(link.kind, link.target) for link in view.links]
    return form_page(
        "diary/entry.html",
        refusal,
        entry=view,
        problems=queries.outcomes(actor, entry_id),
        files=files_of(f"diary_entry:{entry_id}")
        + (files_of(f"diary_visit:{view.visit_id}") if view.visit_id else []),
        offered=recognise(actor, view.original or view.text, view.area_code, known) if is_own else [],
        versions=len(queries.versions_of(entry_id)),
        topics=topics_of_entry(actor, entry_id),
        kinds=KINDS,
        lines=lines(),
        states=STATES,
        link_kinds=LINKS,
        is_own=is_own,
        may_change=is_own and queries.may_change(actor, view),
    )


@pages.route("/entries/<int:entry_id>/change", methods=["GET", "POST"])
@demands(WRITE)
def change_entry(entry_id: int) -> Any:
    """Write it better; what somebody saved meanwhile is shown beside it, nothing is lost."""
    actor, refusal = current_actor(), None
    view = queries.entry(actor, entry_id)
    if request.method == "POST":
        try:
            form = read_form(ChangeForm())
            publish = form.pop("publish")
            services.change_entry(actor, entry_id, state=PUBLISHED if publish else None, **form)
        except NotFound:
            raise
        except DomainError as error:
            refusal = error
        else:
            flash(say("已保存。"), "success")
            return redirect(url_for("diary.entry", entry_id=entry_id), 303)
    newer = view.original if isinstance(refusal, EntryChanged) else ""
    return form_page("diary/change.html", refusal, entry=view, newer=newer, today=today())


@pages.post("/entries/<int:entry_id>/remove")
@demands(WRITE)
@once_per_form
def remove_entry(entry_id: int) -> Any:
    """Remove one's own entry."""
    try:
        services.remove_entry(current_actor(), entry_id)
    except NotFound:
        raise
    except DomainError as refusal:
        return _entry_page(entry_id, refusal)
    flash(say("已删除。"), "success")
    return redirect(url_for("diary.my_entries"), 303)


@pages.post("/entries/<int:entry_id>/links")
@demands(WRITE)
@once_per_form
def link_entry(entry_id: int) -> Any:
    """Yes, that is who or what is meant; or not any more (`gone`)."""
    kind, _, target = request.form.get("what", "").partition(":")
    change = services.unlink_entry if request.form.get("gone") == "1" else services.link_entry
    try:
        change(current_actor(), entry_id, kind=kind, target=target)
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    return redirect(url_for("diary.entry", entry_id=entry_id), 303)


@pages.post("/entries/<int:entry_id>/problems")
@demands(WRITE)
@once_per_form
def raise_problem(entry_id: int) -> Any:
    """A problem becomes a case with one tap."""
    try:
        services.raise_problem(current_actor(), entry_id, services.Problem(**read_form(ProblemForm())))
    except NotFound:
        raise
    except DomainError as refusal:
        return _entry_page(entry_id, refusal)
    flash(say("已转为事项，办到哪一步都会写在这里。"), "success")
    return redirect(url_for("diary.entry", entry_id=entry_id), 303)
