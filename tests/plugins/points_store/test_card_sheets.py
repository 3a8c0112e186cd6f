"""Sheets of cards: every household once, every code read back from the paper, PINs that work."""

import re
from io import BytesIO

import pypdfium2
import pytest

from core.errors import NotFound
from core.fonts import find_font
from core.people.api import HouseholdRow, PersonRow, bulk_insert_households
from core.plugin_manager import SYSTEM
from plugins.points_store.card_pdf import draw_cards
from plugins.points_store.errors import CardStopped, NothingToPrint
from plugins.points_store.services import cards
from plugins.points_store.services.card_sheets import issue_sheet
from plugins.points_store.services.codes import read_code
from tests.plugins.points_store.village import SIBLING, VILLAGE, acting


def test_a_sheet_holds_every_household_without_a_card_but_ones_own(world):
    world.award(100)
    first = cards.issue_card(world.secretary, household_id=world.household)
    sheet = issue_sheet(world.secretary, area_code=VILLAGE, renew=False)
    assert [card.head_name for card in sheet] == ["李四"]
    with pytest.raises(NothingToPrint):
        issue_sheet(world.secretary, area_code=VILLAGE, renew=False)
    related = acting(2, "secretary", VILLAGE, world.other_household)
    (renewed,) = issue_sheet(related, area_code=VILLAGE, renew=True)
    assert renewed.issued.wallet_id == first.wallet_id, "a new card keeps the wallet"
    with pytest.raises(CardStopped):
        world.redeem(first.token, (world.salt, 1), raw_pin=first.pin)
    assert world.redeem(renewed.issued.token, (world.salt, 1), raw_pin=renewed.issued.pin).points == 3
    with pytest.raises(NotFound):
        issue_sheet(acting(8, "secretary", SIBLING), area_code=VILLAGE, renew=True)


@pytest.mark.browser  # the font that it draws with comes with the packages of the browser tests
def test_the_pdf_shows_names_that_few_fonts_know_and_as_many_pages_as_it_takes(world):
    names = ["龑某", "㙓某", "𠮷某", *(f"某{number}" for number in range(7))]
    rows = [
        HouseholdRow(area_code=VILLAGE, number=f"1{number:02}", persons=[PersonRow(name=name, is_head=True)])
        for number, name in enumerate(names)
    ]
    bulk_insert_households(SYSTEM, rows)
    sheet = issue_sheet(world.secretary, area_code=VILLAGE, renew=False)
    font = find_font()
    assert font is not None
    pdf = pypdfium2.PdfDocument(
        BytesIO(draw_cards(sheet, font, "测试县", lambda token: f"http://x/q/{token}", str))
    )
    assert len(pdf) == 2
    text = "".join(page.get_textpage().get_text_range() for page in pdf)
    for card in sheet:
        assert card.head_name in text
        assert card.issued.serial in text
        assert card.issued.pin in text
        assert read_code(card.issued.token).wallet.id == card.issued.wallet_id
    pdf.close()


def test_the_page_of_sheets_answers_with_a_pdf_once(world, as_role):
    desk = as_role("secretary", VILLAGE)
    page = desk.get("/points-store/office/card-sheets").text
    form = {
        name: re.search(rf'name="{name}" value="([^"]+)"', page).group(1)
        for name in ("csrf_token", "form_key")
    } | {"area_code": VILLAGE}
    answers = [desk.post("/points-store/office/card-sheets", data=form) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].data == answers[1].data
    fresh = {**form, "form_key": "another-key-1"}
    assert desk.post("/points-store/office/card-sheets", data=fresh).status_code == 409
