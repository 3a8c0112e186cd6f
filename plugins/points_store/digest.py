"""What ties the ledger to the record: a digest of every booking, kept in its audit line.

The audit chain cannot be altered unseen; a booking that was forged, changed or deleted in the
database no longer fits the digest that the chain holds (`gridgov ledger verify`).
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from json.encoder import encode_basestring as quoted

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
    return text_of(kind, area_code, milliseconds(at), account_id, reason, rule_id, reverses_id, legs, content)


def text_of(
    kind: str,
    area_code: str,
    moment: int,
    account_id: int | None,
    reason: str,
    rule_id: int | None,
    reverses_id: int | None,
    legs: Sequence[tuple[int, int]],
    content: str,
) -> str:
    """As `canonical`, of a row as it lies in the database: `moment` in milliseconds.

    It is the list of these values as JSON, put together by hand: a proof makes a million of them.
    """
    try:
        pairs = ",".join([f"[{account:d},{points:d}]" for account, points in sorted(legs)])
        return (
            f"[{quoted(kind)},{quoted(area_code)},{moment:d},{_number(account_id)},{quoted(reason)},"
            f"{_number(rule_id)},{_number(reverses_id)},[{pairs}],{quoted(content)}]"
        )
    except (TypeError, ValueError):
        # Something that no field of ours holds: whoever tampers may store it, and is to be found.
        parts = (kind, area_code, moment, account_id, reason, rule_id, reverses_id, sorted(legs), content)
        return _json(parts)


def goods(
    store_id: int, wallet_id: int, clerk_id: int | None, lines: Sequence[tuple[int, str, int, int]]
) -> str:
    """What a redemption handed out, as text. `lines`: product, name, quantity, points."""
    try:
        handed = ",".join(
            [
                f"[{product:d},{quoted(name)},{quantity:d},{points:d}]"
                for product, name, quantity, points in sorted(lines)
            ]
        )
        return f"[{store_id:d},{wallet_id:d},{_number(clerk_id)},[{handed}]]"
    except (TypeError, ValueError):
        return _json([store_id, wallet_id, clerk_id, sorted(lines)])


def _number(value: int | None) -> str:
    return "null" if value is None else f"{value:d}"


def _json(parts: Sequence[object]) -> str:
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


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
