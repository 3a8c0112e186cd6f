"""What a page or list asks of the database: fewer than twenty statements, with sixty rows behind it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from peewee import fn

from core.clock import today
from core.db import database
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households, persons_of
from core.plugin_manager import SYSTEM
from core.testing import COUNTY_CODE
from plugins.points_store.models import (
    Activity,
    Claim,
    LedgerAccount,
    PassbookPrint,
    ProviderStaff,
    Proxy,
    Redemption,
    Rule,
    Settlement,
    StoreClerk,
    Transfer,
    Voucher,
)
from plugins.points_store.services import (
    activities,
    awards,
    card_sheets,
    claims,
    closings,
    codes,
    day_closes,
    goods_transfers,
    honour,
    openings,
    passbooks,
    providers,
    proxies,
    reviewing,
    settlements,
    stores,
)
from plugins.points_store.services.redemption import Pick
from tests.plugins.points_store.village import NOON, VILLAGE, acting

MOST = 20
MANY = 60
ROLES = ("resident", "clerk", "secretary", "reviewer", "county_admin", "grid_leader", "provider")
# Reached with something that only lives for one person's next step, or in a county of other settings.
ELSEWHERE = {
    "points_store_static.static": "a file",
    "points_store.scanned": "leads on to open_code, which is asked here",
    "points_store.public_now": "leads on to public_month, which is asked here",
    "points_store.landing": "shows nothing of the database",
    "points_store.voucher_landing": "shows nothing of the database",
    "points_store.preview_openings": "a file that was sent a moment ago",
    "points_store.marked_openings": "a file that was sent a moment ago",
    "points_store.kin_receipt": "one booking, where each person has a wallet",
}


@pytest.fixture
def homes(world) -> list[int]:
    """Sixty households with points; the resident is a proxy of some, and may redeem every day."""
    rows = [
        HouseholdRow(VILLAGE, f"{number:03d}", persons=[PersonRow(f"户主{number}", is_head=True)])
        for number in range(100, 100 + MANY)
    ]
    homes = bulk_insert_households(SYSTEM, rows)
    awards.grant_budget(world.admin, area_code=VILLAGE, points=100_000, reason="追加")
    (me,) = persons_of(world.household)
    terms = proxies.Terms(30, 100, today() + timedelta(days=90))
    for number, home in enumerate(homes):
        wallet = world.award(100, home)
        if number < MOST + 2:
            proxies.name_proxy(world.secretary, wallet_id=wallet, person_id=me.id, terms=terms)
    for _ in range(MOST + 2):
        mine = world.award(50)
    for one in (world.other_household, homes[0]):
        person = persons_of(one)[0].id
        proxies.name_proxy(world.secretary, wallet_id=mine, person_id=person, terms=terms)
    card_sheets.issue_sheet(world.secretary, area_code=VILLAGE, renew=False)
    book = passbooks.open_passbook(world.secretary, wallet_id=mine)
    passbooks.print_page(world.secretary, passbook_id=book.id)
    return homes


@pytest.fixture
def shops(world, homes) -> None:
    """Stores with shelves, providers with vouchers, sixty redemptions, days and a month that are closed."""
    barbers = [
        providers.create_provider(world.secretary, area_code=VILLAGE, name=f"理发店{number}")
        for number in range(MOST + 2)
    ]
    others = [
        stores.create_store(world.secretary, area_code=VILLAGE, name=f"分店{number}")
        for number in range(MOST + 2)
    ]
    # Who logs in below is a clerk and takes in vouchers; the secretary of the services, who settles, is not.
    for account_id in range(3, 40):
        ProviderStaff.create(provider_id=barbers[0].id, account_id=account_id)
        for store in (world.store, *others):
            StoreClerk.get_or_create(store_id=store.id, account_id=account_id)
    add = {"store_id": world.store.id, "points": 1}
    goods = [
        stores.add_product(world.clerk, name=f"商品{number}", kind="goods", stock=500, **add)
        for number in range(MOST + 2)
    ]
    cut = stores.add_product(world.clerk, name="理发", kind="service", provider_id=barbers[0].id, **add)
    for number, home in enumerate(homes):
        who = world.resident if number % 3 else acting(50 + number, "resident", VILLAGE, home)
        who = replace(who, person_id=persons_of(who.household_id)[0].id)
        world.redeem(codes.issue_code(who).code, (goods[number % len(goods)], 1), (cut, 1))
    for other in others:
        of = {"store_id": other.id, "points": 1}
        pen = stores.add_product(world.clerk, name="圆珠笔", kind="goods", stock=9, **of)
        world.redeem(world.code().code, (pen, 1), store_id=other.id)
        goods_transfers.send_goods(
            world.clerk, store_id=world.store.id, to_store_id=other.id, picks=[Pick(goods[0].id, 1)]
        )
    for day in range(MOST + 2):
        world.move_clock(NOON + timedelta(days=day))
        day_closes.close_day(world.clerk, store_id=world.store.id, day=today())
    for store in (world.store, *others):
        settlements.settle_store(world.secretary, store_id=store.id, month="2026-11")
    closings.close_month(world.secretary, area_code=VILLAGE, month="2026-11")
    # And one of today, that can still be taken back.
    world.move_clock(NOON + timedelta(days=MOST + 2))
    world.redeem(world.code().code, (goods[0], 1), (cut, 1))


@pytest.fixture
def deeds(world, homes) -> None:
    """Rules, claims in every state, activities, a sheet of opening balances, a list of honour."""
    for number in range(MOST + 2):
        rule = awards.create_rule(
            world.admin, area_code=VILLAGE, title=f"规则{number}", points_min=1, points_max=50
        )
        activities.create_activity(
            world.secretary,
            area_code=VILLAGE,
            title=f"活动{number}",
            place="村口",
            day=today(),
            rule_id=rule.id,
            points=5,
        )
    filed = []
    for number, home in enumerate((world.household, *homes)):
        member = acting(200 + number % 4, "grid_member", VILLAGE)
        new = claims.NewClaim(household_id=home, rule_id=rule.id, text="清理河道", day=today())
        filed.append(claims.file_claim(member, new).id)
    leader = acting(210, "grid_leader", VILLAGE)
    reviewing.review_claims(leader, claim_ids=filed[:40], decision="pass")
    reviewing.review_claims(world.reviewer, claim_ids=filed[:MOST], decision="pass")
    fresh = bulk_insert_households(
        SYSTEM,
        [
            HouseholdRow(VILLAGE, f"{number}", persons=[PersonRow("新户", is_head=True)])
            for number in range(300, 300 + MANY)
        ],
    )
    holdings = [openings.Holding(home, 5) for home in fresh]
    openings.enter_opening(world.secretary, area_code=VILLAGE, source="旧台账第 1 页", holdings=holdings)
    honour.set_consent(world.resident, joins=True)


def places(world) -> dict[str, object]:
    """A value for every name in an address."""
    wallet = LedgerAccount.unscoped("test").where(LedgerAccount.household_id == world.household).get()
    mine = Redemption.unscoped("test").where(Redemption.wallet_id == wallet.id)
    award = Transfer.unscoped("test").where(Transfer.kind == "award")

    def first(model):
        return model.unscoped("test").select(fn.MIN(model.id)).scalar()

    return {
        "store_id": world.store.id,
        "wallet_id": wallet.id,
        "redemption_id": mine.order_by(Redemption.id.desc()).get().id,
        "claim_id": first(Claim),
        "rule_id": first(Rule),
        "activity_id": first(Activity),
        "settlement_id": first(Settlement),
        "sheet_id": 1,
        "transfer_id": award.order_by(Transfer.id.desc()).get().id,
        "print_id": PassbookPrint.get().id,
        "proxy_id": Proxy.select(fn.MIN(Proxy.id)).scalar(),
        "voucher_id": Voucher.unscoped("test").where(Voucher.wallet_id == wallet.id).first().id,
        "area_code": VILLAGE,
        "month": "2026-11",
        "code": Activity.unscoped("test").first().code,
    }


def queries(world) -> dict[str, str]:
    """What pages are asked with, where they show nothing without."""
    here = f"store_id={world.store.id}"
    search = dict.fromkeys(("award", "cards", "wallet_desk", "proxies_desk", "bookings"), "q=户主")
    return {
        **{f"points_store.{name}": text for name, text in search.items()},
        "points_store.open_code": f"code={world.code().code}",
        "points_store.new_claim": "whose=own",
        "points_store_api.listProducts": here,
    }


@pytest.fixture
def asked() -> Iterator[list[object]]:
    """The statements that the database is asked."""
    seen: list[object] = []
    database.obj.query_hooks.append(seen.append)
    yield seen
    database.obj.query_hooks.remove(seen.append)


@pytest.mark.usefixtures("shops", "deeds")
def test_every_page_and_list_costs_fewer_than_twenty_statements(app, world, as_role, api_as, asked):
    (me,) = persons_of(world.household)
    whose = {"resident": me.id}
    where = {"county_admin": COUNTY_CODE}
    seats = {
        role: (
            as_role(role, where.get(role, VILLAGE), person_id=whose.get(role)),
            api_as(role, where.get(role, VILLAGE), person_id=whose.get(role)),
        )
        for role in ROLES
    }
    known, more = places(world), queries(world)
    costs, unseen = {}, []
    for rule in app.url_map.iter_rules():
        is_ours = rule.endpoint.startswith(("points_store.", "points_store_"))
        if not is_ours or "GET" not in (rule.methods or ()) or rule.endpoint in ELSEWHERE:
            continue
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda name: str(known[name[1]]), rule.rule)
        if query := more.get(rule.endpoint):
            path = f"{path}?{query}"
        opened = []
        for role, (browser, program) in seats.items():
            is_json = path.startswith("/api/v1")
            asked.clear()
            answer = program.get(path.removeprefix("/api/v1")) if is_json else browser.get(path)
            opened.append(answer.status_code)
            if answer.status_code == 200:
                costs[(rule.endpoint, role)] = len(asked)
        if 200 not in opened:
            unseen.append((rule.endpoint, opened))
    assert unseen == []  # a page that nobody here may open is not measured
    assert {place: cost for place, cost in costs.items() if cost >= MOST} == {}
    assert len({endpoint for endpoint, _ in costs}) > 70
