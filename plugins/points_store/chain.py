"""The ledger as a chain of texts: each booking's, hashed onto the hash of those before it.

head(0) is 64 zeros; head(n) = SHA-256(head(n-1) + text(n) + newline) over the transfers in the order of
their ids; text(n) is the transfer's id, a space and what its digest is made of (digest.canonical).
No row keeps its hash: the audit chain holds a digest of each booking already. A month's closing keeps
the head, which is printed on its sheet, and tools/ledger_check.py re-makes it from an export.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from peewee import fn

from core.db import unit_of_work
from plugins.points_store.digest import canonical, goods
from plugins.points_store.models import Closing, Entry, Redemption, RedemptionLine, Transfer

_CHAIN = "the chain runs through all villages"
GENESIS = "0" * 64
_HIGHEST = 2**62


@dataclass(frozen=True)
class Booked:
    """A transfer as the chain sees it. `text` is what its digest is made of."""

    id: int
    kind: str
    area_code: str
    at: datetime
    points: int
    text: str


@dataclass(frozen=True)
class Head:
    """The chain up to a transfer: how many there are, and their hash."""

    last_transfer_id: int
    transfers: int
    hash: str

    def extended(self, booked: Booked) -> "Head":
        """The head with one more booking."""
        return Head(booked.id, self.transfers + 1, link(self.hash, booked))


def link(head: str, booked: Booked) -> str:
    """The hash of the chain with one more booking."""
    return hashlib.sha256(f"{head}{booked.id} {booked.text}\n".encode()).hexdigest()


def current_head(known: Head | None = None, *, until: int | None = None) -> Head:
    """The head of the ledger (up to transfer `until`), carried on from `known` or the newest closing."""
    head = known or _closed_head()
    for booked in bookings(after=head.last_transfer_id, until=until):
        head = head.extended(booked)
    return head


def last_settled() -> int:
    """The id up to which the ledger is complete for good; waits for bookings that are under way."""
    # Alone: on PostgreSQL a booking with a lower id may come to be seen after one with a higher.
    with unit_of_work(housekeeping="only looked at"):
        last = Transfer.unscoped(_CHAIN, fn.COALESCE(fn.MAX(Transfer.id), 0)).tuples().first()
    return int(last[0])


def _closed_head() -> Head:
    last: Closing | None = (
        Closing.unscoped(_CHAIN).order_by(Closing.last_transfer_id.desc(), Closing.id.desc()).first()
    )
    return Head(last.last_transfer_id, last.transfers, last.head) if last else Head(0, 0, GENESIS)


def bookings(after: int = 0, until: int | None = None) -> Iterator[Booked]:
    """Every transfer with an id above `after` (and at most `until`), in the order of the ids."""
    most = _HIGHEST if until is None else until
    contents = _contents(after)
    entries = (
        Entry.select(Entry.transfer_id, Entry.ledger_account_id, Entry.points)
        .where((Entry.transfer_id > after) & (Entry.transfer_id <= most))
        .order_by(Entry.transfer_id)
        .tuples()
        .iterator()
    )
    # Side by side, so that a county's entries need not lie in memory.
    legs = groupby(entries, key=itemgetter(0))
    own_id, own = next(legs, (None, None))
    for row in _transfers(after, most):
        transfer_id, kind, area_code, at, points, account_id, reason, rule_id, reverses_id = row
        while own_id is not None and own_id < transfer_id:
            own_id, own = next(legs, (None, None))
        pairs = [(account, signed) for _, account, signed in own] if own and own_id == transfer_id else []
        content = contents.get(transfer_id, "")
        text = canonical(kind, area_code, at, account_id, reason, rule_id, reverses_id, pairs, content)
        yield Booked(transfer_id, kind, area_code, at, points, text)


def _transfers(after: int, most: int) -> Iterable[tuple[Any, ...]]:
    """Plain rows: a county has a million of them."""
    found = Transfer.unscoped(
        _CHAIN,
        Transfer.id,
        Transfer.kind,
        Transfer.area_code,
        Transfer.at,
        Transfer.points,
        Transfer.account_id,
        Transfer.reason,
        Transfer.rule_id,
        Transfer.reverses_id,
    )
    wanted = found.where((Transfer.id > after) & (Transfer.id <= most)).order_by(Transfer.id)
    return iter(wanted.tuples().iterator())


def _contents(after: int) -> dict[int, str]:
    """Transfer id -> the goods of its redemption, as text."""
    lines: dict[int, list[tuple[int, str, int, int]]] = {}
    of_later = Redemption.unscoped(_CHAIN, Redemption.id).where(Redemption.transfer_id > after)
    wanted = RedemptionLine.select()
    if after:
        wanted = wanted.where(RedemptionLine.redemption_id.in_(of_later))
    for line in wanted.iterator():
        lines.setdefault(line.redemption_id, []).append(
            (line.product_id, line.name, line.quantity, line.points)
        )
    return {
        row.transfer_id: goods(row.store_id, row.wallet_id, row.clerk_id, lines.get(row.id, []))
        for row in Redemption.unscoped(_CHAIN).where(Redemption.transfer_id > after).iterator()
    }
