"""Reading stores: which are mine, what is on the shelf, what was redeemed today."""

from datetime import datetime

from peewee import fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.clock import today
from core.errors import NotFound
from core.people.api import household_head_name
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.errors import NotYourStore
from plugins.points_store.models import (
    LedgerAccount,
    Product,
    RedeemCode,
    Redemption,
    Rule,
    Store,
    StoreClerk,
)
from plugins.points_store.queries.vouchers import with_used_voucher

_REACHED = "reached through a store that the actor may see"
_SEES_STORES = ("points_store.view", "points_store.manage", "points_store.redeem", "points_store.own")
_SEES_RULES = (
    *("points_store.view", "points_store.award", "points_store.manage", "points_store.own"),
    *("points_store.file", "points_store.check"),
)


@value_class
class Clerk:
    """An account that is bound to a store."""

    id: int
    name: str


@value_class
class StoreView:
    """A store with its village's name and its clerks (account id, name)."""

    id: int
    name: str
    area_code: str
    area_name: str
    active: bool
    clerks: list[Clerk]


@value_class
class Recent:
    """A redemption in a store's list."""

    id: int
    at: datetime
    holder_name: str
    total: int
    reversed: bool
    returned: int
    can_reverse: bool


def my_stores(actor: Actor) -> list[StoreView]:
    """The stores that the acting clerk is bound to, within their posts."""
    bound = StoreClerk.select(StoreClerk.store_id).where(StoreClerk.account_id == actor.account_id)
    rows = Store.within(actor.scope("points_store.redeem")).where(Store.id.in_(bound) & Store.active)
    return _views(list(rows.order_by(Store.id)))


def my_store(actor: Actor, store_id: int) -> StoreView:
    """One of them. Raises NotFound (outside the posts' areas), NotYourStore."""
    scope = actor.demand("points_store.redeem")
    for store in my_stores(actor):
        if store.id == store_id:
            return store
    if not Store.within(scope).where(Store.id == store_id).exists():
        raise NotFound
    raise NotYourStore


def list_stores(actor: Actor, page: int, page_size: int) -> tuple[list[StoreView], int]:
    """Stores in the areas where the actor views, manages or serves; residents see their village's."""
    query = Store.within(_scope_of(actor, *_SEES_STORES))
    return _views(list(query.order_by(Store.id).paginate(page, page_size))), query.count()


def visible_store(actor: Actor, store_id: int) -> StoreView:
    """A store of that list. Raises NotFound."""
    row = Store.within(_scope_of(actor, *_SEES_STORES)).where(Store.id == store_id).first()
    if row is None:
        raise NotFound
    return _views([row])[0]


def _scope_of(actor: Actor, *permissions: str) -> AreaScope:
    """All areas in which the actor holds at least one of the permissions."""
    prefixes = {prefix for name in permissions for prefix in actor.scope(name).prefixes}
    return AreaScope(tuple(sorted(prefixes)))


def _views(rows: list[Store]) -> list[StoreView]:
    names = area_names([row.area_code for row in rows])
    clerks: dict[int, list[int]] = {}
    for bound in StoreClerk.select().where(StoreClerk.store_id.in_([row.id for row in rows])):
        clerks.setdefault(bound.store_id, []).append(bound.account_id)
    people = account_names([who for bound in clerks.values() for who in bound])
    return [
        StoreView(
            row.id,
            row.name,
            row.area_code,
            names.get(row.area_code, row.area_code),
            row.active,
            [Clerk(who, people.get(who, "")) for who in sorted(clerks.get(row.id, []))],
        )
        for row in rows
    ]


def products(store_id: int, *, only_active: bool = True) -> list[Product]:
    """The shelf of a store that the caller may see, goods first."""
    query = Product.select().where(Product.store_id == store_id)
    if only_active:
        query = query.where(Product.active)
    return list(query.order_by(Product.kind, Product.points, Product.id))


def today_figures(store_id: int) -> tuple[int, int]:
    """Redemptions of today that stand: how many, and points (less what was taken back)."""
    stands = (Redemption.store_id == store_id) & (Redemption.day == today())
    row = (
        Redemption.unscoped(
            _REACHED,
            fn.COUNT(Redemption.id),
            fn.COALESCE(fn.SUM(Redemption.points - Redemption.returned), 0),
        )
        .where(stands & (Redemption.returned < Redemption.points))
        .tuples()
        .first()
    )
    return int(row[0]), int(row[1])


def redeemed_with(actor: Actor, store_id: int, code: str) -> int | None:
    """The id of the redemption that the caller made at this store with this used code, if they did.

    A clerk who goes back in the browser opens a used code; they must not be told that nothing was booked.
    """
    used = RedeemCode.get_or_none((RedeemCode.code == code) & RedeemCode.used_at.is_null(False))
    if used is None:
        return None
    row = (
        Redemption.unscoped(_REACHED, Redemption.id)
        .where(
            (Redemption.wallet_id == used.wallet_id)
            & (Redemption.store_id == store_id)
            & (Redemption.clerk_id == actor.account_id)
            & (Redemption.at >= used.used_at)
        )
        .order_by(Redemption.id)
        .first()
    )
    return int(row.id) if row else None


def recent_redemptions(actor: Actor, store_id: int, limit: int = 20) -> list[Recent]:
    """The newest redemptions of a store that the caller may see."""
    rows = list(
        Redemption.unscoped(_REACHED)
        .where(Redemption.store_id == store_id)
        .order_by(Redemption.id.desc())
        .limit(limit)
    )
    wallets = {
        row.id: row
        for row in LedgerAccount.unscoped(_REACHED).where(LedgerAccount.id.in_([r.wallet_id for r in rows]))
    }
    heads = household_head_name([w.household_id for w in wallets.values() if w.household_id])
    used = with_used_voucher(row.id for row in rows)
    return [
        Recent(
            id=row.id,
            at=row.at,
            holder_name=heads.get(wallets[row.wallet_id].household_id or 0, ""),
            total=row.points,
            reversed=row.returned >= row.points,
            returned=row.returned,
            can_reverse=row.returned < row.points
            and row.day == today()
            and row.clerk_id != actor.account_id
            and row.id not in used
            and actor.may("points_store.reverse", row.area_code),
        )
        for row in rows
    ]


def redemption_of(actor: Actor, redemption_id: int, permission: str) -> Redemption:
    """A redemption in the areas of `permission`. Raises NotFound, Forbidden."""
    scope = actor.demand(permission)
    row: Redemption | None = Redemption.within(scope).where(Redemption.id == redemption_id).first()
    if row is None:
        raise NotFound
    return row


def rules_for(area_code: str) -> list[Rule]:
    """The rules that hold in a village: its own, and those of the areas above it."""
    codes = [area_code[:length] for length in (4, 6, 9, 12)]
    return list(
        Rule.unscoped("rules of the areas above hold below")
        .where(Rule.area_code.in_(codes) & Rule.active)
        .order_by(Rule.points_min, Rule.id)
    )


def list_rules(actor: Actor, page: int, page_size: int) -> tuple[list[Rule], int]:
    """Rules that lie in the actor's areas or hold there."""
    scope = _scope_of(actor, *_SEES_RULES)
    above = sorted({prefix[:length] for prefix in scope.prefixes for length in (4, 6, 9, 12)})
    holds = scope.where(Rule.area_code) | Rule.area_code.in_(above)
    # The newest version of each; an old one is found by what was credited by it.
    query = Rule.unscoped("rules of the areas above hold below").where(holds & Rule.replaced_by.is_null())
    return list(query.order_by(Rule.id).paginate(page, page_size)), query.count()
