"""Points of a wallet that are promised: they stay in the balance, and nobody spends them."""

from collections.abc import Iterator
from contextlib import contextmanager

from plugins.points_store.models import Claim, LedgerAccount
from plugins.points_store.services import wallets

_WALLET = "the claim that promises the points was found in the actor's areas"


def hold_points(wallet_id: int, most: int) -> int:
    """Hold up to `most` of what a wallet has free; returns how many. Call inside a unit of work."""
    account: LedgerAccount = LedgerAccount.unscoped(_WALLET).where(LedgerAccount.id == wallet_id).get()
    points = max(0, min(most, account.balance - account.held))
    if points:
        LedgerAccount.update(held=LedgerAccount.held + points).where(LedgerAccount.id == wallet_id).execute()
    return points


def release_points(wallet_id: int, points: int) -> None:
    """Free points that were held. Call inside a unit of work."""
    if points:
        LedgerAccount.update(held=LedgerAccount.held - points).where(LedgerAccount.id == wallet_id).execute()


@contextmanager
def moving(household_id: int) -> Iterator[None]:
    """While a household's wallets move, what claims hold of them is free; afterwards it is held again."""
    rows = list(
        Claim.unscoped(_WALLET)
        .where((Claim.household_id == household_id) & (Claim.held > 0))
        .order_by(Claim.id)
    )
    held: dict[int, int] = {}
    for row in rows:
        wallet = wallets.find_wallet(household_id, row.person_id)
        if wallet is not None:
            held[wallet.id] = held.get(wallet.id, 0) + row.held
    for wallet_id, points in held.items():
        release_points(wallet_id, points)
    yield
    for wallet_id, points in held.items():
        hold_points(wallet_id, points)
