"""The handbooks: both languages say the same, quote what the screens say, and the site of them is whole."""

import json
import re
from pathlib import Path

import pytest

from tools.site.build import build_site
from tools.site.pages import LANGUAGES, READERS, ROOT, SUMMARY, Page, all_pages, languages_of, pairs
from tools.site.pairs import differences, screen_words, unknown_words

FULL = [(one, two) for one, two in pairs() if not (one.is_summary or two.is_summary)]
# Words of other programs and of the world, quoted on purpose.
ELSEWHERE = {
    *("扫一扫", "允许加入", "CSV UTF-8", "Events", "Permit join", "CN470", "以上", "or more"),
    *("证书（HTTPS）", "送到才算数", "原样的那一条", "the very same", "and lost", "cannot rate"),
    *("拇指向下", "然后才接设备", "and only then connect devices", "Somebody else confirms a recusal"),
    *("写得不好", "存心作恶", "badly written", "malicious", "不能用来评价", "每天把链头抄到别处"),
}
FOR_PEOPLE = {"README", "resident", "staff", "county-it", "devices", "plugin-trust"}


def ids(page: object) -> str:
    return page.file.name if isinstance(page, Page) else ""


def test_every_page_has_a_reader_and_both_languages() -> None:
    named = {page.file for page in all_pages()}
    assert [file.name for file in (ROOT / "docs").glob("*.md") if file not in named] == []
    alone = {name for reader in READERS for name in reader.pages if len(languages_of(name)) < len(LANGUAGES)}
    assert alone == {"CONTRIBUTING", "CHANGELOG", "SECURITY"}


@pytest.mark.parametrize(("one", "two"), FULL, ids=ids)
def test_both_languages_say_the_same(one: Page, two: Page) -> None:
    assert not list(differences(one, two)), "python -m tools.site.pairs lists what differs"


@pytest.mark.parametrize(("one", "two"), pairs(), ids=ids)
def test_each_leads_to_the_other(one: Page, two: Page) -> None:
    assert f"]({two.file.name})" in one.file.read_text("utf-8")
    assert f"]({one.file.name})" in two.file.read_text("utf-8")


@pytest.mark.parametrize("handbook", [page for page in all_pages() if page.name in FOR_PEOPLE], ids=ids)
def test_words_of_the_screen_stand_on_the_screen(handbook: Page) -> None:
    assert unknown_words(handbook) - ELSEWHERE == set()


def test_what_differs_is_found(tmp_path: Path) -> None:
    """A control: a heading, a command, a setting, a number, a picture and a button that differ."""
    label, english = next((one, two) for one, two in screen_words().items() if one == "兑换码")
    chinese = (
        f"# 甲\n\n点“{label}”，`day_hours` 30 天。![图](images/a.png)\n\n"
        "## 乙\n\n```\ngridgov serve  # 开始\n```\n"
    )
    good = (
        f'# A\n\nTap "{english}", `day_hours`, 30 days. ![it](images/a.en.png)\n\n'
        "## B\n\n```\ngridgov serve  # begin\n```\n"
    )
    one = Page("x", "zh", tmp_path / "x.md")
    two = Page("x", "en", tmp_path / "x.en.md")
    one.file.write_text(chinese, "utf-8")
    two.file.write_text(good, "utf-8")
    assert list(differences(one, two)) == []
    for right, wrong in (
        ("## B", "### B"),
        ("gridgov serve", "gridgov web"),
        ("`day_hours`", "hours"),
        ("30", "31"),
        ("a.en.png", "b.en.png"),
        ("a.en.png", "a.png"),
        (english, "Code"),
    ):
        two.file.write_text(good.replace(right, wrong), "utf-8")
        assert list(differences(one, two)), wrong


def test_the_site_is_whole_and_fetches_nothing_from_elsewhere(tmp_path: Path) -> None:
    """Building it follows every link and anchor of every page; what is dead raises."""
    assert build_site(tmp_path / "site") == len(all_pages())
    for file in sorted((tmp_path / "site").glob("*.html")):
        html = file.read_text("utf-8")
        assert (
            re.findall(r'(?:<(?:img|script|link|iframe)[^>]*(?:src|href)="(?:https?:)?//[^"]*)', html) == []
        )
        for target in re.findall(r'(?:src|href)="([^"#:]+)(?:#[^"]*)?"', html):
            assert (file.parent / target).is_file(), f"{file.name}: {target}"
        assert SUMMARY not in html
    assert "://" not in (tmp_path / "site" / "site.css").read_text("utf-8")
    for language in LANGUAGES:
        data = (tmp_path / "site" / f"search.{language}.js").read_text("utf-8")
        rows = json.loads(data.removeprefix("window.handbook = ").removesuffix(";\n"))
        assert {row[1].partition("#")[0] for row in rows} <= {
            file.name for file in (tmp_path / "site").iterdir()
        }
        assert len(data) < 600_000


def test_a_dead_link_is_pointed_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page("x", "en", ROOT / "docs" / "x.en.md")
    text = "# X\n\n[gone](gone.md) [no such heading](staff.en.md#nowhere) ![none](images/none.png)\n"
    read = Path.read_text
    monkeypatch.setattr(
        Path, "read_text", lambda file, *args: text if file == page.file else read(file, *args)
    )
    monkeypatch.setattr("tools.site.build.all_pages", lambda: [*all_pages(), page])
    with pytest.raises(ValueError, match=r"gone\.md") as dead:
        build_site(tmp_path / "site")
    assert "staff.en.md#nowhere" in str(dead.value)
    assert "none.png" in str(dead.value)
