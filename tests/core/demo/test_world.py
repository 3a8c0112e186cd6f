"""A synthetic county in the database: marked as such, whole, and the same for the same number."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from core import audit
from core.accounts.api import account_names, actor_for
from core.app import load_plugins
from core.county import County
from core.demo.village import HOUSEHOLDS_WITHOUT_POSTS
from core.demo.world import CountyInUse, World, build_world
from core.people.api import HouseholdRow, PersonBrief, bulk_insert_households, list_households, persons_of
from core.scope import AreaScope
from core.security import Actor
from core.testing import FAR_VILLAGE, SISTER_VILLAGE, VILLAGE


@contextmanager
def quiet(label: str) -> Iterator[Callable[[int, int], None]]:
    yield lambda done, total: None


@pytest.fixture
def county_plugins() -> list[str]:
    return ["points_store"]


@pytest.fixture
def build(county: County) -> Callable[..., World]:
    load_plugins(county)
    return lambda profile, seed: build_world(profile, seed, password="mo-ni", progress=quiet)


def people(world: World) -> list[PersonBrief]:
    return [person for held in world.households.values() for key, _ in held for person in persons_of(key)]


def test_every_household_and_person_is_marked_as_made_up(build: Callable, county: County) -> None:
    world = build("small", 1)
    listed, total = list_households(AreaScope((county.settings.county_code,)), page_size=1000)
    assert total == world.size > 30
    assert all(household.number.startswith("模拟-") for household in listed)
    assert all(household.synthetic for household in listed)


def test_posts_are_held_by_grown_up_villagers_of_different_households(build: Callable) -> None:
    world = build("small", 1)
    persons = {person.id: person for person in people(world)}
    staff = [a for a in world.accounts if a.role != "resident" and a.person_id is not None]
    homes = [persons[account.person_id].household_id for account in staff]
    assert len(set(homes)) == len(homes)
    for village, held in world.households.items():
        without_posts = {key for key, _ in held[:HOUSEHOLDS_WITHOUT_POSTS]}
        assert not without_posts & set(homes)
        assert any(account.village == village for account in staff)


def test_everybody_on_the_staff_has_a_name_of_a_person(build: Callable) -> None:
    world = build("small", 1)
    ids = [account.id for account in world.accounts if account.village in world.villages]
    names = account_names(ids)
    assert len(names) == len(ids)
    assert all(re.fullmatch("[一-鿿]{2,4}", name) for name in names.values())


def test_every_store_of_a_demo_has_a_second_clerk_who_can_reverse(build: Callable) -> None:
    world = build("small", 1)
    stores = [store for answer in world.answers.values() for store in answer.get("stores", [])]
    assert {store["area_code"] for store in stores} == set(world.villages)
    assert min(len(store["clerk_account_ids"]) for store in stores) >= 2


def test_every_household_has_an_account_of_its_head(build: Callable) -> None:
    world = build("acceptance", 1)
    heads = {person.id for person in people(world) if person.is_head}
    residents = [account.person_id for account in world.accounts if account.role == "resident"]
    assert set(residents) == heads
    assert len(residents) == len(heads) == 60


def test_accounts_may_do_what_their_post_allows_and_only_there(build: Callable) -> None:
    world = build("acceptance", 1)
    secretary = next(a for a in world.accounts if a.role == "secretary" and a.area_code == VILLAGE)
    actor: Actor = actor_for(secretary.id)
    assert actor.may("points_store.view", VILLAGE)
    assert not actor.may("points_store.view", SISTER_VILLAGE)
    assert not actor.may("points_store.view", FAR_VILLAGE)


def test_the_same_number_gives_the_same_people_and_posts(
    build: Callable, another_county: Callable[[], County]
) -> None:
    def shown(world: World) -> object:
        persons = [(person.name, person.tags, person.risk_level) for person in people(world)]
        return world.villages, world.areas, world.households, world.accounts, world.answers, persons

    first = shown(build("acceptance", 5))
    load_plugins(another_county())
    assert shown(build_world("acceptance", 5, password="other", progress=quiet)) == first


def test_a_county_with_people_in_it_is_refused(build: Callable, county: County, actor: Callable) -> None:
    row = HouseholdRow(VILLAGE, "1")
    bulk_insert_households(actor("county_admin", county.settings.county_code), [row])
    head = audit.head()
    with pytest.raises(CountyInUse):
        build("small", 1)
    assert audit.head() == head
