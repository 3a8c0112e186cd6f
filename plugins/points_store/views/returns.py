"""One redemption as the office sees it, and what the village takes back of it later."""

import re
from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.errors import DomainError, Invalid
from core.fields import cleaned
from core.problems import show, translated
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, say
from plugins.points_store.errors import VoucherUsed
from plugins.points_store.queries import store as store_queries
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.queries.vouchers import vouchers_of_redemption
from plugins.points_store.services import reversal
from plugins.points_store.views import pages
from plugins.points_store.views.forms import P

_PIECES = "pieces_"


@pages.get("/office/redemptions/<int:redemption_id>")
@demands(P + "view")
def redemption(redemption_id: int) -> Any:
    """A redemption with its lines, vouchers and returns; and the form to take some of it back."""
    return _page(redemption_id, None)


def _page(redemption_id: int, refusal: DomainError | None) -> Any:
    actor = current_actor()
    row = store_queries.redemption_of(actor, redemption_id, P + "view")
    blocked = None
    if actor.may(P + "return", row.area_code):
        try:
            reversal.returnable(actor, redemption_id)
        except DomainError as reason:
            blocked = translated(reason)
    shown, vouchers = wallet_queries.receipt_view(row), vouchers_of_redemption(redemption_id)
    used = Counter(voucher.line_id for voucher in vouchers if voucher.state == "used")
    left_of = {line.id: line.quantity - line.returned - used[line.id] for line in shown.lines}
    if blocked is None and not any(left_of.values()):
        blocked = translated(VoucherUsed())
    page = render_template(
        "points_store/redemption.html",
        redemption=shown,
        vouchers=vouchers,
        left_of=left_of,
        may_return=actor.may(P + "return", row.area_code) and blocked is None,
        blocked=blocked,
        error=translated(refusal) if refusal else None,
        errors=show(refusal).errors if refusal else {},
        typed=request.form.to_dict(),
    )
    return page, refusal.status if refusal else 200


@pages.post("/office/redemptions/<int:redemption_id>/return")
@demands(P + "return")
@once_per_form
def return_lines(redemption_id: int) -> Any:
    """Book what comes back; what was typed stays when it is refused."""
    try:
        reason = cleaned(request.form.get("reason", ""))[:150]
        if not reason:
            raise Invalid(fields={"reason": [N_("请写明退回的原因。")]})
        receipt = reversal.return_lines(
            current_actor(),
            redemption_id=redemption_id,
            quantities=_pieces(),
            reason=reason,
            restock=request.form.get("restock") == "1",
        )
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _page(redemption_id, refusal)
    flash(say("已退回 %(points)d 分。", points=receipt.points), "success")
    return redirect(url_for("points_store.redemption", redemption_id=redemption_id), 303)


def _pieces() -> dict[int, int]:
    """Line id -> pieces, from fields pieces_ID. Raises Invalid for anything but whole numbers."""
    found = {}
    for name, raw_pieces in request.form.items():
        if not name.startswith(_PIECES) or raw_pieces.strip() in ("", "0"):
            continue
        raw_id, pieces = name.removeprefix(_PIECES), raw_pieces.strip()
        if not (re.fullmatch(r"[0-9]{1,12}", raw_id) and re.fullmatch(r"[0-9０-９]{1,4}", pieces)):
            raise Invalid(fields={name: [N_("数量应为整数。")]})
        found[int(raw_id)] = int(pieces)
    return found
