"""A ledger made longer by repeating it: set-based, so that five million entries take a minute or two.

What was booked happens again, in the same order, on accounts that hold what it has led to: each copy of an
entry has the balance of its original and what the account held before. The copies are put on record
together, as a seed's bookings are, and the proof holds.
"""

from pathlib import Path

from peewee import Model, fn

from core import audit
from core.accounts.api import operator
from core.cli.context import opened_with_plugins
from core.county import county
from core.db import advance_ids, database, unit_of_work
from plugins.points_store.chain import bookings
from plugins.points_store.digest import Digest
from plugins.points_store.models import (
    REDEMPTION,
    Earned,
    Entry,
    Lot,
    Redemption,
    RedemptionLine,
    Return,
    Transfer,
)
from plugins.points_store.services.days import count_anew
from plugins.points_store.services.ledger import SEED_ACTION

_ALL = "a synthetic ledger runs through all villages"


def repeat_ledger(data: Path, entries: int) -> None:
    """Repeat the ledger of the county in `data`, which has no returns, until it has `entries`."""
    with opened_with_plugins(data):
        assert not Return.unscoped(_ALL).exists(), "a return goes with its redemption"
        while (there := Entry.select().count()) < entries:
            with unit_of_work():
                _repeat_once(min(there, entries - there))
        count_anew()


def _repeat_once(entries: int) -> None:
    """The first `entries` (or as many as exist) once more."""
    until = Entry.select(Entry.transfer_id).order_by(Entry.id).offset(entries - 1).limit(1).scalar()
    last = {
        Transfer: int(Transfer.unscoped(_ALL, fn.MAX(Transfer.id)).scalar()),
        Entry: int(Entry.select(fn.MAX(Entry.id)).scalar()),
        Redemption: int(Redemption.unscoped(_ALL, fn.MAX(Redemption.id)).scalar() or 0),
    }
    transfer = f"transfer_id + {last[Transfer]}"
    booked = f"transfer_id <= {until}"
    redeemed = f"SELECT id FROM points_store_redemption WHERE {booked}"
    held = "SELECT balance FROM points_store_ledger_account AS a WHERE a.id = ledger_account_id"
    _copy(
        Transfer, f"id <= {until}", id=f"id + {last[Transfer]}", reverses_id=f"reverses_id + {last[Transfer]}"
    )
    _copy(
        Entry,
        booked,
        id=f"id + {last[Entry]}",
        transfer_id=transfer,
        balance_after=f"balance_after + ({held})",
    )
    _copy(Lot, booked, id="", transfer_id=transfer)
    _copy(Earned, booked, transfer_id=transfer)
    _copy(Redemption, booked, id=f"id + {last[Redemption]}", transfer_id=transfer)
    _copy(
        RedemptionLine,
        f"redemption_id IN ({redeemed})",
        id="",
        redemption_id=f"redemption_id + {last[Redemption]}",
    )
    _take_off(last[Redemption])
    database.execute_sql(
        "UPDATE points_store_ledger_account SET balance = balance + coalesce((SELECT sum(points) "
        f"FROM points_store_entry AS e WHERE e.ledger_account_id = points_store_ledger_account.id "
        f"AND e.id > {last[Entry]}), 0)"
    )
    advance_ids(Transfer, Entry, Redemption)
    _put_on_record(last[Transfer])


def _copy(model: type[Model], which: str, **changed: str) -> None:
    """The rows `which` once more, with these columns as SQL; an empty one is left to the database."""
    names = [field.column_name for field in model._meta.sorted_fields]
    kept = [name for name in names if changed.get(name, name)]
    values = ", ".join(changed.get(name, name) for name in kept)
    table, key = model._meta.table_name, kept[0] if "id" not in names else "id"
    database.execute_sql(
        f"INSERT INTO {table} ({', '.join(kept)}) SELECT {values} FROM {table} WHERE {which} ORDER BY {key}"
    )


def _take_off(last_redemption: int) -> None:
    """What the copied redemptions hand out leaves the shelf."""
    lines = f"points_store_redemption_line AS l WHERE l.redemption_id > {last_redemption}"
    database.execute_sql(
        "INSERT INTO points_store_stock_move (product_id, kind, quantity, stock_after, at, note) "
        f"SELECT l.product_id, '{REDEMPTION}', -l.quantity, "
        "p.stock - sum(l.quantity) OVER (PARTITION BY l.product_id ORDER BY l.id), r.at, '' "
        "FROM points_store_redemption_line AS l "
        "JOIN points_store_redemption AS r ON r.id = l.redemption_id "
        "JOIN points_store_product AS p ON p.id = l.product_id "
        f"WHERE l.redemption_id > {last_redemption} AND p.stock IS NOT NULL ORDER BY l.id"
    )
    database.execute_sql(
        "UPDATE points_store_product SET stock = stock - coalesce((SELECT sum(l.quantity) "
        f"FROM {lines} AND l.product_id = points_store_product.id), 0) WHERE stock IS NOT NULL"
    )


def _put_on_record(last_before: int) -> None:
    digest, first, last = Digest(), 0, 0
    for booked in bookings(after=last_before):
        digest.add(booked.text)
        first, last = first or booked.id, booked.id
    audit.record(
        operator(),
        SEED_ACTION,
        area_code=county().settings.county_code,
        subject="ledger:repeated",
        first=first,
        last=last,
        digest=digest.hex(),
    )
