"""Makes the Word file of a report, alone in a process of its own: a template from outside is a program.

Run as a file (`python -I word_maker.py`), with nothing of the house imported and nothing of its environment:
reads one JSON object ({"template": base64 or empty, "context": {...} or null, "at": "2026-11-01T00:00:00",
"seconds": 10}) and writes a .docx, the same bytes for the same input. Without a template it uses the one that
it makes here; with context null it hands out that template itself. What fails is said in one word on stderr,
with status 3.
"""

import base64
import io
import json
import resource
import sys
import zipfile
from datetime import datetime
from typing import Any

MEGABYTES = 700
MOST_BYTES = 20 * 1024 * 1024
_SONG, _TITLE, _HEI, _KAI, _FANG = "宋体", "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
_RED = "C00000"


def limit(seconds: int) -> None:
    """No more time, memory or disk than a report needs."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def render(template: bytes, context: dict[str, Any], at: datetime) -> bytes:
    """The template filled in. Raises what jinja2, docxtpl or memory raise."""
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    document = DocxTemplate(io.BytesIO(template))
    sandbox = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    document.render(context, jinja_env=sandbox, autoescape=True)
    return finished(document.docx, at)


def finished(document: Any, at: datetime) -> bytes:
    """The document as bytes with nothing of the moment: dates of its properties and of the zip are fixed."""
    # The core has the same lines for its own file; nothing of the house is imported here.
    about = document.core_properties
    about.created = about.modified = about.last_printed = at
    about.author = about.last_modified_by = about.comments = about.keywords = ""
    about.revision = 1
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as kept:
        names = sorted(made.namelist(), key=lambda name: (name != "[Content_Types].xml", name))
        for name in names:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            kept.writestr(info, made.read(name))
    return out.getvalue()


def default_template() -> Any:
    """The template that comes along: laid out after GB/T 9704, with every mark that a county may use."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin = Mm(37), Mm(35)
    page.left_margin, page.right_margin = Mm(28), Mm(26)
    text_width = page.page_width - page.left_margin - page.right_margin
    _body_style(document)
    _page_number(page.footer.paragraphs[0])
    _write(document, "{{ organ }}民情分析", _TITLE, 42, ALIGN.CENTER, colour=_RED)
    _write(document, "〔{{ year }}〕第{{ issue }}期", _FANG, 16, ALIGN.CENTER)
    head = _write(document, "{{ organ }}\t{{ written_on }}", _FANG, 16, ALIGN.LEFT)
    head.paragraph_format.tab_stops.add_tab_stop(text_width, WD_TAB_ALIGNMENT.RIGHT)
    _rule(head)
    _write(document, "", _FANG, 16, ALIGN.LEFT)
    _write(document, "{{ title }}", _TITLE, 22, ALIGN.CENTER)
    _write(document, "（{{ since }} 至 {{ until }}）", _KAI, 16, ALIGN.CENTER)
    _mark(document, "{%p for section in sections %}")
    _keep_with_next(_write(document, "{{ section.number }}、{{ section.title }}", _HEI, 16, indent=True))
    _mark(document, "{%p if section.summary %}")
    _write(document, _loose("section.summary"), align=ALIGN.JUSTIFY, indent=True)
    _mark(document, "{%p endif %}")
    _mark(document, "{%p for text in section.texts %}")
    _write(document, "{{ text.label }}：{{ text.text }}", align=ALIGN.JUSTIFY, indent=True)
    _mark(document, "{%p endfor %}")
    _mark(document, "{%p for table in section.tables %}")
    _keep_with_next(_write(document, "{{ table.title }}", _KAI, 16, ALIGN.CENTER))
    _table(document)
    _mark(document, "{%p endfor %}")
    _mark(document, "{%p if section.note %}")
    _write(document, "注：{{ section.note }}", _KAI, 14, indent=True)
    _mark(document, "{%p endif %}")
    _mark(document, "{%p endfor %}")
    _write(document, "本报告由系统按登记的记录自动撰写，数字校验值 {{ sha256 }}。", _KAI, 10.5, ALIGN.LEFT)
    return document


