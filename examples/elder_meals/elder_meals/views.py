"""Pages: ordering on the phone; the day's list and the month at a desk."""

import re
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request, url_for
from marshmallow import fields

from core.access import demands
from core.clock import today
from core.errors import DomainError
from core.fields import Id
from core.forms import Form, answer_form, form_page
from core.security import current_actor
from core.web import once_per_form, page_number, read_form, say
from elder_meals import queries, services

ORDER, SERVE, VIEW = "elder_meals.order", "elder_meals.serve", "elder_meals.view"
PAGE_SIZE = 100
pages = Blueprint("elder_meals", __name__, url_prefix="/elder-meals")


class OrderForm(Form):
    """For whom and for which day."""

    person_id = Id(required=True)
    day = fields.Date(required=True)


@pages.get("/order")
@demands(ORDER)
def order() -> Any:
    """Order for one's own household; who helps others looks them up first."""
    return _order_page(None)


@pages.post("/order")
@demands(ORDER)
@once_per_form
def order_meal() -> Any:
    """One more meal; a form that is sent twice counts once."""
    return answer_form(
        lambda: services.order_meal(current_actor(), **read_form(OrderForm())),
        said=say("已订餐。"),
        then=lambda _: url_for("elder_meals.order"),
        again=_order_page,
    )


@pages.post("/<int:meal_id>/cancel")
@demands(ORDER)
@once_per_form
def cancel_meal(meal_id: int) -> Any:
    """Give a meal back."""
    return answer_form(
        lambda: services.cancel_meal(current_actor(), meal_id),
        said=say("已退餐。"),
        then=lambda _: url_for("elder_meals.order"),
        again=_order_page,
    )


@pages.get("/day")
@demands(SERVE)
def day() -> Any:
    """The list of a day, to be looked through and printed."""
    return _day_page(None)


@pages.post("/<int:meal_id>/fetch")
@demands(SERVE)
@once_per_form
def fetch_meal(meal_id: int) -> Any:
    """Somebody has fetched a meal."""
    return answer_form(
        lambda: services.fetch_meal(current_actor(), meal_id),
        said=say("已登记取餐。"),
        then=lambda _: url_for("elder_meals.day"),
        again=_day_page,
    )


@pages.get("/month")
@demands(VIEW)
def month() -> Any:
    """What each village has served in a month."""
    asked = request.args.get("month", "")
    chosen = asked if re.fullmatch(r"20[0-9]{2}-(0[1-9]|1[0-2])", asked) else today().isoformat()[:7]
    villages = queries.month_counts(current_actor().demand(VIEW), chosen)
    total = sum(village.meals for village in villages)
    return render_template("elder_meals/month.html", month=chosen, villages=villages, total=total)


def _order_page(refusal: DomainError | None) -> Any:
    actor, search = current_actor(), request.values.get("q", "")
    return form_page(
        "elder_meals/order.html",
        refusal,
        search=search,
        can_help=actor.may("elder_meals.help"),
        diners=[(person.id, person.name) for person in queries.diners(actor, search)],
        days=[(each.isoformat(), each.isoformat()) for each in queries.open_days()],
        meals=queries.coming_meals(actor),
    )


def _day_page(refusal: DomainError | None) -> Any:
    scope, chosen = current_actor().demand(SERVE), _asked_day()
    ordered, fetched = queries.day_figures(scope, chosen)
    page = page_number()
    meals, _ = queries.meals_of_day(scope, chosen, page=page, page_size=PAGE_SIZE)
    return form_page(
        "elder_meals/day.html",
        refusal,
        day=chosen.isoformat(),
        is_today=chosen == today(),
        meals=meals,
        ordered=ordered,
        fetched=fetched,
        page=page,
        page_size=PAGE_SIZE,
    )


def _asked_day() -> date:
    try:
        return date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today()
