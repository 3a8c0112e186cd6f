"""Evaluation at the desk: resolution and satisfaction with the cases behind them; development indicators."""

from datetime import timedelta
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from marshmallow import fields

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.cases.api import list_cases
from core.clock import today
from core.county import county
from core.errors import DomainError, NotFound
from core.fields import AreaCode, Text
from core.forms import Form, form_page
from core.scope import AreaScope
from core.security import current_actor
from core.sheets import CSV_TYPE, csv_bytes
from core.text import N_
from core.web import bracketed, once_per_form, page_number, read_form, save_as, say
from plugins.diary.library_words import PARTS
from plugins.diary.queries import indicators as queries
from plugins.diary.services import indicators as services
from plugins.diary.views import pages
from plugins.diary.views.choosing import villages
from plugins.diary.views.words import period

VIEW, CASES, ENTER, DEFINE = queries.VIEW, "cases.view", services.ENTER, services.DEFINE
PAGE_SIZE = 30
EVALUATED = (
    N_("区划代码"),
    N_("区域"),
    N_("收到"),
    N_("撤销"),
    N_("应办"),
    N_("已答复"),
    N_("办结率"),
    N_("参加评价"),
    N_("满意"),
    N_("满意率"),
)
ENTERED = (
    N_("区划代码"),
    N_("村社"),
    N_("指标"),
    N_("单位"),
    N_("期间"),
    N_("数值"),
    N_("版本"),
    N_("依据"),
    N_("提供人"),
    N_("日期"),
    N_("更正原因"),
)


class SourceForm(Form):
    """A figure and where it comes from."""

    value = Text(20, load_default="")
    document = Text(100, load_default="")
    person = Text(60, load_default="")
    day = fields.Date(required=True)


class ValueForm(SourceForm):
    """Whose figure it is, and of when."""

    area_code = AreaCode(required=True)
    indicator = Text(20, load_default="")
    period = Text(7, load_default="")


class CorrectionForm(SourceForm):
    """Why another figure stands now."""

    reason = Text(200, load_default="")


class KindForm(Form):
    """One more indicator."""

    title = Text(30, load_default="")
    unit = Text(10, load_default="")


def _source(form: dict[str, Any]) -> services.Source:
    return services.Source(**{name: form.pop(name) for name in ("document", "person", "day")})


