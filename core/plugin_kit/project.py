"""A plugin as its author has it on the disk: read, never imported."""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import field
from pathlib import Path
from typing import Any

from core.errors import DomainError
from core.manifest import FILE_NAME
from core.text import N_
from core.value_classes import value_class

_LEFT_OUT = {".venv", "venv", "build", "dist", "__pycache__", "node_modules", ".git"}


class NoPlugin(DomainError):
    """Nothing there is a plugin."""

    code = "plugin_not_found"
    text = N_("%(place)s 里没有插件：要有一个文件夹含 plugin.toml 和 plugin.py。")


class SeveralPlugins(DomainError):
    """One at a time."""

    code = "plugin_several"
    text = N_("%(place)s 里有几个插件（%(names)s）；请给出其中一个的文件夹。")


@value_class
class Project:
    """`folder`: where plugin.toml lies; `root`: the project around it (pyproject.toml, tests), or that."""

    folder: Path
    root: Path
    # Text of a source -> its tree; None where there is none. Most rules look at every source.
    _trees: dict[str, ast.Module | None] = field(default_factory=dict, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The plugin's name as its folder says."""
        return self.folder.name

    def manifest(self) -> dict[str, Any]:
        """plugin.toml as it stands; empty where it cannot be read."""
        try:
            return tomllib.loads((self.folder / FILE_NAME).read_text("utf-8"))
        except (OSError, ValueError):
            return {}

    def place(self, file: Path, line: int = 0) -> str:
        """`file:line` for people."""
        return f"{file.relative_to(self.root)}{f':{line}' if line else ''}"

    def files(self, *endings: str) -> Iterator[Path]:
        """Files of the plugin, by name."""
        for file in sorted(self.folder.rglob("*")):
            if file.suffix in endings and not _LEFT_OUT & set(file.parts):
                yield file

    def sources(self) -> Iterator[tuple[Path, ast.Module]]:
        """Its program, parsed; what cannot be parsed is left to the rule `loads`."""
        for file in self.files(".py"):
            if (tree := self._tree(file)) is not None:
                yield file, tree

    def _tree(self, file: Path) -> ast.Module | None:
        try:
            text = file.read_text("utf-8")
            if text not in self._trees:
                self._trees[text] = None
                self._trees[text] = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError):
            return None
        return self._trees[text]


def open_project(place: Path) -> Project:
    """The plugin in `place`, or in a folder of it. Raises NoPlugin, SeveralPlugins."""
    place = place.resolve()
    if (place / FILE_NAME).is_file():
        around = place.parent
        root = around if (around / "pyproject.toml").is_file() or (around / "setup.cfg").is_file() else place
        return Project(place, root)
    inside = [
        file.parent for file in sorted(place.glob(f"*/{FILE_NAME}")) if file.parent.name not in _LEFT_OUT
    ]
    if not inside:
        raise NoPlugin(place=str(place))
    if len(inside) > 1:
        raise SeveralPlugins(place=str(place), names="、".join(folder.name for folder in inside))
    return Project(inside[0], place)
