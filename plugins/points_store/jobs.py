"""What the points store does every night."""

from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services.expiry import expire_points
from plugins.points_store.services.expiry_notices import tell_of_expiry
from plugins.points_store.services.proof import keep_proof
from plugins.points_store.services.publicity import finish_publicity

__all__ = ["expire_points", "prove_ledger", "tell_of_expiry"]


def prove_ledger() -> None:
    """Prove the whole ledger; the health check reports what was found."""
    keep_proof(verify_ledger().mistakes)


def finish_claims() -> None:
    """Credit (or take) what was public until yesterday."""
    finish_publicity()
