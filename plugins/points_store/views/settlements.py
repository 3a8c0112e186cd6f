"""Settling months: what waits, what was settled, the sheet to sign, that it was paid."""

from typing import Any

from flask import flash, redirect, url_for
from marshmallow import fields, validate

from core.access import demands
from core.clock import now, today
from core.errors import DomainError
from core.fields import Id, Strict, Text
from core.forms import form_page
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from plugins.points_store.queries import settlements as queries
from plugins.points_store.services import settlements as services
from plugins.points_store.views import pages
from plugins.points_store.views.forms import LIST_SIZE, P


class SettleForm(Strict):
    """Which month of which store."""

    store_id = Id(required=True)
    month = fields.String(required=True, validate=validate.Regexp(r"^20[0-9]{2}-[01][0-9]\Z"))


class PaidForm(Strict):
    """On which day and by which document it was paid."""

    paid_on = fields.Date(required=True)
    document = Text(60, shortest=1, required=True)


@pages.get("/office/settlements")
@demands(P + "view")
def settlements() -> Any:
    """The months that wait, and those that are settled."""
    return _page(None)


def _page(refusal: DomainError | None) -> Any:
    actor, page = current_actor(), page_number()
    scope = actor.demand(P + "view")
    waiting, stores = queries.open_months(scope, page, LIST_SIZE)
    done, total = queries.list_settlements(scope, page, LIST_SIZE)
    return form_page(
        "points_store/settlements.html",
        refusal,
        waiting=[store for store in waiting if store.months],
        settlements=done,
        page=page,
        page_size=LIST_SIZE,
        total=max(total, stores),
    )


@pages.post("/office/settlements")
@demands(P + "settle")
@once_per_form
def settle() -> Any:
    """Settle a month."""
    try:
        done = services.settle_store(current_actor(), **read_form(SettleForm()))
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _page(refusal)
    flash(say("%(month)s 已结算，请打印结算单签字。", month=done.month), "success")
    return redirect(url_for("points_store.settlement_sheet", settlement_id=done.id), 303)


@pages.get("/office/settlements/<int:settlement_id>")
@demands(P + "view")
def settlement_sheet(settlement_id: int) -> Any:
    """The sheet of a settlement, for A4 and signatures."""
    return _sheet(settlement_id, None)


def _sheet(settlement_id: int, refusal: DomainError | None) -> Any:
    found = queries.settlement(current_actor().demand(P + "view"), settlement_id)
    return form_page(
        "points_store/settlement_sheet.html", refusal, sheet=found, today=today(), printed_at=now()
    )


@pages.post("/office/settlements/<int:settlement_id>/payment")
@demands(P + "pay")
@once_per_form
def pay(settlement_id: int) -> Any:
    """Note that it was paid."""
    try:
        services.pay_settlement(current_actor(), settlement_id=settlement_id, **read_form(PaidForm()))
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _sheet(settlement_id, refusal)
    flash(say("已登记付款。"), "success")
    return redirect(url_for("points_store.settlement_sheet", settlement_id=settlement_id), 303)
