"""What a demo county shows of its stores: a provider, a voucher, goods on their way, a count."""

from datetime import timedelta

from core.accounts.api import actor_for
from core.clock import today
from core.county import county
from core.db import unit_of_work
from core.hookspecs import SeedWorld
from core.people.api import persons_of
from core.security import Actor
from plugins.points_store.models import (
    WALLET,
    LedgerAccount,
    Product,
    Provider,
    ProviderStaff,
    Store,
    StoreClerk,
)
from plugins.points_store.services import (
    codes,
    goods_transfers,
    passbooks,
    proxies,
    redemption,
    stocktakes,
    stores,
)
from plugins.points_store.services.recusal import kept_out
from plugins.points_store.services.redemption import Pick
from plugins.points_store.services.stocktakes import Counted

PROVIDER = "县人民医院体检中心"
CHECK_UP = ("老年人体检（凭证）", 5)
DONATED = ("爱心大米 2.5kg", 10, 20, "县粮油公司")
MILK = ("纯牛奶 250ml", 3, 12)


def open_provider(world: SeedWorld) -> None:
    """The county's provider of services, with its account; call inside a unit of work."""
    code = county().settings.county_code
    provider = Provider.create(area_code=code, name=PROVIDER)
    for account_id in world.accounts.get(("provider", code), []):
        ProviderStaff.create(provider_id=provider.id, account_id=account_id)


def show_counter(world: SeedWorld) -> None:
    """Some real deeds at the stores of the first village."""
    village = world.villages[0]
    east, *others = (
        Store.unscoped("the demo's own stores").where(Store.area_code == village).order_by(Store.id)
    )
    clerks = [row.account_id for row in StoreClerk.select().where(StoreClerk.store_id == east.id)]
    residents = world.accounts.get(("resident", village), [])
    if not clerks or not residents:
        return
    clerk, provider = actor_for(min(clerks)), Provider.unscoped("the demo's own provider").get()
    check_up = stores.add_product(
        clerk,
        store_id=east.id,
        name=CHECK_UP[0],
        kind=stores.SERVICE,
        points=CHECK_UP[1],
        provider_id=provider.id,
    )
    rice = stores.add_product(
        clerk,
        store_id=east.id,
        name=DONATED[0],
        kind=stores.GOODS,
        points=DONATED[1],
        stock=DONATED[2],
        donor=DONATED[3],
    )
    stores.set_reorder_level(clerk, product_id=rice.id, level=DONATED[2])
    stores.add_product(
        clerk,
        store_id=east.id,
        name=MILK[0],
        kind=stores.GOODS,
        points=MILK[1],
        stock=MILK[2],
        best_before=today() + timedelta(days=20),
    )
    _redeem_voucher(clerk, east.id, residents, check_up)
    _show_paper(world)
    for other in others:
        goods_transfers.send_goods(
            clerk, store_id=east.id, to_store_id=other.id, picks=[Pick(rice.id, 5)], note="匀一些给西店"
        )
        _count(other.id)


def _redeem_voucher(clerk: Actor, store_id: int, residents: list[int], service: Product) -> None:
    for account_id in residents:
        resident = actor_for(account_id)
        rows = LedgerAccount.unscoped("the demo's own wallets").where(
            LedgerAccount.household_id == resident.household_id
        )
        wallet = rows.first()
        other_household = resident.household_id != clerk.household_id
        if wallet is not None and wallet.balance >= service.points and other_household:
            with unit_of_work(housekeeping="a demo redemption"):
                code = codes.issue_code(resident)
                redemption.redeem(clerk, store_id=store_id, raw_code=code.code, picks=[Pick(service.id, 1)])
            return


def _show_paper(world: SeedWorld) -> None:
    """A household with a passbook that was printed once, and a neighbour who may redeem for it."""
    village = world.villages[0]
    secretaries = world.accounts.get(("secretary", village), [])
    rows = LedgerAccount.unscoped("the demo's own wallets").where(
        (LedgerAccount.kind == WALLET)
        & (LedgerAccount.area_code.startswith(village))
        & LedgerAccount.household_id.is_null(False)
    )
    found = list(rows.order_by(LedgerAccount.id.desc()).limit(2))
    if not secretaries or len(found) < 2:
        return
    secretary, (wallet, next_door) = actor_for(min(secretaries)), found
    if kept_out(secretary) & {wallet.household_id, next_door.household_id}:
        return
    book = passbooks.open_passbook(secretary, wallet_id=wallet.id)
    passbooks.print_page(secretary, passbook_id=book.id)
    assert next_door.household_id is not None, "the query asks for households"
    person = persons_of(next_door.household_id)[0]
    terms = proxies.Terms(50, 200, today() + timedelta(days=180))
    proxies.name_proxy(secretary, wallet_id=wallet.id, person_id=person.id, terms=terms)


def _count(store_id: int) -> None:
    bound = StoreClerk.select().where(StoreClerk.store_id == store_id).order_by(StoreClerk.account_id).first()
    shelf = stocktakes.shelf_to_count(store_id)
    if bound is None or not shelf:
        return
    first = shelf[0]
    counted = [Counted(product.id, int(product.stock or 0)) for product in shelf[1:]]
    counted.append(Counted(first.id, int(first.stock or 0) - 1, "包装破损"))
    stocktakes.submit_stocktake(actor_for(bound.account_id), store_id=store_id, counted=counted)
