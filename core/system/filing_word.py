"""The filing pack as a Word file, laid out as offices file things (GB/T 9704); always in Chinese.

Our own document of our own texts: nothing from outside is run to make it, so it is made here.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.system.filing import Pack, Part, Said, Section

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TITLE, _HEI, _FANG = "方正小标宋简体", "黑体", "仿宋_GB2312"
_BODY, _TABLE = 16.0, 10.5
_NUMBERS = "一二三四五六七八九十"
# What XML cannot hold; a plugin's texts are anybody's.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def filing_word(pack: Pack) -> bytes:
    """The .docx: the same bytes for the same pack."""
    from docx import Document
    from docx.shared import Mm, Pt

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(37), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    normal = document.styles["Normal"]
    normal.paragraph_format.space_after = Pt(0)
    _write(document, "信息系统功能与负担备案表", _TITLE, 22, centred=True)
    _write(document, f"{pack.county_name}　　{pack.made_on}", _FANG, _BODY, centred=True)
    _write(document, "依据国办函〔2026〕12号编制，由系统按现行设置和登记的数据自动生成。", _FANG, _BODY)
    for number, part in enumerate(pack.parts, 1):
        _part(document, part, number if len(pack.parts) > 1 else 0)
    _write(document, "填报单位（盖章）：　　　　　　　　　　　　负责人：　　　　　　　日期：", _FANG, _BODY)
    return _finished(document, datetime.fromisoformat(pack.made_on))


def _part(document: "WordDocument", part: Part, number: int) -> None:
    _heading(document, f"{number}．{part.title}" if number else part.title, 1)
    pilot = "、".join(text % {"count": count} for text, count in part.pilot)
    facts = [f"名称：{part.name}", f"版本：{part.version}", f"状态：{part.state}"]
    facts += [f"试点：{pilot}"] if pilot else []
    _write(document, "；".join(facts) + "。", _FANG, _BODY)
    if part.summary:
        _write(document, f"用途：{part.summary}。".replace("。。", "。"), _FANG, _BODY)
    for index, section in enumerate(part.sections):
        _heading(document, f"（{_NUMBERS[index]}）{section.title}", 2)
        if section.rows:
            _table(document, section)
        else:
            _write(document, "无。", _FANG, _BODY)


def _heading(document: "WordDocument", text: str, level: int) -> None:
    from docx.shared import Pt, RGBColor

    paragraph = document.add_heading(level=level)
    paragraph.paragraph_format.space_before = Pt(12 if level == 1 else 6)
    run = paragraph.add_run(_printable(text))
    run.font.color.rgb = RGBColor(0, 0, 0)
    _set_font(run, _HEI, 16 if level == 1 else 14)


def _table(document: "WordDocument", section: Section) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Mm

    def mark(row: Any, name: str) -> None:
        found = OxmlElement(name)
        found.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(found)

    lines = [section.heads, *([_text(said) for said in row] for row in section.rows)]
    widths = [Mm(width) for width in _widths(lines)]
    table = document.add_table(rows=0, cols=len(section.heads))
    table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, texts in enumerate(lines):
        row = table.add_row()
        mark(row, "w:cantSplit")
        if number == 0:
            mark(row, "w:tblHeader")  # a long table repeats its heads on every page
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = width
            _fill(cell, text, _FANG if number else _HEI)


def _widths(lines: Sequence[Sequence[str]]) -> list[float]:
    """Millimetres of each column, by its longest text; a very long one counts as fifty signs."""
    all_of_it = 210 - 28 - 26
    wanted = [
        max(sum(1 + (ord(sign) > 0x2E7F) for sign in text) for text in column)
        for column in zip(*lines, strict=True)
    ]
    bounded = [min(max(width, 10), 50) for width in wanted]
    return [all_of_it * width / sum(bounded) for width in bounded]


def _fill(cell: Any, text: str, font: str) -> None:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    # Else the signs touch the lines of the table.
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    run = paragraph.add_run(_printable(text))
    _set_font(run, font, _TABLE)


def _text(said: Said) -> str:
    return "、".join([said.text % said.values if said.values else said.text, *said.others])


def _write(document: "WordDocument", text: str, font: str, size: float, *, centred: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(6)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _set_font(paragraph.add_run(_printable(text)), font, size)


def _set_font(run: Any, name: str, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run.font.size = Pt(size)
    run.font.name = "Times New Roman"
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


def _finished(document: "WordDocument", at: datetime) -> bytes:
    """The document as bytes with nothing of the moment: dates of its properties and of the zip are fixed."""
    about = document.core_properties
    about.created = about.modified = about.last_printed = at
    about.author = about.last_modified_by = about.comments = about.keywords = about.title = ""
    about.revision = 1
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        # Word wants this one first.
        names = sorted(made.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            kept.writestr(info, made.read(name))
    return out.getvalue()
