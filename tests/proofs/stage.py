"""Sets the stage in a county before its server starts: through the services, in this process."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle, islice

from core import qr
from core.accounts.api import actor_for
from core.app import load_plugins
from core.clock import now
from core.county import close_county, open_county
from core.db import database, unit_of_work
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households
from core.plugin_manager import SYSTEM
from plugins.points_store.models import RedeemCode
from plugins.points_store.services import awards, cards, stores
from tests.proofs.load import Request, post
from tests.proofs.server import Site

VILLAGE = "341504001001"
_CHUNK = 2_000
_LASTING = timedelta(hours=12)


@contextmanager
def opened(site: Site) -> Iterator[None]:
    """The county of `site`, open in this process with its plugins."""
    county = open_county(site.data)
    try:
        with database.connection_context():
            load_plugins(county)
            yield
    finally:
        close_county()


def make_codes(wallets: Sequence[int], count: int) -> list[str]:
    """`count` codes of these wallets in turn, that outlive the proof."""
    at, codes = now(), [qr.new_subject() for _ in range(count)]
    rows = [
        {"code": code, "wallet_id": wallet, "issued_at": at, "expires_at": at + _LASTING}
        for code, wallet in zip(codes, cycle(wallets), strict=False)
    ]
    with unit_of_work(housekeeping="the stage of a proof"):
        for start in range(0, count, _CHUNK):
            RedeemCode.insert_many(rows[start : start + _CHUNK]).execute()
    return codes


def add_product(site: Site, store: dict[str, object], points: int) -> int:
    """Goods at a price, enough for any proof."""
    clerk = actor_for(int(site.clerk(store)["id"]))
    made = stores.add_product(
        clerk,
        store_id=int(str(store["id"])),
        name=f"证明用品 {points}",
        kind="goods",
        points=points,
        stock=1_000_000_000,
    )
    return int(made.id)


def settle(site: Site, balances: Sequence[int]) -> list[int]:
    """New households of the first village whose wallets hold `balances` (> 0); returns the wallets."""
    admin = actor_for(int(site.account("county_admin")["id"]))
    reviewer = actor_for(int(site.account("reviewer")["id"]))
    people = [PersonRow(name="张三", is_head=True)]
    rows = [HouseholdRow(area_code=VILLAGE, number=f"P{n:05}", persons=people) for n in range(len(balances))]
    with unit_of_work(housekeeping="the stage of a proof; its deeds leave their own lines"):
        households = bulk_insert_households(SYSTEM, rows)
        awards.grant_budget(admin, area_code=VILLAGE, points=sum(balances), reason="追加")
        rule = awards.create_rule(admin, area_code="341504", title="证明", points_min=1, points_max=1_000_000)
        booked = [
            awards.award(reviewer, household_id=household, rule_id=rule.id, points=points, reason="证明")
            for household, points in zip(households, balances, strict=True)
        ]
    return [int(wallet.id) for wallet, _ in booked]


def issue_card(site: Site, household_id: int) -> cards.IssuedCard:
    """A printed card of a household."""
    secretary = actor_for(int(site.account("secretary")["id"]))
    return cards.issue_card(secretary, household_id=household_id)


def redeem(
    site: Site, store: dict[str, object], code: str, product: int, key: str | None = None, **more: object
) -> Request:
    """A redemption of one piece by the store's clerk; `more` goes into the body."""
    body = {"store_id": store["id"], "code": code, "items": [{"product_id": str(product), "quantity": 1}]}
    return post(site.clerk(store), "/redemptions", {**body, **more}, key)


def redemptions(site: Site, count: int, points: int = 1) -> list[Request]:
    """`count` redemptions from the large wallet, over both stores in turn. Opens the county for it."""
    with opened(site):
        products = [add_product(site, store, points) for store in site.stores]
        codes = make_codes([site.wallet], count)
    counters = islice(cycle(zip(site.stores, products, strict=True)), count)
    return [
        redeem(site, store, code, product) for code, (store, product) in zip(codes, counters, strict=True)
    ]
