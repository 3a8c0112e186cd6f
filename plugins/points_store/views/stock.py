"""The shelf: products, prices, intake, count."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import ValidationError, fields, pre_load, validate, validates_schema

from core.access import demands
from core.errors import DomainError, Invalid
from core.fields import FormPoints, Id, Strict, Text
from core.problems import show, translated
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, read_form, say
from plugins.points_store.errors import ProviderNotHere
from plugins.points_store.queries import store as store_queries
from plugins.points_store.queries.shelf import to_order
from plugins.points_store.queries.vouchers import providers_for
from plugins.points_store.services import stores
from plugins.points_store.views import pages

P = "points_store."


class ProductForm(Strict):
    """A new product."""

    name = Text(60, shortest=1, required=True)
    kind = fields.String(required=True, validate=validate.OneOf([stores.GOODS, stores.SERVICE]))
    points = FormPoints(required=True, most=100_000)
    stock = FormPoints(load_default=None, least=0, most=1_000_000)
    donor = Text(60, load_default="")
    provider_id = Id(load_default=None)
    best_before = fields.Date(load_default=None)

    @pre_load
    def empty_is_left_out(self, raw: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Fields that do not apply are left empty."""
        return {name: value for name, value in raw.items() if value.strip()}

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
    best_before = fields.Date(load_default=None)

    @pre_load
    def empty_is_left_out(self, raw: dict[str, Any], **_: Any) -> dict[str, Any]:
        """Goods without a last good day have none."""
        return {name: value for name, value in raw.items() if name != "best_before" or value.strip()}


class PriceForm(Strict):
    """A price, and whether the product is on the shelf."""

    points = FormPoints(required=True, most=100_000)
    active = fields.String(load_default="0", validate=validate.OneOf(["0", "1"]))


@pages.get("/stores/<int:store_id>/stock")
@demands(P + "stock")
def stock(store_id: int) -> str:
    """The shelf: prices, stock, intake, count, new products."""
    return _stock_page(store_id, None)


def _stock_page(store_id: int, refusal: DomainError | None, product_id: int | None = None) -> str:
    stores.stocked_store(current_actor(), store_id)
    store = store_queries.visible_store(current_actor(), store_id)
    return render_template(
        "points_store/stock.html",
        store=store,
        hints={(hint.product_id, hint.kind): hint for hint in to_order(store_id)},
        providers=[(row.id, row.name) for row in providers_for(store.area_code)],
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
    except (Invalid, ProviderNotHere) as refusal:
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
            stores.take_in(
                actor,
                product_id=product_id,
                quantity=form["delta"] or 0,
                note=form["note"],
                best_before=form["best_before"],
            )
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
