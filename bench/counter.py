"""A redemption with everything switched on: card with its PIN and its limit a day, two lines, a voucher.

Goods with a last good day and a service of a provider, at a total that both sides saw; stock, record and
event as ever. Against the bare loop of the same transaction, and against a redemption of one line by code.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bench.bare import bare_loop
from bench.counties import PIECES, Sale, Shop, Till, shop_of, wait_for_worker
from bench.figures import Rounds, Row, Run
from bench.inside import statements
from bench.load import drive, warm_seconds
from bench.redemption import FASTEST, add_answered, demand_proof, over_http
from core.accounts.api import actor_for, operator
from core.cli.context import opened_with_plugins
from core.clock import today
from core.county import county
from plugins.points_store.services import cards, providers, redemption, stores
from plugins.points_store.services.redemption import Pick
from tools.running import serving

BARE, FULL = "bare loop of the same transaction", "8 clients, everything on"
PLAIN = "8 clients, one line by code"
CLIENTS = 8
# A point a line: a card pays 500 points a day.
PRICE = 1


@dataclass(frozen=True)
class Counter:
    """A till with what lies there: goods and a service for a voucher."""

    till: Till
    goods_id: int
    service_id: int


@dataclass(frozen=True)
class FullSale(Sale):
    """A sale of goods and a service by card. `product_id` is the goods'."""

    service_id: int
    pin: str

    @property
    def body(self) -> dict[str, Any]:
        """Both lines, the PIN and the total."""
        items = [{"product_id": str(key), "quantity": 1} for key in (self.product_id, self.service_id)]
        return super().body | {"items": items, "pin": self.pin, "points": 2 * PRICE}


@dataclass(frozen=True)
class Stage:
    """A shop with counters, and the serial and PIN of each wallet's card."""

    shop: Shop
    counters: dict[str, list[Counter]]
    cards: dict[int, tuple[str, str]]

    def sales(self, count: int) -> list[FullSale]:
        """Sales spread over all wallets, stores and clerks."""
        sales = []
        for number in range(count):
            wallet = self.shop.wallets[number % len(self.shop.wallets)]
            own = [c for c in self.counters[wallet.village] if c.till.household_id != wallet.household_id]
            counter = own[number // len(self.shop.wallets) % len(own)]
            serial, pin = self.cards[wallet.id]
            sales.append(FullSale(counter.till, counter.goods_id, serial, counter.service_id, pin))
        return sales


def measure(run: Run) -> list[Row]:
    """The redemption of a store that uses all that there is."""
    found = Rounds()
    stage = None
    for number in range(run.rounds):
        # A county for each round: a card's points of a day come to an end.
        stage = _stage(shop_of(run, f"counter-{number}"))
        if number == 0:
            found.add("statements", _statements(stage))
        found.add(BARE, bare_loop(stage.shop.data.parent / "bare.db", run.seconds, full=True))
        with serving(stage.shop.data) as url:
            wait_for_worker(stage.shop.data)
            add_answered(found, PLAIN, over_http(stage.shop, url, run.seconds, clients=CLIENTS))
            enough = min(_MOST, int((run.seconds + warm_seconds(run.seconds)) * FASTEST))
            requests = [sale.request() for sale in stage.sales(enough)]
            answered = drive(url, requests, clients=CLIENTS, seconds=run.seconds).demand(201)
            add_answered(found, FULL, answered)
        run.say(f"redemption with everything on, round {number + 1} of {run.rounds}")
    assert stage is not None
    demand_proof(stage.shop)
    return [
        found.row(BARE, "/s"),
        found.row(FULL, "/s", baseline="card, PIN, limit a day, goods and a voucher, over HTTP"),
        found.ratio(f"{FULL} / {BARE}", FULL, BARE, ">= 0.4"),
        found.row(f"{FULL} p50", "ms"),
        found.row(f"{FULL} p99", "ms", "<= 30"),
        found.row(f"{FULL} worst", "ms"),
        found.row("statements", "statements", baseline="of the service"),
        found.row(PLAIN, "/s"),
        found.ratio("everything on / one line by code", FULL, PLAIN),
    ]


# What 64 cards pay in a day.
_MOST = 64 * (500 // (2 * PRICE))


def _stage(shop: Shop) -> Stage:
    with opened_with_plugins(shop.data):
        code = county().settings.county_code
        provider = providers.create_provider(operator(), area_code=code, name="县人民医院（模拟）")
        counters: dict[str, list[Counter]] = defaultdict(list)
        for store_id in sorted({till.store_id for till in shop.tills}):
            tills = [till for till in shop.tills if till.store_id == store_id]
            clerk = actor_for(tills[0].clerk_id)
            goods = stores.add_product(
                clerk,
                store_id=store_id,
                name="食盐（小包）",
                kind=stores.GOODS,
                points=PRICE,
                stock=PIECES,
                best_before=today() + timedelta(days=365),
            )
            service = stores.add_product(
                clerk,
                store_id=store_id,
                name="量血压（凭证）",
                kind=stores.SERVICE,
                points=PRICE,
                provider_id=provider.id,
            )
            counters[tills[0].village] += [Counter(till, goods.id, service.id) for till in tills]
        issued = {
            wallet.id: cards.issue_card(operator(), household_id=wallet.household_id)
            for wallet in shop.wallets
        }
    return Stage(shop, dict(counters), {key: (card.serial, card.pin) for key, card in issued.items()})


def _statements(stage: Stage) -> int:
    first, second = stage.sales(2)
    with opened_with_plugins(stage.shop.data):

        def sell(sale: FullSale) -> None:
            redemption.redeem(
                actor_for(sale.till.clerk_id),
                store_id=sale.till.store_id,
                raw_code=sale.code,
                raw_pin=sale.pin,
                picks=[Pick(sale.product_id, 1), Pick(sale.service_id, 1)],
                agreed_points=2 * PRICE,
            )

        sell(first)  # what is looked up once a process is known now
        return statements(lambda: sell(second))
