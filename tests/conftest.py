"""What all tests share. The fixtures themselves are core.testing's, found by its entry point."""

import pytest
from hypothesis import HealthCheck, settings

# Machines are shared and stand still now and then: how long a thing takes is for bench/, not for a test.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    """Load core.testing also where gridgov is not installed and pytest finds no entry point."""
    if not config.pluginmanager.has_plugin("gridgov"):
        config.pluginmanager.import_plugin("core.testing")
