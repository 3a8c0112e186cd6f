"""A county whose ledger is as long as after years: written in bulk, by the rules of real bookings.

Awards by rule and redemptions of goods, each with its entries, lots, shelf and line on record, so that
`gridgov ledger verify` and `gridgov audit verify` hold.
"""

import random
import shutil
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from peewee import Model, fn

from bench.figures import Run
from bench.ledger_copies import repeat_ledger
from core import audit
from core.accounts.api import find_account, operator
from core.cli.context import opened_with_plugins
from core.clock import now
from core.county import county
from core.db import advance_ids, database, milliseconds, rows, unit_of_work
from core.people.api import (
    HouseholdRow,
    PersonRow,
    bulk_insert_households,
    headcounts,
    household_of_person,
)
from core.scope import AreaScope
from plugins.points_store.digest import Digest, canonical, goods
from plugins.points_store.models import (
    AWARD,
    BUDGET,
    REDEMPTION,
    WALLET,
    Earned,
    Entry,
    LedgerAccount,
    Lot,
    Product,
    Redemption,
    RedemptionLine,
    Rule,
    StockMove,
    Store,
    Transfer,
)
from plugins.points_store.services import ledger
from plugins.points_store.services.days import count_anew
from plugins.points_store.services.ledger import ACTIONS, Leg
from plugins.points_store.services.stores import GOODS, INTAKE
from plugins.points_store.services.wallets import find_wallet, open_wallet

DAILY = 500
HOUSEHOLD = 3
MILLION, LARGE = 1_000_000, 5
_PLENTY = 1_000_000_000
_AT_ONCE = 10_000
_REASON = "参加志愿服务（模拟）"
_ALL = "a synthetic ledger runs through all villages"
_COLUMNS: dict[type[Model], tuple[str, ...]] = {
    Transfer: ("id", "kind", "area_code", "at", "account_id", "points", "rule_id", "reason"),
    Entry: ("id", "transfer_id", "ledger_account_id", "points", "balance_after"),
    Lot: ("wallet_id", "transfer_id", "points", "expired", "done"),
    Earned: ("transfer_id", "wallet_id", "rule_key", "day", "points"),
    Redemption: (
        *("id", "transfer_id", "area_code", "store_id", "wallet_id", "clerk_id", "points", "at", "day"),
        "returned",
    ),
    RedemptionLine: ("redemption_id", "product_id", "name", "quantity", "points", "returned"),
    StockMove: ("product_id", "kind", "quantity", "stock_after", "at", "account_id", "note"),
}


_made: dict[Path, Path] = {}


def long_profile(run: Run) -> str:
    """What the long county grows from: the small one has closed months, which bookings in the past belie."""
    return "acceptance" if run.quick else run.profile


