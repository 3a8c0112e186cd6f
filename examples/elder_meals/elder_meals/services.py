"""All that is written: who may, what is refused, one unit of work with an audit line."""

from datetime import date

from core import audit
from core.clock import now, today
from core.county import plugin_settings
from core.db import hold, unit_of_work
from core.errors import NotFound
from core.events import announce, handled_once
from core.hookspecs import Event
from core.scope import AreaScope
from core.security import Actor
from elder_meals.errors import AlreadyFetched, AlreadyOrdered, DayNotOpen, NotEntitled, NotToday
from elder_meals.models import Meal, MonthCount
from elder_meals.queries import diner, is_open, meal_of

ORDER, SERVE = "elder_meals.order", "elder_meals.serve"
VILLAGE_DIGITS = 12


def order_meal(actor: Actor, *, person_id: int, day: date) -> int:
    """Order a meal for somebody; returns its id.

    Raises NotFound (nobody of theirs), NotEntitled, DayNotOpen, AlreadyOrdered.
    """
    actor.demand(ORDER)
    person = diner(actor, person_id)
    groups = plugin_settings("elder_meals")["for_tags"]
    if groups and not set(groups) & set(person.tags):
        raise NotEntitled
    _demand_open(day)
    with unit_of_work():
        hold(f"elder_meals:{person.id}:{day}")
        here = Meal.within(AreaScope((person.area_code,)))
        if here.where(Meal.person_id == person.id, Meal.day == day).exists():
            raise AlreadyOrdered
        meal = Meal.create(
            area_code=person.area_code,
            household_id=person.household_id,
            person_id=person.id,
            day=day,
            account_id=actor.account_id,
            at=now(),
        )
        _record(actor, "elder_meals.order_meal", meal)
    return int(meal.id)


def cancel_meal(actor: Actor, meal_id: int) -> None:
    """Give a meal back while its day is open. Raises NotFound, AlreadyFetched, DayNotOpen."""
    actor.demand(ORDER)
    with unit_of_work():
        meal = meal_of(actor, meal_id)
        if meal.fetched_at is not None:
            raise AlreadyFetched
        _demand_open(meal.day)
        Meal.delete().where(Meal.id == meal.id).execute()
        _record(actor, "elder_meals.cancel_meal", meal)


def fetch_meal(actor: Actor, meal_id: int) -> None:
    """Mark a meal of today as fetched. Raises NotFound (not one's area), NotToday, AlreadyFetched."""
    scope = actor.demand(SERVE)
    with unit_of_work():
        meal = Meal.within(scope).where(Meal.id == meal_id).get_or_none()
        if meal is None:
            raise NotFound
        if meal.day != today():
            raise NotToday
        # Two who serve may tap at once: the condition lets one of them through.
        waiting = (Meal.id == meal.id) & Meal.fetched_at.is_null()
        if not Meal.update(fetched_at=now()).where(waiting).execute():
            raise AlreadyFetched
        _record(actor, "elder_meals.fetch_meal", meal)
        announce(
            actor,
            "elder_meals.MealFetched",
            area_code=meal.area_code,
            subject=f"elder_meals_meal:{meal.id}",
            day=meal.day.isoformat(),
        )


def count_meal(event: Event) -> None:
    """Count a fetched meal for its village and month: once, however often the outbox tells of it."""
    village, month = event.area_code[:VILLAGE_DIGITS], event.payload["day"][:7]
    with handled_once(event):
        MonthCount.insert(area_code=village, month=month, meals=0).on_conflict_ignore().execute()
        MonthCount.update(meals=MonthCount.meals + 1).where(
            MonthCount.area_code == village, MonthCount.month == month
        ).execute()


def move_meals(household_id: int, area_code: str) -> None:
    """Meals follow their household into another area; inside the unit of work that moves it."""
    Meal.update(area_code=area_code).where(Meal.household_id == household_id).execute()


def drop_meals(household_id: int) -> None:
    """Nobody fetches the coming meals of a household that has ended; inside the unit of work that ends it."""
    coming = (Meal.household_id == household_id) & (Meal.day >= today()) & Meal.fetched_at.is_null()
    Meal.delete().where(coming).execute()


def _demand_open(day: date) -> None:
    if not is_open(day):
        settings = plugin_settings("elder_meals")
        raise DayNotOpen(closes_at=settings["closes_at"], days_ahead=settings["days_ahead"])


def _record(actor: Actor, action: str, meal: Meal) -> None:
    subject = f"elder_meals_meal:{meal.id}"
    audit.record(actor, action, area_code=meal.area_code, subject=subject, day=meal.day.isoformat())
