"""Cards for a whole village: a PDF to print, or a page where this machine has no Chinese font."""

from typing import Any

from flask import Response, render_template, request
from markupsafe import Markup

from core import qr
from core.access import demands
from core.county import county
from core.errors import DomainError
from core.fields import cleaned
from core.fonts import find_font
from core.forms import form_page
from core.security import current_actor
from core.web import once_per_form, say
from plugins.points_store.card_pdf import draw_cards
from plugins.points_store.links import code_url
from plugins.points_store.services.card_sheets import SheetCard, issue_sheet
from plugins.points_store.views import pages
from plugins.points_store.views.forms import P, villages


@pages.get("/office/card-sheets")
@demands(P + "cards")
def card_sheets() -> Any:
    """Choose a village."""
    return _form(None)


def _form(refusal: DomainError | None) -> Any:
    return form_page("points_store/card_sheets.html", refusal, villages=villages(P + "cards"))


@pages.post("/office/card-sheets")
@demands(P + "cards")
@once_per_form
def print_card_sheet() -> Any:
    """Issue the cards and hand out the sheet; the PINs are readable this once."""
    try:
        cards = issue_sheet(
            current_actor(),
            area_code=cleaned(request.form.get("area_code", ""))[:15],
            renew=request.form.get("renew") == "1",
        )
    except DomainError as refusal:
        if refusal.status in (401, 404):
            raise
        return _form(refusal)
    font = find_font()
    if font is None:
        return _page(cards)
    sheet = draw_cards(cards, font, county().settings.county_name, code_url, say)
    return Response(sheet, mimetype="application/pdf")


def _page(cards: list[SheetCard]) -> str:
    drawn = [
        (card, Markup(qr.draw_svg(code_url(card.issued.token))))  # noqa: S704 - drawn here from our own token
        for card in cards
    ]
    return render_template("points_store/card_sheet_page.html", cards=drawn)
