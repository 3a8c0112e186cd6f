"""Whoever died or moved away earns nothing new; what the household holds stays with who remains."""

import pytest

from core.clock import today
from core.people.api import PersonRow, leave_register, persons_of, take_leaving_back
from core.people.services import add_person
from plugins.points_store.errors import HouseholdDeserted, PersonGone, ProxyEnded
from plugins.points_store.models import Proxy
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services import awards, proxies
from tests.plugins.points_store.passbook.conftest import terms
from tests.plugins.points_store.test_races import at_once
from tests.plugins.points_store.village import VILLAGE, acting, household_in


@pytest.fixture
def register():
    return acting(90, "secretary", VILLAGE)


def leave(actor, person_id, **more):
    leave_register(actor, person_id, left_for="died", left_on=today(), **more)


@pytest.fixture
def spouse(world, register):
    return add_person(register, world.household, PersonRow("王五娘"))


def award_to(world, person_id, points=5):
    return awards.award(
        world.reviewer,
        household_id=world.household,
        rule_id=world.rule.id,
        points=points,
        reason="清扫",
        person_id=person_id,
    )


def test_an_award_naming_the_dead_is_refused_and_the_household_goes_on(world, register, spouse):
    world.award(50)
    leave(register, spouse)
    with pytest.raises(PersonGone) as refusal:
        award_to(world, spouse)
    assert refusal.value.code == "points_person_left"
    award_to(world, None)
    assert world.balance() == 55
    world.redeem(world.code().code, (world.salt, 1))
    take_leaving_back(register, spouse, reason="登记错了")
    award_to(world, spouse)
    assert not verify_ledger().mistakes


def test_a_household_of_nobody_is_refused_at_the_counter_and_keeps_its_points(world, register):
    world.award(50)
    code = world.code().code
    (head,) = persons_of(world.household)
    leave(register, head.id)
    with pytest.raises(HouseholdDeserted) as refusal:
        world.redeem(code, (world.salt, 1))
    assert "请联系村委会" in refusal.value.sentence()
    with pytest.raises(HouseholdDeserted):
        award_to(world, None)
    assert world.balance() == 50
    take_leaving_back(register, head.id, reason="登记错了")
    world.redeem(world.code().code, (world.salt, 1))
    assert world.balance() == 47


def test_somebody_who_left_redeems_for_nobody_from_then_on(world, register):
    wallet = world.award(500)
    home = household_in(VILLAGE, "077", "赵六")
    (neighbour,) = persons_of(home)
    mandate = proxies.name_proxy(
        acting(91, "secretary", VILLAGE), wallet_id=wallet, person_id=neighbour.id, terms=terms()
    )
    leave(register, neighbour.id)
    assert Proxy.get_by_id(mandate.id).stopped_at is not None
    take_leaving_back(register, neighbour.id, reason="登记错了")
    assert Proxy.get_by_id(mandate.id).stopped_at is not None
    with pytest.raises(ProxyEnded):
        proxies.managed_proxy(acting(91, "secretary", VILLAGE), mandate.id)


def test_awards_and_a_death_at_once_book_all_before_it_and_nothing_after(world, register, spouse):
    world.award(5)
    before = world.balance()
    results = at_once(
        lambda number: leave(register, spouse) if number == 3 else award_to(world, spouse, 1), 8
    )
    booked = sum(isinstance(result, tuple) for result in results)
    refused = sum(isinstance(result, PersonGone) for result in results)
    assert (booked + refused, results[3]) == (7, None)
    assert world.balance() == before + booked
    assert not verify_ledger().mistakes
    with pytest.raises(PersonGone):
        award_to(world, spouse, 1)
