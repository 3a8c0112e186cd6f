"""Taking an award back that was a mistake."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.errors import DomainError
from core.fields import Strict, Text
from core.problems import show, translated
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.points_store.queries.bookings import award_booking
from plugins.points_store.services import awards
from plugins.points_store.views import pages
from plugins.points_store.views.forms import P


class WithdrawForm(Strict):
    """Why."""

    reason = Text(200, shortest=1, required=True)


@pages.get("/office/awards/<int:transfer_id>/withdraw")
@demands(P + "withdraw")
def withdraw_award(transfer_id: int) -> Any:
    """What would be taken back, and a place for the reason."""
    return _page(transfer_id, None)


def _page(transfer_id: int, refusal: DomainError | None) -> Any:
    page = render_template(
        "points_store/withdraw.html",
        award=award_booking(current_actor().demand(P + "withdraw"), transfer_id),
        error=translated(refusal) if refusal is not None else None,
        errors=show(refusal).errors if refusal is not None else {},
        reason=request.form.get("reason", ""),
    )
    return page, refusal.status if refusal is not None else 200


@pages.post("/office/awards/<int:transfer_id>/withdraw")
@demands(P + "withdraw")
@once_per_form
def confirm_withdrawal(transfer_id: int) -> Any:
    """Take it back; what was spent already is said."""
    try:
        done = awards.withdraw_award(current_actor(), transfer_id=transfer_id, **read_form(WithdrawForm()))
    except DomainError as refusal:
        if refusal.code == "not_found":
            raise
        return _page(transfer_id, refusal)
    flash(
        say(
            "已撤销，收回 %(points)d 分；%(short)d 分已花掉或已到期，没有收回。",
            points=done.points,
            short=done.short,
        )
        if done.short
        else say("已撤销，收回 %(points)d 分。", points=done.points),
        "success",
    )
    return redirect(url_for("points_store.bookings", kind="withdrawal"), 303)
