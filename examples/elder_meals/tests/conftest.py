"""The county of every test here has this plugin on: beside these tests, unpacked or installed."""

from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path

import pytest

IS_INSTALLED = any(point.name == "elder_meals" for point in entry_points(group="gridgov.plugins"))


@pytest.fixture
def county_plugins() -> list[str]:
    """What the test county allows and switches on."""
    return ["elder_meals"]


@pytest.fixture
def county_plugin_folder() -> Path | None:
    """Where the core looks for plugins that are not installed: the folder that this one was found in."""
    found = find_spec("elder_meals")
    assert found is not None
    assert found.origin is not None
    return None if IS_INSTALLED else Path(found.origin).parents[1]
