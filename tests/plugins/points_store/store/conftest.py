"""The village of the points store, with what its shelves, days and months need."""

from collections.abc import Callable

import pytest

from core.security import Actor
from plugins.points_store.models import Product, ProviderStaff
from plugins.points_store.services import providers, stores
from tests.plugins.points_store.conftest import county_plugins, world
from tests.plugins.points_store.village import VILLAGE, World, acting

__all__ = ["county_plugins", "world"]


@pytest.fixture
def barber(world: World) -> Actor:
    """Somebody who takes in vouchers for the barber of the village."""
    provider = providers.create_provider(world.secretary, area_code=VILLAGE, name="村口理发店")
    ProviderStaff.create(provider_id=provider.id, account_id=21)
    return acting(21, "provider", VILLAGE)


@pytest.fixture
def haircut(world: World, barber: Actor) -> Product:
    """A service that is rendered against a voucher, for 10 points."""
    (bound,) = ProviderStaff.select()
    return stores.add_product(
        world.clerk,
        store_id=world.store.id,
        name="理发一次",
        kind="service",
        points=10,
        provider_id=bound.provider_id,
    )


@pytest.fixture
def bought(world: World, haircut: Product) -> Callable[..., str]:
    """Redeem a haircut; returns the code of its voucher."""

    def buy() -> str:
        from plugins.points_store.models import Voucher

        world.award(10)
        receipt = world.redeem(world.code().code, (haircut, 1))
        return str(Voucher.unscoped("test").where(Voucher.redemption_id == receipt.redemption_id).get().code)

    return buy
