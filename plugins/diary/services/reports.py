"""Reports are asked for, written by the worker chapter by chapter, and stand as they are from then on."""

import hashlib
import json
import logging
import time
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from peewee import DatabaseError, IntegrityError, fn

from core import audit
from core.areas.api import list_areas
from core.clock import now, today
from core.county import county
from core.db import is_outage, unit_of_work
from core.errors import DomainError, Invalid, NotFound
from core.events import announce
from core.fields import cleaned
from core.plugin_manager import SYSTEM
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from plugins.diary.errors.reports import ReportNotFailed, ReportRunning, ReportTooEarly
from plugins.diary.lines import lines
from plugins.diary.models.reports import Report, ReportTemplate
from plugins.diary.queries.index import month_days
from plugins.diary.queries.report_period import Period, period_of
from plugins.diary.queries.report_sections import SECTIONS
from plugins.diary.report_context import context_of
from plugins.diary.report_shape import Section, canonical, digest
from plugins.diary.report_word import check_template
from plugins.diary.words import KINDS

REPORT = "diary.report"
log = logging.getLogger(__name__)
ASKED, WRITING, DONE, FAILED = "asked", "writing", "done", "failed"
# Who was killed while writing does not come back: another one begins anew.
_GIVEN_UP = timedelta(minutes=15)
_WRITING = "a report is written from what is on record, and nothing else changes"
_WORKER = "the worker writes every report that is asked for"
_LEVELS = (6, 9)
_NO_MEMORY = N_("本机内存不够，请稍后重试，或请信息中心检查。")
_REFUSED = N_("数据库拒绝了查询，请信息中心查看日志。")
_BROKEN = N_("程序出错，请信息中心查看日志；其他报告不受影响。")
SHAPE = 1
# Those that every report has, besides visits and entries by kind and entries by line.
FACT_NAMES = (
    *("visits", "household_visits", "establishment_visits", "solved_at_visits", "visited", "unvisited"),
    *("entries", "entry_problems", "problems", "resolved", "on_the_spot", "resolved_later", "satisfied"),
    *("overdue", "open", "cancelled"),
    *("topics_proposed", "topics_confirmed", "topics_ended"),
)


def ask_report(actor: Actor, area_code: str, month: str) -> int:
    """Let a report of a county or town and month be written by the worker; returns its id.

    Where the last one could not be written, it is that one, tried again.
    Raises Forbidden, NotFound (no month), Invalid (no such area), ReportTooEarly, ReportRunning.
    """
    actor.demand(REPORT, area_code)
    if len(area_code) not in _LEVELS:
        raise Invalid(fields={"area_code": [N_("报告按县区或镇街撰写，请选择县区或镇街。")]})
    first, _ = month_days(month)
    if first > today():
        raise ReportTooEarly
    with unit_of_work():
        return _ask(actor, area_code, month)


def _ask(actor: Actor, area_code: str, month: str) -> int:
    mine = (Report.area_code == area_code) & (Report.month == month)
    failed: Report | None = Report.unscoped(_WORKER).where(mine & (Report.state == FAILED)).get_or_none()
    if failed is not None:
        return _again(actor, failed)
    if Report.unscoped(_WORKER).where(mine & (Report.state != DONE)).exists():
        raise ReportRunning
    last = Report.unscoped(_WORKER, fn.MAX(Report.version)).where(mine).scalar() or 0
    try:
        with unit_of_work(housekeeping="the report's line follows"):
            row = Report.create(
                area_code=area_code,
                month=month,
                version=last + 1,
                state=ASKED,
                steps=len(SECTIONS),
                asked_by=actor.account_id,
                asked_at=now(),
            )
    except IntegrityError:
        raise ReportRunning from None
    subject = f"diary_report:{row.id}"
    audit.record(
        actor, "diary.ask_report", area_code=area_code, subject=subject, month=month, version=last + 1
    )
    announce(actor, "diary.ReportAsked", area_code=area_code, subject=subject, month=month)
    return int(row.id)


