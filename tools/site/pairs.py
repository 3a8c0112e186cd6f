"""Whether the two languages of a page say the same: `python -m tools.site.pairs` lists what differs.

Compared heading by heading: depth, pictures (x.png, in English x.en.png), code (comments and words in Chinese
or CAPITALS aside), names in `code`, figures of two digits and more, and the words of the screen, which each
page quotes in its language.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from babel.messages.pofile import read_po

from tools.site.pages import ROOT, Page, pairs

CHINESE = r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’…·—–]+"
# Bold or quoted for weight, though a screen happens to have the same word as a label.
NO_LABELS = {
    *(
        "上一级",
        "必须",
        "秘密",
        "公开",
        "记名",
        "收到",
        "停用",
        "核对",
        "短信",
        "期限",
        "消息",
        "答复",
        "统计",
    ),
    *("撤销", "计票", "公示", "服务凭证", "报告", "已作废", "回执"),
}
MADE = re.compile(
    r"<!-- made by make docs: .*?begin -->.*?<!-- made by make docs: .*?end -->", flags=re.DOTALL
)
FENCE = re.compile(r"^[ \t]*```(\w*)\n(.*?)^[ \t]*```[ \t]*$", flags=re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Part:
    """What is compared of one section."""

    level: int
    title: str
    code: list[str]
    names: set[str]
    pictures: list[str]
    figures: set[str]
    labels: set[str]


def parts_of(page: Page) -> list[Part]:
    """The sections of a page; what `make docs` writes is left out."""
    source = MADE.sub("", page.file.read_text("utf-8"))
    blocks: list[str] = []

    def keep(found: re.Match[str]) -> str:
        blocks.append(found[2])
        return f"\x00{len(blocks) - 1}\x00"

    source = FENCE.sub(keep, source)
    pieces = re.split(r"^(#+) (.*)$", source, flags=re.MULTILINE)[1:]
    return [
        _part(page.language, len(marks), title, body, blocks)
        for marks, title, body in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True)
    ]


def _part(language: str, level: int, title: str, body: str, blocks: list[str]) -> Part:
    code = [_bare_code(blocks[int(number)]) for number in re.findall("\x00(\\d+)\x00", body)]
    body = re.sub("\x00\\d+\x00", "", body)
    pictures = re.findall(r"!\[[^\]]*\]\(([^)]+)\)", body)
    if language == "en":
        pictures = [
            picture.replace(".en.png", ".png") if ".en." in picture else f"{picture} in Chinese"
            for picture in pictures
        ]
    words = re.sub(r"\]\([^)]*\)", "]", body)
    names = {bare for name in re.findall(r"`([^`]+)`", words) if (bare := _bare(name))}
    prose = re.sub(r"`[^`]*`", " ", words)
    return Part(level, title, code, names, pictures, _figures(prose), _quoted(prose))


def _bare(code: str) -> str:
    """Code without words that are translated: Chinese ones and those in CAPITALS."""
    return " ".join(re.sub(rf"{CHINESE}|\b[A-Z]{{3,}}\b(?!_)", " ", code).split())


def _bare_code(block: str) -> str:
    lines = [re.sub(r"(^|\s+)(#|//) .*$", "", line) for line in block.splitlines()]
    return "\n".join(bare for line in lines if (bare := _bare(line)))


def _figures(prose: str) -> set[str]:
    return {
        found.replace(",", "").replace(" ", "")
        for found in re.findall(r"\d{1,3}(?:,\d{3})+(?! ?万)|\d{2,}(?!\d|,\d| ?万)", prose)
    }


def _quoted(prose: str) -> set[str]:
    return {
        " ".join((quoted or bold or plain).split()).strip(".,;:。，；：")
        for quoted, bold, plain in re.findall(r'“([^”]+)”|\*\*([^*]+)\*\*|"([^"]+)"', prose)
    }


@cache
def screen_words() -> dict[str, str]:
    """Every text of the screen: Chinese to English, all catalogues together."""
    found: dict[str, str] = {}
    for folder in ("core", "plugins"):
        for file in sorted((ROOT / folder).rglob("translations/en/LC_MESSAGES/messages.po")):
            with file.open("rb") as stream:
                for message in read_po(stream):
                    if isinstance(message.id, str) and message.id:
                        found[message.id] = str(message.string)
    return found


def differences(leading: Page, other: Page) -> Iterator[str]:
    """What one page has and the other lacks, a sentence each."""
    here, there = parts_of(leading), parts_of(other)
    for one, two in zip(here, there, strict=False):
        if one.level != two.level:
            yield f"{other.file.name}: “{two.title}” stands where {leading.file.name} has “{one.title}”"
            return
    if len(here) != len(there):
        last = max(here, there, key=len)[-1].title
        yield f"{other.file.name}: {len(there)} headings, not {len(here)}; one page ends with “{last}”"
        return
    chinese_first = leading.language == "zh"
    for one, two in zip(here, there, strict=True):
        place = f"{other.file.name} “{two.title}”"
        yield from _compare(place, one, two)
        chinese, english = (one, two) if chinese_first else (two, one)
        yield from _labels(place, chinese, english)


def _compare(place: str, one: Part, two: Part) -> Iterator[str]:
    for number, (first, second) in enumerate(zip(one.code, two.code, strict=False), start=1):
        if first != second:
            yield f"{place}: code {number} differs:\n{first}\n  is here\n{second}"
    if len(one.code) != len(two.code):
        yield f"{place}: {len(two.code)} pieces of code, not {len(one.code)}"
    for kind, first_has, second_has in (
        ("names in code", one.names, two.names),
        ("pictures", set(one.pictures), set(two.pictures)),
        ("figures", one.figures, one.figures & two.figures),
    ):
        differing = first_has ^ second_has
        if differing:
            yield f"{place}: {kind} on one page alone: {', '.join(sorted(differing))}"


def _labels(place: str, chinese: Part, english: Part) -> Iterator[str]:
    said = {word.lower().removesuffix("s") for word in english.labels}
    for word in sorted(chinese.labels - NO_LABELS):
        translated = screen_words().get(word)
        if translated and translated.lower().removesuffix("s") not in said:
            yield f"{place}: “{word}” is called “{translated}” on the screen, which is not quoted here"


def unknown_words(page: Page) -> set[str]:
    """Short words that a page quotes, or prints in bold within a line, though no screen has them."""
    prose = re.sub(r"`[^`]*`", " ", MADE.sub("", FENCE.sub("", page.file.read_text("utf-8"))))
    prose = re.sub(r"^[\s\-\d.|]*\*\*[^*]+\*\*", "", prose, flags=re.MULTILINE)
    is_label = re.compile(
        r"[^，。；、→]{1,8}" if page.language == "zh" else r"[^\s.,;:→]+(?: [^\s.,;:→]+){0,4}"
    )
    shown = "\n".join(screen_words() if page.language == "zh" else screen_words().values()).lower()
    return {word for word in _quoted(prose) if is_label.fullmatch(word) and word.lower() not in shown}


def main() -> None:
    """Print every difference; the exit status is 1 where there are any."""
    found = [
        line
        for one, two in pairs()
        if not one.is_summary and not two.is_summary
        for line in differences(one, two)
    ]
    print("\n".join(found) or "both languages say the same")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
