"""Goods between stores and counts of a whole shelf, on the clerk's phone."""

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.errors import DomainError, Invalid, NotFound
from core.fields import cleaned
from core.forms import form_page
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, page_number, say
from plugins.points_store.queries import shelf as queries
from plugins.points_store.queries import store as store_queries
from plugins.points_store.services import goods_transfers, stocktakes, stores
from plugins.points_store.services.goods_transfers import Arrived
from plugins.points_store.services.redemption import Pick
from plugins.points_store.services.stocktakes import Counted
from plugins.points_store.views import pages
from plugins.points_store.views.forms import LIST_SIZE, P, is_id


@pages.get("/stores/<int:store_id>/transfers")
@demands(P + "stock")
def transfers(store_id: int) -> Any:
    """What was sent and received, what is on its way here, and a form to send goods."""
    return _transfers(store_id, None)


def _transfers(store_id: int, refusal: DomainError | None) -> Any:
    actor, page = current_actor(), page_number()
    stores.stocked_store(actor, store_id)
    rows, total = queries.transfers_of(store_id, page, LIST_SIZE)
    goods = [product for product in store_queries.products(store_id, only_active=False) if product.stock]
    return form_page(
        "points_store/transfers.html",
        refusal,
        store=store_queries.visible_store(actor, store_id),
        transfers=rows,
        goods=goods,
        targets=queries.stores_to_send_to(actor.scope(P + "stock"), store_id),
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.post("/stores/<int:store_id>/transfers")
@demands(P + "stock")
@once_per_form
def send_goods(store_id: int) -> Any:
    """Send goods to another store."""
    try:
        raw_target = request.form.get("to_store_id", "")
        if not is_id(raw_target):
            raise Invalid(fields={"to_store_id": [N_("请选择调往哪家超市。")]})
        picks = [Pick(product_id, pieces) for product_id, pieces in _numbers("quantity_").items() if pieces]
        goods_transfers.send_goods(
            current_actor(),
            store_id=store_id,
            to_store_id=int(raw_target),
            picks=picks,
            note=cleaned(request.form.get("note", ""))[:200],
        )
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _transfers(store_id, refusal)
    flash(say("已调出，等对方签收。"), "success")
    return redirect(url_for("points_store.transfers", store_id=store_id), 303)


@pages.post("/stores/<int:store_id>/transfers/<int:transfer_id>/receipt")
@demands(P + "stock")
@once_per_form
def receive_goods(store_id: int, transfer_id: int) -> Any:
    """Say what arrived."""
    try:
        arrived = [
            Arrived(line_id, pieces, _text(f"reason_{line_id}"))
            for line_id, pieces in _numbers("received_").items()
        ]
        goods_transfers.receive_goods(current_actor(), goods_transfer_id=transfer_id, arrived=arrived)
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _transfers(store_id, refusal)
    flash(say("已签收，商品已上架。"), "success")
    return redirect(url_for("points_store.transfers", store_id=store_id), 303)


@pages.get("/stores/<int:store_id>/stocktakes")
@demands(P + "stock")
def shelf_counts(store_id: int) -> Any:
    """The sheet to count by, the count that waits for its second person, and those before."""
    return _stocktakes(store_id, None)


def _stocktakes(store_id: int, refusal: DomainError | None) -> Any:
    actor, page = current_actor(), page_number()
    stores.stocked_store(actor, store_id)
    rows, total = queries.stocktakes_of(store_id, page, LIST_SIZE)
    return form_page(
        "points_store/stocktakes.html",
        refusal,
        store=store_queries.visible_store(actor, store_id),
        goods=stocktakes.shelf_to_count(store_id),
        waiting=next((row for row in rows if row.state == "open"), None),
        stocktakes=rows,
        page=page,
        page_size=LIST_SIZE,
        total=total,
    )


@pages.get("/stores/<int:store_id>/stocktakes/sheet")
@demands(P + "stock")
def count_sheet(store_id: int) -> str:
    """The empty sheet on paper."""
    stores.stocked_store(current_actor(), store_id)
    return render_template(
        "points_store/count_sheet.html",
        store=store_queries.visible_store(current_actor(), store_id),
        goods=stocktakes.shelf_to_count(store_id),
    )


@pages.post("/stores/<int:store_id>/stocktakes")
@demands(P + "stock")
@once_per_form
def submit_count(store_id: int) -> Any:
    """Hand the counted sheet in."""
    try:
        counted = [
            Counted(product_id, pieces, _text(f"reason_{product_id}"))
            for product_id, pieces in _numbers("counted_").items()
        ]
        stocktakes.submit_stocktake(current_actor(), store_id=store_id, counted=counted)
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _stocktakes(store_id, refusal)
    flash(say("盘点已提交，请另一个人复核。"), "success")
    return redirect(url_for("points_store.shelf_counts", store_id=store_id), 303)


@pages.post("/stores/<int:store_id>/stocktakes/<int:stocktake_id>")
@demands(P + "stock")
@once_per_form
def end_count(store_id: int, stocktake_id: int) -> Any:
    """Confirm a count as the second person, or throw it away."""
    deed = {"confirm": stocktakes.confirm_stocktake, "drop": stocktakes.drop_stocktake}.get(
        request.form.get("deed", "")
    )
    if deed is None:
        raise NotFound
    try:
        deed(current_actor(), stocktake_id=stocktake_id)
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _stocktakes(store_id, refusal)
    flash(
        say("盘点已复核，库存已更新。") if deed is stocktakes.confirm_stocktake else say("盘点已作废。"),
        "success",
    )
    return redirect(url_for("points_store.shelf_counts", store_id=store_id), 303)


@pages.post("/stores/<int:store_id>/products/<int:product_id>/spoiled")
@demands(P + "stock")
@once_per_form
def take_off_spoiled(store_id: int, product_id: int) -> Any:
    """Take pieces off the shelf that are over their last good day."""
    pieces = stores.take_off_spoiled(current_actor(), product_id=product_id)
    flash(say("已下架 %(pieces)d 件。", pieces=pieces), "success")
    return redirect(url_for("points_store.stock", store_id=store_id), 303)


@pages.post("/stores/<int:store_id>/products/<int:product_id>/reorder")
@demands(P + "stock")
def set_reorder_level(store_id: int, product_id: int) -> Any:
    """From how few pieces on the shelf asks for more; empty for never."""
    raw_level = request.form.get("level", "").strip()
    if raw_level and not re.fullmatch(r"[0-9０-９]{1,6}", raw_level):
        flash(say("应为整数。"), "error")
    else:
        level = int(raw_level) if raw_level else None
        stores.set_reorder_level(current_actor(), product_id=product_id, level=level)
        flash(say("已保存。"), "success")
    return redirect(url_for("points_store.stock", store_id=store_id), 303)


def _numbers(prefix: str) -> dict[int, int]:
    """Id -> number, from fields PREFIX_ID; what is empty is left out. Raises Invalid."""
    found = {}
    for name, raw_value in request.form.items():
        raw_id, value = name.removeprefix(prefix), raw_value.strip()
        if not name.startswith(prefix) or not value:
            continue
        if not (re.fullmatch(r"[0-9]{1,12}", raw_id) and re.fullmatch(r"[0-9０-９]{1,7}", value)):
            raise Invalid(fields={name: [N_("数量应为整数。")]})
        found[int(raw_id)] = int(value)
    return found


def _text(name: str) -> str:
    return cleaned(request.form.get(name, ""))[:200]
