"""What ties the ledger of deeds to the record: a digest of every line, kept in its audit line."""

import hashlib
import json

from plugins.grid.models.party import Deed

DEED_ACTIONS = ("grid.record_deed", "grid.reverse_deed")


def digest_of(row: Deed) -> str:
    """What the record keeps of a line, so that a changed or forged one no longer fits."""
    parts = [
        row.id,
        row.member_id,
        row.area_code,
        row.year,
        row.day.isoformat(),
        row.kind_id,
        row.points,
        row.note,
        row.reverses_id,
        row.account_id,
    ]
    text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
