"""What a demo or test county has of this plugin: tomorrow's meals of two old people in each village."""

from datetime import timedelta
from typing import Any

from core.accounts.api import actor_for
from core.clock import today
from core.hookspecs import SeedWorld
from core.people.api import persons_of
from elder_meals.services import order_meal


def seed_meals(world: SeedWorld) -> dict[str, Any]:
    """The same number gives the same meals; returns their ids."""
    ids, tomorrow = [], today() + timedelta(days=1)
    for village in world.villages:
        for account_id in world.accounts.get(("secretary", village), [])[:1]:
            chosen = world.random.sample(world.households[village], 2)
            people = [persons_of(household_id)[0].id for household_id in chosen]
            secretary = actor_for(account_id)
            ids += [str(order_meal(secretary, person_id=person, day=tomorrow)) for person in people]
    return {
        "elder_meals": ids,
        "demo_duties": {"secretary": "为老人订助老餐、登记取餐、看用餐月报", "resident": "为自己家订助老餐"},
    }
