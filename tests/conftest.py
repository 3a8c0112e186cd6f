"""What all tests share. The fixtures themselves are core.testing's, found by its entry point."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Load core.testing also where gridgov is not installed and pytest finds no entry point."""
    if not config.pluginmanager.has_plugin("gridgov"):
        config.pluginmanager.import_plugin("core.testing")
