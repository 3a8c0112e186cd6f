"""Meals are ordered, refused, fetched and counted: on a real county and its real database."""

from datetime import date, timedelta

import pytest

from core.audit import details
from core.errors import Forbidden, NotFound
from core.people.api import move_households
from core.scope import AreaScope
from core.testing import GRID, MONDAY_MORNING, SISTER_VILLAGE, TOWN, VILLAGE
from elder_meals import queries, services
from elder_meals.errors import AlreadyFetched, AlreadyOrdered, DayNotOpen, NotEntitled, NotToday

TODAY = MONDAY_MORNING.date()
pytestmark = pytest.mark.usefixtures("app", "frozen_clock")


def ordered(area_code: str = VILLAGE, day: date = TODAY) -> list[str]:
    """Who eats on a day, straight from the database."""
    return [meal.person_name for meal in queries.meals_of_day(AreaScope((area_code,)), day)[0]]


@pytest.fixture
def meal(actor, people) -> int:
    """Today's meal of 孙奶奶."""
    return services.order_meal(actor("secretary", VILLAGE), person_id=people[1].person_ids[0], day=TODAY)


def test_a_meal_is_ordered_with_an_audit_line_that_names_nobody(meal):
    assert ordered() == ["孙奶奶"]
    assert [line for _, line in details(["elder_meals.order_meal"])] == [{"day": "2026-03-02"}]


def test_a_resident_orders_at_home_and_nowhere_else(actor, people):
    mother, neighbour = people[0].person_ids[1], people[1].person_ids[0]
    resident = actor("resident", VILLAGE, person_id=people[0].person_ids[0])
    services.order_meal(resident, person_id=mother, day=TODAY)
    with pytest.raises(NotFound):
        services.order_meal(resident, person_id=neighbour, day=TODAY)
    assert ordered() == ["钱小梅"]


def test_a_grid_member_orders_in_the_own_grid_and_the_canteen_of_the_village_sees_it(actor, people):
    member = actor("grid_member", GRID)
    services.order_meal(member, person_id=people[2].person_ids[2], day=TODAY)
    with pytest.raises(NotFound):
        services.order_meal(member, person_id=people[1].person_ids[0], day=TODAY)
    assert ordered(VILLAGE) == ["吴小宝"]
    assert ordered(SISTER_VILLAGE) == []


def test_who_may_not_order_is_refused(actor, people):
    with pytest.raises(Forbidden):
        services.order_meal(actor("town_official", TOWN), person_id=people[1].person_ids[0], day=TODAY)


def test_one_meal_for_a_person_and_day(meal, actor, people):
    with pytest.raises(AlreadyOrdered):
        services.order_meal(actor("secretary", VILLAGE), person_id=people[1].person_ids[0], day=TODAY)
    assert ordered() == ["孙奶奶"]


def test_a_day_that_is_over_too_late_or_too_far_is_not_open(actor, people, frozen_clock):
    secretary, person_id = actor("secretary", VILLAGE), people[1].person_ids[0]
    frozen_clock(MONDAY_MORNING + timedelta(hours=1))
    for days in (-1, 0, 8):
        with pytest.raises(DayNotOpen):
            services.order_meal(secretary, person_id=person_id, day=TODAY + timedelta(days=days))
    services.order_meal(secretary, person_id=person_id, day=TODAY + timedelta(days=7))


@pytest.mark.parametrize("county_sections", ['[plugin.elder_meals]\nfor_tags = ["empty_nest"]'])
def test_a_county_may_keep_the_meals_for_special_groups(actor, people):
    with pytest.raises(NotEntitled):
        services.order_meal(actor("secretary", VILLAGE), person_id=people[1].person_ids[0], day=TODAY)


def test_a_meal_is_given_back_until_the_day_closes_and_by_no_other_household(
    meal, actor, people, frozen_clock
):
    with pytest.raises(NotFound):
        services.cancel_meal(actor("resident", VILLAGE, person_id=people[0].person_ids[0]), meal)
    frozen_clock(MONDAY_MORNING + timedelta(hours=1))
    with pytest.raises(DayNotOpen):
        services.cancel_meal(actor("secretary", VILLAGE), meal)
    frozen_clock(MONDAY_MORNING)
    services.cancel_meal(actor("resident", VILLAGE, person_id=people[1].person_ids[0]), meal)
    assert ordered() == []


def test_a_meal_is_fetched_once_on_its_day_at_its_own_canteen(meal, actor, frozen_clock):
    canteen = actor("elder_meals_canteen", VILLAGE)
    with pytest.raises(NotFound):
        services.fetch_meal(actor("elder_meals_canteen", SISTER_VILLAGE), meal)
    services.fetch_meal(canteen, meal)
    with pytest.raises(AlreadyFetched):
        services.fetch_meal(canteen, meal)
    frozen_clock(MONDAY_MORNING + timedelta(days=1))
    with pytest.raises(NotToday):
        services.fetch_meal(canteen, meal)
    assert queries.day_figures(AreaScope((VILLAGE,)), TODAY) == (1, 1)


def test_the_month_counts_what_was_fetched_once_beside_a_failing_neighbour(
    meal, actor, outbox, failing_neighbour
):
    services.fetch_meal(actor("elder_meals_canteen", VILLAGE), meal)
    outbox()
    outbox()  # nothing is left to be told
    months = queries.month_counts(AreaScope((TOWN,)), "2026-03")
    assert [(month.area_name, month.meals) for month in months] == [("一村", 1)]
    assert queries.month_counts(AreaScope((SISTER_VILLAGE,)), "2026-03") == []


def test_meals_follow_their_household_and_end_with_it(meal, actor, people):
    household_id = people[1].id
    move_households(actor("town_official", TOWN), AreaScope((TOWN,)), {household_id: SISTER_VILLAGE})
    assert (ordered(VILLAGE), ordered(SISTER_VILLAGE)) == ([], ["孙奶奶"])
    assert queries.has_meals(range(household_id, household_id + 1))
    services.drop_meals(household_id)
    assert ordered(SISTER_VILLAGE) == []
