"""Pages of the site: navigation by reader, the other language, the list of headings, data for the search."""

import json
import re
import shutil
from pathlib import Path
from posixpath import normpath
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tools.site.pages import LANGUAGES, READERS, ROOT, Page, all_pages, languages_of
from tools.site.text import Text, pictures, read_text, styles

HERE = Path(__file__).parent
# The line that leads to the other language where no header does.
OTHER_LANGUAGE = re.compile(r"^\[(?:English|中文)\]\([\w.-]+\)\n\n?", flags=re.MULTILINE)
UNSEARCHED = {"CHANGELOG"}
IMAGES = ROOT / "docs" / "images"
WORDS = {
    "zh": {
        "site": "gridgov 网格治理 · 手册",
        "search": "查找",
        "hint": "查找手册：一个字、一个词，或空格隔开的几个词",
        "none": "没有找到。换一个说法，或少写几个字。",
        "found": "处",
        "other": "English",
        "readers": "按读者",
        "here": "本页内容",
        "skip": "跳到正文",
        "lang": "zh-CN",
    },
    "en": {
        "site": "gridgov · handbook",
        "search": "Search",
        "hint": "Search the handbook: one word or several",
        "none": "Nothing found. Try another word, or fewer of them.",
        "found": "found",
        "other": "中文",
        "readers": "By reader",
        "here": "On this page",
        "skip": "Skip to the text",
        "lang": "en",
    },
}


class DeadLinks(ValueError):
    """Links of the documentation that lead nowhere, one a line."""


def build_site(folder: Path) -> int:
    """Make the whole site anew in `folder` and return the number of pages. Raises DeadLinks."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "images").mkdir(parents=True)
    texts = read_all()
    template = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template("page.html")
    for page, text in texts.items():
        html = template.render(
            page=page,
            text=text,
            words=WORDS[page.language],
            readers=_navigation(page, texts),
            other=_other(page, texts),
            headings=[section for section in text.sections if section.level in {2, 3}],
        )
        (folder / page.address).write_text(html, "utf-8")
    for language in LANGUAGES:
        (folder / f"search.{language}.js").write_text(_search_data(language, texts), "utf-8")
    (folder / "site.css").write_text((HERE / "site.css").read_text("utf-8") + styles(), "utf-8")
    shutil.copy(HERE / "site.js", folder)
    for picture in pictures(IMAGES):
        shutil.copy(picture, folder / "images")
    return len(texts)


def read_all() -> dict[Page, Text]:
    """Every page, with its links led into the site. Raises DeadLinks."""
    pages = all_pages()
    by_file = {page.file: page for page in pages}
    links: list[tuple[Page, str, Page, str]] = []
    dead: list[str] = []

    def read(page: Page) -> Text:
        def link(target: str) -> str | None:
            if target.startswith(("http:", "https:", "mailto:")):
                return target
            path, _, anchor = unquote(target).partition("#")
            file = ROOT / normpath((page.file.parent / path).relative_to(ROOT)) if path else page.file
            if not file.exists():
                dead.append(f"{_short(page)}: {target}")
                return None
            if file not in by_file:
                return None  # a file of the project that is no page: its words stay
            if anchor:
                links.append((page, target, by_file[file], anchor))
            return f"#{anchor}" if not path else by_file[file].address + (f"#{anchor}" if anchor else "")

        def image(target: str) -> str:
            file = ROOT / normpath((page.file.parent / target).relative_to(ROOT))
            if not (file.parent == IMAGES and file.exists()):
                dead.append(f"{_short(page)}: {target}")
            return f"images/{file.name}"

        return read_text(OTHER_LANGUAGE.sub("", page.file.read_text("utf-8"), count=1), link, image)

    texts = {page: read(page) for page in pages}
    dead += [
        f"{_short(page)}: {target}" for page, target, to, anchor in links if anchor not in texts[to].anchors
    ]
    if dead:
        raise DeadLinks("\n".join(dead))
    return texts


def _short(page: Page) -> str:
    return str(page.file.relative_to(ROOT))


def _in_language(name: str, language: str) -> Page:
    pages = languages_of(name)
    return pages.get(language) or next(iter(pages.values()))


def _navigation(page: Page, texts: dict[Page, Text]) -> list[tuple[str, list[tuple[Page, str]]]]:
    shown = []
    for reader in READERS:
        pages = [_in_language(name, page.language) for name in reader.pages]
        shown.append((reader.title[page.language], [(each, texts[each].title) for each in pages]))
    return shown


def _other(page: Page, texts: dict[Page, Text]) -> Page | None:
    return next((each for each in texts if each.name == page.name and each.language != page.language), None)


def _search_data(language: str, texts: dict[Page, Text]) -> str:
    """[page's title, address, heading, text] of each section; a page without this language in its own."""
    rows = []
    for reader in READERS:
        for name in [each for each in reader.pages if each not in UNSEARCHED]:
            page = _in_language(name, language)
            for section in texts[page].sections:
                rows.append(
                    [texts[page].title, f"{page.address}#{section.anchor}", section.title, section.text]
                )
    data = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return f"window.handbook = {data};\n"
