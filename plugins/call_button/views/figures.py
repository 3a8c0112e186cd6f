"""A month's calls against the marks, by village; the calls behind each number."""

from datetime import date
from typing import Any

from flask import Response, render_template, request

from core.access import demands
from core.clock import today
from core.security import current_actor
from core.text import N_
from core.web import page_number, save_as, say
from plugins.call_button.call_words import HOWS, KINDS, STATES
from plugins.call_button.charts import ShareBars, share_bars
from plugins.call_button.queries import figures as queries
from plugins.call_button.queries.call_reach import VIEW
from plugins.call_button.queries.figures import FIGURES
from plugins.call_button.services.figure_exports import export_figures
from plugins.call_button.views import pages
from plugins.call_button.views.board import asked_scope, late_words, nearby, places

PAGE_SIZE = 20
_MONTHS_BACK = 12
PARTS = {
    queries.ALL: N_("全部呼叫"),
    queries.DUE: N_("应接的呼叫"),
    queries.FIRST: N_("%(seconds)s 秒内接听"),
    queries.SECOND: N_("%(seconds)s 秒内接听"),
    queries.LATE: N_("超过 %(seconds)s 秒或没有接听"),
    queries.GONE: N_("没有接听就取消的"),
    queries.HELD_UP: N_("按下后迟送到的"),
    queries.THUMB_UP: N_("满意"),
    queries.THUMB_DOWN: N_("不满意"),
}


def _titles() -> dict[str, str]:
    first, second = queries.marks()
    seconds = {queries.FIRST: first}
    return {part: say(title, seconds=seconds.get(part, second)) for part, title in PARTS.items()}


def _month(day: date) -> str:
    return f"{day.year}-{day.month:02}"


@pages.get("/figures")
@demands(FIGURES)
def call_figures() -> str:
    """A month by village."""
    area_code, scope = asked_scope(FIGURES)
    first_day = queries.month_of(request.args.get("month", ""))
    found = queries.month_figures(scope, first_day)
    this_month = today().replace(day=1)
    return render_template(
        "call_button/figures.html",
        found=found,
        charts=[_chart(found, mark) for mark in (0, 1)],
        wanted=queries.WANTED,
        month=_month(first_day),
        months=[_month(queries.months_back(this_month, back)) for back in range(_MONTHS_BACK)],
        area_code=area_code,
        places=places(area_code, scope),
        titles=_titles(),
        may_view=current_actor().may(VIEW),
    )


@pages.get("/figures/calls")
@demands(FIGURES)
def figure_calls() -> str:
    """The calls that one number counts."""
    area_code, scope = asked_scope(FIGURES)
    first_day = queries.month_of(request.args.get("month", ""))
    part = request.args.get("part", "")
    part = part if part in queries.PARTS else queries.ALL
    found, total = queries.month_calls(scope, first_day, part, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "call_button/figure_calls.html",
        calls=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        part=part,
        titles=_titles(),
        month=_month(first_day),
        area_code=area_code,
        places=places(area_code, scope),
        states=STATES,
        kinds=KINDS,
        hows=HOWS,
        late_words=late_words,
        near=lambda line: nearby(line.area_name, scope),
        may_view=current_actor().may(VIEW),
    )


@pages.post("/figures/export")
@demands(FIGURES)
def export_call_figures() -> Response:
    """The month's table as CSV. A POST, since it leaves a line in the record."""
    area_code, scope = asked_scope(FIGURES)
    first_day = queries.month_of(request.form.get("month", ""))
    found = queries.month_figures(scope, first_day)
    titles = _titles()
    share = N_("%(seconds)s 秒接听率")
    headings = [say(N_("村社")), say(N_("区划代码")), *(titles[part] for part in queries.PARTS)]
    table: list[list[Any]] = [[*headings, *(say(share, seconds=mark) for mark in found.marks)]]
    for row in queries.table_of(found):
        numbers = [str(row.counts.of(part)) for part in queries.PARTS]
        shares = [_percent(row.counts.share(mark)) for mark in (0, 1)]
        table.append([row.name or say(N_("合计")), row.code, *numbers, *shares])
    name, mimetype, body = export_figures(
        current_actor(), area_code or scope.prefixes[0], _month(first_day), table
    )
    return save_as(name, mimetype, body)


def _chart(found: queries.MonthFigures, mark: int) -> ShareBars:
    return share_bars([(row.name, row.counts.share(mark)) for row in found.areas], queries.WANTED[mark])


def _percent(share: int | None) -> str:
    return "" if share is None else f"{share / 10:.1f}%"
