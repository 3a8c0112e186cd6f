"""A clerk's pages: open a code, pick goods, done; stock; reversal."""

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from core.access import demands
from core.errors import DomainError, Invalid, NotFound
from core.fields import FormPoints, Strict, Text
from core.problems import show, translated
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, read_form, say
from plugins.points_store.errors import (
    CardLimit,
    InsufficientPoints,
    NothingPicked,
    OutOfStock,
    PinWrong,
    PriceChanged,
)
from plugins.points_store.queries import store as store_queries
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.services import redemption, stores
from plugins.points_store.services.codes import ReadCode
from plugins.points_store.views import pages

P = "points_store."
# After these the clerk corrects the picks and goes on with the same code.
_MENDABLE = (InsufficientPoints, NothingPicked, OutOfStock, PinWrong, PriceChanged, CardLimit)


_QUANTITY = "quantity_"


class ProductForm(Strict):
    """A new product."""

    name = Text(60, shortest=1, required=True)
    kind = fields.String(required=True, validate=validate.OneOf([stores.GOODS, stores.SERVICE]))
    points = FormPoints(required=True, most=100_000)
    stock = FormPoints(load_default=None, least=0, most=1_000_000)

    @pre_load
    def empty_is_left_out(self, raw: dict[str, Any], **_: Any) -> dict[str, Any]:
        """A service's stock field is left empty."""
        return {name: value for name, value in raw.items() if name != "stock" or value.strip()}

    @validates_schema
    def goods_are_counted(self, data: dict[str, Any], **_: Any) -> None:
        """Goods without a number would be sold out at once."""
        if data.get("kind") == stores.GOODS and data.get("stock") is None:
            raise ValidationError(N_("商品请填写现有库存，没有就填 0。"), "stock")


class StockForm(Strict):
    """An intake (`delta`) or a count (`counted`)."""

    delta = FormPoints(load_default=None, least=-100_000, most=1_000_000)
    counted = FormPoints(load_default=None, least=0, most=10_000_000)
    note = Text(200, load_default="")


class PriceForm(Strict):
    """A price, and whether the product is on the shelf."""

    points = FormPoints(required=True, most=100_000)
    active = fields.String(load_default="0", validate=validate.OneOf(["0", "1"]))


class ReverseForm(Strict):
    """Why a redemption is taken back."""

    reason = Text(200, shortest=1, required=True)


@pages.get("/stores/")
@demands(P + "redeem")
def my_stores() -> Any:
    """The clerk's store, or a choice when there are several."""
    mine = store_queries.my_stores(current_actor())
    if len(mine) == 1:
        return redirect(url_for("points_store.store_home", store_id=mine[0].id))
    return render_template("points_store/stores.html", stores=mine)


@pages.get("/stores/scanned/<token>")
@demands(P + "redeem")
def scanned(token: str) -> Any:
    """A code scanned by the phone's own scanner: straight to the goods of the clerk's store."""
    mine = store_queries.my_stores(current_actor())
    if len(mine) == 1:
        return redirect(url_for("points_store.open_code", store_id=mine[0].id, code=token))
    return render_template("points_store/stores.html", stores=mine, code=token)


@pages.get("/stores/<int:store_id>")
@demands(P + "redeem")
def store_home(store_id: int) -> str:
    """The counter: type, scan or photograph a code; today's redemptions."""
    actor = current_actor()
    store = store_queries.my_store(actor, store_id)
    count, points = store_queries.today_figures(store_id)
    return render_template(
        "points_store/store_home.html",
        store=store,
        today={"count": count, "points": points},
        recent=store_queries.recent_redemptions(actor, store_id),
    )


@pages.get("/stores/<int:store_id>/open")
@demands(P + "redeem")
def open_code(store_id: int) -> Any:
    """Look at a code and pick goods."""
    raw_code = request.args.get("code", "")
    try:
        found = redemption.open_code(current_actor(), store_id=store_id, raw_code=raw_code)
    except NotFound as refusal:
        if refusal.code == "not_found":
            raise
        return _refused(store_id, refusal)
    except DomainError as refusal:
        return _refused(store_id, refusal)
    return _goods(store_id, raw_code, found, {}, None)


def _refused(store_id: int, refusal: DomainError) -> Any:
    store = store_queries.visible_store(current_actor(), store_id)
    return render_template("points_store/refused.html", error=show(refusal), store=store), refusal.status


def _goods(
    store_id: int, raw_code: str, found: ReadCode, quantities: dict[int, int], error: str | None
) -> str:
    wallet = wallet_queries.wallet_view(found.wallet)
    return render_template(
        "points_store/pick_goods.html",
        store=store_queries.my_store(current_actor(), store_id),
        wallet={
            "holder_name": wallet.holder_name,
            "balance": wallet.balance,
            "via": "card" if found.card else "code",
        },
        products=store_queries.products(store_id),
        quantities=quantities,
        error=error,
        code=raw_code,
    )


def _picked() -> dict[int, int]:
    """Product id -> quantity, from fields quantity_ID. Raises Invalid for anything but whole numbers."""
    picked = {}
    for name, raw_quantity in request.form.items():
        if not name.startswith(_QUANTITY) or raw_quantity.strip() in ("", "0"):
            continue
        raw_id, quantity = name.removeprefix(_QUANTITY), raw_quantity.strip()
        if not (re.fullmatch(r"[0-9]{1,12}", raw_id) and re.fullmatch(r"[0-9０-９]{1,4}", quantity)):
            raise Invalid(fields={name: [N_("数量应为整数。")]})
        picked[int(raw_id)] = int(quantity)
    return picked


