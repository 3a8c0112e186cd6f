"""A clerk's pages: open a code, pick goods, done; stock; reversal."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands
from core.accounts.api import account_names
from core.errors import DomainError, Invalid, NotFound, Unauthenticated
from core.fields import FormPoints, Strict, Text
from core.problems import show, translated
from core.security import current_actor
from core.text import N_
from core.web import form_key, once_per_form, read_form, say
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


class ProductForm(Strict):
    """A new product."""

    name = Text(60, shortest=1, required=True)
    kind = fields.String(required=True, validate=validate.OneOf([stores.GOODS, stores.SERVICE]))
    points = FormPoints(required=True, most=100_000)
    stock = FormPoints(load_default=0, least=0, most=1_000_000)


class StockForm(Strict):
    """An intake (`quantity`) or a count (`counted`)."""

    quantity = FormPoints(load_default=None, least=-100_000, most=1_000_000)
    counted = FormPoints(load_default=None, least=0, most=10_000_000)
    note = Text(200, load_default="")


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
        key=form_key(),
    )


def _picked() -> dict[int, int]:
    """Product id -> quantity, from fields named q-ID. Raises Invalid for anything but whole numbers."""
    picked = {}
    for name, raw_quantity in request.form.items():
        if not name.startswith("q-") or raw_quantity.strip() in ("", "0"):
            continue
        if not (name[2:].isdigit() and raw_quantity.strip().isdigit() and len(raw_quantity) <= 4):
            raise Invalid(fields={name: [N_("数量应为整数。")]})
        picked[int(name[2:])] = int(raw_quantity)
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
        agreed = request.form.get("total", "")
        receipt = redemption.redeem(
            actor,
            store_id=store_id,
            raw_code=raw_code,
            raw_pin=request.form.get("pin", ""),
            picks=[redemption.Pick(product_id, quantity) for product_id, quantity in picked.items()],
            agreed_points=int(agreed) if agreed.isdigit() else None,
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
    view = wallet_queries.receipt_view(row)
    clerk_name = account_names([view.clerk_id]).get(view.clerk_id, "")
    return render_template("points_store/receipt.html", receipt=view, store=store, clerk_name=clerk_name)


@pages.route("/stores/redemptions/<int:redemption_id>/reversal", methods=["GET", "POST"])
@demands(P + "reverse")
def reverse(redemption_id: int) -> Any:
    """Take a redemption of today back, as a second person."""
    row = store_queries.redemption_of(current_actor(), redemption_id, P + "reverse")
    error = None
    if request.method == "POST":
        try:
            return _reverse(redemption_id)
        except Unauthenticated:
            raise
        except DomainError as refusal:
            error = translated(refusal)
    return render_template(
        "points_store/reverse.html",
        receipt=wallet_queries.receipt_view(row),
        error=error,
        reason=request.form.get("reason", ""),
        key=form_key(),
    ), 409 if error else 200


@once_per_form
def _reverse(redemption_id: int) -> Any:
    form = read_form(ReverseForm())
    redemption.reverse_redemption(current_actor(), redemption_id=redemption_id, reason=form["reason"])
    flash(say("已冲正，积分已退回，商品已回库。"), "success")
    if current_actor().may(P + "redeem"):
        return redirect(url_for("points_store.my_stores"), 303)
    return redirect(url_for("points_store.summary"), 303)


@pages.get("/stores/<int:store_id>/stock")
@demands(P + "stock")
def stock(store_id: int) -> str:
    """The shelf: prices, stock, intake, count, new products."""
    return _stock_page(store_id, {})


def _stock_page(store_id: int, errors: dict[str, Any]) -> str:
    stores.stocked_store(current_actor(), store_id)
    return render_template(
        "points_store/stock.html",
        store=store_queries.visible_store(current_actor(), store_id),
        products=store_queries.products(store_id, only_active=False),
        errors=errors,
        form=request.form,
    )


@pages.post("/stores/<int:store_id>/products")
@demands(P + "stock")
def add_product(store_id: int) -> Any:
    """Put a new product on the shelf."""
    try:
        form = read_form(ProductForm())
        stores.add_product(current_actor(), store_id=store_id, **form)
    except Invalid as refusal:
        flash(translated(refusal), "error")
        return _stock_page(store_id, refusal.fields), 422
    flash(say("已上架。"), "success")
    return redirect(url_for("points_store.stock", store_id=store_id), 303)


@pages.post("/stores/products/<int:product_id>/stock")
@demands(P + "stock")
def change_stock(product_id: int) -> Any:
    """Book an intake or a count."""
    product = stores.stocked_product(current_actor(), product_id)
    try:
        form = read_form(StockForm())
        if form["counted"] is not None:
            stores.count_stock(
                current_actor(), product_id=product_id, counted=form["counted"], note=form["note"]
            )
        else:
            stores.take_in(
                current_actor(), product_id=product_id, quantity=form["quantity"] or 0, note=form["note"]
            )
    except DomainError as refusal:
        flash(translated(refusal), "error")
        return _stock_page(product.store_id, refusal.fields), refusal.status
    flash(say("库存已更新。"), "success")
    return redirect(url_for("points_store.stock", store_id=product.store_id), 303)


@pages.post("/stores/products/<int:product_id>")
@demands(P + "stock")
def change_product(product_id: int) -> Any:
    """Change a price, or take a product off the shelf or back."""
    product = stores.stocked_product(current_actor(), product_id)
    raw_points = request.form.get("points", "")
    points = int(raw_points) if raw_points.isdigit() and 1 <= int(raw_points) <= 100_000 else product.points
    active = request.form.get("active", "1" if product.active else "0") == "1"
    stores.change_product(current_actor(), product_id=product_id, points=points, active=active)
    flash(say("已保存。"), "success")
    return redirect(url_for("points_store.stock", store_id=product.store_id), 303)
