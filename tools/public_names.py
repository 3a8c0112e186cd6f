"""Refuses a plugin, while it runs, whatever of the core is not public.

A file of its own that stands in an environment of `tools.wheels`, where every process loads it: reading the
sources (`gridgov plugin check`) says the same of what is written there, this of what is really imported.
"""

import builtins
from collections.abc import Sequence
from typing import Any


class PrivateName(ImportError):
    """A plugin wants what may change without notice."""


def watch() -> None:
    """From now on imports of plugins are looked at."""
    plain = builtins.__import__

    def watched(
        name: str,
        globals: dict[str, Any] | None = None,  # noqa: A002 - as __import__ itself calls it
        locals: dict[str, Any] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        importer = (globals or {}).get("__name__") or ""
        if level == 0 and name.split(".", maxsplit=1)[0] == "core" and importer.startswith("plugins."):
            _demand_public(importer, name, fromlist or ())
        return plain(name, globals, locals, fromlist, level)

    builtins.__import__ = watched  # type: ignore[assignment]  # Any in the place of what it never reads


def _demand_public(importer: str, module: str, names: Sequence[str]) -> None:
    from core.plugin_kit.surface import PUBLIC

    if not names:
        raise PrivateName(f"{importer}: say from {module} import a name")
    for name in names:
        known = f"core.{name}" in PUBLIC if module == "core" else name in PUBLIC.get(module, ())
        if not known:
            raise PrivateName(f"{importer}: {module}.{name} is not in docs/plugin-api.md")
