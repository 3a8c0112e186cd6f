"""Passbooks of households without a phone: opened, printed on, replaced."""

from typing import Any

from flask import redirect, render_template, request, url_for

from core.access import demands
from core.errors import DomainError, NotFound
from core.problems import translated
from core.security import current_actor
from core.web import once_per_form, read_form
from plugins.points_store.queries import passbooks as queries
from plugins.points_store.queries.wallets import wallet_view
from plugins.points_store.schemas import ReplacePassbookIn
from plugins.points_store.services import passbooks
from plugins.points_store.views import pages
from plugins.points_store.views.forms import P


@pages.get("/office/wallets/<int:wallet_id>/passbook")
@demands(P + "cards")
def passbook(wallet_id: int) -> Any:
    """A household's passbook: how far it is printed, and what can be done."""
    return _desk(wallet_id, None)


@pages.post("/office/wallets/<int:wallet_id>/passbook")
@demands(P + "cards")
@once_per_form
def open_passbook(wallet_id: int) -> Any:
    """Its first one."""
    try:
        passbooks.open_passbook(current_actor(), wallet_id=wallet_id)
    except DomainError as refusal:
        return _desk(wallet_id, refusal)
    return redirect(url_for("points_store.passbook", wallet_id=wallet_id), 303)


@pages.post("/office/passbooks/<int:passbook_id>/print")
@demands(P + "cards")
@once_per_form
def print_passbook(passbook_id: int) -> Any:
    """Take the next lines down, and show the page to print; with nothing new say so."""
    try:
        printed = passbooks.print_page(current_actor(), passbook_id=passbook_id)
    except DomainError as refusal:
        return _refused(passbook_id, refusal)
    return redirect(url_for("points_store.passbook_page", print_id=printed.id), 303)


@pages.post("/office/passbooks/<int:passbook_id>/replace")
@demands(P + "cards")
@once_per_form
def replace_passbook(passbook_id: int) -> Any:
    """Lost or full: a new one."""
    try:
        opened = passbooks.replace_passbook(
            current_actor(), passbook_id=passbook_id, **read_form(ReplacePassbookIn())
        )
    except DomainError as refusal:
        return _refused(passbook_id, refusal)
    return redirect(url_for("points_store.passbook", wallet_id=opened.wallet_id), 303)


@pages.get("/office/passbook-prints/<int:print_id>")
@demands(P + "cards")
def passbook_page(print_id: int) -> str:
    """The page as it goes to the printer: the new lines at their places, nothing where others stand."""
    row, book, wallet = queries.printed_page(current_actor(), print_id)
    last = passbooks.last_print(book.id)
    return render_template(
        "points_store/passbook_page.html",
        wallet=wallet_view(wallet),
        passbook=book,
        row=row,
        places=queries.places_of(row, book),
        again=request.args.get("again") == "1",
        waiting=queries.waiting_lines(book, last) if last and last.id == row.id else 0,
    )


def _refused(passbook_id: int, refusal: DomainError) -> Any:
    if refusal.status in (401, 404):
        raise refusal
    book, _ = passbooks.found_passbook(current_actor(), passbook_id)
    return _desk(book.wallet_id, refusal)


def _desk(wallet_id: int, refusal: DomainError | None) -> Any:
    if isinstance(refusal, NotFound):
        raise refusal
    wallet = queries.wallet_of_passbooks(current_actor(), wallet_id)
    page = render_template(
        "points_store/passbook.html",
        wallet=wallet_view(wallet),
        passbooks=queries.passbooks_of(wallet.id),
        error=translated(refusal) if refusal else None,
    )
    return page, refusal.status if refusal else 200
