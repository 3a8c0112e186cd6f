"""Points that change hands: within a household, when one is split or two are joined; stopped wallets."""

from collections.abc import Mapping

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.api import household_area, household_of_person
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.errors import (
    NotOneHousehold,
    NoWallet,
    SharedWallet,
    SharesDiffer,
    WalletActive,
    WalletStopped,
)
from plugins.points_store.models import HANDOVER, LedgerAccount, WalletStop
from plugins.points_store.services import ledger, lots, wallets
from plugins.points_store.services.expiry import expire_wallet
from plugins.points_store.services.ledger import Leg

P = "points_store.wallets"
VILLAGE_DIGITS = 12


@value_class
class Gift:
    """Points handed to somebody of the household: the booking, and what the giver's wallet holds now."""

    transfer_id: int
    balance: int


def give_to_kin(actor: Actor, *, person_id: int, points: int, reason: str = "") -> Gift:
    """The acting resident hands points of their own wallet to somebody of their household.

    Raises SharedWallet where a household has one wallet, NoWallet, WalletStopped, NotOneHousehold,
    InsufficientPoints.
    """
    with unit_of_work():
        source = demand_gift(actor, person_id)
        assert actor.household_id is not None, "who has a wallet lives in a household"
        target = wallets.open_wallet(actor, actor.household_id, person_id)
        transfer_id = hand_over(actor, source, target, points, reason or "转给家人")
        return Gift(transfer_id, wallets.balance_of(source.id))


def demand_gift(actor: Actor, person_id: int | None = None) -> LedgerAccount:
    """The actor's own wallet, if they may hand points out of it (to that person). Raises as `give_to_kin`."""
    actor.demand("points_store.own")
    if not wallets.per_person():
        raise SharedWallet
    source = wallets.find_own_wallet(actor)
    if source is None:
        raise NoWallet
    if source.stopped_at is not None:
        raise WalletStopped
    if person_id is not None and (
        person_id == actor.person_id or household_of_person(person_id) != actor.household_id
    ):
        raise NotOneHousehold
    return source


def hand_points_over(
    actor: Actor, *, wallet_id: int, household_id: int, points: int, reason: str, person_id: int | None = None
) -> int:
    """The village hands points of a wallet to another household or person, as to heirs.

    A stopped wallet may be emptied so too.
    Returns what the first wallet holds afterwards. Raises NotFound, OwnAffair, InsufficientPoints, Invalid.
    """
    scope = actor.demand(P)
    with unit_of_work():
        source = wallets.wallet_within(scope, wallet_id)
        target = _target(actor, scope, household_id, person_id)
        _refuse_own(actor, source, target)
        hand_over(actor, source, target, points, _reason(reason))
        return wallets.balance_of(source.id)


def split_wallet(actor: Actor, *, wallet_id: int, shares: Mapping[int, int], reason: str) -> None:
    """A household was split: its points are shared out, to the last one.

    `shares`: household -> points, the old household's own share among them (0 where it keeps none).
    Raises NotFound, OwnAffair, SharesDiffer, Invalid.
    """
    scope = actor.demand(P)
    with unit_of_work():
        source = wallets.wallet_within(scope, wallet_id)
        expire_wallet(actor, source.id)
        balance = wallets.balance_of(source.id)
        if any(points < 0 for points in shares.values()) or sum(shares.values()) != balance:
            raise SharesDiffer(shared=sum(shares.values()), balance=balance)
        for household_id, points in sorted(shares.items()):
            if household_id != source.household_id and points:
                target = _target(actor, scope, household_id, None)
                _refuse_own(actor, source, target)
                hand_over(actor, source, target, points, _reason(reason))
        _record(actor, "split_wallet", source, households=sorted(shares))


