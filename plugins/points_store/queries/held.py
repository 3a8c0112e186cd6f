"""What is held of wallets, and for what: each promise is a row somewhere, and their sum is what is held."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from peewee import fn

from core.db import rows
from core.value_classes import value_class
from plugins.points_store.models import WALLET, Claim, LedgerAccount, Quota, Store
from plugins.points_store.services.wallets import find_wallet

_PROOF = "the proof of the ledger looks at every account"
_REACHED = "reached through a wallet that the actor may see"
# Wallet id and points of every promise that is open, from each part of the store that makes some.
Promises = Callable[[], Iterable[tuple[int, int]]]


@value_class
class Hold:
    """Points of a wallet that a store's device took along. `until`: when they come back at the latest."""

    store_name: str
    points: int
    until: datetime


def open_quotas() -> Iterator[tuple[int, int]]:
    """What devices took along and have not reported as spent, by wallet."""
    left = fn.SUM(Quota.points - Quota.spent)
    query = Quota.unscoped(_PROOF, Quota.wallet_id, left).where(Quota.released_at.is_null())
    for wallet_id, points in rows(query.group_by(Quota.wallet_id)):
        yield int(wallet_id), int(points)


def claimed() -> Iterator[tuple[int, int]]:
    """What deductions hold while they are public, by wallet."""
    held = Claim.unscoped(_PROOF, Claim.household_id, Claim.person_id, Claim.held).where(Claim.held > 0)
    for household_id, person_id, points in rows(held):
        wallet = find_wallet(household_id, person_id)
        if wallet is not None:
            yield wallet.id, int(points)


SOURCES: list[Promises] = [open_quotas, claimed]


def wrong_holds() -> Iterator[str]:
    """Wallets of which more or less is held than was promised."""
    promised: dict[int, int] = {}
    for source in SOURCES:
        for wallet_id, points in source():
            promised[wallet_id] = promised.get(wallet_id, 0) + points
    held = LedgerAccount.unscoped(_PROOF, LedgerAccount.id, LedgerAccount.held)
    kept = {row[0]: row[1] for row in rows(held.where(LedgerAccount.held != 0))}
    for wallet_id in sorted(promised.keys() | kept.keys()):
        held_now, owed = kept.get(wallet_id, 0), promised.get(wallet_id, 0)
        if held_now != owed:
            yield f"账户 {wallet_id} 预留 {held_now} 分，按预留记录应为 {owed}"


def holds_of(wallet: LedgerAccount) -> list[Hold]:
    """For which stores points of a wallet are held. No statement where nothing is."""
    if not wallet.held or wallet.kind != WALLET:
        return []
    query = (
        Quota.unscoped(_REACHED, Store.name, Quota.points - Quota.spent, Quota.grace_until)
        .join(Store, on=(Store.id == Quota.store_id))
        .where((Quota.wallet_id == wallet.id) & Quota.released_at.is_null() & (Quota.points > Quota.spent))
        .order_by(Quota.id)
    )
    return [Hold(name, points, grace) for name, points, grace in rows(query)]
