"""Analysis reports: the list, a report whose numbers lead to their rows, Word, PDF, the template."""

import re
from functools import partial
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import list_areas
from core.clock import today
from core.county import county
from core.errors import DomainError, NotFound
from core.fonts import find_font
from core.forms import form_page
from core.problems import translated
from core.security import Actor, current_actor
from core.web import bracketed, once_per_form, page_number, say
from plugins.diary.errors.reports import NoFont
from plugins.diary.lines import lines
from plugins.diary.queries import reports as queries
from plugins.diary.queries.report_rows import rows_behind
from plugins.diary.report_pdf import draw_report
from plugins.diary.report_shape import share
from plugins.diary.report_word import WORD_TYPE, make_word
from plugins.diary.services import reports as services
from plugins.diary.views import pages
from plugins.diary.words import KINDS

REPORT = "diary.report"
PAGE_SIZE = 20
_FILTERS = ("what", "code", "kind", "line", "to", "solved", "problems", "fact")
# While a report is written, its page asks again after so many seconds.
ASK_AGAIN = 2


def months(count: int = 13) -> list[str]:
    """The last months, this one first."""
    last = 12 * today().year + today().month - 1
    return [f"{each // 12}-{each % 12 + 1:02d}" for each in range(last, last - count, -1)]


def _places(actor: Actor) -> list[tuple[str, str]]:
    """Counties and towns that the actor may ask about."""
    scope = actor.scope(REPORT)
    found = [
        row
        for level in ("county", "town")
        for row in list_areas(scope, level=level, on_date=today(), page_size=200)[0]
    ]
    return [(row.code, row.name) for row in found]


@pages.get("/reports")
@demands(REPORT)
def reports() -> Any:
    """What was written, the newest month first, and a button for more."""
    return _list_page(None)


def _list_page(refusal: DomainError | None) -> Any:
    actor = current_actor()
    found, total = queries.list_reports(actor, page=page_number(), page_size=PAGE_SIZE)
    return form_page(
        "diary/reports.html",
        refusal,
        reports=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        places=_places(actor),
        months=[(each, each) for each in months()],
        last_month=months()[1],
        may_change_template=actor.may(REPORT, county().settings.county_code),
    )


@pages.post("/reports")
@demands(REPORT)
@once_per_form
def ask_report() -> Any:
    """Let one be written."""
    area_code, month = request.form.get("area_code", ""), request.form.get("month", "")
    try:
        if not re.fullmatch(r"[0-9]{6,9}", area_code) or not current_actor().may(REPORT, area_code):
            raise NotFound
        report_id = services.ask_report(current_actor(), area_code, month)
    except NotFound:
        raise
    except DomainError as refusal:
        return _list_page(refusal)
    return redirect(url_for("diary.report", report_id=report_id), 303)


@pages.get("/reports/<int:report_id>")
@demands(REPORT)
def report(report_id: int) -> Any:
    """A report: how far it is, then its chapters."""
    view = queries.report(current_actor(), report_id)
    answer = Response(
        render_template(
            "diary/report.html",
            view=view,
            figures=view.figures,
            share=partial(share, bracketed=bracketed),
            address=lambda link: _address(view, link),
            numbers="一二三四五六七八九十",
        )
    )
    if not view.is_done and not view.is_failed:
        # Without JavaScript too: the browser itself asks again.
        answer.headers["Refresh"] = str(ASK_AGAIN)
    return answer


@pages.post("/reports/<int:report_id>/retry")
@demands(REPORT)
@once_per_form
def retry_report(report_id: int) -> Any:
    """Write one again whose chapter failed."""
    try:
        services.retry_report(current_actor(), report_id)
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    return redirect(url_for("diary.report", report_id=report_id), 303)


