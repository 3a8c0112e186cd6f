"""Points of a wallet that are promised: they stay in the balance, and nobody spends them."""

from plugins.points_store.models import LedgerAccount

_WALLET = "whatever promises the points was found in the actor's areas"


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
