"""Word templates are programs from outside: what is hostile is refused, in time, and a good one is used."""

import io
import time
import zipfile

import pytest

from core.errors import DomainError, Forbidden, NotFound
from core.testing import COUNTY_CODE, TOWN
from plugins.diary.errors.reports import TemplateRefused
from plugins.diary.queries.reports import template
from plugins.diary.report_word import check_template, make_word
from plugins.diary.services.reports import drop_template, keep_template, sample

AT = "2026-04-01T00:00:00"
# What the limits allow at most, with a slow machine in mind.
PATIENCE = 60


def docx(*paragraphs):
    """A Word file with these paragraphs."""
    from docx import Document

    document, out = Document(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(out)
    return out.getvalue()


def changed(data, name, change):
    """The same file with another part `name`; a new one where `change` is bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            if part != name or callable(change):
                new.writestr(part, change(text) if part == name else text)
        if not callable(change):
            new.writestr(name, change)
    return out.getvalue()


def refused(data, name="模板.docx"):
    began = time.monotonic()
    with pytest.raises(DomainError) as refusal:
        check_template(name, data, sample())
    assert time.monotonic() - began < PATIENCE
    return refusal.value.code


def text_of(data):
    from docx import Document

    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


# --- good ones


def test_the_one_that_comes_along_says_everything_and_is_accepted():
    own = make_word(None, None, AT)
    check_template("默认.docx", own, sample())
    made = make_word(own, sample(), AT)
    assert made == make_word(None, sample(), AT), "the same bytes, whoever brings the template"
    said = text_of(made).replace("\u200b", "")  # where a line may break
    assert "{" not in said
    for words in (
        "某县2026年1月民情分析报告",
        "一、走访情况",
        "一村（含原二村）",
        "1/2（50.0%）",
        "路灯坏了",
    ):
        assert words in said
    with zipfile.ZipFile(io.BytesIO(own)) as archive:
        assert "仿宋_GB2312" in archive.read("word/styles.xml").decode()


def test_signs_of_xml_in_a_text_are_kept():
    context = sample() | {"title": "<A&B> a & <b>"}
    assert "<A&B> a & <b>" in text_of(make_word(docx("{{ title }}"), context, AT))


def test_a_single_number_can_be_named():
    assert "走访 1/2（50.0%）" in text_of(make_word(docx("走访 {{ figures.visits }}"), sample(), AT))


# --- hostile ones


@pytest.mark.parametrize(
    ("mark", "code"),
    [
        ("{{ ''.__class__ }}", "report_template_forbidden"),
        ("{{ ''.__class__.__mro__[1].__subclasses__() }}", "report_template_forbidden"),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "report_template_forbidden"),
        ("{{ sections.append(1) }}", "report_template_forbidden"),
        ("{{ secret }}", "report_template_unknown"),
        ("{{ figures.nothing }}", "report_template_unknown"),
        ("{% for x in sections %}", "report_template_syntax"),
        ("{{ title", "report_template_syntax"),
        ("{% for x in range(1000000000) %}x{% endfor %}", "report_template_heavy"),
        ("{{ 'x' * 10000000000 }}", "report_template_heavy"),
        ("{% include '/etc/passwd' %}", "report_template_broken"),
    ],
)
def test_what_reaches_out_or_takes_too_much_is_refused_with_a_reason(mark, code):
    assert refused(docx(mark)) == code


def test_loops_in_loops_end(monkeypatch):
    monkeypatch.setattr("plugins.diary.report_word.CPU_SECONDS", 1)
    loops = "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}"
    assert refused(docx(loops + "{% endfor %}{% endfor %}")) == "report_template_heavy"


@pytest.mark.parametrize(
    ("part", "change"),
    [
        (
            "word/document.xml",
            lambda text: b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + text,
        ),
        (
            "word/_rels/document.xml.rels",
            lambda text: text.replace(
                b"</Relationships>",
                b'<Relationship Id="rId99" Type="http://x/image" Target="http://evil/x.png" '
                b'TargetMode="External"/></Relationships>',
            ),
        ),
        ("word/embeddings/oleObject1.bin", b"MZ"),
        ("word/document.xml", lambda text: text.decode().encode("utf-16")),
        (
            "word/document.xml",
            lambda text: text.replace(
                b"<w:body>", b"<w:body><w:p><w:r><w:instrText>DDEAUTO c:\\x</w:instrText></w:r></w:p>"
            ),
        ),
    ],
)
def test_what_points_outside_or_brings_things_along_is_refused(part, change):
    assert refused(changed(docx("{{ title }}"), part, change)) == "report_template_unsafe"


def test_bombs_and_large_files_are_refused_before_they_are_unpacked():
    bomb = changed(docx("x"), "word/media/a.xml", b"\0" * (80 << 20))
    assert refused(bomb) == "file_too_large"
    assert refused(changed(docx("x"), "word/a.xml", b" " * (17 << 20))) == "report_template_too_large"
    assert refused(docx("x") + b"0" * (3 << 20)) == "report_template_too_large"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.docx", b"", "file_empty"),
        ("a.docx", b"PK\x03\x04junk", "file_broken"),
        ("a.pdf", b"%PDF-1.4\n%%EOF", "report_template_broken"),
        ("a.exe", b"MZ", "file_type_refused"),
    ],
)
def test_what_is_no_word_file_is_refused(name, data, code):
    assert refused(data, name) == code


def test_the_maker_knows_nothing_of_the_county(monkeypatch):
    """Were the sandbox broken, the process behind it has neither keys nor settings."""
    monkeypatch.setenv("GRIDGOV_SECRET_FILE", "/secret")
    from plugins.diary import report_word

    seen = {}
    run = report_word.subprocess.run

    def look(command, **options):
        seen.update(options)
        return run(command, **options)

    monkeypatch.setattr(report_word.subprocess, "run", look)
    make_word(docx("{{ title }}"), sample(), AT)
    assert seen["env"] == {}


# --- the county's own


def test_a_county_uses_its_own_until_it_goes_back(village):
    keep_template(village.chief, name="县委办.docx", data=docx("第一版 {{ title }}"))
    keep_template(village.chief, name="县委办二.docx", data=docx("第二版 {{ title }}"))
    assert template().name == "县委办二.docx"
    assert "第二版 某县" in text_of(make_word(template().data, sample(), AT))
    with pytest.raises(TemplateRefused):
        keep_template(village.chief, name="坏.docx", data=docx("{{ secret }}"))
    assert template().name == "县委办二.docx", "a refused one changes nothing"
    drop_template(village.chief)
    assert template() is None
    with pytest.raises(NotFound):
        drop_template(village.chief)


def test_a_town_does_not_change_the_countys(village):
    with pytest.raises((Forbidden, NotFound)):
        keep_template(village.town, name="镇.docx", data=docx("x"))


def test_pages(village, as_role, submit):
    desk = as_role("county_admin", COUNTY_CODE)
    page = "/diary/report-template"
    good = submit(desk, page, page, template=(io.BytesIO(docx("{{ title }}")), "县委办.docx"))
    assert good.status_code == 303
    assert "县委办.docx" in desk.get(page).text
    bad = submit(desk, page, page, template=(io.BytesIO(docx("{{ secret }}")), "坏.docx"))
    assert (bad.status_code, "报告里没有的名称" in bad.text) == (422, True)
    assert submit(desk, page, page).status_code == 422
    assert desk.get(page + "/own").data.startswith(b"PK")
    assert desk.get(page + "/default").data.startswith(b"PK")
    assert submit(desk, page, page + "/drop").status_code == 303
    assert desk.get(page + "/own").status_code == 404
    assert as_role("town_official", TOWN).get(page).status_code == 404


def test_the_default_template_counts_its_pages_and_breaks_no_number():
    from docx import Document
    from docx.oxml.ns import qn

    document = Document(io.BytesIO(make_word(None, sample(), AT)))
    (field,) = document.sections[0].footer._element.iter(qn("w:fldSimple"))
    assert field.get(qn("w:instr")) == "PAGE"
    assert field.getparent().tag == qn("w:p"), "within a run no program counts it"
    assert [run.tag for run in field] == [qn("w:r")]
    shares = [
        part for part in text_of(make_word(None, sample(), AT)).split("\n") if "%）" in part and "/" in part
    ]
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert all("\u200b（" in cell for cell in cells if "%）" in cell)
    assert shares
