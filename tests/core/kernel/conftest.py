"""The kernel by itself: a county with the kernel's tables and no module."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.county import County, close_county, create_folder, open_county
from core.db import database
from core.migrations import Chain, upgrade
from core.plugin_host.state import survey
from core.plugin_manager import PluginManager

KERNEL = Chain("core", Path(__file__).parents[3] / "core" / "migrations")
CONFIG = """\
[county]
code = "341504"
name = "测试县"
[plugins]
allowed = []
"""


@pytest.fixture
def kernel(tmp_path: Path, new_database: Callable[..., None]) -> Iterator[County]:
    """An open county in which only the kernel has tables."""
    new_database("")
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, "utf-8")
    create_folder(tmp_path / "data", config)
    opened = open_county(tmp_path / "data")
    with database.connection_context():
        upgrade([KERNEL])
    database.connect(reuse_if_open=True)
    yield opened
    close_county()


@pytest.fixture
def county(kernel: County) -> County:
    """What `plugin_folder` writes for: the kernel's county."""
    return kernel


@pytest.fixture
def load(kernel: County) -> Callable[[], PluginManager]:
    """Surveys and loads the plugins of the kernel's county, as an app does."""

    def loaded() -> PluginManager:
        manager = PluginManager(kernel.settings)
        manager.load_plugins(survey(kernel.settings, kernel.plugins_folder), kernel.plugins_folder)
        kernel.plugins = manager
        return manager

    return loaded