@pages.post("/stores/<int:store_id>/redemptions")
@demands(P + "redeem")
@once_per_form
def confirm_redemption(store_id: int) -> Any:
    """Book it, or say why not; what was picked stays picked."""
    actor, raw_code = current_actor(), request.form.get("code", "")
    picked: dict[int, int] = {}
    try:
        picked = _picked()
        agreed = request.form.get("agreed_points", "")
        receipt = redemption.redeem(
            actor,
            store_id=store_id,
            raw_code=raw_code,
            raw_pin=request.form.get("pin", ""),
            picks=[redemption.Pick(product_id, quantity) for product_id, quantity in picked.items()],
            agreed_points=int(agreed) if re.fullmatch(r"[0-9]{1,9}", agreed) else None,
        )
    except (*_MENDABLE, Invalid) as refusal:
        found = redemption.open_code(actor, store_id=store_id, raw_code=raw_code)
        return _goods(store_id, raw_code, found, picked, translated(refusal)), refusal.status
    except DomainError as refusal:
        if refusal.code == "not_found":
            raise
        return _refused(store_id, refusal)
    return redirect(
        url_for("points_store.receipt", store_id=store_id, redemption_id=receipt.redemption_id), 303
    )


@pages.get("/stores/<int:store_id>/redemptions/<int:redemption_id>")
@demands(P + "redeem")
def receipt(store_id: int, redemption_id: int) -> str:
    """The receipt on the clerk's screen."""
    store = store_queries.my_store(current_actor(), store_id)
    row = store_queries.redemption_of(current_actor(), redemption_id, P + "redeem")
    if row.store_id != store.id:
        raise NotFound
    return render_template("points_store/receipt.html", receipt=wallet_queries.receipt_view(row), store=store)


@pages.get("/redemptions/<int:redemption_id>/reversal")
@demands(P + "reverse")
def reverse(redemption_id: int) -> Any:
    """Take a redemption of today back, as a second person; or why it can't be."""
    row = store_queries.redemption_of(current_actor(), redemption_id, P + "reverse")
    try:
        redemption.reversible(current_actor(), redemption_id)
    except DomainError as refusal:
        return _reversal_page(row, refusal, blocked=True)
    return _reversal_page(row, None)


def _reversal_page(row: Any, refusal: DomainError | None, *, blocked: bool = False) -> Any:
    page = render_template(
        "points_store/reverse.html",
        redemption=wallet_queries.receipt_view(row),
        blocked=blocked,
        error=translated(refusal) if refusal else None,
        errors=refusal.fields if refusal else {},
        reason=request.form.get("reason", ""),
    )
    return page, refusal.status if refusal else 200


@pages.post("/redemptions/<int:redemption_id>/reversal")
@demands(P + "reverse")
@once_per_form
def confirm_reversal(redemption_id: int) -> Any:
    """Book the reversal; what was typed stays when it is refused."""
    row = store_queries.redemption_of(current_actor(), redemption_id, P + "reverse")
    try:
        reason = read_form(ReverseForm())["reason"]
        redemption.reverse_redemption(current_actor(), redemption_id=redemption_id, reason=reason)
    except Invalid as refusal:
        return _reversal_page(row, refusal)
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _reversal_page(row, refusal, blocked=True)
    flash(say("已冲正，积分已退回，商品已回库。"), "success")
    if current_actor().may(P + "redeem"):
        return redirect(url_for("points_store.my_stores"), 303)
    return redirect(url_for("points_store.bookings"), 303)


@pages.get("/stores/<int:store_id>/stock")
@demands(P + "stock")
def stock(store_id: int) -> str:
    """The shelf: prices, stock, intake, count, new products."""
    return _stock_page(store_id, None)


def _stock_page(store_id: int, refusal: DomainError | None, product_id: int | None = None) -> str:
    stores.stocked_store(current_actor(), store_id)
    return render_template(
        "points_store/stock.html",
        store=store_queries.visible_store(current_actor(), store_id),
        products=store_queries.products(store_id, only_active=False),
        error=translated(refusal) if refusal else None,
        errors=show(refusal).errors if refusal else {},
        typed={**request.form.to_dict(), "product_id": product_id or ""},
    )


@pages.post("/stores/<int:store_id>/products")
@demands(P + "stock")
def create_product(store_id: int) -> Any:
    """Put a new product on the shelf."""
    try:
        stores.add_product(current_actor(), store_id=store_id, **read_form(ProductForm()))
    except Invalid as refusal:
        return _stock_page(store_id, refusal), 422
    flash(say("已上架。"), "success")
    return redirect(url_for("points_store.stock", store_id=store_id), 303)


@pages.post("/stores/<int:store_id>/products/<int:product_id>/stock")
@demands(P + "stock")
@once_per_form
def adjust_stock(store_id: int, product_id: int) -> Any:
    """Book an intake or a count."""
    actor = current_actor()
    try:
        form = read_form(StockForm())
        if form["counted"] is not None:
            stores.count_stock(actor, product_id=product_id, counted=form["counted"], note=form["note"])
        else:
            stores.take_in(actor, product_id=product_id, quantity=form["delta"] or 0, note=form["note"])
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _stock_page(store_id, refusal, product_id), refusal.status
    flash(say("库存已更新。"), "success")
    return redirect(url_for("points_store.stock", store_id=store_id), 303)


@pages.post("/stores/<int:store_id>/products/<int:product_id>")
@demands(P + "stock")
def change_product(store_id: int, product_id: int) -> Any:
    """Change a price, or take a product off the shelf or back."""
    try:
        form = read_form(PriceForm())
        stores.change_product(
            current_actor(), product_id=product_id, points=form["points"], active=form["active"] == "1"
        )
    except Invalid as refusal:
        return _stock_page(store_id, refusal, product_id), 422
    flash(say("已保存。"), "success")
    return redirect(url_for("points_store.stock", store_id=store_id), 303)
