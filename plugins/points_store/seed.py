"""Synthetic points, stores and goods for demo and test counties.

A county's worth of wallets is written in bulk, but by the same rules as real bookings: every
transfer sums to zero, every balance is the sum of its entries (`gridgov ledger verify` says so).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from peewee import Model, fn

from core import audit
from core.county import county
from core.db import unit_of_work
from core.hookspecs import SeedWorld
from core.plugin_manager import SYSTEM
from plugins.points_store.models import (
    AWARD,
    BUDGET,
    FUND,
    MINT,
    WALLET,
    Entry,
    LedgerAccount,
    Product,
    Rule,
    Store,
    StoreClerk,
    Transfer,
)
from plugins.points_store.services.stores import GOODS, SERVICE

RULES = (
    ("参加人居环境整治", 5, 20),
    ("参加志愿服务", 5, 30),
    ("上报安全隐患", 2, 10),
    ("垃圾分类达标", 1, 5),
    ("参加村民议事会", 5, 10),
    ("孝老爱亲、邻里互助", 10, 50),
)
REASONS = ("七月清洁家园行动", "河道清理", "主动清扫门前道路", "调解邻里纠纷", "报告路灯损坏", "照料独居老人")
GOODS_ON_SHELF = (
    ("洗衣粉 1kg", 12, 60),
    ("食盐 400g", 3, 200),
    ("抽纸 3 包", 8, 90),
    ("食用油 1.8L", 30, 40),
    ("毛巾", 6, 80),
    ("牙膏", 9, 70),
    ("大米 5kg", 35, 50),
    ("雨伞", 20, 25),
)
SERVICES_ON_SHELF = (("免费体检一次", 50), ("镇村公交乘车 5 次", 10), ("理发一次", 10))
VILLAGE_BUDGET = 200_000
CHUNK = 2_000


class _Book:
    """Bookings on paper first: rows with their ids, written in chunks at the end."""

    def __init__(self, started_at: datetime) -> None:
        self.at = started_at
        self.accounts: list[dict[str, Any]] = []
        self.transfers: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
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
        return account_id

    def move(
        self, kind: str, source: int, target: int, points: int, *, area_code: str, at: datetime, **more: Any
    ) -> None:
        """A transfer on paper."""
        transfer_id = self._id(Transfer)
        row = {"rule_id": None, "reason": "", "account_id": None, **more}
        self.transfers.append(
            {"id": transfer_id, "kind": kind, "area_code": area_code, "at": at, "points": points, **row}
        )
        for account_id, signed in ((source, -points), (target, points)):
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

    def balance(self, account_id: int) -> int:
        """What an account holds."""
        return self._balance[account_id]

    def write(self) -> None:
        """Put it all into the database; call inside a unit of work."""
        for account in self.accounts:
            account["balance"] = self._balance[account["id"]]
        for model, rows in (
            (LedgerAccount, self.accounts),
            (Transfer, self.transfers),
            (Entry, self.entries),
        ):
            _insert(model, rows)


def _highest(query: Any) -> int:
    return int(query.scalar() or 0)


def _insert(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        model.insert_many(chunk).execute()


def fill(world: SeedWorld) -> dict[str, Any]:
    """Rules, budgets, stores, goods, wallets with a history. Returns what the JSON shows."""
    county_code = county().settings.county_code
    with unit_of_work():
        rule_ids = [
            Rule.create(area_code=county_code, title=title, points_min=least, points_max=most).id
            for title, least, most in RULES
        ]
        book = _Book(world.started_at)
        mint = book.open(MINT, county_code)
        shown: dict[str, Any] = {"stores": [], "products": [], "wallets": []}
        for done, village in enumerate(world.villages, 1):
            fund = book.open(FUND, village)
            book.move(
                BUDGET,
                mint,
                fund,
                _budget(world, done),
                area_code=village,
                at=world.started_at,
                reason="年度预算",
            )
            _open_stores(world, village, first=done == 1, shown=shown)
            wallets = _open_wallets(world, book, village, fund, rule_ids, first=done == 1)
            if world.profile != "county":
                shown["wallets"] += wallets
            world.say(done, len(world.villages))
        book.write()
        audit.record(
            SYSTEM,
            "points_store.seed",
            area_code=county_code,
            subject=f"profile:{world.profile}",
            transfers=len(book.transfers),
        )
    shown["points_store"] = {"rules": [{"id": str(rule_id)} for rule_id in rule_ids]}
    return shown


def _budget(world: SeedWorld, number: int) -> int:
    return VILLAGE_BUDGET if world.profile != "acceptance" or number > 1 else VILLAGE_BUDGET * 5


def _open_stores(world: SeedWorld, village: str, *, first: bool, shown: dict[str, Any]) -> None:
    clerks = world.accounts.get(("clerk", village), [])
    count = 2 if world.profile == "acceptance" or (first and world.profile == "small") else 1
    for number in range(count):
        name = "新风超市" if count == 1 else f"新风超市（{'东西'[number]}店）"
        store = Store.create(area_code=village, name=name)
        own = clerks[number::count]
        for account_id in own:
            StoreClerk.create(store_id=store.id, account_id=account_id)
        shown["stores"].append(
            {"id": str(store.id), "area_code": village, "clerk_account_ids": [str(clerk) for clerk in own]}
        )
        shelf: list[tuple[str, str, int, int | None]] = [
            (name, GOODS, points, stock) for name, points, stock in GOODS_ON_SHELF
        ]
        shelf += [(name, SERVICE, points, None) for name, points in SERVICES_ON_SHELF]
        if world.profile == "acceptance":
            shelf.insert(0, ("测试商品", GOODS, 100, 1_000_000))
        for name, kind, points, stock in shelf:
            product = Product.create(store_id=store.id, name=name, kind=kind, points=points, stock=stock)
            if world.profile != "county":
                shown["products"].append(
                    {"id": str(product.id), "store_id": str(store.id), "points": points, "stock": stock}
                )


def _open_wallets(
    world: SeedWorld, book: _Book, village: str, fund: int, rule_ids: list[int], *, first: bool
) -> list[dict[str, Any]]:
    reviewers = world.accounts.get(("reviewer", village), [None])
    wallets = []
    for number, household_id in enumerate(world.households.get(village, [])):
        wallet = book.open(WALLET, village, household_id)
        if world.profile == "acceptance" and first and number == 0:
            amounts = [50_000]
        else:
            amounts = [world.random.randint(1, 30) for _ in range(world.random.randint(1, 3))]
        for step, points in enumerate(amounts):
            rule = world.random.randrange(len(rule_ids))
            at = world.started_at - timedelta(days=world.random.randint(1, 90) + 91 * (len(amounts) - step))
            book.move(
                AWARD,
                fund,
                wallet,
                points,
                area_code=village,
                at=at,
                rule_id=rule_ids[rule],
                reason=world.random.choice(REASONS),
                account_id=reviewers[0],
            )
        wallets.append(
            {
                "id": str(wallet),
                "household_id": str(household_id),
                "person_id": None,
                "balance": book.balance(wallet),
            }
        )
    return wallets
