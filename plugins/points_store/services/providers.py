"""Providers of services (服务单位) and whoever takes in vouchers for them."""

from core import audit
from core.accounts.api import scoped_account
from core.areas.api import get_area
from core.db import unit_of_work
from core.errors import NotFound
from core.security import Actor
from plugins.points_store.models import Provider, ProviderStaff


def create_provider(actor: Actor, *, area_code: str, name: str) -> Provider:
    """A provider that serves the stores of an area (a village, a town, the county). Raises NotFound."""
    actor.demand("points_store.manage", area_code)
    if get_area(area_code) is None:
        raise NotFound
    with unit_of_work():
        provider = Provider.create(area_code=area_code, name=name)
        _record(actor, "points_store.create_provider", provider)
    return provider


def switch_provider(actor: Actor, *, provider_id: int, active: bool) -> None:
    """Switch a provider off or on again: off, it takes in no vouchers. Raises NotFound."""
    provider = _managed(actor, provider_id)
    with unit_of_work():
        Provider.update(active=active).where(Provider.id == provider_id).execute()
        _record(actor, "points_store.switch_provider", provider, active=active)


def bind_staff(actor: Actor, *, provider_id: int, account_id: int) -> None:
    """Let an account take in vouchers for a provider. Raises NotFound."""
    provider = _managed(actor, provider_id)
    account = scoped_account(actor.scope("points_store.manage"), account_id)
    with unit_of_work():
        ProviderStaff.insert(provider_id=provider_id, account_id=account.id).on_conflict_ignore().execute()
        _record(actor, "points_store.bind_provider", provider, account_id=account.id)


def unbind_staff(actor: Actor, *, provider_id: int, account_id: int) -> None:
    """An account leaves a provider: the next voucher is refused. Raises NotFound."""
    provider = _managed(actor, provider_id)
    with unit_of_work():
        ProviderStaff.delete().where(
            (ProviderStaff.provider_id == provider_id) & (ProviderStaff.account_id == account_id)
        ).execute()
        _record(actor, "points_store.unbind_provider", provider, account_id=account_id)


def _managed(actor: Actor, provider_id: int) -> Provider:
    scope = actor.demand("points_store.manage")
    provider: Provider | None = Provider.within(scope).where(Provider.id == provider_id).first()
    if provider is None:
        raise NotFound
    return provider


def _record(actor: Actor, action: str, provider: Provider, **detail: object) -> None:
    audit.record(actor, action, area_code=provider.area_code, subject=f"provider:{provider.id}", **detail)