def merge_wallets(actor: Actor, *, wallet_id: int, household_id: int, reason: str) -> int:
    """Two households became one: all points of a wallet go to the other household's. Returns how many.

    Raises NotFound, OwnAffair, Invalid.
    """
    scope = actor.demand(P)
    with unit_of_work():
        source = wallets.wallet_within(scope, wallet_id)
        target = _target(actor, scope, household_id, None)
        _refuse_own(actor, source, target)
        expire_wallet(actor, source.id)
        points = wallets.balance_of(source.id)
        if points:
            hand_over(actor, source, target, points, _reason(reason))
        _record(actor, "merge_wallets", source, into=target.id, points=points)
    return points


def hand_over(actor: Actor, source: LedgerAccount, target: LedgerAccount, points: int, reason: str) -> int:
    """Book points from wallet to wallet; they keep their days. Call inside a unit of work that is alone.

    Within a village one booking, between two villages out of one and into the other. Returns the transfer
    that took the points out.
    """
    if source.id == target.id or points < 1:
        raise Invalid(fields={"household_id": [N_("请选择另一户。")]})
    expire_wallet(actor, source.id)
    here, there = source.area_code[:VILLAGE_DIGITS], target.area_code[:VILLAGE_DIGITS]
    if here != there:
        return wallets.carry_points(actor, source, points, here, there, target, reason)
    kept = lots.oldest_shares(source.id, wallets.balance_of(source.id), points)
    legs = [Leg(source.id, -points), Leg(target.id, points)]
    return ledger.post(actor, HANDOVER, legs, area_code=here, reason=reason, kept=kept).transfer_id


def stop_wallet(actor: Actor, *, wallet_id: int, reason: str) -> None:
    """Nothing is redeemed from this wallet any more; it may still receive.

    Raises NotFound, OwnAffair, WalletStopped.
    """
    scope = actor.demand(P)
    with unit_of_work():
        wallet = wallets.wallet_within(scope, wallet_id)
        wallets.refuse_own(actor, wallet)
        if wallet.stopped_at is not None:
            raise WalletStopped
        LedgerAccount.update(stopped_at=now()).where(LedgerAccount.id == wallet.id).execute()
        WalletStop.create(
            wallet_id=wallet.id, stopped_at=now(), stopped_by=actor.account_id, reason=_reason(reason)
        )
        _record(actor, "stop_wallet", wallet)


def resume_wallet(actor: Actor, *, wallet_id: int, reason: str) -> None:
    """A stopped wallet may redeem again. Raises NotFound, OwnAffair, WalletActive."""
    scope = actor.demand(P)
    with unit_of_work():
        wallet = wallets.wallet_within(scope, wallet_id)
        wallets.refuse_own(actor, wallet)
        if wallet.stopped_at is None:
            raise WalletActive
        LedgerAccount.update(stopped_at=None).where(LedgerAccount.id == wallet.id).execute()
        WalletStop.update(resumed_at=now(), resumed_by=actor.account_id, resume_reason=_reason(reason)).where(
            (WalletStop.wallet_id == wallet.id) & WalletStop.resumed_at.is_null()
        ).execute()
        _record(actor, "resume_wallet", wallet)


def managed_wallet(actor: Actor, wallet_id: int) -> LedgerAccount:
    """A wallet that the actor may stop, split or join. Raises NotFound, Forbidden."""
    return wallets.wallet_within(actor.demand(P), wallet_id)


def _target(actor: Actor, scope: AreaScope, household_id: int, person_id: int | None) -> LedgerAccount:
    area_code = household_area(household_id)
    if area_code is None or not scope.covers(area_code):
        raise NotFound
    return wallets.open_wallet(actor, household_id, person_id)


def _refuse_own(actor: Actor, *touched: LedgerAccount) -> None:
    for wallet in touched:
        wallets.refuse_own(actor, wallet)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(fields={"reason": [N_("请写明原因。")]})
    return reason.strip()


def _record(actor: Actor, deed: str, wallet: LedgerAccount, **detail: object) -> None:
    audit.record(
        actor,
        f"points_store.{deed}",
        area_code=wallet.area_code,
        subject=f"wallet:{wallet.id}",
        **detail,
    )