def _address(view: queries.ReportView, link: dict[str, str]) -> str:
    """Where the rows of a number are."""
    if link["what"] == "entry":
        return url_for("diary.entry", entry_id=int(link["id"]))
    if link["what"] == "topic":
        return url_for("diary.topic", topic_id=int(link["id"]))
    if link["what"] == "topics":
        return url_for("diary.topics", state=link["state"])
    if link["what"] == "word":
        since, until = (link.get(name) or view.figures[name] for name in ("since", "until"))
        return url_for("diary.entries", area=view.area_code, word=link["word"], since=since, until=until)
    filters: dict[str, Any] = {name: link.get(name) for name in _FILTERS}
    return url_for("diary.report_rows", report_id=view.id, **filters)


@pages.get("/reports/<int:report_id>/rows")
@demands(REPORT)
def report_rows(report_id: int) -> str:
    """The rows behind a number, as they are on record now."""
    actor = current_actor()
    view = queries.report(actor, report_id)
    if not view.is_done:
        raise NotFound
    wanted = {name: request.args.get(name, "")[:60] for name in _FILTERS}
    found = rows_behind(actor, view.figures, wanted, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "diary/report_rows.html",
        view=view,
        found=found,
        wanted={name: value for name, value in wanted.items() if value},
        page=page_number(),
        page_size=PAGE_SIZE,
        kinds=KINDS,
        lines=lines(),
    )


@pages.get("/reports/<int:report_id>/word")
@demands(REPORT)
def report_word(report_id: int) -> Any:
    """The report as Word, by the county's template; a template that fails is said on the report's page."""
    view = queries.report(current_actor(), report_id)
    own = queries.template()
    try:
        made = make_word(own.data if own else None, view.context(), view.at)
    except DomainError as refusal:
        flash(translated(refusal), "error")
        return redirect(url_for("diary.report", report_id=report_id), 303)
    return _download(made, WORD_TYPE, f"{view.title}.docx")


@pages.get("/reports/<int:report_id>/pdf")
@demands(REPORT)
def report_pdf(report_id: int) -> Any:
    """The report as PDF."""
    view = queries.report(current_actor(), report_id)
    context, font = view.context(), find_font()
    if font is None or view.finished_at is None:
        raise NoFont
    return _download(draw_report(context, font, view.finished_at), "application/pdf", f"{view.title}.pdf")


def _download(data: bytes, media_type: str, name: str) -> Response:
    answer = Response(data, mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@pages.get("/report-template")
@demands(REPORT)
def report_template() -> Any:
    """Which template counts, and how to change it; for the county."""
    return _template_page(None)


def _template_page(refusal: DomainError | None) -> Any:
    current_actor().demand(REPORT, county().settings.county_code)
    return form_page("diary/report_template.html", refusal, own=queries.template(), facts=_fact_names())


def _fact_names() -> list[str]:
    return [fact["name"] for section in services.sample(lines())["sections"] for fact in section["facts"]]


@pages.post("/report-template")
@demands(REPORT)
@once_per_form
def keep_report_template() -> Any:
    """Take another one into use; it is tried first."""
    sent = request.files.get("template")
    try:
        services.keep_template(
            current_actor(), name=sent.filename or "" if sent else "", data=sent.read() if sent else b""
        )
    except DomainError as refusal:
        return _template_page(refusal)
    flash(say("已启用这个模板。"), "success")
    return redirect(url_for("diary.report_template"), 303)


@pages.post("/report-template/drop")
@demands(REPORT)
@once_per_form
def drop_report_template() -> Any:
    """Back to the one that comes along."""
    services.drop_template(current_actor())
    flash(say("已改回默认模板。"), "success")
    return redirect(url_for("diary.report_template"), 303)


@pages.get("/report-template/default")
@demands(REPORT)
def default_report_template() -> Response:
    """The template that comes along, to be edited in Word."""
    made = make_word(None, None, "2026-01-01T00:00:00")
    return _download(made, WORD_TYPE, say("民情分析报告模板") + ".docx")


@pages.get("/report-template/own")
@demands(REPORT)
def own_report_template() -> Response:
    """The county's own one."""
    current_actor().demand(REPORT, county().settings.county_code)
    own = queries.template()
    if own is None:
        raise NotFound
    return _download(own.data, WORD_TYPE, own.name)
