"""Which texts of a plugin have no English: collected as its author's tools would."""

from collections.abc import Collection, Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.mofile import read_mo

from core.plugin_kit.project import Project
from core.plugin_kit.rules import Breach

_KEYWORDS = {"_": None, "N_": None, "say": None, "gettext": None, "ngettext": (1, 2)}
_TABLES = ("permissions", "announces", "burdens", "forms", "personal_data")
_CORE = Path(__file__).parents[1] / "translations"
_ENGLISH = Path("en") / "LC_MESSAGES" / "messages.mo"


def untranslated(project: Project) -> Iterator[Breach]:
    """Each text without English; the core's own words need not be translated again."""
    known = _english(project.folder / "translations" / _ENGLISH) | _english(_CORE / _ENGLISH)
    seen: set[str] = set()
    for text, place in _texts(project):
        if text and text not in known and text not in seen:
            seen.add(text)
            yield Breach("translations", place, f"没有英文：{text}")


def texts_of(project: Project, own: Collection[str]) -> dict[str, str]:
    """Every text for people -> where it stands first; without what the core says already, unless `own`
    holds it: a plugin may say it its own way."""
    spoken = _english(_CORE / _ENGLISH) - set(own)
    found: dict[str, str] = {}
    for text, place in _texts(project):
        if text and text not in spoken:
            found.setdefault(text, place)
    return found


def _english(file: Path) -> set[str]:
    if not file.is_file():
        return set()
    with file.open("rb") as source:
        return {str(message.id) for message in read_mo(source) if message.id and message.string}


def _texts(project: Project) -> Iterator[tuple[str, str]]:
    for file in project.files(".py", ".html"):
        method = "python" if file.suffix == ".py" else "jinja2.ext:babel_extract"
        with file.open("rb") as source:
            try:
                found = list(extract(method, source, _KEYWORDS, options={"extensions": "jinja2.ext.do"}))
            except (SyntaxError, ValueError):
                continue
        for line, message, *_ in found:
            yield message if isinstance(message, str) else message[0], project.place(file, line)
    manifest = project.manifest()
    texts = [manifest.get("title", ""), manifest.get("summary", "")]
    texts += [text for table in _TABLES for text in manifest.get(table, {}).values()]
    yield from ((text, "plugin.toml") for text in texts)
