"""For tests: foreign plugins written on the spot, and neighbours that misbehave."""

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from core.county import County


MANIFEST = """
name = "{name}"
title = "试验插件"
title_en = "Trial plugin"
version = "1.0"
api = ">=1.0,<2"
"""


@pytest.fixture
def plugin_folder(county: "County", tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Writes a foreign plugin and lets the county use it: `plugin_folder(name, {path: text}, on=True)`.

    A missing plugin.toml is made up. Build the app afterwards (`build_app`); write again and
    `core.plugin_host.state.retry` to mend it.
    """
    folder = tmp_path / "plugins"
    folder.mkdir()
    names: dict[str, bool] = {}

    def write(name: str, files: Mapping[str, str], *, on: bool = True) -> Path:
        place = folder / name
        for path, text in {"plugin.toml": MANIFEST.format(name=name), **files}.items():
            (place / path).parent.mkdir(parents=True, exist_ok=True)
            (place / path).write_text(text, "utf-8")
        names[name] = on
        _allow(county, folder, names)
        return place

    with _own_imports(folder):
        yield write


def _allow(county: "County", folder: Path, names: Mapping[str, bool]) -> None:
    # The county stays the same object: fixtures and tests hold it already.
    from core.settings import load_settings

    settings = county.settings
    allowed = [*settings.allowed, *names]
    on = [name for name in {*settings.on, *names} if names.get(name, True)]
    file = county.data / "config.toml"
    lines = [
        line for line in file.read_text("utf-8").splitlines() if not line.startswith(("allowed", "on ="))
    ]
    at = lines.index("[plugins]") + 1
    lines[at:at] = [f"allowed = {json.dumps(sorted(set(allowed)))}", f"on = {json.dumps(sorted(on))}"]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    county.settings = load_settings(file)
    county.plugins_folder = folder


@contextmanager
def _own_imports(folder: Path) -> Iterator[None]:
    before = list(sys.path)
    try:
        yield
    finally:
        sys.path[:] = before
        for name, module in list(sys.modules.items()):
            places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
            if any(place.startswith(str(folder)) for place in places):
                del sys.modules[name]
