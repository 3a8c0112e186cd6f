"""Stores, their clerks, products and stock."""

from datetime import date

from core import audit
from core.accounts.api import scoped_account
from core.areas.api import get_area
from core.clock import now
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.security import Actor
from core.text import N_
from plugins.points_store.errors import CountNeeded, NotYourStore, OutOfStock, ProviderNotHere
from plugins.points_store.models import Product, Provider, StockMove, Store, StoreClerk
from plugins.points_store.services.freshness import oldest_day, pieces_over
from plugins.points_store.services.prices import keep_price

GOODS, SERVICE = "goods", "service"
INTAKE, COUNT, SPOILED = "intake", "count", "spoiled"


def create_store(actor: Actor, *, area_code: str, name: str) -> Store:
    """Open a store in a village. Raises NotFound for an area that is no village in the actor's scope."""
    actor.demand("points_store.manage", area_code)
    area = get_area(area_code)
    if area is None or area.level != "village":
        raise NotFound
    with unit_of_work():
        store = Store.create(area_code=area_code, name=name)
        audit.record(actor, "points_store.create_store", area_code=area_code, subject=f"store:{store.id}")
    return store


def bind_clerk(actor: Actor, *, store_id: int, account_id: int) -> None:
    """Bind a clerk to a store; the account must be administered in the actor's areas. Raises NotFound."""
    store = _managed(actor, store_id)
    account = scoped_account(actor.scope("points_store.manage"), account_id)
    with unit_of_work():
        StoreClerk.insert(store_id=store_id, account_id=account.id).on_conflict_ignore().execute()
        _record(actor, "points_store.bind_clerk", store, account_id=account.id)


def unbind_clerk(actor: Actor, *, store_id: int, account_id: int) -> None:
    """A clerk leaves a store: the next request is refused. Raises NotFound."""
    store = _managed(actor, store_id)
    with unit_of_work():
        StoreClerk.delete().where(
            (StoreClerk.store_id == store_id) & (StoreClerk.account_id == account_id)
        ).execute()
        _record(actor, "points_store.unbind_clerk", store, account_id=account_id)


def switch_store(actor: Actor, *, store_id: int, active: bool) -> None:
    """Close a store, or open it again. Raises NotFound.

    What lies on a closed store's shelf stays its own: it can be counted and sent to another store.
    """
    store = _managed(actor, store_id)
    with unit_of_work():
        Store.update(active=active).where(Store.id == store_id).execute()
        _record(actor, "points_store.switch_store", store, active=active)


def add_product(
    actor: Actor,
    *,
    store_id: int,
    name: str,
    kind: str,
    points: int,
    stock: int | None = 0,
    donor: str = "",
    provider_id: int | None = None,
    best_before: date | None = None,
) -> Product:
    """Put a product on the shelf: goods with a first stock, or a service without.

    `donor`: who gave the goods. `provider_id`: who renders the service against a voucher. Neither is changed
    later. Raises NotFound, NotYourStore, Invalid (a name that is on the shelf already), ProviderNotHere.
    """
    store = stocked_store(actor, store_id)
    counted = kind == GOODS
    stock = stock or 0
    if provider_id is not None:
        _demand_provider(provider_id, store.area_code, kind)
    with unit_of_work():
        same = (Product.store_id == store_id) & (Product.name == name) & Product.active
        if Product.select().where(same).exists():
            raise Invalid(fields={"name": [N_("货架上已有同名商品，请改名，或给原来的商品进货。")]})
        product = Product.create(
            store_id=store_id,
            name=name,
            kind=kind,
            points=points,
            stock=stock if counted else None,
            donor=donor if counted else "",
            provider_id=provider_id,
            best_before=best_before if counted and stock else None,
        )
        if counted and stock:
            note_move(actor, product.id, INTAKE, stock, stock, "", best_before)
        _record(actor, "points_store.add_product", store, product_id=product.id, points=points)
    return product


def change_product(actor: Actor, *, product_id: int, points: int, active: bool) -> Product:
    """Change a price, or take a product off the shelf. Raises NotFound, NotYourStore.

    Whoever scanned before the change still pays the old price (services.prices).
    """
    product = stocked_product(actor, product_id)
    store = stocked_store(actor, product.store_id)
    with unit_of_work():
        # Read again under the lock: somebody else may have changed the price just now.
        product, at = Product.get_by_id(product_id), now()
        since = {}
        if points != product.points:
            keep_price(product, at)
            since = {"points_since": at}
        Product.update(points=points, active=active, **since).where(Product.id == product_id).execute()
        _record(
            actor, "points_store.change_product", store, product_id=product_id, points=points, active=active
        )
    return Product.get_by_id(product_id)


def set_reorder_level(actor: Actor, *, product_id: int, level: int | None) -> Product:
    """From how few pieces on new ones should be ordered; None for never. Raises NotFound, NotYourStore."""
    product = stocked_product(actor, product_id)
    store = stocked_store(actor, product.store_id)
    with unit_of_work():
        Product.update(reorder_at=level).where(Product.id == product_id).execute()
        _record(actor, "points_store.change_product", store, product_id=product_id, reorder_at=level)
    return Product.get_by_id(product_id)


