"""The book: sums by village, every booking, one wallet's statement, budgets."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields

from core.access import demands
from core.clock import now, today
from core.errors import DomainError
from core.fields import AreaCode, FormPoints, Strict, Text
from core.forms import form_page
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.points_store.queries import books, periods
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.queries.bookings import list_bookings
from plugins.points_store.queries.days import highest, last_days
from plugins.points_store.queries.wallets import KIND_TITLES
from plugins.points_store.services import awards as award_services
from plugins.points_store.services import periods as period_services
from plugins.points_store.views import pages
from plugins.points_store.views.forms import LIST_SIZE, P, villages

CHART_DAYS = 30
VILLAGES = 50


class BudgetForm(Strict):
    """A village's budget."""

    area_code = AreaCode(required=True)
    points = FormPoints(required=True)
    reason = Text(200, shortest=1, required=True)


class CountyFundForm(Strict):
    """Money for the county's own fund."""

    points = FormPoints(required=True)
    reason = Text(200, shortest=1, required=True)


class PeriodForm(Strict):
    """A period."""

    title = Text(40, shortest=1, required=True)
    begins = fields.Date(required=True)
    ends = fields.Date(required=True)


@pages.get("/office/bookings")
@demands(P + "view")
def bookings() -> str:
    """Every booking of the actor's villages, newest first; where a redemption of today is taken back."""
    actor, page = current_actor(), page_number()
    kind = request.args.get("kind", "")
    kind = kind if kind in KIND_TITLES else ""
    rows, total = list_bookings(actor, actor.demand(P + "view"), kind, page, LIST_SIZE)
    return render_template(
        "points_store/bookings.html",
        bookings=rows,
        kinds=list(KIND_TITLES.items()),
        kind=kind,
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.get("/office/wallets/<int:wallet_id>")
@demands(P + "view")
def wallet_statement(wallet_id: int) -> str:
    """One wallet's statement, for those who watch over the book."""
    page = page_number()
    found = wallet_queries.visible_wallet(current_actor(), wallet_id)
    entries, total = wallet_queries.statement(found.id, page, LIST_SIZE)
    return render_template(
        "points_store/statement.html",
        wallet=wallet_queries.wallet_view(found),
        entries=entries,
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.get("/office/summary")
@demands(P + "view")
def summary() -> str:
    """The book by village, with its equation."""
    rows, page = books.village_books(current_actor().demand(P + "view")), page_number()
    names = ["granted", "fund", "issued", "withdrawn", "redeemed", "expired", "deducted", "reversed", "moved"]
    names += ["outstanding", "stores_held"]
    totals = {name: sum(getattr(row, name) for row in rows) for name in names}
    days = last_days(current_actor().demand(P + "view"), today(), CHART_DAYS)
    return render_template(
        "points_store/summary.html",
        rows=rows[(page - 1) * VILLAGES : page * VILLAGES],
        holds=all(row.balanced for row in rows),
        totals=totals,
        at=now(),
        days=days,
        top=highest(days),
        page=page,
        page_size=VILLAGES,
        total=len(rows),
    )


@pages.get("/office/funds")
@demands(P + "budget")
def funds() -> Any:
    """Budgets by village."""
    return _funds_page(None)


def _funds_page(refusal: DomainError | None) -> Any:
    scope, page = current_actor().scope(P + "budget"), page_number()
    rows = books.village_books(scope)
    return form_page(
        "points_store/funds.html",
        refusal,
        funds=rows[(page - 1) * VILLAGES : page * VILLAGES],
        areas=villages(P + "budget"),
        periods=periods.list_periods(),
        county_fund=periods.county_fund_left(scope),
        page=page,
        page_size=VILLAGES,
        total=len(rows),
    )


@pages.post("/office/funds")
@demands(P + "budget")
@once_per_form
def grant_budget() -> Any:
    """Put points into a village's fund."""
    try:
        award_services.grant_budget(current_actor(), **read_form(BudgetForm()))
    except DomainError as refusal:
        return _funds_page(refusal)
    flash(say("预算已下达。"), "success")
    return redirect(url_for("points_store.funds"), 303)


@pages.post("/office/periods")
@demands(P + "budget")
@once_per_form
def declare_period() -> Any:
    """Say for which time the county has a fund of its own."""
    try:
        period_services.declare_period(current_actor(), **read_form(PeriodForm()))
    except DomainError as refusal:
        return _funds_page(refusal)
    flash(say("资金期间已登记。"), "success")
    return redirect(url_for("points_store.funds"), 303)


@pages.post("/office/periods/fund")
@demands(P + "budget")
@once_per_form
def fill_county_fund() -> Any:
    """Put points into the county's own fund."""
    try:
        period_services.fill_county_fund(current_actor(), **read_form(CountyFundForm()))
    except DomainError as refusal:
        return _funds_page(refusal)
    flash(say("县区资金已到账。"), "success")
    return redirect(url_for("points_store.funds"), 303)


@pages.post("/office/periods/<int:period_id>/return")
@demands(P + "budget")
@once_per_form
def return_budgets(period_id: int) -> Any:
    """What is left of a period that is over goes back."""
    try:
        points = period_services.return_budgets(
            current_actor(), period_id=period_id, reason=say("期末收回结余")
        )
    except DomainError as refusal:
        return _funds_page(refusal)
    flash(say("已收回结余 %(points)d 分。", points=points), "success")
    return redirect(url_for("points_store.funds"), 303)
