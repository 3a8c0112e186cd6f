"""Figures of a period by area and kind: every rate with what it was made of; a picture; CSV and Excel."""

from datetime import date
from typing import Any

from flask import Response, render_template, request
from marshmallow import ValidationError

from core.access import demands
from core.areas.api import area_names
from core.cases.forms import PeriodForm
from core.cases.kinds import kind_title
from core.cases.queries.figures import Figures, added, figures_by_area_and_kind
from core.cases.queries.reach import VIEW
from core.cases.services.exports import Kind, export_figures
from core.cases.views.desk import pages
from core.cases.views.desk.places import Place, asked_place
from core.clock import today
from core.scope import AreaScope
from core.security import current_actor
from core.text import N_
from core.value_classes import value_class
from core.web import save_as, say

_BELOW = {4: 6, 6: 9, 9: 12, 12: 15, 15: 15}
HEADINGS = (
    N_("区域或种类"),
    N_("收到"),
    N_("已答复"),
    N_("已销号"),
    N_("当场解决"),
    N_("参加评价"),
    N_("满意"),
    N_("曾超期"),
    N_("未办结"),
    N_("撤销"),
)


@value_class
class Line:
    """A line of the table: what it is of, and its numbers. `code` leads on to a smaller area."""

    title: str
    numbers: Figures
    code: str = ""


@value_class
class Report:
    """What the page shows."""

    place: Place
    since: date
    until: date
    total: Figures
    areas: list[Line]
    kinds: list[Line]


@pages.get("/figures")
@demands(VIEW)
def show_figures() -> str:
    """The period, the whole, each smaller area, each kind."""
    report = _report()
    most = max((line.numbers.received for line in report.areas), default=0)
    return render_template("cases/desk/figures.html", report=report, most=most, share=share)


@pages.post("/figures/export")
@demands(VIEW)
def export() -> Response:
    """The same as a table. A POST, since it leaves a line in the record."""
    report = _report()
    kind: Kind = "xlsx" if request.form.get("kind") == "xlsx" else "csv"
    period = f"{report.since.isoformat()} — {report.until.isoformat()}"
    table = [
        (report.place.name, period),
        tuple(say(heading) for heading in HEADINGS),
        _row(say("合计"), report.total),
        *(_row(line.title, line.numbers) for line in (*report.areas, *report.kinds)),
    ]
    name, mimetype, body = export_figures(
        current_actor(), kind=kind, area_code=report.place.code, title=say("事项统计"), table=table
    )
    return save_as(name, mimetype, body)


def _report() -> Report:
    place = asked_place(VIEW)
    since, until = _period()
    found = figures_by_area_and_kind(AreaScope((place.code,)), since, until, digits=_BELOW[len(place.code)])
    codes, kinds = sorted({code for code, _ in found}), {kind for _, kind in found}
    names = area_names(codes)
    areas = [
        Line(
            names.get(code, code),
            added(numbers for (each, _), numbers in found.items() if each == code),
            code if len(code) < 15 and code != place.code else "",
        )
        for code in codes
    ]
    by_kind = [
        Line(say(kind_title(kind)), added(numbers for (_, each), numbers in found.items() if each == kind))
        for kind in kinds
    ]
    by_kind.sort(key=lambda line: -line.numbers.received)
    return Report(place, since, until, added(found.values()), areas, by_kind)


def _period() -> tuple[date, date]:
    """From and until, both inclusive: this year up to today where the address says nothing else."""
    try:
        asked: dict[str, Any] = PeriodForm().load(request.values.to_dict())
    except ValidationError:
        asked = {"since": None, "until": None}
    until = asked["until"] or today()
    since = asked["since"] or until.replace(month=1, day=1)
    return min(since, until), until


def _row(title: str, of: Figures) -> tuple[Any, ...]:
    numbers = (of.received, of.answered, of.closed, of.on_the_spot, of.rated, of.satisfied)
    return (title, *numbers, of.overdue, of.open, of.cancelled)


def share(part: int, whole: int) -> str:
    """A rate, rounded half up; 100 % only when all are: 9,999 of 10,000 is 99.9 %."""
    if not whole:
        return "—"
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{(tenths if part >= whole else min(tenths, 999)) / 10:.1f}%"
