"""The village of the points store, with a neighbour who may redeem for the household."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.clock import today
from core.people.api import persons_of
from core.security import Actor
from plugins.points_store.models import Proxy
from plugins.points_store.services import proxies
from plugins.points_store.services.proxies import Terms
from tests.plugins.points_store.conftest import county_plugins, world
from tests.plugins.points_store.village import VILLAGE, World, acting

__all__ = ["county_plugins", "world"]


def terms(day_limit: int = 30, month_limit: int = 100, until: date | None = None) -> Terms:
    """What a household lets its proxy do."""
    return Terms(day_limit, month_limit, until or today() + timedelta(days=90))


@pytest.fixture
def neighbour(world: World) -> Actor:
    """李四 of the next house, with an account."""
    (person,) = persons_of(world.other_household)
    return replace(acting(23, "resident", VILLAGE, world.other_household), person_id=person.id)


@pytest.fixture
def named(world: World, neighbour: Actor) -> Callable[..., Proxy]:
    """The secretary names the neighbour for the household."""

    def name(wallet_id: int, **more: int) -> Proxy:
        assert neighbour.person_id is not None
        return proxies.name_proxy(
            world.secretary, wallet_id=wallet_id, person_id=neighbour.person_id, terms=terms(**more)
        )

    return name