def take_in(
    actor: Actor, *, product_id: int, quantity: int, note: str = "", best_before: date | None = None
) -> Product:
    """Goods arrive (or, negative, go bad): stock changes by `quantity`; `best_before` is their last good day.

    Raises NotFound, NotYourStore, CountNeeded (a service), OutOfStock (below zero), Invalid (goods that go
    need a reason).
    """
    product = stocked_product(actor, product_id)
    return _change_stock(actor, product, INTAKE, quantity, note, best_before=best_before)


def take_off_spoiled(actor: Actor, *, product_id: int) -> int:
    """Take every piece off the shelf that is over its last good day; returns how many.

    Raises NotFound, NotYourStore, CountNeeded.
    """
    product = stocked_product(actor, product_id)
    with unit_of_work(housekeeping="nothing may be over its day"):
        over = pieces_over(Product.get_by_id(product_id))
        if over:
            _change_stock(actor, product, SPOILED, -over, "过期下架")
    return over


def count_stock(actor: Actor, *, product_id: int, counted: int, note: str = "") -> Product:
    """The shelf was counted: stock becomes `counted`, the difference is on record.

    Raises NotFound, NotYourStore, CountNeeded, Invalid (a difference needs a reason).
    """
    product = stocked_product(actor, product_id)
    return _change_stock(actor, product, COUNT, None, note, counted)


def stocked_store(actor: Actor, store_id: int) -> Store:
    """A store whose stock the actor keeps: its own clerk, or whoever manages the village's stores.

    Raises NotFound, NotYourStore.
    """
    scope = actor.demand("points_store.stock")
    store: Store | None = Store.within(scope).where(Store.id == store_id).first()
    if store is None:
        raise NotFound
    bound = StoreClerk.get_or_none(
        (StoreClerk.store_id == store_id) & (StoreClerk.account_id == actor.account_id)
    )
    if bound is None and not actor.may("points_store.manage", store.area_code):
        raise NotYourStore
    return store


def stocked_product(actor: Actor, product_id: int) -> Product:
    """A product of a store whose stock the actor keeps. Raises NotFound, NotYourStore."""
    product: Product | None = Product.get_or_none(Product.id == product_id)
    if product is None:
        raise NotFound
    stocked_store(actor, product.store_id)
    return product


def _managed(actor: Actor, store_id: int) -> Store:
    store: Store | None = (
        Store.within(actor.demand("points_store.manage")).where(Store.id == store_id).first()
    )
    if store is None:
        raise NotFound
    return store


def _change_stock(
    actor: Actor,
    product: Product,
    kind: str,
    quantity: int | None,
    note: str,
    counted: int | None = None,
    best_before: date | None = None,
) -> Product:
    if product.stock is None:
        raise CountNeeded
    store = Store.unscoped("the caller has checked the store").where(Store.id == product.store_id).get()
    with unit_of_work():
        # Read again under the lock: a redemption may have come in between.
        before = int(Product.get_by_id(product.id).stock or 0)
        after = counted if counted is not None else before + (quantity or 0)
        if after < 0:
            raise OutOfStock(name=product.name, stock=before)
        if after == before and kind == INTAKE:
            raise Invalid(fields={"quantity": [N_("数量不能为 0。")]})
        # One person alone changes what the village's money bought: so the daily close tells why.
        if (after < before or (kind == COUNT and after != before)) and not note.strip():
            raise Invalid(fields={"note": [N_("盘点和账上不符，或要减少库存，请写明原因。")]})
        Product.update(stock=after).where(Product.id == product.id).execute()
        note_move(actor, product.id, kind, after - before, after, note, best_before)
        refresh_day(product.id)
        _record(actor, f"points_store.{kind}_stock", store, product_id=product.id, quantity=after - before)
    return Product.get_by_id(product.id)


def refresh_day(product_id: int) -> None:
    """Look anew at the last good day of the oldest pieces; call after stock has changed by hand."""
    product: Product = Product.get_by_id(product_id)
    day = oldest_day(product_id, int(product.stock or 0))
    Product.update(best_before=day).where(Product.id == product_id).execute()


def _demand_provider(provider_id: int, area_code: str, kind: str) -> None:
    provider: Provider | None = (
        Provider.unscoped("the store's village decides which providers serve it")
        .where((Provider.id == provider_id) & Provider.active)
        .first()
    )
    if provider is None or kind != SERVICE or not area_code.startswith(provider.area_code):
        raise ProviderNotHere


def note_move(
    actor: Actor,
    product_id: int,
    kind: str,
    quantity: int,
    after: int,
    note: str,
    best_before: date | None = None,
) -> None:
    """Write down a change of stock that was made just now."""
    StockMove.create(
        product_id=product_id,
        kind=kind,
        quantity=quantity,
        stock_after=after,
        at=now(),
        account_id=actor.account_id,
        note=note,
        best_before=best_before,
    )


def _record(actor: Actor, action: str, store: Store, **detail: object) -> None:
    audit.record(actor, action, area_code=store.area_code, subject=f"store:{store.id}", **detail)
