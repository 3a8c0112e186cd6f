"""The ledger as a chain of texts: each booking's, hashed onto the hash of those before it.

head(0) is 64 zeros; head(n) = SHA-256(head(n-1) + text(n) + newline) over the transfers in the order of
their ids; text(n) is the transfer's id, a space and what its digest is made of (digest.canonical).
No row keeps its hash: the audit chain holds a digest of each booking already. A month's closing keeps
the head, which is printed on its sheet, and tools/ledger_check.py re-makes it from an export.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from peewee import JOIN, fn

from core.db import Statement, unit_of_work
from plugins.points_store.digest import goods, text_of
from plugins.points_store.models import Closing, Entry, Redemption, RedemptionLine, Transfer

_CHAIN = "the chain runs through all villages"
GENESIS = "0" * 64
_HIGHEST = 2**62
# Bookings that lie in memory at once: a county has a million of them.
_AT_ONCE = 10_000


class Booked(NamedTuple):
    """A transfer as the chain sees it. `moment` in milliseconds; `text` is what its digest is made of."""

    id: int
    kind: str
    area_code: str
    moment: int
    points: int
    text: str


class Head(NamedTuple):
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


# A proof reads them all, so they come as they lie there, without a model's help.
_TRANSFERS = Statement(
    lambda p: (
        Transfer.unscoped(
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
        .where((Transfer.id > p("after")) & (Transfer.id <= p("most")))
        .order_by(Transfer.id)
        .limit(_AT_ONCE)
    )
)
_LEGS = Statement(
    lambda p: Entry.select(Entry.transfer_id, Entry.ledger_account_id, Entry.points).where(
        (Entry.transfer_id >= p("first")) & (Entry.transfer_id <= p("last"))
    )
)
_GOODS = Statement(
    lambda p: (
        Redemption.unscoped(
            _CHAIN,
            Redemption.transfer_id,
            Redemption.store_id,
            Redemption.wallet_id,
            Redemption.clerk_id,
            RedemptionLine.product_id,
            RedemptionLine.name,
            RedemptionLine.quantity,
            RedemptionLine.points,
        )
        .join(RedemptionLine, JOIN.LEFT_OUTER, on=(RedemptionLine.redemption_id == Redemption.id))
        .where((Redemption.transfer_id >= p("first")) & (Redemption.transfer_id <= p("last")))
    )
)


def bookings(after: int = 0, until: int | None = None) -> Iterator[Booked]:
    """Every transfer with an id above `after` (and at most `until`), in the order of the ids."""
    most = _HIGHEST if until is None else until
    while portion := _TRANSFERS.all(after=after, most=most):
        first, after = portion[0][0], portion[-1][0]
        legs: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for transfer_id, account, signed in _LEGS.all(first=first, last=after):
            legs[transfer_id].append((account, signed))
        contents = _contents(first, after)
        for transfer_id, kind, area_code, moment, points, account_id, reason, rule_id, reverses_id in portion:
            text = text_of(
                kind,
                area_code,
                moment,
                account_id,
                reason,
                rule_id,
                reverses_id,
                legs.get(transfer_id, ()),
                contents.get(transfer_id, ""),
            )
            yield Booked(transfer_id, kind, area_code, moment, points, text)


def _contents(first: int, last: int) -> dict[int, str]:
    """Transfer id -> the goods of its redemption, as text."""
    handed: dict[int, tuple[int, int, int | None, list[tuple[int, str, int, int]]]] = {}
    for transfer_id, store_id, wallet_id, clerk_id, *line in _GOODS.all(first=first, last=last):
        _, _, _, lines = handed.setdefault(transfer_id, (store_id, wallet_id, clerk_id, []))
        if line[0] is not None:
            lines.append(tuple(line))
    return {transfer_id: goods(*parts) for transfer_id, parts in handed.items()}
