"""A plugin's texts brought into its catalogues, and those compiled into what programs read.

Offline, by Babel alone. What is translated is kept; what a text no longer says is kept too, out of use, since
it may come back; new texts stand at the end, empty, for whoever translates.
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from core.plugin_kit.catalogue import texts_of
from core.plugin_kit.project import Project, open_project
from core.value_classes import value_class

ENGLISH, CHINESE = "en", "zh"
_FILE = Path("LC_MESSAGES") / "messages.po"
_HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {locale}\\n"\n'


@value_class
class Wanting:
    """A text that is not well translated: where it stands, and what is wrong."""

    text: str
    place: str
    problem: str


@value_class
class Translated:
    """One catalogue. `added`, `retired`: how many texts came in and went out of use; `changed`: whether its
    files differ from what was there."""

    locale: str
    file: Path
    texts: int
    added: int
    retired: int
    changed: bool
    wanting: tuple[Wanting, ...]


def translate(place: Path, *, write: bool = True) -> list[Translated]:
    """Bring the catalogues of the plugin in `place` up to date: English, and every other that it has.

    Without `write` nothing is changed. Raises NoPlugin, SeveralPlugins.
    """
    project = open_project(place)
    folder = project.folder / "translations"
    has = {file.parents[1].name for file in folder.glob(f"*/{_FILE}")}
    return [_translate(project, locale, write=write) for locale in sorted({ENGLISH, *has})]


def _translate(project: Project, locale: str, *, write: bool) -> Translated:
    file = project.folder / "translations" / locale / _FILE
    before = file.read_text("utf-8") if file.is_file() else ""
    catalog = read_po(io.BytesIO(before.encode()), locale=locale)
    wanted = texts_of(project, {str(message.id) for message in catalog if message.id})
    added = _take_in(catalog, wanted)
    retired = _retire(catalog, wanted)
    text, compiled = _written(catalog, before, locale), _compiled(catalog)
    binary = file.with_suffix(".mo")
    changed = text != before or not binary.is_file() or binary.read_bytes() != compiled
    if write and changed:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        binary.write_bytes(compiled)
    return Translated(locale, file, len(wanted), added, retired, changed, _wanting(catalog, wanted, locale))


def _take_in(catalog: Catalog, wanted: dict[str, str]) -> int:
    missing = [text for text in wanted if catalog.get(text) is None]
    for text in missing:
        # What was out of use comes back as it was.
        old: Message | None = catalog.obsolete.pop(text, None)
        catalog.add(text, old.string if old else "")
    return len(missing)


def _retire(catalog: Catalog, wanted: dict[str, str]) -> int:
    gone = [message for message in catalog if message.id and message.id not in wanted]
    for message in gone:
        catalog.delete(message.id)
        if message.string:
            catalog.obsolete[str(message.id)] = message
    return len(gone)


def _written(catalog: Catalog, before: str, locale: str) -> str:
    out = io.BytesIO()
    write_po(out, catalog, width=0, omit_header=True)
    # A header of its own is kept as it is: Babel would put dates into it.
    header = before.partition("\n\n")[0] + "\n" if 'msgid ""\n' in before else _HEADER.format(locale=locale)
    return f"{header}\n{out.getvalue().decode().strip()}\n"


def _compiled(catalog: Catalog) -> bytes:
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def _wanting(catalog: Catalog, wanted: dict[str, str], locale: str) -> tuple[Wanting, ...]:
    """What is empty, unsure or has other placeholders; in Chinese a text says itself."""
    found = []
    for text, place in wanted.items():
        message = catalog.get(text)
        assert message is not None
        if not message.string or message.fuzzy:
            if not locale.startswith(CHINESE):
                found.append(
                    Wanting(text, place, "没有译文" if not message.string else "译文待确认（fuzzy）")
                )
        elif list(message.check(catalog)):
            found.append(Wanting(text, place, "译文里的占位符与原文不同"))
    return tuple(found)
