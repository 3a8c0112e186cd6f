"""The book: sums by village, every booking, one wallet's statement, budgets."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.clock import now, today
from core.errors import DomainError
from core.fields import AreaCode, FormPoints, Strict, Text
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.points_store.queries import books
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.queries.bookings import list_bookings
from plugins.points_store.queries.days import highest, last_days
from plugins.points_store.queries.wallets import KIND_TITLES
from plugins.points_store.services import awards as award_services
from plugins.points_store.views import pages
from plugins.points_store.views.forms import (
    LIST_SIZE,
    P,
    form_page,
    villages,
)

CHART_DAYS = 30


class BudgetForm(Strict):
    """A village's budget."""

    area_code = AreaCode(required=True)
    points = FormPoints(required=True)
    reason = Text(200, shortest=1, required=True)


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
    rows = books.village_books(current_actor().demand(P + "view"))
    names = ["granted", "fund", "issued", "withdrawn", "redeemed", "expired", "deducted", "reversed", "moved"]
    names += ["outstanding", "stores_held"]
    totals = {name: sum(getattr(row, name) for row in rows) for name in names}
    days = last_days(current_actor().demand(P + "view"), today(), CHART_DAYS)
    return render_template(
        "points_store/summary.html", rows=rows, totals=totals, at=now(), days=days, top=highest(days)
    )


@pages.get("/office/funds")
@demands(P + "budget")
def funds() -> Any:
    """Budgets by village."""
    return _funds_page(None)


def _funds_page(refusal: DomainError | None) -> Any:
    rows = books.village_books(current_actor().scope(P + "budget"))
    return form_page("points_store/funds.html", refusal, funds=rows, areas=villages(P + "budget"))


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
