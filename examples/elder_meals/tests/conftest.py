"""The county of every test here has this plugin on; it is found in this folder, installed or not."""

from importlib.metadata import entry_points
from pathlib import Path

import pytest

IS_INSTALLED = any(point.name == "elder_meals" for point in entry_points(group="gridgov.plugins"))


@pytest.fixture
def county_plugins() -> list[str]:
    """What the test county allows and switches on."""
    return ["elder_meals"]


@pytest.fixture
def county_plugin_folder() -> Path | None:
    """Where the core looks for plugins that are not installed."""
    return None if IS_INSTALLED else Path(__file__).parent.parent
