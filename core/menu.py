"""The ways in of the acting person: asked of every plugin once a request, sorted, in named groups."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from flask import g, request, url_for
from flask_babel import get_locale, gettext
from werkzeug.routing import BuildError

from core.county import plugins
from core.hookspecs import MenuItem
from core.security import current_actor

# A menu of that many entries is shown whole: folding it would hide more than it tidies.
_FEW = 8


@dataclass(frozen=True)
class MenuGroup:
    """Entries under one heading. `is_open`: the page that is looked at belongs here, or the menu is short."""

    title: str
    items: tuple[MenuItem, ...]
    is_open: bool


def menu(face: str) -> list[MenuItem]:
    """The ways in of the acting person on one face, sorted."""
    return sorted((i for _, i in _asked() if i.face == face), key=lambda item: (item.order, item.title))


def menu_groups(face: str) -> list[MenuGroup]:
    """The same ways in under their headings, each where its first entry stands.

    An item without a group stands under its plugin's title. Groups of one title are one, whoever they are
    from.
    """
    homes = {item: plugin for plugin, item in _asked()}
    items = menu(face)
    here = _nearest(items)
    groups: dict[str, list[MenuItem]] = {}
    for item in items:
        groups.setdefault(_heading(item, homes[item]), []).append(item)
    is_short = len(items) <= _FEW
    return [MenuGroup(title, tuple(held), is_short or here in held) for title, held in groups.items()]


def _heading(item: MenuItem, plugin: str) -> str:
    if item.group:
        return str(gettext(item.group))
    loaded = plugins().loaded.get(plugin)
    if loaded is None:  # switched off since it was asked
        return plugin
    return loaded.manifest.title_en if str(get_locale()).startswith("en") else loaded.manifest.title


def _nearest(items: Iterable[MenuItem]) -> MenuItem | None:
    """The entry that the present page lies under: the one whose address shares the most steps with it."""
    near = {item: _shared(request.path, url_for(item.endpoint)) for item in items}
    best = max(near, key=lambda item: near[item], default=None)
    # Every address shares the empty step before its first stroke.
    return best if best is not None and near[best] > 1 and request.path != "/" else None


def _shared(path: str, other: str) -> int:
    pairs = zip(path.split("/"), other.split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _asked() -> list[tuple[str, MenuItem]]:
    if "menu_items" not in g:  # asked once a request: a page has several faces of it
        g.menu_items = _ask()
    items: list[tuple[str, MenuItem]] = g.menu_items
    return items


def _ask() -> list[tuple[str, MenuItem]]:
    items = []
    for answer in plugins().ask("menu_items", actor=current_actor()):
        for item in answer.value:
            try:
                url_for(item.endpoint)
            except BuildError as error:
                plugins().note_error(answer.plugin, "menu_items", error)
            else:
                items.append((answer.plugin, item))
    return items
