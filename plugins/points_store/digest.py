"""What ties the ledger to the record: a digest of every booking, kept in its audit line.

The audit chain cannot be altered unseen; a booking that was forged, changed or deleted in the
database no longer fits the digest that the chain holds (`gridgov ledger verify`).
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from core.db import milliseconds


def canonical(
    kind: str,
    area_code: str,
    at: datetime,
    account_id: int | None,
    reason: str,
    rule_id: int | None,
    reverses_id: int | None,
    legs: Sequence[tuple[int, int]],
    content: str,
) -> str:
    """A booking as text that is the same for the same booking only. `legs`: ledger account, points."""
    parts = [
        kind,
        area_code,
        milliseconds(at),
        account_id,
        reason,
        rule_id,
        reverses_id,
        sorted(legs),
        content,
    ]
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def goods(
    store_id: int, wallet_id: int, clerk_id: int | None, lines: Sequence[tuple[int, str, int, int]]
) -> str:
    """What a redemption handed out, as text. `lines`: product, name, quantity, points."""
    return json.dumps(
        [store_id, wallet_id, clerk_id, sorted(lines)], ensure_ascii=False, separators=(",", ":")
    )


def holder(wallet_id: int, household_id: int | None, person_id: int | None) -> str:
    """Whose a wallet is, as text."""
    return json.dumps([wallet_id, household_id, person_id], separators=(",", ":"))


class Digest:
    """SHA-256 over the texts of one or more bookings, in their order."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, text: str) -> None:
        """One more booking."""
        self._hash.update(text.encode() + b"\n")

    def hex(self) -> str:
        """The digest so far."""
        return self._hash.hexdigest()
