"""Bookings of a demo county that are written in bulk, by the same rules as real ones."""

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Any

from peewee import Model, fn

from core.db import advance_ids
from core.value_classes import value_class
from plugins.points_store.digest import Digest, canonical, holder
from plugins.points_store.models import WALLET, Entry, LedgerAccount, Lot, Transfer
from plugins.points_store.services.lots import last_day

CHUNK = 2_000


@value_class
class Event:
    """A booking that is to be made, in the order of time."""

    at: datetime
    kind: str
    source: int
    target: int
    points: int
    area_code: str
    rule_id: int | None
    reason: str
    account_id: int | None = None


class Book:
    """Bookings on paper first: rows with their ids, written in chunks at the end."""

    def __init__(self, started_at: datetime) -> None:
        self.at = started_at
        self.accounts: list[dict[str, Any]] = []
        self.transfers: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.lots: list[dict[str, Any]] = []
        self._wallets: set[int] = set()
        self._balance: dict[int, int] = {}
        self._next: dict[type[Model], int] = {
            LedgerAccount: _highest(LedgerAccount.unscoped("the next free id", fn.MAX(LedgerAccount.id))),
            Transfer: _highest(Transfer.unscoped("the next free id", fn.MAX(Transfer.id))),
            Entry: _highest(Entry.select(fn.MAX(Entry.id))),
        }

    def _id(self, model: type[Model]) -> int:
        self._next[model] += 1
        return int(self._next[model])

    def open(self, kind: str, area_code: str, household_id: int | None = None) -> int:
        """A ledger account on paper; returns its id."""
        account_id = self._id(LedgerAccount)
        self.accounts.append(
            {
                "id": account_id,
                "kind": kind,
                "area_code": area_code,
                "household_id": household_id,
                "balance": 0,
                "opened_at": self.at,
            }
        )
        self._balance[account_id] = 0
        if kind == WALLET:
            self._wallets.add(account_id)
        return account_id

    def move(self, event: Event) -> None:
        """A transfer on paper."""
        transfer_id = self._id(Transfer)
        self.transfers.append(
            {
                "id": transfer_id,
                "kind": event.kind,
                "area_code": event.area_code,
                "at": event.at,
                "points": event.points,
                "rule_id": event.rule_id,
                "reason": event.reason,
                "account_id": event.account_id,
            }
        )
        for account_id, signed in ((event.source, -event.points), (event.target, event.points)):
            self._balance[account_id] += signed
            self.entries.append(
                {
                    "id": self._id(Entry),
                    "transfer_id": transfer_id,
                    "ledger_account_id": account_id,
                    "points": signed,
                    "balance_after": self._balance[account_id],
                }
            )
        if event.target in self._wallets:
            self.lots.append(
                {
                    "wallet_id": event.target,
                    "transfer_id": transfer_id,
                    "points": event.points,
                    "expires_on": last_day(event.at.date()),
                }
            )

    def balance(self, account_id: int) -> int:
        """What an account holds."""
        return self._balance[account_id]

    def digest(self) -> str:
        """What the record keeps of all these bookings."""
        legs: dict[int, list[tuple[int, int]]] = {}
        for entry in self.entries:
            legs.setdefault(entry["transfer_id"], []).append((entry["ledger_account_id"], entry["points"]))
        digest = Digest()
        for row in self.transfers:
            digest.add(
                canonical(
                    row["kind"],
                    row["area_code"],
                    row["at"],
                    row["account_id"],
                    row["reason"],
                    row["rule_id"],
                    None,
                    legs[row["id"]],
                    "",
                )
            )
        return digest.hex()

    def holders(self) -> str:
        """What the record keeps of whose the wallets are."""
        digest = Digest()
        for row in self.accounts:
            if row["kind"] == WALLET:
                digest.add(holder(row["id"], row["household_id"], None))
        return digest.hex()

    def write(self) -> None:
        """Put it all into the database; call inside a unit of work."""
        for account in self.accounts:
            account["balance"] = self._balance[account["id"]]
        for model, rows in (
            (LedgerAccount, self.accounts),
            (Transfer, self.transfers),
            (Entry, self.entries),
            (Lot, self.lots),
        ):
            _insert(model, rows)
        advance_ids(LedgerAccount, Transfer, Entry)


def _highest(query: Any) -> int:
    return int(query.scalar() or 0)


def _insert(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        model.insert_many(chunk).execute()
