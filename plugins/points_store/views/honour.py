"""Honour: one's own on the phone; the list of those who joined, and a table for people, at the desk."""

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from core.access import demands
from core.areas.api import path_name
from core.clock import today
from core.errors import DomainError, NotFound
from core.problems import translated
from core.security import current_actor
from core.sheets import CSV_TYPE, XLSX_TYPE, csv_bytes, xlsx_bytes
from core.web import page_number, save_as, say
from plugins.points_store.queries import honour as queries
from plugins.points_store.services import honour as services
from plugins.points_store.views import pages
from plugins.points_store.views.forms import LIST_SIZE, P, villages

HEADINGS = ("区域", "户主", "奖励积分", "撤销和扣减", "计入荣誉", "等级")


@pages.get("/honour")
@demands(P + "own")
def honour() -> str:
    """The own household's level, what it brings, and whether it stands in the list."""
    found = queries.own_honour(current_actor())
    return render_template(
        "points_store/honour.html",
        honour=found[0] if found else None,
        joined=found[1] if found else False,
        has_levels=queries.has_levels(),
    )


@pages.post("/honour/consent")
@demands(P + "own")
def honour_consent() -> Any:
    """Join the village's list, or leave it."""
    joins = request.form.get("joins") == "1"
    services.set_consent(current_actor(), joins=joins)
    flash(say("已加入荣誉榜。") if joins else say("已退出荣誉榜。"), "success")
    return redirect(url_for("points_store.honour"), 303)


@pages.get("/office/honour")
@demands(P + "view")
def honour_list() -> str:
    """Those of a village who joined, where a legal ground allows a list; and the table to take along."""
    scope, choices = current_actor().demand(P + "view"), villages(P + "view")
    area_code = _chosen(choices)
    page, error = page_number(), None
    rows: list[queries.Honour] = []
    total = 0
    try:
        rows, total = queries.village_list(scope, area_code, page, LIST_SIZE)
    except DomainError as refusal:
        error = translated(refusal)
    return render_template(
        "points_store/honour_list.html",
        rows=rows,
        total=total,
        page=page,
        page_size=LIST_SIZE,
        area_code=area_code,
        area_name=path_name(area_code),
        areas=choices,
        error=error,
    )


@pages.get("/office/honour/table")
@demands(P + "view")
def honour_table() -> Response:
    """A table for people who decide (appraisal, credit, dividends): by household, never by rank."""
    scope = current_actor().demand(P + "view")
    area_code = _chosen(villages(P + "view"))
    rows = queries.honour_table(scope, area_code)
    services.note_export(current_actor(), area_code, len(rows))
    lines = [
        [row.area_name, row.head_name, str(row.awarded), str(row.taken), str(row.earned), row.title]
        for row in rows
    ]
    name = f"honour-{area_code}-{today().isoformat()}"
    if request.args.get("form") == "csv":
        data, kind, name = csv_bytes([HEADINGS, *lines]), CSV_TYPE, f"{name}.csv"
    else:
        data, kind, name = xlsx_bytes("荣誉情况", [HEADINGS, *lines]), XLSX_TYPE, f"{name}.xlsx"
    return save_as(name, kind, data)


def _chosen(choices: list[tuple[str, str]]) -> str:
    code = request.args.get("area", choices[0][0] if choices else "")
    if code not in {choice for choice, _ in choices}:
        raise NotFound
    return code
