"""Keeping what a nightly proof of the ledger found, so that a health check need not add up the book."""

from collections.abc import Sequence
from datetime import timedelta

from core.clock import now
from core.db import unit_of_work
from plugins.points_store.models import LedgerProof

KEPT = timedelta(days=400)


def keep_proof(mistakes: Sequence[str]) -> None:
    """Note what a proof found; none is a proof that holds."""
    with unit_of_work(housekeeping="a proof changes nothing"):
        LedgerProof.insert(
            at=now(), mistakes=len(mistakes), first_mistake=mistakes[0] if mistakes else ""
        ).execute()
        LedgerProof.delete().where(LedgerProof.at < now() - KEPT).execute()
