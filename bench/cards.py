"""A thousand household cards as PDF, with issuing them: serial, PIN, signature, and the drawing."""

import time

import qrcode
from fpdf import FPDF

from bench.figures import Rounds, Row, Run
from bench.inside import opened_app, statements
from bench.ledger_data import HOUSEHOLD, crowd
from core.accounts.api import operator
from core.cli.context import opened_with_plugins
from core.db import database
from core.fonts import find_font
from core.web import say
from plugins.points_store.card_pdf import draw_cards
from plugins.points_store.links import code_url
from plugins.points_store.models import Store
from plugins.points_store.services.card_sheets import SheetCard, issue_sheet

MANY = 1_000
BARE = "bare sheet: qrcode's own pictures in a PDF"
ISSUE, DRAW, BOTH = "issuing", "drawing", "cards as PDF, with issuing them"


def measure(run: Run) -> list[Row]:
    """Seconds of wall and of the processor's time."""
    data, found, many = run.place("cards") / "county", Rounds(), run.few(MANY, 16)
    run.make_county(data, "small")
    font = find_font()
    with opened_with_plugins(data):
        village = str(Store.unscoped("the first village").order_by(Store.area_code).get().area_code)
    crowd(data, village, HOUSEHOLD * (many + 20))
    # The address in a code is that of the running app, as on the page that prints them.
    with opened_app(data) as app, app.test_request_context(), database.connection_context():
        for number in range(run.rounds):
            cards = _sheet(found, village, font)
            found.add(f"{BARE} cpu", _bare(cards))
            run.say(f"{len(cards)} cards, round {number + 1} of {run.rounds}")
        found.add(f"{ISSUE} statements", statements(lambda: _issued(village)))
    return [
        found.row(f"{BARE} cpu", "s", baseline=f"{len(cards)} codes, no words"),
        found.row(BOTH, "s", "<= 20", baseline=f"{len(cards)} households"),
        found.row(f"{BOTH} cpu", "s"),
        found.row(f"{ISSUE} cpu", "s"),
        found.row(f"{DRAW} cpu", "s"),
        found.ratio(f"{BOTH} / {BARE}", f"{BOTH} cpu", f"{BARE} cpu", "<= 1.0"),
        found.row(f"{ISSUE} statements", "statements"),
        found.row("PDF", "MiB"),
    ]


def _issued(village: str) -> list[SheetCard]:
    return issue_sheet(operator(), area_code=village, renew=True)


def _sheet(found: Rounds, village: str, font: tuple[str, int] | None) -> list[SheetCard]:
    began, began_cpu = time.perf_counter(), time.process_time()
    cards = _issued(village)
    issued_cpu = time.process_time()
    sheet = draw_cards(cards, font, "模拟县", code_url, say) if font else b""
    done_cpu = time.process_time()
    found.add(BOTH, time.perf_counter() - began)
    found.add(f"{BOTH} cpu", done_cpu - began_cpu)
    found.add(f"{ISSUE} cpu", issued_cpu - began_cpu)
    found.add(f"{DRAW} cpu", done_cpu - issued_cpu)
    found.add("PDF", len(sheet) / 1024 / 1024)
    return cards


def _bare(cards: list[SheetCard]) -> float:
    """Seconds of the processor's time: each code as the library draws it, eight a page."""
    began = time.process_time()
    sheet = FPDF(format="A4")
    for number, card in enumerate(cards):
        if number % 8 == 0:
            sheet.add_page()
        code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
        code.add_data(code_url(card.issued.token))
        sheet.image(code.make_image().get_image(), 10 + 90 * (number % 2), 10 + 70 * (number % 8 // 2), 38)
    sheet.output()
    return time.process_time() - began
