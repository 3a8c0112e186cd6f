"""A village with callers on its walls, and whoever takes the calls."""

import re
import secrets
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.security import Actor
from core.testing import GRID, TOWN, VILLAGE, TestHousehold
from tests.plugins.call_button.calls.callers import PAPER, Callers


@pytest.fixture
def county_plugins() -> list[str]:
    """Only the call button."""
    return ["call_button"]


@pytest.fixture
def paper(plugin_folder: Callable[..., Path]) -> None:
    """Devices that exist on paper."""
    plugin_folder("paper", {"plugin.py": PAPER})


@pytest.fixture
def callers(
    paper: None,
    frozen_clock: Callable[[datetime], None],
    people: list[TestHousehold],
    actor: Callable[..., Actor],
) -> Callers:
    """A secretary, a grid leader, a grid member, a town official; three homes, the last one in the grid."""
    return Callers(
        people,
        frozen_clock,
        secretary=actor("secretary", VILLAGE),
        leader=actor("grid_leader", GRID),
        member=actor("grid_member", GRID),
        town=actor("town_official", TOWN),
    )


@pytest.fixture
def submit() -> Callable[..., Any]:
    """Opens a page and sends a form to `action`, each time with a request number of its own."""

    def send(browser: FlaskClient, page: str, action: str, /, **form: Any) -> Any:
        found = re.search(r'name="csrf-token" content="([^"]+)"', browser.get(page).text)
        assert found is not None
        return browser.post(
            action, data={"csrf_token": found.group(1), "form_key": secrets.token_hex(8), **form}
        )

    return send
