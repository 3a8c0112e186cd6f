"""The ways in of the acting person: asked of every plugin once a request, sorted, in named groups."""

from collections.abc import Iterable
from itertools import takewhile

from flask import g, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.routing import BuildError

from core.county import plugins
from core.hookspecs import MenuItem
from core.security import current_actor
from core.value_classes import value_class

# A menu of that many entries is shown whole: folding it would hide more than it tidies.
_FEW = 8


@value_class
class MenuGroup:
    """Entries under one heading. `is_open`: the page that is looked at belongs here, or the menu is short.

    `above`: the entry whose page is a step on the way to the one that is looked at, if it is here.
    """

    title: str
    items: tuple[MenuItem, ...]
    is_open: bool
    above: MenuItem | None = None


@value_class
class _Entry:
    """An item, whose it is, and where it leads."""

    plugin: str
    item: MenuItem
    url: str


def menu(face: str) -> list[MenuItem]:
    """The ways in of the acting person on one face, sorted."""
    found = (entry.item for entry in _asked() if entry.item.face == face)
    return sorted(found, key=lambda item: (item.order, item.title))


def menu_groups(face: str) -> list[MenuGroup]:
    """The same ways in under their headings, each where its first entry stands.

    An item without a group stands under its plugin's title. Groups of one title are one, whoever they are
    from.
    """
    items = menu(face)
    entries = {entry.item: entry for entry in _asked()}
    here = _nearest(entries[item] for item in items)
    groups: dict[str, list[MenuItem]] = {}
    for item in items:
        groups.setdefault(_heading(item, entries[item].plugin), []).append(item)
    is_short = len(items) <= _FEW
    above = here if here and request.path.startswith(f"{entries[here].url.rstrip('/')}/") else None
    return [
        MenuGroup(title, tuple(held), is_short or here in held, above if above in held else None)
        for title, held in groups.items()
    ]


def _heading(item: MenuItem, plugin: str) -> str:
    if item.group:
        return str(gettext(item.group))
    loaded = plugins().loaded.get(plugin)
    if loaded is None:  # switched off since it was asked
        return plugin
    return loaded.manifest.title_en if str(get_locale()).startswith("en") else loaded.manifest.title


def _nearest(entries: Iterable[_Entry]) -> MenuItem | None:
    """The item that the present page lies under: the one whose address shares the most steps with it."""
    near = {entry.item: _shared(request.path, entry.url) for entry in entries}
    best = max(near, key=lambda item: near[item], default=None)
    # Every address shares the empty step before its first stroke.
    return best if best is not None and near[best] > 1 and request.path != "/" else None


def _shared(path: str, other: str) -> int:
    pairs = zip(path.split("/"), other.split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _asked() -> list[_Entry]:
    if "menu_entries" not in g:  # asked once a request: a page has several faces of it
        g.menu_entries = _ask()
    entries: list[_Entry] = g.menu_entries
    return entries


def _ask() -> list[_Entry]:
    entries = []
    for answer in plugins().ask("menu_items", actor=current_actor()):
        for item in answer.value:
            try:
                entries.append(_Entry(answer.plugin, item, url_for(item.endpoint)))
            except BuildError as error:
                plugins().note_error(answer.plugin, "menu_items", error)
    return entries
