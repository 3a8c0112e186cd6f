"""The desk of the discipline office: the list with its lights, one report with its timeline and deeds."""

import re
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from core.access import demands
from core.clock import today
from core.errors import DomainError, Forbidden, NotFound
from core.fields import Id, Text
from core.forms import Form, form_page
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, page_number, read_form, save_as, say
from plugins.supervision.queries import report_desk as queries
from plugins.supervision.queries.report_figures import LEAST, figures
from plugins.supervision.queries.report_reach import FIGURES, HANDLE, REVEAL
from plugins.supervision.report_words import (
    DEEDS,
    GREEN,
    KINDS,
    LIGHTS,
    OUTCOMES,
    PURPOSES,
    RED,
    STATES,
    YELLOW,
)
from plugins.supervision.services import report_handling as services
from plugins.supervision.views import pages

PAGE_SIZE = 20
_MOST_EXPORTED = 50_000


class AssignForm(Form):
    """To whom."""

    handler_id = Id(required=True)
    note = Text(2_000, load_default="")


class NoteForm(Form):
    """Why."""

    note = Text(2_000, load_default="")


class AnswerForm(Form):
    """What came out."""

    outcome = Text(20, load_default="")
    answer = Text(20_000, load_default="")


class PurposeForm(Form):
    """What for."""

    purpose = Text(20, load_default="")


def _wanted() -> queries.Wanted:
    asked = request.values
    return queries.Wanted(
        state=asked.get("state", "") if asked.get("state") in STATES else "",
        light=asked.get("light", "") if asked.get("light") in (GREEN, YELLOW, RED) else "",
        kind=asked.get("kind", "") if asked.get("kind") in KINDS else "",
        search=asked.get("q", ""),
        mine=asked.get("mine") == "1",
    )


@pages.get("/reports/desk")
@demands(HANDLE)
def reports() -> str:
    """The reports of one's office and those below, what is most urgent first."""
    actor, wanted = current_actor(), _wanted()
    found, total = queries.list_reports(actor, wanted, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "supervision/report_desk.html",
        reports=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        lights=queries.lights(actor),
        wanted=wanted,
        states=STATES,
        kinds=KINDS,
        light_titles=LIGHTS,
        may_count=actor.may(FIGURES),
    )


@pages.post("/reports/desk/export")
@demands(HANDLE)
def export_reports() -> Response:
    """The same list as a table, without text and names. A POST, since it leaves a line in the record."""
    actor = current_actor()
    found, _ = queries.list_reports(actor, _wanted(), page_size=_MOST_EXPORTED)
    headings = (
        *(N_("编号"), N_("村社"), N_("办理机构"), N_("问题类别"), N_("状态"), N_("亮灯"), N_("第几轮")),
        *(N_("收到时间"), N_("期限"), N_("办理结果")),
    )
    table: list[tuple[Any, ...]] = [tuple(say(heading) for heading in headings)]
    table += [
        (
            str(row.id),
            row.area_name,
            row.level_name,
            say(KINDS.get(row.kind, row.kind)),
            say(STATES[row.state]),
            say(LIGHTS[row.light]),
            str(row.round),
            row.received_at.strftime("%Y-%m-%d"),
            row.due_at.strftime("%Y-%m-%d") if row.due_at else "",
            say(OUTCOMES[row.outcome]) if row.outcome else "",
        )
        for row in found
    ]
    name, mimetype, body = services.export_reports(actor, table)
    return save_as(name, mimetype, body)


@pages.get("/reports/desk/<int:report_id>")
@demands(HANDLE)
def report(report_id: int) -> Any:
    """One report."""
    return _page(report_id, None)


def _page(report_id: int, refusal: DomainError | None, **more: Any) -> Any:
    actor = current_actor()
    view, handlers = queries.report_with_handlers(actor, report_id)
    return form_page(
        "supervision/report.html",
        refusal,
        report=view,
        subjects=queries.subjects_of(report_id),
        steps=queries.steps_of(report_id),
        files=queries.shown_files(report_id),
        handlers=handlers,
        states=STATES,
        kinds=KINDS,
        deeds=DEEDS,
        outcomes=OUTCOMES,
        purposes=PURPOSES,
        light_titles=LIGHTS,
        is_mine=view.handler_id is not None and view.handler_id == actor.account_id,
        may_reveal=view.is_named and actor.may(REVEAL, view.level_code),
        **more,
    )


def _done(report_id: int, deed: Any, sentence: str) -> Any:
    try:
        deed()
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        return _page(report_id, refusal)
    flash(say(sentence), "success")
    return redirect(url_for("supervision.report", report_id=report_id), 303)


@pages.post("/reports/desk/<int:report_id>/assign")
@demands(HANDLE)
@once_per_form
def assign_report(report_id: int) -> Any:
    """Give it to somebody."""
    actor = current_actor()
    return _done(
        report_id,
        lambda: services.assign_report(actor, report_id, **read_form(AssignForm())),
        N_("已分办。"),
    )


@pages.post("/reports/desk/<int:report_id>/urge")
@demands(HANDLE)
@once_per_form
def urge_report(report_id: int) -> Any:
    """Urge it."""
    actor = current_actor()
    return _done(
        report_id, lambda: services.urge_report(actor, report_id, **read_form(NoteForm())), N_("已催办。")
    )


@pages.post("/reports/desk/<int:report_id>/transfer")
@demands(HANDLE)
@once_per_form
def transfer_report(report_id: int) -> Any:
    """Hand it to the office above, which alone has it then as far as this one is concerned."""
    actor = current_actor()
    try:
        services.transfer_report(actor, report_id, **read_form(NoteForm()))
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        return _page(report_id, refusal)
    flash(say(N_("已转上一级。")), "success")
    return redirect(url_for("supervision.reports"), 303)


@pages.post("/reports/desk/<int:report_id>/answer")
@demands(HANDLE)
@once_per_form
def answer_report(report_id: int) -> Any:
    """Answer it."""
    actor = current_actor()
    return _done(
        report_id,
        lambda: services.answer_report(actor, report_id, **read_form(AnswerForm())),
        N_("已经答复。"),
    )


@pages.post("/reports/desk/<int:report_id>/end")
@demands(HANDLE)
@once_per_form
def end_report(report_id: int) -> Any:
    """End it."""
    actor = current_actor()
    return _done(
        report_id, lambda: services.end_report(actor, report_id, **read_form(NoteForm())), N_("已办结。")
    )


@pages.post("/reports/desk/<int:report_id>/reporter")
@demands(REVEAL)
def reveal_reporter(report_id: int) -> Any:
    """Show who sent it, on this one answer; each time leaves a line in the record."""
    actor = current_actor()
    try:
        found = services.reveal_reporter(actor, report_id, **read_form(PurposeForm()))
    except (NotFound, Forbidden):
        raise
    except DomainError as refusal:
        return _page(report_id, refusal)
    return _page(report_id, None, reporter=found)


@pages.get("/reports/figures")
@demands(FIGURES)
def report_figures() -> str:
    """A year's reports by area and kind, without names."""
    raw = request.args.get("year", "")
    year = int(raw) if re.fullmatch(r"20[0-9]{2}", raw) else today().year
    return render_template(
        "supervision/report_figures.html",
        figures=figures(current_actor(), year),
        year=year,
        this_year=today().year,
        least=LEAST,
        may_handle=current_actor().may(HANDLE),
    )
