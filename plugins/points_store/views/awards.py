"""A reviewer's pages: find a household, choose a rule, credit points."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.errors import DomainError, NotFound
from core.fields import FormPoints, Id, Strict, Text
from core.people.api import household_brief
from core.problems import show, translated
from core.scope import AreaScope
from core.security import current_actor
from core.web import once_per_form, read_form, say
from plugins.points_store.queries import books
from plugins.points_store.queries import store as store_queries
from plugins.points_store.queries import wallets as wallet_queries
from plugins.points_store.services import awards as award_services
from plugins.points_store.views import pages
from plugins.points_store.views.forms import (
    P,
    found_households,
    household_row,
    is_id,
)


class AwardForm(Strict):
    """An award."""

    household_id = Id(required=True)
    rule_id = Id(required=True)
    points = FormPoints(required=True)
    reason = Text(200, shortest=1, required=True)


@pages.get("/office/award")
@demands(P + "award")
def award() -> Any:
    """Find a household, choose a rule, say why."""
    return _award_page({}, None)


def _award_page(errors: dict[str, Any], error: str | None) -> str:
    actor = current_actor()
    scope = actor.scope(P + "award")
    raw_id = request.values.get("household_id", "")
    chosen, rules, available = None, [], None
    if is_id(raw_id):
        household = household_brief(scope, int(raw_id))
        if household is None:
            raise NotFound
        chosen = household_row(household, wallet_queries.wallets_of([household.id]).get(household.id))
        rules = store_queries.rules_for(household.area_code)
        village = books.village_books(AreaScope((household.area_code[:12],)))
        available = village[0].fund if village else 0
    text = request.args.get("q", "")
    return render_template(
        "points_store/award.html",
        q=text,
        results=found_households(scope, text),
        chosen=chosen,
        rules=rules,
        fund={"available": available},
        errors=errors,
        error=error,
        rule_id=request.form.get("rule_id", ""),
        points=request.form.get("points", ""),
        reason=request.form.get("reason", ""),
    )


@pages.post("/office/award")
@demands(P + "award")
@once_per_form
def give_award() -> Any:
    """Credit the points."""
    try:
        form = read_form(AwardForm())
        wallet, booked = award_services.award(current_actor(), **form)
    except DomainError as refusal:
        if refusal.code == "not_found":
            raise
        return _award_page(show(refusal).errors, translated(refusal)), refusal.status
    holder = wallet_queries.wallet_view(wallet).holder_name
    flash(
        say(
            "已给 %(name)s 户发放 %(points)d 分，现有 %(balance)d 分。",
            name=holder,
            points=form["points"],
            balance=booked.balances[wallet.id],
        ),
        "success",
    )
    return redirect(url_for("points_store.award"), 303)
