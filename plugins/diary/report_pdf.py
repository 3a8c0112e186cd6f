"""The PDF of a report, drawn from the same words as the Word file; the same bytes for the same report."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.fonts import finished

if TYPE_CHECKING:
    from fpdf import FPDF

_FAMILY = "cjk"
# Millimetres and points, after GB/T 9704: 28 left, 26 right, 37 above, 35 below.
_LEFT, _RIGHT, _TOP, _BOTTOM = 28, 26, 37, 35
_LINE, _BODY, _CELL = 8.5, 14, 10
_RED = (192, 0, 0)
# What stands on one line: a number with its share, a sign with the marks that close or open beside it.
_TOGETHER = re.compile(r"[（《“〔]*(?:[!-~]+(?:（[!-~]+）)?|.)[，。；：、！？）》”〕]*", re.DOTALL)
# A table's title with its head and first row; a chapter's with its first line.
_TABLE_BEGINS, _CHAPTER_BEGINS = 2 + _LINE + 3 * 6, 3 + 2 * _LINE


def draw_report(context: Mapping[str, Any], font: tuple[str, int], at: datetime) -> bytes:
    """The report as PDF. `context`: see report_context; `at`: its date of creation."""
    # A third of a second of every start, for what a leader does once a month.
    from fpdf import FPDF

    class Sheet(FPDF):
        def footer(self) -> None:
            self.set_y(-25)
            self.set_font(_FAMILY, size=11)
            self.cell(0, 8, f"— {self.page_no()} —", align="C")

    sheet = Sheet(format="A4")
    sheet.set_margins(_LEFT, _TOP, _RIGHT)
    sheet.set_auto_page_break(True, _BOTTOM)
    sheet.add_font(_FAMILY, "", font[0], collection_font_number=font[1])
    sheet.set_creation_date(at)
    sheet.set_title(context["title"])
    sheet.add_page()
    _head(sheet, context)
    for section in context["sections"]:
        _keep_together(sheet, _CHAPTER_BEGINS)
        _line(sheet, f"{section['number']}、{section['title']}", _BODY + 1, gap=3)
        if section["summary"]:
            _line(sheet, f"　　{section['summary']}", _BODY)
        for text in section["texts"]:
            _line(sheet, f"　　{text['label']}：{text['text']}", _BODY)
        for table in section["tables"]:
            _keep_together(sheet, _TABLE_BEGINS)
            _line(sheet, table["title"], 12, align="C", gap=2)
            _table(sheet, table["head"], table["rows"])
        if section["note"]:
            _line(sheet, f"　　注：{section['note']}", 11)
    _line(sheet, f"本报告由系统按登记的记录自动撰写，数字校验值 {context['sha256']}。", 9, gap=4)
    return finished(sheet)


def _head(sheet: "FPDF", context: Mapping[str, Any]) -> None:
    sheet.set_text_color(*_RED)
    _line(sheet, f"{context['organ']}民情分析", 34, align="C", height=18)
    sheet.set_text_color(0)
    _line(sheet, f"〔{context['year']}〕第{context['issue']}期", _BODY, align="C")
    _line(sheet, f"{context['organ']}　　{context['written_on']}", 12, align="C")
    sheet.set_draw_color(*_RED)
    sheet.set_line_width(0.7)
    sheet.line(_LEFT, sheet.get_y() + 1, 210 - _RIGHT, sheet.get_y() + 1)
    sheet.set_draw_color(0)
    sheet.set_line_width(0.2)
    _line(sheet, context["title"], 20, align="C", gap=8, height=12)
    _line(sheet, f"（{context['since']} 至 {context['until']}）", 12, align="C")


def _keep_together(sheet: "FPDF", height: float) -> None:
    if sheet.will_page_break(height):
        sheet.add_page()


def _broken(sheet: "FPDF", text: str) -> Iterator[str]:
    """Lines of a text: no number is cut apart, none begins with a mark that closes."""
    room, line = sheet.epw - 2 * sheet.c_margin, ""
    for part in _TOGETHER.findall(text):
        if line and sheet.get_string_width(line + part) > room:
            yield line
            line = ""
        line += part
    yield line


def _line(
    sheet: "FPDF", text: str, size: float, *, align: str = "L", gap: float = 0, height: float = _LINE
) -> None:
    from fpdf.enums import WrapMode, XPos, YPos

    sheet.set_font(_FAMILY, size=size)
    if gap:
        sheet.ln(gap)
    sheet.multi_cell(
        0,
        height,
        "\n".join(_broken(sheet, text)),
        align=align,
        wrapmode=WrapMode.CHAR,
        new_x=XPos.LMARGIN,
        new_y=YPos.NEXT,
    )


def _table(sheet: "FPDF", head: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> None:
    from fpdf.enums import TableHeadingsDisplay, WrapMode
    from fpdf.fonts import FontFace

    sheet.set_font(_FAMILY, size=_CELL)
    widths = (30, *(70 / max(len(head) - 1, 1) for _ in head[1:]))
    room = [sheet.epw * width / 100 - 2 * sheet.c_margin for width in widths]
    with sheet.table(
        col_widths=widths,
        line_height=6,
        wrapmode=WrapMode.CHAR,
        headings_style=FontFace(fill_color=(238, 243, 242)),
        repeat_headings=TableHeadingsDisplay.ON_TOP_OF_EVERY_PAGE,
    ) as table:
        for line in ((*head,), *((row["label"], *row["cells"]) for row in rows)):
            drawn = table.row()
            for place, cell in enumerate(line):
                drawn.cell(_fitting(sheet, str(cell), room[place]), align="R" if place else "L")
    sheet.ln(3)


def _fitting(sheet: "FPDF", text: str, room: float) -> str:
    """A number with its share, in two lines where one is too narrow, so that no bracket is cut apart."""
    return text if sheet.get_string_width(text) <= room else text.replace("（", "\n（")
