"""Printed cards: find a household, make its card, stop a lost one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from markupsafe import Markup

from core import qr
from core.access import demands
from core.areas.api import area_names
from core.errors import Invalid, NotFound
from core.people.api import household_brief
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, say
from plugins.points_store.links import code_url
from plugins.points_store.queries.cards import active_cards
from plugins.points_store.services import cards as card_services
from plugins.points_store.views import pages
from plugins.points_store.views.forms import (
    P,
    found_households,
    is_id,
)


@pages.get("/office/cards")
@demands(P + "cards")
def cards() -> str:
    """Find a household to issue or stop its printed card."""
    scope, text = current_actor().scope(P + "cards"), request.args.get("q", "")
    results = found_households(scope, text)
    in_use = active_cards([row["wallet_id"] for row in results if row["wallet_id"]])
    for row in results:
        card = in_use.get(row["wallet_id"])
        row["card"], row["locked"] = card, card is not None and not card_services.tries_left(card)
    return render_template("points_store/cards.html", q=text, results=results)


@pages.post("/office/cards")
@demands(P + "cards")
@once_per_form
def issue_card() -> Any:
    """Issue a card and show the sheet; the PIN is shown this once."""
    raw_id = request.form.get("household_id", "")
    if not is_id(raw_id):
        raise Invalid(fields={"household_id": [N_("请先选择一户。")]})
    household = household_brief(current_actor().scope(P + "cards"), int(raw_id))
    if household is None:
        raise NotFound
    issued = card_services.issue_card(current_actor(), household_id=household.id)
    return render_template(
        "points_store/card_sheet.html",
        svg=Markup(qr.draw_svg(code_url(issued.token))),  # noqa: S704 - drawn here from our own token
        card={
            "head_name": household.head_name,
            "area_name": area_names([household.area_code[:12]]).get(household.area_code[:12], ""),
            "serial": issued.serial,
        },
        pin=issued.pin,
    )


@pages.post("/office/cards/<int:card_id>/stop")
@demands(P + "cards")
def stop_card(card_id: int) -> Any:
    """Stop a lost card."""
    card_services.stop_card(current_actor(), card_id=card_id)
    flash(say("积分卡已停用。"), "success")
    return redirect(url_for("points_store.cards"), 303)
