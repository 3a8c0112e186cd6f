"""Markdown to HTML: anchors as GitHub makes them, links inside the site, coloured code, the search's text."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

CHINESE = re.compile(r"[\u2014-\u2026\u3000-\u9fff\uff00-\uffef]")
COLOURS = HtmlFormatter(style="default", nowrap=True)


@dataclass(frozen=True)
class Section:
    """What stands below one heading, up to the next: `level` is 1 for the page's title."""

    level: int
    title: str
    anchor: str
    text: str


@dataclass
class Text:
    """A page that was read: its HTML and its sections in order."""

    html: str
    sections: list[Section] = field(default_factory=list)

    @property
    def title(self) -> str:
        """The page's heading."""
        return self.sections[0].title

    @property
    def anchors(self) -> set[str]:
        """What a link into the page may name."""
        return {section.anchor for section in self.sections}


def parser() -> MarkdownIt:
    """Markdown as the documentation writes it: CommonMark with tables."""
    return MarkdownIt("commonmark", {"html": True, "highlight": _colour}).enable("table")


def slug(title: str) -> str:
    """The anchor of a heading, as GitHub makes it: small letters, no signs, `-` for each space."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def read_text(source: str, link: Callable[[str], str | None], image: Callable[[str], str]) -> Text:
    """Read Markdown. `link` gives a link's address in the site (None: no link there), `image` an image's."""
    markdown = parser()
    tokens = markdown.parse(source)
    for token in tokens:
        for child in token.children or ():
            if child.type == "image":
                child.attrSet("src", image(str(child.attrGet("src"))))
                child.attrSet("loading", "lazy")
        if token.children:
            token.children = _linked(token.children, link)
            _join_lines(token.children)
    sections = list(_sections(tokens))
    for token, section in zip(
        (each for each in tokens if each.type == "heading_open"), sections, strict=True
    ):
        token.attrSet("id", section.anchor)
    html = markdown.renderer.render(tokens, markdown.options, {})
    html = html.replace("<table>", '<div class="table-box" tabindex="0"><table>')
    return Text(
        re.sub(r"<!--.*?-->\n?", "", html.replace("</table>", "</table></div>"), flags=re.DOTALL), sections
    )


def plain(children: Sequence[Token]) -> str:
    """The words of a line, without marks."""
    return "".join(
        " " if child.type == "softbreak" else child.content
        for child in children
        if child.type != "html_inline"
    )


def _linked(children: Sequence[Token], link: Callable[[str], str | None]) -> list[Token]:
    kept: list[Token] = []
    is_open = True
    for child in children:
        if child.type == "link_open":
            address = link(str(child.attrGet("href")))
            is_open = address is not None
            if address is not None:
                child.attrSet("href", address)
        if is_open or child.type not in {"link_open", "link_close"}:
            kept.append(child)
    return kept


def _join_lines(children: Sequence[Token]) -> None:
    """No space where a line ends between Chinese signs: it is only the source's line."""
    for number, child in enumerate(children):
        if child.type == "softbreak":
            before = "".join(each.content for each in children[:number])[-1:]
            after = "".join(each.content for each in children[number + 1 :])[:1]
            if CHINESE.match(before) and CHINESE.match(after):
                child.type, child.content = "text", ""


def _sections(tokens: Sequence[Token]) -> Iterator[Section]:
    level, title, anchor, words = 0, "", "", list[str]()
    seen: dict[str, int] = {}
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            if level:
                yield Section(level, title, anchor, " ".join(words))
            level, title, words = int(token.tag[1]), plain(tokens[number + 1].children or ()), []
            anchor = slug(title)
            seen[anchor] = seen.get(anchor, -1) + 1
            anchor = f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor
        elif token.type == "inline" and tokens[number - 1].type != "heading_open":
            words.append(" ".join(plain(token.children or ()).split()))
        elif token.type in {"fence", "code_block"}:
            words.append(" ".join(token.content.split()))
    if level:
        yield Section(level, title, anchor, " ".join(words))


def _colour(code: str, language: str, _attributes: str) -> str:
    try:
        return highlight(code, get_lexer_by_name(language), COLOURS) if language else ""
    except ClassNotFound:
        return ""


def styles() -> str:
    """The style sheet of coloured code."""
    return str(COLOURS.get_style_defs("pre"))


def pictures(folder: Path) -> list[Path]:
    """Every picture below `folder`."""
    return sorted(folder.glob("*.png"))