def retry_report(actor: Actor, report_id: int) -> None:
    """Let a report whose chapter failed be written again. Raises Forbidden, NotFound, ReportNotFailed."""
    with unit_of_work():
        row: Report | None = Report.within(actor.demand(REPORT)).where(Report.id == report_id).get_or_none()
        if row is None:
            raise NotFound
        _again(actor, row)


def _again(actor: Actor, row: Report) -> int:
    changed = (
        Report.update(
            state=ASKED, step=0, failed_in="", failed_why="", asked_by=actor.account_id, asked_at=now()
        )
        .where((Report.id == row.id) & (Report.state == FAILED))
        .execute()
    )
    if not changed:
        raise ReportNotFailed
    subject = f"diary_report:{row.id}"
    audit.record(actor, "diary.retry_report", area_code=row.area_code, subject=subject, month=row.month)
    announce(actor, "diary.ReportAsked", area_code=row.area_code, subject=subject, month=row.month)
    return int(row.id)


def ask_monthly(day: date) -> int:
    """Ask for last month's reports of the county and its towns that nobody has asked for; how many.

    The worker's job: any day of a month makes up for what was missed on the 1st.
    """
    month = f"{day.replace(day=1) - timedelta(days=1):%Y-%m}"
    code = county().settings.county_code
    towns, _ = list_areas(AreaScope((code,)), level="town", on_date=day, page_size=1000)
    wanted = [code, *(town.code for town in towns)]
    there = {
        row.area_code
        for row in Report.unscoped(_WORKER, Report.area_code).where(
            (Report.month == month) & Report.area_code.in_(wanted)
        )
    }
    missing = [each for each in wanted if each not in there]
    for each in missing:
        with unit_of_work():
            _ask(SYSTEM, each, month)
    return len(missing)


def write_reports(seconds: float | None = None) -> int:
    """Write what is asked for, the oldest first; how many were finished. One that fails stops no other.

    `seconds`: after so many leave the rest, and what is half written, to whoever comes next.
    """
    began, written = time.monotonic(), 0
    while (report_id := _next()) is not None:
        left = None if seconds is None else began + seconds
        done = _write(report_id, left)
        if done is None:
            continue
        if not done:
            break
        written += 1
    return written


def _next() -> int | None:
    """Take the oldest report that waits, or that somebody gave up."""
    waits = (Report.state == ASKED) | ((Report.state == WRITING) & (Report.started_at < now() - _GIVEN_UP))
    query = Report.unscoped(_WORKER).where(waits).order_by(Report.id).limit(1)
    row: Report | None = query.get_or_none()
    if row is None:
        return None
    with unit_of_work(housekeeping=_WRITING):
        taken = (
            Report.update(state=WRITING, started_at=now(), step=0)
            .where((Report.id == row.id) & (Report.version == row.version) & waits)
            .execute()
        )
    return int(row.id) if taken else None


def _write(report_id: int, until: float | None) -> bool | None:
    """True: it stands; False: time is over; None: a chapter failed, and the report says so."""
    row = Report.unscoped(_WORKER).where(Report.id == report_id).get()
    title = SECTIONS[0][0]
    try:
        period = period_of(row.area_code, row.month)
        sections: list[Section] = []
        for step, (name, chapter) in enumerate(SECTIONS, 1):
            title = name
            found = chapter(period)
            if found is not None:
                sections.append(found)
            over = until is not None and time.monotonic() > until and step < len(SECTIONS)
            with unit_of_work(housekeeping=_WRITING):
                Report.update(step=0 if over else step, state=ASKED if over else WRITING).where(
                    Report.id == report_id
                ).execute()
            if over:
                return False
        _finish(row, period, sections)
    except Exception as error:
        if is_outage(error):
            raise  # nobody's mistake: it is taken up again
        _fail(row, title, error)
        return None
    return True


