"""What the points store does by itself."""

from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services.expiry import expire_points
from plugins.points_store.services.expiry_notices import tell_of_expiry
from plugins.points_store.services.proof import keep_proof
from plugins.points_store.services.publicity import finish_publicity
from plugins.points_store.services.quotas import release_over

__all__ = ["expire_points", "finish_claims", "prove_ledger", "release_quotas", "tell_of_expiry"]


def prove_ledger() -> None:
    """Prove the whole ledger; the health check reports what was found."""
    keep_proof(verify_ledger().mistakes)


def finish_claims() -> None:
    """Credit (or take) what was public until yesterday."""
    finish_publicity()


def release_quotas() -> None:
    """Give back what devices took along and can report no more."""
    release_over()
