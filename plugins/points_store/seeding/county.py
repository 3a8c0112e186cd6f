"""Synthetic points, stores and goods for demo and test counties.

A county's worth of wallets is written in bulk, but by the same rules as real bookings: every
transfer sums to zero, every balance is the sum of its entries (`gridgov ledger verify` says so).
"""

from datetime import datetime, time, timedelta
from typing import Any

from core import audit
from core.clock import CHINA
from core.county import county
from core.db import unit_of_work
from core.hookspecs import SeedWorld
from core.people.api import household_area
from core.plugin_manager import SYSTEM
from core.signatures import Signer
from plugins.points_store.models import (
    AWARD,
    BUDGET,
    FUND,
    MINT,
    WALLET,
    Device,
    LedgerAccount,
    OpeningLine,
    OpeningSheet,
    Period,
    Product,
    Rule,
    StockMove,
    Store,
    StoreClerk,
)
from plugins.points_store.seeding.book import Book, Event
from plugins.points_store.seeding.claims import plan_claims
from plugins.points_store.seeding.counter import open_provider, show_counter
from plugins.points_store.seeding.month import last_month, plan_month
from plugins.points_store.seeding.past import Past, people_of
from plugins.points_store.services.days import count_anew
from plugins.points_store.services.devices import mark_of
from plugins.points_store.services.ledger import SEED_ACTION
from plugins.points_store.services.stores import GOODS, INTAKE, SERVICE

# Rule, from, to, and a reason that fits it.
RULES = (
    ("参加人居环境整治", 5, 20, "清扫门前道路和沟渠"),
    ("参加志愿服务", 5, 30, "参加河道清理志愿服务"),
    ("上报安全隐患", 2, 10, "报告路灯损坏"),
    ("垃圾分类达标", 1, 5, "当月垃圾分类检查合格"),
    ("参加村民议事会", 5, 10, "参加村民议事会"),
    ("孝老爱亲、邻里互助", 10, 50, "照料邻居独居老人"),
)
OPENING = "期初余额（模拟）"
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
# What each does in a month of the points store: a trial reads it beside the account.
DUTIES = {
    "resident": "出示积分码",
    "grid_leader": "初审申报",
    "reviewer": "村委会复核公示、发放积分",
    "clerk": "扫码兑换、离线兑换、日结",
    "provider": "核销凭证",
    "secretary": "超市结算、制卡、批准离线设备",
    "accountant": "积分月账结账",
    "county_admin": "积分预算、登记付款",
}
VILLAGE_BUDGET = 200_000
COUNTY_BUDGET = 500_000


def fill(world: SeedWorld) -> dict[str, Any]:
    """Rules, budgets, stores, goods, wallets with a history. Returns what the JSON shows."""
    county_code = county().settings.county_code
    with unit_of_work():
        rule_ids = [
            Rule.create(area_code=county_code, title=title, points_min=least, points_max=most).id
            for title, least, most, _ in RULES
        ]
        book = Book(world.started_at)
        mint = book.open(MINT, county_code)
        shown: dict[str, Any] = {"stores": [], "products": [], "wallets": []}
        events: list[Event] = []
        for done, village in enumerate(world.villages, 1):
            fund = book.open(FUND, village)
            year_begins = world.started_at - timedelta(days=400)
            events.append(
                Event(year_begins, BUDGET, mint, fund, _budget(world, done), village, None, "年度预算")
            )
            _open_stores(world, village, first=done == 1, shown=shown)
            shown["wallets"] += _open_wallets(world, book, events, village, fund, rule_ids, first=done == 1)
            world.say(done, len(world.villages))
        if world.profile != "acceptance":
            _show_the_book(world, book, events, mint)
        for event in sorted(events, key=lambda event: event.at):
            book.move(event)
        for wallet in shown["wallets"]:
            wallet["balance"] = book.balance(int(wallet["id"]))
        book.write()
        open_provider(world)
        audit.record(
            SYSTEM,
            SEED_ACTION,
            area_code=county_code,
            subject=f"profile:{world.profile}",
            first=book.transfers[0]["id"],
            last=book.transfers[-1]["id"],
            digest=book.digest(),
            first_wallet=book.accounts[0]["id"],
            last_wallet=book.accounts[-1]["id"],
            holders=book.holders(),
        )
        shown["demo_accounts"] = _colleagues(shown["stores"])
        shown["demo_duties"] = DUTIES
        # What follows is told as events, which are counted when they are delivered.
        count_anew()
    if world.profile != "acceptance":
        _live_on(world, rule_ids, shown)
    if world.profile == "county":
        shown["wallets"], shown["products"] = [], []
    shown["points_store"] = {"rules": [{"id": str(rule_id)} for rule_id in rule_ids]}
    return shown


