"""The JSON interface: thin, all work is done by services and queries."""

from typing import Any

from core.api import Blueprint, Page
from core.clock import today
from core.security import Actor
from core.text import N_
from elder_meals import queries, schemas, services

ORDER, SERVE, VIEW = "elder_meals.order", "elder_meals.serve", "elder_meals.view"
api = Blueprint("elder_meals", __name__, description=N_("老人订餐、食堂备餐和取餐登记、村里的用餐月报"))


@api.operation(
    "GET",
    "/elder-meals",
    "listElderMeals",
    access=SERVE,
    returns=schemas.ElderMealsMeal,
    many=True,
    query=schemas.ElderMealsDay,
)
def list_meals(actor: Actor, *, query: dict[str, Any]) -> Page:
    """The meals of a day in one's areas."""
    day = query.pop("day", None) or today()
    return Page(*queries.meals_of_day(actor.demand(SERVE), day, **query))


@api.operation(
    "POST",
    "/elder-meals",
    "orderElderMeal",
    access=ORDER,
    returns=schemas.ElderMealsMealId,
    status=201,
    body=schemas.ElderMealsNewMeal,
    errors=[404],
)
def order_meal(actor: Actor, *, body: dict[str, Any]) -> dict[str, Any]:
    """Order a meal; sent twice with one Idempotency-Key it is ordered once."""
    return {"id": services.order_meal(actor, **body)}


@api.operation(
    "POST",
    "/elder-meals/<int:meal_id>/cancel",
    "cancelElderMeal",
    access=ORDER,
    returns=schemas.ElderMealsMealId,
)
def cancel_meal(actor: Actor, *, meal_id: int) -> dict[str, Any]:
    """Give a meal back while its day is open."""
    services.cancel_meal(actor, meal_id)
    return {"id": meal_id}


@api.operation(
    "POST",
    "/elder-meals/<int:meal_id>/fetch",
    "fetchElderMeal",
    access=SERVE,
    returns=schemas.ElderMealsMealId,
)
def fetch_meal(actor: Actor, *, meal_id: int) -> dict[str, Any]:
    """Mark a meal of today as fetched."""
    services.fetch_meal(actor, meal_id)
    return {"id": meal_id}


@api.operation(
    "GET",
    "/elder-meals/months",
    "listElderMealsMonths",
    access=VIEW,
    returns=schemas.ElderMealsMonth,
    many=True,
    query=schemas.ElderMealsMonthQuery,
)
def list_months(actor: Actor, *, query: dict[str, Any]) -> Page:
    """How many meals each village of one's areas served in a month."""
    months = queries.month_counts(actor.demand(VIEW), query["month"])
    return Page(months, len(months))
