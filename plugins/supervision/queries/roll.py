"""The roll of a version (表决名册): who may vote on it and why, without those who left by recusal."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any

from core.db import rows
from plugins.supervision.models.decisions import SEATS, Recusal, RollEntry

_REACHED = "the roll of a version that the caller was allowed to see"


def roll_of(version_id: int) -> list[RollEntry]:
    """Everybody who may vote, in the order of the roll."""
    return list(RollEntry.unscoped(_REACHED).where(_voting(version_id)).order_by(RollEntry.id))


def entry_of(version_id: int, person_id: int) -> RollEntry | None:
    """Somebody's line, None for who is not on the roll or left it."""
    query = RollEntry.unscoped(_REACHED).where(_voting(version_id) & (RollEntry.person_id == person_id))
    found: RollEntry | None = query.get_or_none()
    return found


def seats_of(entries: list[RollEntry]) -> dict[str, int]:
    """Seat -> how many of the roll hold it; who holds two counts in both."""
    counts = Counter(seat for entry in entries for seat in entry.seats.split(","))
    return {seat: counts[seat] for seat in SEATS}


def roll_mark(version_id: int) -> str:
    """SHA-256 over the roll as it was frozen, for the decision log: who stands on it and with which seats."""
    columns = (RollEntry.id, RollEntry.person_id, RollEntry.seats)
    query = RollEntry.unscoped(_REACHED, *columns).where(RollEntry.version_id == version_id)
    return mark_of_roll(rows(query.order_by(RollEntry.id)))


def mark_of_roll(entries: Iterable[tuple[int, int, str]]) -> str:
    """The same of its lines: id, person and seats of each, in the order of ids."""
    line = json.dumps([list(entry) for entry in entries], separators=(",", ":"))
    return hashlib.sha256(line.encode()).hexdigest()


def _voting(version_id: int) -> Any:
    left = Recusal.unscoped(_REACHED, Recusal.person_id).where(
        (Recusal.decision_id == RollEntry.decision_id) & Recusal.confirmed_at.is_null(False)
    )
    return (RollEntry.version_id == version_id) & RollEntry.person_id.not_in(left)