def long_county(run: Run) -> Path:
    """A county at county scale with a million entries (`--large`: five) in two years; made once a run.

    A million of them are on record one by one.
    """
    if run.folder not in _made:
        data = run.place("long") / "county"
        if run.quick:
            run.make_county(data, long_profile(run))
        else:
            shutil.copytree(run.county, data)
        wanted = run.few(MILLION, 4_000)
        more = max(1, (wanted - entries_of(data)) // 2)
        took = book_on(data, more)
        run.say(f"{wanted} entries: {more} bookings in {took:.0f} s")
        if run.large:
            repeat_ledger(data, run.few(LARGE * MILLION, 8_000))
            run.say(f"{entries_of(data)} entries")
        _made[run.folder] = data
    return _made[run.folder]


def book_on(data: Path, bookings: int, *, days: int = 730, village: str = "") -> float:
    """Book on in the seeded county in `data`; how many seconds it took.

    The bookings lie in the last `days`, the newest last; in all villages, or in one. One household, that
    of the account `resident`, comes every day: every `DAILY`th booking is on its wallet.
    """
    with opened_with_plugins(data):
        began = time.monotonic()
        writer = _Writer(village)
        first, until = now() - timedelta(days=days), now()
        for done in range(0, bookings, _AT_ONCE):
            numbers = range(done, min(done + _AT_ONCE, bookings))
            with unit_of_work():
                writer.write([first + (until - first) * (number / bookings) for number in numbers])
                if numbers.stop == bookings:
                    writer.finish()
        count_anew()
        return time.monotonic() - began


def crowd(data: Path, village: str, residents: int) -> None:
    """Let a village of the county in `data` have so many residents, each household with a wallet."""
    with opened_with_plugins(data), unit_of_work():
        there = sum(count.persons for count in headcounts(AreaScope((village,))).values())
        households = [
            HouseholdRow(
                area_code=village,
                number=f"X{number:05}",
                synthetic=True,
                persons=[
                    PersonRow(name=f"{'赵钱孙李'[number % 4]}某{member}", is_head=member == 0)
                    for member in range(HOUSEHOLD)
                ],
            )
            for number in range(max(0, residents - there) // HOUSEHOLD)
        ]
        homes = bulk_insert_households(operator(), households) if households else []
        for home in homes:
            open_wallet(operator(), home, None)


def entries_of(data: Path) -> int:
    """How long the ledger is."""
    with opened_with_plugins(data):
        return int(Entry.select().count())


def resident_wallet() -> int:
    """The wallet of the account `resident`, which has the longest statement here."""
    resident = find_account("resident")
    assert resident is not None
    assert resident.person_id is not None
    wallet = find_wallet(household_of_person(resident.person_id) or 0, resident.person_id)
    assert wallet is not None
    return int(wallet.id)


class _Writer:
    """Rows with their ids, in chunks. Balances and stock are kept beside the database meanwhile."""

    def __init__(self, village: str) -> None:
        self._chance = random.Random("a long ledger")
        self._rule_id, self._rule_key = _rule()
        self._rows: dict[type[Model], list[tuple[Any, ...]]] = defaultdict(list)
        self._stores = _stores(village)
        self._villages = sorted(self._stores)
        wallets = rows(
            LedgerAccount.unscoped(_ALL, LedgerAccount.id, LedgerAccount.area_code).where(
                LedgerAccount.kind == WALLET
            )
        )
        self._wallets: dict[str, list[int]] = defaultdict(list)
        self._village_of: dict[int, str] = {}
        for wallet_id, area_code in wallets:
            if area_code[:12] in self._stores:
                self._wallets[area_code[:12]].append(wallet_id)
                self._village_of[wallet_id] = area_code[:12]
        self._daily = resident_wallet()
        with unit_of_work():
            self._funds = {village: _filled_fund(village) for village in self._villages}
            for _, shelf in self._stores.values():
                _fill_shelf(shelf)
        found = rows(LedgerAccount.unscoped(_ALL, LedgerAccount.id, LedgerAccount.balance))
        self._balances: dict[int, int] = dict(found)
        self._next: dict[type[Model], int] = {
            Transfer: _number(Transfer.unscoped(_ALL, fn.MAX(Transfer.id))),
            Entry: _number(Entry.select(fn.MAX(Entry.id))),
            Redemption: _number(Redemption.unscoped(_ALL, fn.MAX(Redemption.id))),
        }
        self._stock = {row.id: row.stock or 0 for _, shelf in self._stores.values() for row in shelf}

    def write(self, moments: Sequence[datetime]) -> None:
        """A booking at each of the moments; call inside a unit of work."""
        for moment in moments:
            self._book(moment)
        for model, written in self._rows.items():
            _insert(model, written)
        self._rows.clear()

    def finish(self) -> None:
        """What accounts and shelves hold after all of it; call inside the last unit of work."""
        _set(LedgerAccount, "balance", self._balances)
        _set(Product, "stock", self._stock)
        advance_ids(Transfer, Entry, Redemption)

    def _book(self, at: datetime) -> None:
        chance = self._chance
        village = self._villages[chance.randrange(len(self._villages))]
        wallets = self._wallets[village]
        wallet = wallets[chance.randrange(len(wallets))]
        if chance.randrange(DAILY) == 0 and self._daily in self._village_of:
            wallet, village = self._daily, self._village_of[self._daily]
        takings, shelf = self._stores[village]
        product = shelf[chance.randrange(len(shelf))]
        if self._balances[wallet] < product.points or chance.random() < 0.5:
            self._award(at, village, wallet, chance.randint(5, 40))
        else:
            self._redeem(at, village, wallet, takings, product)

    def _award(self, at: datetime, village: str, wallet: int, points: int) -> None:
        legs = [(self._funds[village], -points), (wallet, points)]
        transfer = self._transfer(AWARD, at, village, legs, self._rule_id, _REASON, "")
        self._rows[Lot].append((wallet, transfer, points, 0, False))
        self._rows[Earned].append((transfer, wallet, self._rule_key, at.date().isoformat(), points))

    def _redeem(self, at: datetime, village: str, wallet: int, takings: int, product: Product) -> None:
        store, points = product.store_id, product.points
        content = goods(store, wallet, 0, [(product.id, product.name, 1, points)])
        legs = [(wallet, -points), (takings, points)]
        transfer = self._transfer(REDEMPTION, at, village, legs, None, "", content)
        redemption, moment, day = self._id(Redemption), milliseconds(at), at.date().isoformat()
        self._stock[product.id] -= 1
        self._rows[Redemption].append(
            (redemption, transfer, village, store, wallet, 0, points, moment, day, 0)
        )
        self._rows[RedemptionLine].append((redemption, product.id, product.name, 1, points, 0))
        self._rows[StockMove].append((product.id, REDEMPTION, -1, self._stock[product.id], moment, None, ""))

    def _transfer(
        self,
        kind: str,
        at: datetime,
        village: str,
        legs: list[tuple[int, int]],
        rule_id: int | None,
        reason: str,
        content: str,
    ) -> int:
        transfer, points = self._id(Transfer), abs(legs[0][1])
        self._rows[Transfer].append(
            (transfer, kind, village, milliseconds(at), None, points, rule_id, reason)
        )
        for account, signed in sorted(legs):
            self._balances[account] += signed
            self._rows[Entry].append((self._id(Entry), transfer, account, signed, self._balances[account]))
        digest = Digest()
        digest.add(canonical(kind, village, at, None, reason, rule_id, None, legs, content))
        audit.record(
            operator(),
            ACTIONS[kind],
            area_code=village,
            subject=f"transfer:{transfer}",
            first=transfer,
            last=transfer,
            points=points,
            digest=digest.hex(),
        )
        return transfer

    def _id(self, model: type[Model]) -> int:
        self._next[model] += 1
        return self._next[model]


def _number(query: Any) -> int:
    return int(query.scalar() or 0)


def _rule() -> tuple[int, int]:
    rule: Any = Rule.unscoped(_ALL).order_by(Rule.id).first()
    return int(rule.id), int(rule.key)


def _stores(village: str) -> dict[str, tuple[int, list[Product]]]:
    """Village -> the ledger account of its first store, and the goods on its shelf."""
    found: dict[str, tuple[int, list[Product]]] = {}
    with unit_of_work(housekeeping="accounts are opened on first use"):
        for store in Store.unscoped(_ALL).order_by(Store.id):
            if store.area_code not in found and store.area_code.startswith(village):
                shelf = Product.select().where((Product.store_id == store.id) & (Product.kind == GOODS))
                found[store.area_code] = (ledger.takings(store.id, store.area_code).id, list(shelf))
    return found


def _filled_fund(village: str) -> int:
    fund = ledger.fund(village)
    legs = [Leg(ledger.mint(county().settings.county_code).id, -_PLENTY), Leg(fund.id, _PLENTY)]
    ledger.post(operator(), BUDGET, legs, area_code=village, reason="基准测试（模拟）")
    return int(fund.id)


def _fill_shelf(shelf: Sequence[Product]) -> None:
    at = milliseconds(now())
    for product in shelf:
        product.stock = (product.stock or 0) + _PLENTY
        Product.update(stock=product.stock).where(Product.id == product.id).execute()
    moves = [(row.id, INTAKE, _PLENTY, row.stock, at, None, "基准测试（模拟）") for row in shelf]
    _insert(StockMove, moves)


def _insert(model: type[Model], written: list[tuple[Any, ...]]) -> None:
    columns = _COLUMNS[model]
    marks = ", ".join([database.param] * len(columns))
    table = model._meta.table_name
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    database.cursor().executemany(sql, written)


def _set(model: type[Model], column: str, values: dict[int, int]) -> None:
    sql = f"UPDATE {model._meta.table_name} SET {column} = {database.param} WHERE id = {database.param}"
    database.cursor().executemany(sql, [(value, key) for key, value in values.items()])
