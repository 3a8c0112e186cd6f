"""Reading vouchers and providers."""

from collections.abc import Iterable
from datetime import date, datetime

from core.accounts.api import account_names
from core.areas.api import area_names
from core.clock import today
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.points_store.models import Provider, ProviderStaff, Store, Voucher

_REACHED = "reached through vouchers that the actor may see"


@value_class
class VoucherView:
    """A voucher as all see it. `state`: open, expired, used or returned."""

    id: int
    code: str
    name: str
    points: int
    redemption_id: int
    line_id: int
    wallet_id: int
    provider_id: int
    provider_name: str
    store_name: str
    issued_at: datetime
    valid_until: date
    used_at: datetime | None
    returned_at: datetime | None
    state: str


@value_class
class Staff:
    """An account that takes in vouchers."""

    id: int
    name: str


@value_class
class ProviderView:
    """A provider with its area's name and its staff."""

    id: int
    name: str
    area_code: str
    area_name: str
    active: bool
    staff: list[Staff]


def voucher_views(found: list[Voucher]) -> list[VoucherView]:
    """Vouchers that the caller may see, with names."""
    providers = Provider.unscoped(_REACHED).where(Provider.id.in_({row.provider_id for row in found}))
    provider_names = {row.id: row.name for row in providers}
    stores = Store.unscoped(_REACHED).where(Store.id.in_({row.store_id for row in found}))
    store_names = {row.id: row.name for row in stores}
    return [
        VoucherView(
            id=row.id,
            code=row.code,
            name=row.name,
            points=row.points,
            redemption_id=row.redemption_id,
            line_id=row.line_id,
            wallet_id=row.wallet_id,
            provider_id=row.provider_id,
            provider_name=provider_names.get(row.provider_id, ""),
            store_name=store_names.get(row.store_id, ""),
            issued_at=row.issued_at,
            valid_until=row.valid_until,
            used_at=row.used_at,
            returned_at=row.returned_at,
            state=_state(row),
        )
        for row in found
    ]


def _state(row: Voucher) -> str:
    if row.used_at is not None:
        return "used"
    if row.returned_at is not None:
        return "returned"
    return "expired" if row.valid_until < today() else "open"


def vouchers_of_wallet(wallet_id: int, page: int, page_size: int) -> tuple[list[VoucherView], int]:
    """The vouchers of a wallet that the caller may see: those that can be used first, and how many."""
    query = Voucher.unscoped(_REACHED).where(Voucher.wallet_id == wallet_id)
    gone = Voucher.used_at.is_null(False) | Voucher.returned_at.is_null(False)
    found = query.order_by(gone, Voucher.id.desc()).paginate(page, page_size)
    return voucher_views(list(found)), query.count()


def vouchers_of_redemption(redemption_id: int) -> list[VoucherView]:
    """The vouchers that a redemption gave; the caller may see it."""
    query = Voucher.unscoped(_REACHED).where(Voucher.redemption_id == redemption_id)
    return voucher_views(list(query.order_by(Voucher.id)))


def with_used_voucher(redemption_ids: Iterable[int]) -> set[int]:
    """Those redemptions, of the ones that the caller may see, of which a voucher was used."""
    rows = Voucher.unscoped(_REACHED, Voucher.redemption_id).where(
        Voucher.redemption_id.in_(list(redemption_ids)) & Voucher.used_at.is_null(False)
    )
    return {row.redemption_id for row in rows}


def list_vouchers(
    scope: AreaScope, page: int, page_size: int, *, unused: bool = False
) -> tuple[list[VoucherView], int]:
    """The vouchers of the stores in `scope`, newest first (all, or unused ones), and how many there are."""
    query = Voucher.within(scope)
    if unused:
        query = query.where(Voucher.used_at.is_null() & Voucher.returned_at.is_null())
    found = query.order_by(Voucher.id.desc()).paginate(page, page_size)
    return voucher_views(list(found)), query.count()


def taken_in(actor: Actor, page: int, page_size: int) -> tuple[list[VoucherView], int]:
    """The vouchers that the actor's providers took in, newest first, and how many there are."""
    query = Voucher.unscoped("vouchers of the actor's own providers").where(
        Voucher.provider_id.in_([provider.id for provider in my_providers(actor)])
        & Voucher.used_at.is_null(False)
    )
    found = query.order_by(Voucher.used_at.desc(), Voucher.id.desc()).paginate(page, page_size)
    return voucher_views(list(found)), query.count()


def my_providers(actor: Actor) -> list[Provider]:
    """The providers that the actor takes in vouchers for, within their posts."""
    bound = ProviderStaff.select(ProviderStaff.provider_id).where(
        ProviderStaff.account_id == actor.account_id
    )
    rows = Provider.within(actor.scope("points_store.provide")).where(
        Provider.id.in_(bound) & Provider.active
    )
    return list(rows.order_by(Provider.id))


def providers_for(area_code: str) -> list[Provider]:
    """The providers that serve the stores of a village."""
    codes = [area_code[:length] for length in (4, 6, 9, 12)]
    rows = Provider.unscoped("providers of the areas above serve below").where(
        Provider.area_code.in_(codes) & Provider.active
    )
    return list(rows.order_by(Provider.id))


def list_providers(scope: AreaScope, page: int, page_size: int) -> tuple[list[ProviderView], int]:
    """The providers in `scope`, and how many there are."""
    query = Provider.within(scope)
    found = list(query.order_by(Provider.id).paginate(page, page_size))
    names = area_names([row.area_code for row in found])
    staff: dict[int, list[int]] = {}
    for bound in ProviderStaff.select().where(ProviderStaff.provider_id.in_([row.id for row in found])):
        staff.setdefault(bound.provider_id, []).append(bound.account_id)
    people = account_names([who for bound in staff.values() for who in bound])
    return [
        ProviderView(
            row.id,
            row.name,
            row.area_code,
            names.get(row.area_code, row.area_code),
            row.active,
            [Staff(who, people.get(who, "")) for who in sorted(staff.get(row.id, []))],
        )
        for row in found
    ], query.count()