def _colleagues(stores: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Who serves in a store beside its first clerk: a second person, who can reverse what was redeemed."""
    others = stores[0]["clerk_account_ids"][1:2]
    return [{"account_id": other, "title": "店员（同一家店的另一位，可冲正）"} for other in others]


def _live_on(world: SeedWorld, rule_ids: list[int], shown: dict[str, Any]) -> None:
    """What people did of late, by the services that they use: a month in a small county, else some claims."""
    past, own = Past(world.started_at), people_of(world, world.villages[0])
    plan_claims(past, world, own, rule_ids)
    if world.profile == "small":
        plan_month(past, world, [own, *(people_of(world, code) for code in world.villages[1:])], rule_ids)
    past.live()
    if world.profile == "small":
        shown["demo_accounts"] += show_counter(own)
    held = {
        row.id: row.balance
        for row in LedgerAccount.unscoped("the demo's own wallets").where(LedgerAccount.kind == WALLET)
    }
    for wallet in shown["wallets"]:
        wallet["balance"] = held[int(wallet["id"])]


def _show_the_book(world: SeedWorld, book: Book, events: list[Event], mint: int) -> None:
    """This year's period with money in the county's own fund, and a sheet that waits for a second person."""
    code, at = county().settings.county_code, world.started_at
    Period.create(
        area_code=code,
        title=f"{at.year} 年",
        begins=at.date().replace(month=1, day=1),
        ends=at.date().replace(month=12, day=31),
        declared_at=at,
    )
    own = book.open(FUND, code)
    events.append(Event(at - timedelta(days=399), BUDGET, mint, own, COUNTY_BUDGET, code, None, "年度资金"))
    village = world.villages[0]
    sheet = OpeningSheet.create(area_code=village, source="积分台账第 3 册第 12 页（模拟）", entered_at=at)
    for number, household_id in enumerate(world.households.get(village, [])[:3], 1):
        OpeningLine.create(
            sheet_id=sheet.id, household_id=household_id, points=10 * number, page=f"第 {number} 行"
        )


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
        if first and number == 0 and own and world.profile == "small":
            _ask_for_device(world, store, own[0])
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
            if stock is not None:
                StockMove.create(
                    product_id=product.id,
                    kind=INTAKE,
                    quantity=stock,
                    stock_after=stock,
                    at=world.started_at,
                    note=OPENING,
                )
            shown["products"].append(
                {"id": str(product.id), "store_id": str(store.id), "points": points, "stock": stock}
            )


def _ask_for_device(world: SeedWorld, store: Store, account_id: int) -> None:
    """A clerk's phone that waits for the village's word: its page has something to decide."""
    public_key = Signer(b"a phone of the demo county".ljust(64)).public_key()
    Device.create(
        mark=mark_of(public_key),
        area_code=store.area_code,
        store_id=store.id,
        account_id=account_id,
        name="前台手机（模拟）",
        public_key=public_key,
        asked_at=world.started_at,
    )


def _open_wallets(
    world: SeedWorld,
    book: Book,
    events: list[Event],
    village: str,
    fund: int,
    rule_ids: list[int],
    *,
    first: bool,
) -> list[dict[str, Any]]:
    reviewers = world.accounts.get(("reviewer", village), [None])
    wallets = []
    newest = world.started_at
    if world.profile == "small":
        # What happened since is not made up in bulk.
        newest = datetime.combine(last_month(world), time(), CHINA)
    for number, household_id in enumerate(world.households.get(village, [])):
        # A household stands in a village or in one of its grids; its wallet stands with it.
        wallet = book.open(WALLET, household_area(household_id) or village, household_id)
        if world.profile == "acceptance" and first and number == 0:
            opened = world.started_at - timedelta(days=300)
            events.append(Event(opened, AWARD, fund, wallet, 50_000, village, None, OPENING, reviewers[0]))
        else:
            for _ in range(world.random.randint(1, 3)):
                chosen = world.random.randrange(len(RULES))
                _, least, most, reason = RULES[chosen]
                at = newest - timedelta(
                    days=world.random.randint(1, 270), minutes=world.random.randint(0, 600)
                )
                points, rule_id = world.random.randint(least, most), rule_ids[chosen]
                events.append(Event(at, AWARD, fund, wallet, points, village, rule_id, reason, reviewers[0]))
        wallets.append(
            {"id": str(wallet), "household_id": str(household_id), "person_id": None, "balance": 0}
        )
    return wallets
