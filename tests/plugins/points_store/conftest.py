"""A village with a store, its people, and the neighbouring village behind the wall."""

from collections.abc import Iterator

import pytest

from core.app import load_plugins
from core.clock import frozen
from core.county import County
from plugins.points_store.models import StoreClerk
from plugins.points_store.services import awards, stores
from tests.plugins.points_store.village import (
    NOON,
    SIBLING,
    VILLAGE,
    World,
    acting,
    household_in,
    ledger_is_sound,
)


@pytest.fixture
def county_plugins() -> list[str]:
    """Only the points store."""
    return ["points_store"]


@pytest.fixture
def world(county: County) -> Iterator[World]:
    """The village, at noon on a Friday, with 1,000 points of budget."""
    load_plugins(county)
    with frozen(NOON) as move_clock:
        admin = acting(1, "county_admin", "341504")
        secretary = acting(2, "secretary", VILLAGE)
        home = household_in(VILLAGE, "001", "张三")
        other = household_in(VILLAGE, "002", "李四")
        sibling = household_in(SIBLING, "001", "王五")
        rule = awards.create_rule(
            admin, area_code="341504", title="人居环境整治", points_min=1, points_max=100_000
        )
        awards.grant_budget(admin, area_code=VILLAGE, points=1_000, reason="年度预算")
        store = stores.create_store(secretary, area_code=VILLAGE, name="新风超市")
        sibling_store = stores.create_store(admin, area_code=SIBLING, name="邻村超市")
        clerk, second, far = (
            acting(5, "clerk", VILLAGE),
            acting(6, "clerk", VILLAGE),
            acting(7, "clerk", SIBLING),
        )
        StoreClerk.create(store_id=store.id, account_id=5)
        StoreClerk.create(store_id=store.id, account_id=6)
        StoreClerk.create(store_id=sibling_store.id, account_id=7)
        yield World(
            admin=admin,
            secretary=secretary,
            reviewer=acting(3, "reviewer", VILLAGE),
            clerk=clerk,
            second_clerk=second,
            sibling_clerk=far,
            resident=acting(10, "resident", VILLAGE, home),
            household=home,
            other_household=other,
            sibling_household=sibling,
            rule=rule,
            store=store,
            sibling_store=sibling_store,
            salt=stores.add_product(clerk, store_id=store.id, name="食盐", kind="goods", points=3, stock=10),
            oil=stores.add_product(clerk, store_id=store.id, name="食用油", kind="goods", points=30, stock=2),
            bus=stores.add_product(clerk, store_id=store.id, name="公交", kind="service", points=10),
            move_clock=move_clock,
        )
        assert ledger_is_sound()
