"""What plugins may still use but not for long: each with the release it goes in and what takes its place.

One list for the three ways in: a public name (`core.text.shout`), a hook or one of its arguments
(`household_panels`, `household_panels.household`), a key of plugin.toml (`plugin.toml announces`). Using one
is warned of once a plugin and place, in the log, by `gridgov doctor` and by `gridgov plugin check`.
"""

import importlib
import logging
import re
import sys
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

from core.value_classes import value_class

log = logging.getLogger(__name__)
MANIFEST_KEY = "plugin.toml "


class ApiDeprecation(DeprecationWarning):
    """A plugin uses what will be gone; an error in tests, as every warning is."""


@value_class
class Deprecated:
    """Something on its way out. Releases are those of API_VERSION; `instead` is what to use.

    Of a public name that has only moved, `instead` is where it is now (`core.text.say_loudly`), and the old
    module hands it out by `old_names`.
    """

    name: str
    since: str
    removed: str
    instead: str

    def told(self) -> str:
        """The warning in one sentence, for people who administer."""
        return f"{self.name} 自接口 {self.since} 起弃用，{self.removed} 移除，请改用 {self.instead}"


@value_class
class Use:
    """Where a plugin uses something deprecated: `place` is `file:line`."""

    plugin: str
    place: str
    deprecated: Deprecated


# A change here is a change of the plugin surface: it stands in docs/plugin-api.md too.
DEPRECATIONS: tuple[Deprecated, ...] = ()
_uses: dict[Use, None] = {}


def deprecated(name: str) -> Deprecated | None:
    """What is known of a name, hook, argument or key, if it is on its way out."""
    return next((each for each in DEPRECATIONS if each.name == name), None)


def uses() -> list[Use]:
    """What this process has seen of plugins, by plugin and place."""
    return sorted(_uses, key=lambda use: (use.plugin, use.place, use.deprecated.name))


def note_use(plugin: str, place: str, found: Deprecated) -> None:
    """Warn of a use, once a plugin and place. Raises ApiDeprecation where warnings are errors."""
    use = Use(plugin, place, found)
    if use not in _uses:
        _uses[use] = None
        log.warning("插件 %s（%s）：%s", plugin, place, found.told())
    warnings.warn(f"{plugin} {place}: {found.told()}", ApiDeprecation, stacklevel=2)


def old_names(module: str) -> Callable[[str], Any]:
    """A module's `__getattr__`: hands out what has moved from it, and warns whoever takes it.

    `__getattr__ = old_names(__name__)` at the module's end. It raises AttributeError as a module does.
    """

    def hand_out(name: str) -> Any:
        found = deprecated(f"{module}.{name}")
        if found is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        plugin, place = _taker(sys._getframe(1))
        note_use(plugin, place, found)
        where, _, what = found.instead.rpartition(".")
        return getattr(importlib.import_module(where), what)

    return hand_out


def note_hook(plugin: str, hook: str, function: Callable[..., Any], arguments: Iterable[str]) -> None:
    """Warn of a plugin that takes part in a deprecated hook, or asks it for a deprecated argument."""
    if str(getattr(function, "__module__", "")).startswith("core."):
        return  # of `core.parts`, by which a plugin takes part in all hooks
    code = getattr(function, "__code__", None)
    place = f"{Path(code.co_filename).name}:{code.co_firstlineno}" if code else ""
    for name in (hook, *(f"{hook}.{argument}" for argument in arguments)):
        if found := deprecated(name):
            note_use(plugin, place, found)


def note_keys(plugin: str, keys: Iterable[str], text: str) -> None:
    """Warn of deprecated keys of a plugin.toml with this `text`."""
    for key in keys:
        if found := deprecated(MANIFEST_KEY + key):
            note_use(plugin, f"plugin.toml:{key_line(text, key)}", found)


def key_line(text: str, key: str) -> int:
    """The line of a TOML text on which a key, or the table of that name, stands; 1 if nobody can say."""
    found = re.search(rf"^\s*\[?\s*{re.escape(key)}\b", text, re.MULTILINE)
    return text.count("\n", 0, found.end()) + 1 if found else 1


def _taker(frame: FrameType | None) -> tuple[str, str]:
    """The plugin in whose code the name is asked for, and where: the first frame that is not the core's."""
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if module.partition(".")[0] not in ("core", "importlib", "_frozen_importlib"):
            parts = module.split(".")
            plugin = parts[1] if parts[0] == "plugins" and len(parts) > 1 else parts[0]
            return plugin, f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
        frame = frame.f_back
    return "", ""
