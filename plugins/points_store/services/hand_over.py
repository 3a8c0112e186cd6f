"""Handing over: the resident has looked over the goods, on their own page or before the clerk."""

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.errors import NotFound
from core.security import Actor
from plugins.points_store.models import HandOver, Redemption
from plugins.points_store.services.wallets import find_own_wallet


def confirm_own(actor: Actor, *, redemption_id: int) -> None:
    """The resident says on their page that all is there; a second tap changes nothing. Raises NotFound."""
    actor.demand("points_store.own")
    wallet = find_own_wallet(actor)
    found: Redemption | None = (
        Redemption.unscoped("one's own wallet's").where(Redemption.id == redemption_id).first()
    )
    if wallet is None or found is None or found.wallet_id != wallet.id:
        raise NotFound
    _confirm(actor, found, by_resident=True)


def confirm_for(actor: Actor, *, redemption_id: int) -> None:
    """The clerk who served notes that the resident has looked the goods over. Raises NotFound."""
    scope = actor.demand("points_store.redeem")
    found: Redemption | None = Redemption.within(scope).where(Redemption.id == redemption_id).first()
    if found is None or found.clerk_id != actor.account_id:
        raise NotFound
    _confirm(actor, found, by_resident=False)


def _confirm(actor: Actor, redemption: Redemption, *, by_resident: bool) -> None:
    with unit_of_work(housekeeping="said already"):
        if HandOver.get_or_none(HandOver.redemption_id == redemption.id) is not None:
            return
        HandOver.create(
            redemption_id=redemption.id, at=now(), account_id=actor.account_id, by_resident=by_resident
        )
        audit.record(
            actor,
            "points_store.confirm_hand_over",
            area_code=redemption.area_code,
            subject=f"redemption:{redemption.id}",
            by_resident=by_resident,
        )
