"""What all tests share. The fixtures themselves are core.testing's, found by its entry point."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tools.running import KEPT_COUNTIES

# Machines are shared and stand still now and then: how long a thing takes is for bench/, not for a test.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

# A minute of one process: begun last, it would keep the others waiting at the end of a run.
LONG = "tests/tools/test_wheels.py"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first; all else keeps its order."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_configure(config: pytest.Config) -> None:
    """Load core.testing also where gridgov is not installed and pytest finds no entry point."""
    if not config.pluginmanager.has_plugin("gridgov"):
        config.pluginmanager.import_plugin("core.testing")


@pytest.fixture(autouse=True, scope="session")
def kept_counties(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A synthetic county is made once in a run, whichever of its processes asks first (tools.running)."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # the folder of the whole run
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEPT_COUNTIES, str(base / "kept-counties"))
        yield