def _body_style(document: Any) -> None:
    from docx.shared import Pt

    normal = document.styles["Normal"]
    normal.font.size = Pt(16)
    _font(normal, _FANG)
    normal.paragraph_format.line_spacing = Pt(28)
    normal.paragraph_format.space_after = Pt(0)


def _font(owner: Any, name: str) -> None:
    from docx.oxml.ns import qn

    owner.font.name = "Times New Roman" if name in (_FANG, _SONG) else name
    fonts = owner.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), name)


def _write(
    document: Any,
    text: str,
    font: str = _FANG,
    size: float = 16,
    align: Any = None,
    *,
    indent: bool = False,
    colour: str = "",
) -> Any:
    from docx.shared import Pt, RGBColor

    paragraph = document.add_paragraph()
    if align is not None:
        paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * size)
    if size > 22:
        paragraph.paragraph_format.line_spacing = Pt(size * 1.4)
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    _font(run, font)
    return paragraph


def _keep_with_next(paragraph: Any) -> None:
    """No title stands alone at the foot of a page."""
    paragraph.paragraph_format.keep_with_next = True


def _mark(document: Any, text: str) -> None:
    document.add_paragraph(text)


def _rule(paragraph: Any) -> None:
    """A red line below, as under the head of an official document."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "4"), ("color", _RED)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().append(borders)


def _page_number(paragraph: Any) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for piece in ("— ", "1", " —"):
        run = paragraph.add_run(piece)
        run.font.size = Pt(14)
        _font(run, _SONG)
        if piece == "1":
            # The field stands in the paragraph and holds the run; within a run no program counts it.
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), "PAGE")
            paragraph._p.append(field)
            field.append(run._r)


def _loose(name: str) -> str:
    """12/32（37.5%）may break before its share, never within a number."""
    return "{{ " + name + "|replace('（', '\u200b（') }}"


def _table(document: Any) -> None:
    """A head and lines of as many columns as the report has."""
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    marks = (
        ("{{ table.head[0] }}", "{%tc for title in table.head[1:] %}", "{{ title }}", "{%tc endfor %}"),
        ("{%tr for row in table.rows %}", "", "", ""),
        ("{{ row.label }}", "{%tc for cell in row.cells %}", _loose("cell"), "{%tc endfor %}"),
        ("{%tr endfor %}", "", "", ""),
    )
    table = document.add_table(rows=0, cols=4)
    table.style = "Table Grid"
    for line in marks:
        for cell, text in zip(table.add_row().cells, line, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.line_spacing = Pt(20)
            run = paragraph.add_run(text)
            run.font.size = Pt(10.5)
            _font(run, _FANG)
    # Of a table that goes on the head is seen on every page.
    head = table.rows[0]._tr.get_or_add_trPr()
    head.append(OxmlElement("w:tblHeader"))


def why(error: BaseException) -> str:
    """One word for what went wrong."""
    from jinja2 import TemplateSyntaxError, UndefinedError
    from jinja2.exceptions import SecurityError

    for kinds, word in (
        ((SecurityError,), "forbidden"),
        ((UndefinedError,), "unknown"),
        ((TemplateSyntaxError,), "syntax"),
        ((MemoryError, OverflowError, RecursionError), "heavy"),
    ):
        if isinstance(error, kinds):
            return word
    return "broken"


def main() -> int:
    """Read, make, write."""
    asked = json.loads(sys.stdin.buffer.read())
    limit(int(asked["seconds"]))
    try:
        at = datetime.fromisoformat(asked["at"])
        template = base64.b64decode(asked["template"])
        context = asked["context"]
        made = template or finished(default_template(), at)
        if context is not None:
            made = render(made, context, at)
        if len(made) > MOST_BYTES:
            raise MemoryError
    except Exception as error:  # noqa: BLE001 - whatever it is, it is said in one word
        sys.stderr.write(why(error))
        return 3
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
