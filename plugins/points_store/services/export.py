"""The whole ledger as lines of JSON: what an auditor takes home and checks without gridgov.

First line: what this is. Then each booking in the order of its id, with its text, its chain hash and
its entries [account, points, balance afterwards]; then every account that was ever booked on, with its
balance; last line: how many bookings and accounts, and the head. No names: accounts are numbers.
"""

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from core import audit
from core.county import county
from core.db import rows, unit_of_work
from core.security import Actor
from plugins.points_store.chain import GENESIS, Head, bookings, last_settled
from plugins.points_store.models import Entry, LedgerAccount

FORMAT = "gridgov-ledger 1"
_ALL = "an auditor takes the whole ledger"


def export_lines(actor: Actor) -> Iterator[str]:
    """The lines of an export; leaves a line in the record. Raises NotFound for less than the whole county."""
    code = county().settings.county_code
    if actor.account_id is not None:
        actor.demand("points_store.view", code)
    # What is booked up to here stays as it is, so nobody needs to wait while it is read.
    last = last_settled()
    with unit_of_work():
        audit.record(actor, "points_store.export_ledger", area_code=code, subject="ledger", last=last)
    yield _line(format=FORMAT, county=code)
    head, held = Head(0, 0, GENESIS), {}
    entries = _entries(last)
    for booked in bookings(until=last):
        head = head.extended(booked)
        own = next(entries, (booked.id, []))[1]
        held.update({account_id: after for account_id, _, after in own})
        yield _line(id=booked.id, text=booked.text, entries=own, hash=head.hash)
    kinds = dict(rows(LedgerAccount.unscoped(_ALL, LedgerAccount.id, LedgerAccount.kind)))
    for account_id in sorted(held):
        yield _line(account=account_id, kind=kinds[account_id], balance=held[account_id])
    yield _line(transfers=head.transfers, accounts=len(held), head=head.hash)


def _entries(last: int) -> Iterator[tuple[int, list[list[int]]]]:
    """Transfer id -> its entries in their order."""
    found = rows(
        Entry.select(Entry.transfer_id, Entry.ledger_account_id, Entry.points, Entry.balance_after)
        .where(Entry.transfer_id <= last)
        .order_by(Entry.transfer_id, Entry.id)
    )
    for transfer_id, group in groupby(found, key=itemgetter(0)):
        yield transfer_id, [list(row[1:]) for row in group]


def _line(**values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
