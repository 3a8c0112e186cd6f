"""Which pages the documentation has, for whom, and in which languages.

`NAME.md` beside `NAME.en.md` is Chinese; beside `NAME.zh.md`, or alone, it is English.
"""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
LANGUAGES = ("zh", "en")
# A Chinese page that begins with this mark only says what the English one is about.
SUMMARY = "<!-- summary -->"


@dataclass(frozen=True)
class Reader:
    """Somebody for whom pages are written: a title in each language, and names of pages without `.md`."""

    title: dict[str, str]
    pages: tuple[str, ...]


READERS = (
    Reader({"zh": "从这里开始", "en": "Begin here"}, ("README",)),
    Reader({"zh": "居民", "en": "Residents"}, ("docs/resident",)),
    Reader({"zh": "工作人员", "en": "Staff"}, ("docs/staff",)),
    Reader(
        {"zh": "县区信息中心", "en": "County IT"}, ("docs/county-it", "docs/devices", "docs/plugin-trust")
    ),
    Reader({"zh": "接入其他系统", "en": "Other systems"}, ("docs/channels",)),
    Reader({"zh": "插件作者", "en": "Plugin authors"}, ("docs/tutorial", "docs/plugin-api", "docs/hooks")),
    Reader(
        {"zh": "维护者", "en": "Maintainers"},
        (
            "docs/architecture",
            "docs/offline",
            "docs/proofs",
            "docs/performance",
            "docs/dependencies",
            "CONTRIBUTING",
            "CHANGELOG",
            "SECURITY",
        ),
    ),
)


@dataclass(frozen=True)
class Page:
    """One page in one language."""

    name: str  # without folder and ending: `staff`
    language: str
    file: Path

    @property
    def address(self) -> str:
        """Its file in the site, all of which lie in one folder."""
        name = "index" if self.name == "README" else self.name.lower()
        return f"{name}.html" if self.language == "zh" else f"{name}.en.html"

    @property
    def is_summary(self) -> bool:
        """Whether it only says what the page of the other language is about."""
        return self.file.read_text("utf-8").startswith(SUMMARY)


def languages_of(name: str) -> dict[str, Page]:
    """The page called `name` (`docs/staff`) by language."""
    plain, english, chinese = (ROOT / f"{name}{ending}" for ending in (".md", ".en.md", ".zh.md"))
    files = {"zh": plain, "en": english} if english.exists() else {"zh": chinese, "en": plain}
    short = plain.stem
    return {language: Page(short, language, file) for language, file in files.items() if file.exists()}


def all_pages() -> list[Page]:
    """Every page in every language it has, in the order of the readers."""
    return [page for reader in READERS for name in reader.pages for page in languages_of(name).values()]


def pairs() -> list[tuple[Page, Page]]:
    """What there is in both languages, each time the page without a language in its name first: it leads."""
    both = [languages_of(name) for reader in READERS for name in reader.pages]
    return [
        (pages["zh"], pages["en"]) if pages["zh"].file.name.count(".") == 1 else (pages["en"], pages["zh"])
        for pages in both
        if len(pages) == len(LANGUAGES)
    ]