@pages.get("/evaluation")
@demands(VIEW)
def evaluation() -> str:
    """Resolution and satisfaction by area; every number leads to its cases."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code = chosen_area(scope)
    since, until = period(days=90)
    return render_template(
        "diary/evaluation.html",
        lines=queries.evaluations(scope, area_code, since, until),
        since=since,
        until=until,
        sees_cases=actor.may(CASES, area_code),
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
    )


@pages.get("/evaluation/cases")
@demands(VIEW)
def evaluation_cases() -> str:
    """The cases that one number is made of."""
    area_code = chosen_area(current_actor().demand(CASES))
    part = request.args.get("part", "")
    part = part if part in PARTS else "received"
    since, until = period(days=90)
    here = AreaScope((area_code,))
    found, total = list_cases(
        here,
        reported=(since, until),
        fact="" if part == "received" else part,
        page=page_number(),
        page_size=PAGE_SIZE,
    )
    return render_template(
        "diary/evaluation_cases.html",
        cases=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        part=part,
        parts=PARTS,
        since=since,
        until=until,
        area_code=area_code,
        area_name=path_name(area_code),
    )


@pages.get("/evaluation.csv")
@demands(VIEW)
def evaluation_csv() -> Response:
    """The table as it stands on the page."""
    scope = current_actor().demand(VIEW)
    since, until = period(days=90)
    table: list[tuple[Any, ...]] = [tuple(say(heading) for heading in EVALUATED)]
    for line in queries.evaluations(scope, chosen_area(scope), since, until):
        n = line.numbers
        answered = (n.received, n.cancelled, line.due, n.answered, _percent(line.resolution))
        rated = (n.rated, n.satisfied, _percent(line.satisfaction))
        table.append((line.area_code, line.area_name, *answered, *rated))
    return _csv(f"evaluation-{since.isoformat()}-{until.isoformat()}.csv", table)


def _percent(tenths: int | None) -> str:
    return "" if tenths is None else f"{tenths / 10:.1f}%"


def _csv(name: str, table: list[tuple[Any, ...]]) -> Response:
    return save_as(name, CSV_TYPE, csv_bytes(table))


def _asked_indicator() -> queries.IndicatorKind:
    kinds = queries.indicator_kinds(ended=True)
    asked = request.args.get("indicator", "")
    return next((kind for kind in kinds if kind.code == asked), kinds[0])


@pages.get("/indicators")
@demands(VIEW)
def indicators() -> Any:
    """One indicator by village and period, with a picture."""
    return _indicators_page(None)


def _indicators_page(refusal: DomainError | None) -> Any:
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code, kind = chosen_area(scope), _asked_indicator()
    periods = queries.periods_of(scope, area_code, kind.code)
    lines, total = queries.village_lines(
        scope, area_code, kind.code, periods, page=page_number(), page_size=PAGE_SIZE
    )
    return form_page(
        "diary/indicators.html",
        refusal,
        kind=kind,
        kinds=queries.indicator_kinds(),
        say=say,  # the county's own titles may hold signs that a text of the catalogue gives a meaning
        periods=periods,
        lines=lines,
        bars=_bars(lines),
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 9 else [],
        may_enter=actor.may(ENTER, area_code),
        may_define=actor.may(DEFINE, county().settings.county_code),
    )


def _bars(lines: list[queries.VillageLine]) -> list[tuple[str, str, int]]:
    """The bars of the picture: a village's periods where there is one village, else villages' newest figures.

    Each with its title, its value as text, and its height in percent; below zero has none.
    """
    if len(lines) == 1:
        found = [(view.period, view) for view in lines[0].values if view]
    else:
        found = [(line.area_name, line.values[-1]) for line in lines if line.values and line.values[-1]]
    top = max((view.hundredths for _, view in found), default=0)
    if top <= 0:
        return []
    return [(title, view.value, max(0, round(view.hundredths * 100 / top))) for title, view in found]


@pages.get("/indicators.csv")
@demands(VIEW)
def indicators_csv() -> Response:
    """Every figure of an area as it stands, with its source."""
    scope = current_actor().demand(VIEW)
    area_code = chosen_area(scope)
    found, _ = queries.list_values(scope, area_code=area_code, page_size=queries.MOST_EXPORTED)
    table: list[tuple[Any, ...]] = [tuple(say(heading) for heading in ENTERED)]
    for row in found:
        figure = (say(row.title), say(row.unit), row.period, row.value, row.version)
        source = (row.document, row.person, row.day.isoformat(), row.reason)
        table.append((row.area_code, row.area_name, *figure, *source))
    return _csv(f"indicators-{area_code}.csv", table)


@pages.get("/indicators/new")
@demands(ENTER)
def new_value() -> Any:
    """A figure to enter."""
    return _value_page(None)


def _value_page(refusal: DomainError | None) -> Any:
    return form_page(
        "diary/indicator_form.html",
        refusal,
        places=villages(current_actor().demand(ENTER)),
        kinds=[
            (kind.code, say(kind.title) + bracketed(say(kind.unit))) for kind in queries.indicator_kinds()
        ],
        asked=request.args,
        today=today(),
        last_year=(today() - timedelta(days=365)).year,
    )


@pages.post("/indicators")
@demands(ENTER)
@once_per_form
def record_value() -> Any:
    """Enter it."""
    try:
        form = read_form(ValueForm())
        area_code = form.pop("area_code")
        value_id = services.record_value(current_actor(), area_code, source=_source(form), **form)
    except NotFound:
        raise
    except DomainError as refusal:
        return _value_page(refusal)
    flash(say("已登记。"), "success")
    return redirect(url_for("diary.indicator_value", value_id=value_id), 303)


@pages.get("/indicator-values/<int:value_id>")
@demands(VIEW)
def indicator_value(value_id: int) -> Any:
    """One figure with all its versions."""
    return _versions_page(value_id, None)


def _versions_page(value_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    versions = queries.versions_of(actor.demand(VIEW), value_id)
    return form_page(
        "diary/indicator_value.html",
        refusal,
        versions=versions,
        newest=versions[0],
        say=say,
        today=today(),
        may_enter=actor.may(ENTER, versions[0].area_code),
    )


@pages.post("/indicator-values/<int:value_id>/correct")
@demands(ENTER)
@once_per_form
def correct_value(value_id: int) -> Any:
    """Another version."""
    try:
        form = read_form(CorrectionForm())
        new_id = services.correct_value(current_actor(), value_id, source=_source(form), **form)
    except NotFound:
        raise
    except DomainError as refusal:
        return _versions_page(value_id, refusal)
    flash(say("已更正，原来的数保留。"), "success")
    return redirect(url_for("diary.indicator_value", value_id=new_id), 303)


@pages.post("/indicator-kinds")
@demands(DEFINE)
@once_per_form
def add_indicator() -> Any:
    """The county keeps one more."""
    try:
        number = services.add_indicator(current_actor(), **read_form(KindForm()))
    except NotFound:
        raise
    except DomainError as refusal:
        return _indicators_page(refusal)
    flash(say("已增加。"), "success")
    return redirect(url_for("diary.indicators", indicator=f"{queries.OWN}{number}"), 303)


@pages.post("/indicator-kinds/<int:indicator_id>/end")
@demands(DEFINE)
@once_per_form
def end_indicator(indicator_id: int) -> Any:
    """Nothing more is entered of it."""
    services.end_indicator(current_actor(), indicator_id)
    flash(say("已停用，登记过的数保留。"), "success")
    return redirect(url_for("diary.indicators"), 303)
