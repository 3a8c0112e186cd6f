"""Sheets of printed cards as PDF: A4, eight a page, cut marks, the PIN on a strip below each card."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PIL import Image

from core import qr
from core.fonts import finished
from core.text import N_
from plugins.points_store.services.card_sheets import SheetCard

if TYPE_CHECKING:
    from fpdf import FPDF

_FAMILY = "cjk"
# Millimetres.
_COLUMNS, _ROWS = 2, 4
_LEFT, _TOP, _WIDTH, _HEIGHT, _STRIP, _GAP = 14.0, 10.0, 86.0, 54.0, 9.0, 10.0
_QR, _MARK = 38.0, 3.0
Say = Callable[[str], str]


def draw_cards(
    cards: Sequence[SheetCard],
    font: tuple[str, int],
    county_name: str,
    url_of: Callable[[str], str],
    say: Say,
) -> bytes:
    """The sheet as PDF. `url_of` makes the address in a code, `say` translates the words on a card."""
    # A third of a second of every start, for what a village does once a year.
    from fpdf import FPDF

    sheet = FPDF(format="A4")
    sheet.set_auto_page_break(auto=False)
    sheet.add_font(_FAMILY, "", font[0], collection_font_number=font[1])
    sheet.set_title(say(N_("新风超市积分卡")))
    for number, card in enumerate(cards):
        place = number % (_COLUMNS * _ROWS)
        if place == 0:
            sheet.add_page()
        x = _LEFT + (place % _COLUMNS) * (_WIDTH + _GAP)
        y = _TOP + (place // _COLUMNS) * (_HEIGHT + _STRIP + 7.0)
        _cut_marks(sheet, x, y)
        _card(sheet, x, y, card, county_name, url_of(card.issued.token), say)
        _strip(sheet, x, y + _HEIGHT, card, say)
    return finished(sheet)


def _card(sheet: "FPDF", x: float, y: float, card: SheetCard, county_name: str, url: str, say: Say) -> None:
    sheet.set_draw_color(120)
    sheet.rect(x, y, _WIDTH, _HEIGHT)
    _write(sheet, x + 4, y + 8, 12, say(N_("新风超市积分卡")))
    _write(sheet, x + 4, y + 13, 7, county_name)
    _write(sheet, x + 4, y + 25, 13, card.head_name)
    _write(sheet, x + 4, y + 31, 8, _fitting(sheet, card.area_name, 8, 42))
    _write(sheet, x + 4, y + 36, 8, card.number)
    _write(sheet, x + 4, y + 44, 10, card.issued.serial)
    _write(sheet, x + 4, y + 50, 6.5, say(N_("丢失请马上到村委会挂失")))
    sheet.image(_picture(url), x + _WIDTH - _QR - 2, y + (_HEIGHT - _QR) / 2, _QR)


def _strip(sheet: "FPDF", x: float, y: float, card: SheetCard, say: Say) -> None:
    sheet.set_dash_pattern(dash=1, gap=1)
    sheet.rect(x, y, _WIDTH, _STRIP)
    sheet.set_dash_pattern()
    _write(sheet, x + 4, y + 6, 8, f"{say(N_('卡密码'))} ")
    _write(sheet, x + 16, y + 6.3, 13, card.issued.pin)
    _write(
        sheet, x + 38, y + 6, 6.5, f"{card.head_name} {card.issued.serial[-4:]} · {say(N_('剪下来单独保管'))}"
    )


def _cut_marks(sheet: "FPDF", x: float, y: float) -> None:
    sheet.set_draw_color(0)
    for corner_x, way_x in ((x, -1), (x + _WIDTH, 1)):
        for corner_y, way_y in ((y, -1), (y + _HEIGHT + _STRIP, 1)):
            sheet.line(corner_x + way_x, corner_y, corner_x + way_x * (1 + _MARK), corner_y)
            sheet.line(corner_x, corner_y + way_y, corner_x, corner_y + way_y * (1 + _MARK))


def _write(sheet: "FPDF", x: float, y: float, size: float, text: str) -> None:
    sheet.set_font(_FAMILY, size=size)
    sheet.text(x, y, text)


def _fitting(sheet: "FPDF", text: str, size: float, width: float) -> str:
    """As much of a text as stands on the card."""
    sheet.set_font(_FAMILY, size=size)
    while text and sheet.get_string_width(text) > width:
        text = text[:-1]
    return text


def _picture(url: str) -> Image.Image:
    rows = qr.modules(url)
    picture = Image.new("1", (len(rows), len(rows)), 1)
    picture.putdata([0 if dark else 1 for row in rows for dark in row])
    return picture
