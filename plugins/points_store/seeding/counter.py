"""What a demo county shows of its stores: a provider, a voucher, goods on their way, a count."""

from datetime import timedelta

from core.clock import today
from core.county import county
from core.hookspecs import SeedWorld
from plugins.points_store.models import Provider, ProviderStaff
from plugins.points_store.seeding.month import CHECK_UP, shop
from plugins.points_store.seeding.past import Counter, Village
from plugins.points_store.services import (
    goods_transfers,
    proxies,
    stocktakes,
    stores,
    wallets,
)
from plugins.points_store.services.redemption import Pick
from plugins.points_store.services.stocktakes import Counted

PROVIDER = "县人民医院体检中心"
DONATED = ("爱心大米 2.5kg", 10, 20, "县粮油公司")
MILK = ("纯牛奶 250ml", 3, 12)


def open_provider(world: SeedWorld) -> None:
    """The county's provider of services, with its account; call inside a unit of work."""
    code = county().settings.county_code
    provider = Provider.create(area_code=code, name=PROVIDER)
    for account_id in world.accounts.get(("provider", code), []):
        ProviderStaff.create(provider_id=provider.id, account_id=account_id)


def show_counter(village: Village) -> list[dict[str, str]]:
    """Some deeds of today in the first village. Returns the accounts that a trial needs for them."""
    east, *others = village.counters
    clerk = east.clerks[0]
    rice = stores.add_product(
        clerk,
        store_id=east.store_id,
        name=DONATED[0],
        kind=stores.GOODS,
        points=DONATED[1],
        stock=DONATED[2],
        donor=DONATED[3],
    )
    stores.set_reorder_level(clerk, product_id=rice.id, level=DONATED[2])
    stores.add_product(
        clerk,
        store_id=east.store_id,
        name=MILK[0],
        kind=stores.GOODS,
        points=MILK[1],
        stock=MILK[2],
        best_before=today() + timedelta(days=20),
    )
    # Goods, and a service whose voucher is still to be used.
    for resident in village.residents[:2]:
        shop(east, resident, (CHECK_UP[0], "食盐 400g"))
    for other in others:
        goods_transfers.send_goods(
            clerk,
            store_id=east.store_id,
            to_store_id=other.store_id,
            picks=[Pick(rice.id, 5)],
            note="匀一些给西店",
        )
        _count(other)
    return _name_proxy(village)


def _name_proxy(village: Village) -> list[dict[str, str]]:
    """The second household may redeem for the first one."""
    holder, neighbour = village.residents[:2]
    assert neighbour.person_id is not None, "residents stand in the register"
    proxies.name_proxy(
        village.secretary,
        wallet_id=wallets.own_wallet(holder).id,
        person_id=neighbour.person_id,
        terms=proxies.Terms(50, 200, today() + timedelta(days=180)),
    )
    return [{"account_id": str(neighbour.account_id), "title": "居民（邻居，上面这位居民的代领人）"}]


def _count(counter: Counter) -> None:
    first, *rest = stocktakes.shelf_to_count(counter.store_id)
    counted = [Counted(product.id, int(product.stock or 0)) for product in rest]
    counted.append(Counted(first.id, int(first.stock or 0) - 1, "包装破损"))
    stocktakes.submit_stocktake(counter.clerks[0], store_id=counter.store_id, counted=counted)