def _fail(row: Report, title: str, error: Exception) -> None:
    log.exception("report %s could not be written: %s", row.id, title)
    with unit_of_work():
        Report.update(state=FAILED, failed_in=title, failed_why=_why(error)).where(
            Report.id == row.id
        ).execute()
        audit.record(
            SYSTEM,
            "diary.fail_report",
            area_code=row.area_code,
            subject=f"diary_report:{row.id}",
            month=row.month,
            chapter=title,
            error=type(error).__name__,
        )


def _why(error: Exception) -> str:
    """A sentence for the leader; what a program's mistake says stands in the log alone."""
    if isinstance(error, DomainError):
        return error.sentence()[:200]
    if isinstance(error, MemoryError):
        return _NO_MEMORY
    return _REFUSED if isinstance(error, DatabaseError) else _BROKEN


def _finish(row: Report, period: Period, sections: list[Section]) -> None:
    head = {
        "shape": SHAPE,
        "area": {"code": period.area_code, "name": period.area_name},
        "month": period.month,
        **period.days(),
        "moved": period.moved,
    }
    figures = canonical(head, sections)
    with unit_of_work():
        Report.update(state=DONE, finished_at=now(), figures=figures, sha256=digest(figures)).where(
            Report.id == row.id
        ).execute()
        audit.record(
            SYSTEM,
            "diary.finish_report",
            area_code=row.area_code,
            subject=f"diary_report:{row.id}",
            month=row.month,
            sha256=digest(figures),
        )


def keep_template(actor: Actor, *, name: str, data: bytes) -> int:
    """Take a county's own Word template into use; returns its id. It is tried before it is kept.

    Raises Forbidden, TemplateRefused, or what `core.files` says of a file that is none.
    """
    code = county().settings.county_code
    actor.demand(REPORT, code)
    check_template(name, data, sample(lines()))
    with unit_of_work():
        _end_templates()
        row = ReportTemplate.create(
            name=cleaned(name)[-100:],
            data=data,
            sha256=_sha(data),
            account_id=actor.account_id,
            at=now(),
        )
        _record(actor, "diary.keep_template", row.id, sha256=row.sha256)
    return int(row.id)


def drop_template(actor: Actor) -> None:
    """Go back to the template that comes along. Raises Forbidden, NotFound (there is none)."""
    actor.demand(REPORT, county().settings.county_code)
    with unit_of_work():
        if not _end_templates():
            raise NotFound
        _record(actor, "diary.drop_template", 0)


def _end_templates() -> int:
    held = ReportTemplate.ended_at.is_null()
    return int(ReportTemplate.update(ended_at=now()).where(held).execute())


def _record(actor: Actor, action: str, template_id: int, **detail: Any) -> None:
    code = county().settings.county_code
    audit.record(actor, action, area_code=code, subject=f"diary_report_template:{template_id}", **detail)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sample(codes: Iterable[str] = ()) -> dict[str, Any]:
    """What a template is tried with: every name that a report can have. `codes`: the lines of service."""
    cell = {"number": 1, "of": 2, "link": None}
    names = [f"{what}_{kind}" for what in ("visits", "entries") for kind in KINDS]
    names += [f"entries_{line}" for line in codes]
    section = {
        "name": "visits",
        "title": "走访情况",
        "note": "注",
        "facts": [{"name": name, "title": "数字", **cell} for name in (*names, *FACT_NAMES)],
        "tables": [
            {
                "title": "各地",
                "head": ["地区", "走访"],
                "rows": [{"label": "一村", "note": "原二村", "cells": [cell]}],
            }
        ],
        "texts": [{"label": "一村", "text": "路灯坏了", "link": None}],
    }
    figures = {
        "area": {"code": "341504", "name": "某县"},
        "month": "2026-01",
        "since": "2026-01-01",
        "until": "2026-01-31",
        "sections": [section],
    }
    return context_of(json.loads(json.dumps(figures)), "0" * 64, date(2026, 2, 1))
