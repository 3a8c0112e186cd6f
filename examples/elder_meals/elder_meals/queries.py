"""All that is read. Nothing here knows Flask."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from peewee import fn

from core.areas.api import area_names
from core.clock import CHINA, now, today
from core.county import plugin_settings
from core.db import rows
from core.errors import NotFound
from core.people.api import PersonBrief, find_persons, person_brief, person_names, persons_of
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from elder_meals.models import Meal, MonthCount

ORDER, HELP = "elder_meals.order", "elder_meals.help"
_SHOWN = 50


@value_class
class MealView:
    """A meal as people see it; `can_cancel`: its day is still open."""

    id: int
    area_code: str
    area_name: str
    person_id: int
    person_name: str
    day: date
    fetched_at: datetime | None
    can_cancel: bool


@value_class
class MonthView:
    """How many meals a village served in a month."""

    area_code: str
    area_name: str
    meals: int


def diner(actor: Actor, person_id: int) -> PersonBrief:
    """Somebody for whom the actor may order: at home, or where the actor helps. Raises NotFound."""
    person = person_brief(_reach(actor), person_id)
    if person is not None and (
        person.household_id == actor.household_id or actor.may(HELP, person.area_code)
    ):
        return person
    raise NotFound


def meal_of(actor: Actor, meal_id: int) -> Meal:
    """A meal that the actor may give back. Raises NotFound."""
    meal = Meal.within(_reach(actor)).where(_theirs(actor), Meal.id == meal_id).get_or_none()
    if meal is None:
        raise NotFound
    return meal


def _reach(actor: Actor) -> AreaScope:
    return AreaScope((*actor.scope(ORDER).prefixes, *actor.scope(HELP).prefixes))


def _theirs(actor: Actor) -> Any:
    # Without a household of their own this compares with NULL, which nothing equals.
    return (Meal.household_id == actor.household_id) | actor.scope(HELP).where(Meal.area_code)


def diners(actor: Actor, search: str) -> list[PersonBrief]:
    """Whom the actor may choose from: who is found in the areas to help in, and the own household."""
    home = persons_of(actor.household_id) if actor.household_id else []
    own = [person for person in home if _reach(actor).covers(person.area_code)]
    found = find_persons(actor.scope(HELP), search)
    return [person for person in found if person.household_id != actor.household_id] + own


def is_open(day: date) -> bool:
    """Whether meals of this day may be ordered and given back now."""
    settings = plugin_settings("elder_meals")
    closes = datetime.combine(day, time.fromisoformat(settings["closes_at"]), CHINA)
    return now() < closes and day <= today() + timedelta(days=settings["days_ahead"])


def open_days() -> list[date]:
    """The days for which one may order now."""
    ahead = range(plugin_settings("elder_meals")["days_ahead"] + 1)
    return [day for day in (today() + timedelta(days=number) for number in ahead) if is_open(day)]


def coming_meals(actor: Actor) -> list[MealView]:
    """The next meals, from today on, of those for whom the actor may order."""
    found = Meal.within(_reach(actor)).where(_theirs(actor), Meal.day >= today())
    return _views(found.order_by(Meal.day, Meal.id).limit(_SHOWN))


def household_meals(scope: AreaScope, household_id: int) -> list[MealView]:
    """The next meals of a household, from today on."""
    found = Meal.within(scope).where(Meal.household_id == household_id, Meal.day >= today())
    return _views(found.order_by(Meal.day, Meal.id).limit(_SHOWN))


def meals_of_day(
    scope: AreaScope, day: date, *, page: int = 1, page_size: int = 100
) -> tuple[list[MealView], int]:
    """One page of the meals of a day within `scope`, by area, and how many there are in all."""
    found = Meal.within(scope).where(Meal.day == day)
    return _views(found.order_by(Meal.area_code, Meal.id).paginate(page, page_size)), found.count()


def day_figures(scope: AreaScope, day: date) -> tuple[int, int]:
    """How many meals of a day were ordered and how many of them are fetched."""
    counted = Meal.within(scope, fn.COUNT(Meal.id), fn.COUNT(Meal.fetched_at)).where(Meal.day == day)
    ((ordered, fetched),) = rows(counted)
    return ordered, fetched


def month_counts(scope: AreaScope, month: str) -> list[MonthView]:
    """The villages within `scope` that served meals in a month (`2026-03`), by code."""
    found = list(MonthCount.within(scope).where(MonthCount.month == month).order_by(MonthCount.area_code))
    names = area_names({row.area_code for row in found})
    return [MonthView(row.area_code, names.get(row.area_code, ""), row.meals) for row in found]


def has_meals(households: range) -> bool:
    """Whether somebody of these households ever ordered."""
    everywhere = Meal.unscoped("an import that is taken back may lie anywhere in the county", Meal.id)
    first, last = households.start, households.stop
    return everywhere.where(Meal.household_id >= first, Meal.household_id < last).exists()


def _views(found: Iterable[Meal]) -> list[MealView]:
    meals = list(found)
    areas, people = area_names({meal.area_code for meal in meals}), person_names(m.person_id for m in meals)
    return [
        MealView(
            id=meal.id,
            area_code=meal.area_code,
            area_name=areas.get(meal.area_code, ""),
            person_id=meal.person_id,
            person_name=people.get(meal.person_id, ""),
            day=meal.day,
            fetched_at=meal.fetched_at,
            can_cancel=meal.fetched_at is None and is_open(meal.day),
        )
        for meal in meals
    ]
