"""The counter: open a code, pick goods, done; take a redemption of today back."""

import re
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.errors import DomainError, Invalid, NotFound
from core.fields import Strict, Text, cleaned
from core.problems import show, translated
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, read_form, say
from plugins.points_store.errors import (
    CardLimit,
    CodeUsed,
    FaceLimit,
    InsufficientPoints,
    NothingPicked,
    OutOfDate,
    OutOfStock,
    PinWrong,
    PriceChanged,
    ProductNotHere,
    ProxyLimit,
)
from plugins.points_store.queries import store as store_queries
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.queries.proxies import proxy_name
from plugins.points_store.queries.shelf import to_order
from plugins.points_store.queries.vouchers import vouchers_of_redemption
from plugins.points_store.services import hand_over, prices, redemption, reversal
from plugins.points_store.services.cards import known_face_limit
from plugins.points_store.services.codes import ReadCode, subject_of
from plugins.points_store.views import pages
from plugins.points_store.views.pictures import with_picture

P = "points_store."
# After these the clerk corrects the picks and goes on with the same code.
_MENDABLE = (
    CardLimit,
    FaceLimit,
    InsufficientPoints,
    NothingPicked,
    OutOfDate,
    OutOfStock,
    PinWrong,
    PriceChanged,
    ProductNotHere,
    ProxyLimit,
)
# Millimetres of the paper in a thermal printer.
_PAPERS = ("58", "80")

_QUANTITY = "quantity_"


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
        hints=to_order(store_id),
    )


@pages.get("/stores/<int:store_id>/open")
@demands(P + "redeem")
def open_code(store_id: int) -> Any:
    """Look at a code and pick goods."""
    raw_code = cleaned(request.args.get("code", ""))
    try:
        found = redemption.open_code(current_actor(), store_id=store_id, raw_code=raw_code)
    except NotFound as refusal:
        if refusal.code == "not_found":
            raise
        return _refused(store_id, refusal)
    except DomainError as refusal:
        return _refused(store_id, refusal, raw_code)
    return _goods(store_id, raw_code, found, {})


def _refused(store_id: int, refusal: DomainError, raw_code: str = "") -> Any:
    actor = current_actor()
    store = store_queries.visible_store(actor, store_id)
    redeemed = None
    if isinstance(refusal, CodeUsed):
        redeemed = store_queries.redeemed_with(actor, store_id, subject_of(raw_code))
    return (
        render_template("points_store/refused.html", error=show(refusal), store=store, redeemed=redeemed),
        refusal.status,
    )


def _goods(
    store_id: int,
    raw_code: str,
    found: ReadCode,
    quantities: dict[int, int],
    refusal: DomainError | None = None,
) -> str:
    wallet = wallet_queries.wallet_view(found.wallet)
    shelf = store_queries.products(store_id)
    # A form that comes back keeps the prices of its scan, as long as they hold.
    raw_scan = "" if isinstance(refusal, PriceChanged) else request.form.get("scan", "")
    scanned = prices.scanned_at(current_actor(), found, raw_scan)
    return render_template(
        "points_store/pick_goods.html",
        store_id=store_id,
        wallet={
            "holder_name": wallet.holder_name,
            "balance": wallet.balance,
            "via": "card" if found.card else "code",
            "proxy_name": proxy_name(found.proxy_id),
        },
        products=shelf,
        prices=prices.prices_at(shelf, scanned),
        scan=prices.scan_mark(found, scanned),
        quantities=quantities,
        error=translated(refusal) if refusal else None,
        code=raw_code,
        face_limit=known_face_limit() if found.card and found.proxy_id is None else 0,
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
    actor, raw_code = current_actor(), cleaned(request.form.get("code", ""))
    picked: dict[int, int] = {}
    try:
        picked = _picked()
        agreed = request.form.get("agreed_points", "")
        receipt = redemption.redeem(
            actor,
            store_id=store_id,
            raw_code=raw_code,
            raw_pin=request.form.get("pin", ""),
            raw_scan=cleaned(request.form.get("scan", "")),
            picks=[redemption.Pick(product_id, quantity) for product_id, quantity in picked.items()],
            known_face=request.form.get("known_face") == "1",
            agreed_points=int(agreed) if re.fullmatch(r"[0-9]{1,9}", agreed) else None,
        )
    except (*_MENDABLE, Invalid) as refusal:
        found = redemption.open_code(actor, store_id=store_id, raw_code=raw_code)
        return _goods(store_id, raw_code, found, picked, refusal), refusal.status
    except DomainError as refusal:
        if refusal.code == "not_found":
            raise
        return _refused(store_id, refusal, raw_code)
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
    return render_template(
        "points_store/receipt.html",
        receipt=wallet_queries.receipt_view(row),
        store=store,
        vouchers=vouchers_of_redemption(row.id),
        served_by_me=row.clerk_id == current_actor().account_id,
    )


@pages.post("/stores/<int:store_id>/redemptions/<int:redemption_id>/hand-over")
@demands(P + "redeem")
def confirm_hand_over(store_id: int, redemption_id: int) -> Any:
    """The resident has looked the goods over at the counter."""
    hand_over.confirm_for(current_actor(), redemption_id=redemption_id)
    return redirect(url_for("points_store.receipt", store_id=store_id, redemption_id=redemption_id), 303)


@pages.get("/stores/<int:store_id>/redemptions/<int:redemption_id>/slip")
@demands(P + "redeem")
def slip(store_id: int, redemption_id: int) -> str:
    """The receipt for a thermal printer, 58 or 80 mm wide, with the vouchers to cut off."""
    store = store_queries.my_store(current_actor(), store_id)
    row = store_queries.redemption_of(current_actor(), redemption_id, P + "redeem")
    if row.store_id != store.id:
        raise NotFound
    paper = request.args.get("paper", "58")
    return render_template(
        "points_store/slip.html",
        receipt=wallet_queries.receipt_view(row),
        store=store,
        papers=_PAPERS,
        paper=paper if paper in _PAPERS else "58",
        vouchers=[with_picture(voucher) for voucher in vouchers_of_redemption(row.id)],
    )


@pages.get("/redemptions/<int:redemption_id>/reversal")
@demands(P + "reverse")
def reverse(redemption_id: int) -> Any:
    """Take a redemption of today back, as a second person; or why it can't be."""
    row = store_queries.redemption_of(current_actor(), redemption_id, P + "reverse")
    try:
        reversal.reversible(current_actor(), redemption_id)
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
        reversal.reverse_redemption(current_actor(), redemption_id=redemption_id, reason=reason)
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
