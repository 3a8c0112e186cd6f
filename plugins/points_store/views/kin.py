"""A resident hands points on to somebody of the household: choose, look at it once more, confirm, receipt."""

from typing import Any

from flask import redirect, render_template, request, url_for
from marshmallow import ValidationError

from core.access import demands
from core.errors import DomainError, Invalid
from core.fields import FormPoints, Id, Strict
from core.problems import show, translated
from core.security import current_actor
from core.web import once_per_form, read_form
from plugins.points_store.queries.kin import gift_ahead, own_gift, relatives
from plugins.points_store.services import holders
from plugins.points_store.views import pages
from plugins.points_store.views.forms import P


class KinForm(Strict):
    """To whom and how many."""

    person_id = Id(required=True)
    points = FormPoints(required=True)


@pages.get("/kin")
@demands(P + "own")
def kin_gift() -> Any:
    """Choose who gets points, and how many; then the same once more to confirm."""
    if not request.args:
        return _choice(None)
    try:
        return render_template("points_store/kin_confirm.html", **_looked_at())
    except DomainError as refusal:
        return _choice(refusal)


def _looked_at() -> dict[str, Any]:
    try:
        asked = KinForm().load({name: request.args.get(name, "") for name in ("person_id", "points")})
    except ValidationError as error:
        raise Invalid(fields=error.normalized_messages()) from None
    return vars(gift_ahead(current_actor(), **asked))


@pages.post("/kin")
@demands(P + "own")
@once_per_form
def give_to_kin() -> Any:
    """Hand the points over."""
    try:
        gift = holders.give_to_kin(current_actor(), **read_form(KinForm()))
    except DomainError as refusal:
        return _choice(refusal)
    return redirect(url_for("points_store.kin_receipt", transfer_id=gift.transfer_id), 303)


@pages.get("/kin/receipts/<int:transfer_id>")
@demands(P + "own")
def kin_receipt(transfer_id: int) -> str:
    """What was handed over."""
    return render_template("points_store/kin_receipt.html", gift=own_gift(current_actor(), transfer_id))


def _choice(refusal: DomainError | None) -> Any:
    actor, status = current_actor(), refusal.status if refusal else 200
    try:
        wallet = holders.demand_gift(actor)
    except DomainError as unable:
        # Nothing can be handed on at all: that is said instead of a form.
        wallet, refusal = None, refusal or unable
    shown = show(refusal) if refusal else None
    page = render_template(
        "points_store/kin.html",
        relatives=relatives(actor) if wallet else [],
        free=wallet.balance - wallet.held if wallet else 0,
        can_give=wallet is not None,
        error=translated(refusal) if refusal else None,
        code=shown.code if shown else "",
        errors=shown.errors if shown else {},
        typed={**request.args.to_dict(), **request.form.to_dict()},
    )
    return page, status
