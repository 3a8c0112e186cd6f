"""A village with a grid and a household in it, and those who work there."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.county import County
from core.security import Actor
from core.settings import load_settings
from core.testing import COUNTY_CODE, GRID, SISTER_VILLAGE, VILLAGE, TestHousehold


@pytest.fixture
def county_plugins() -> list[str]:
    """Only the grid."""
    return ["grid"]


@dataclass
class Life:
    """Who acts, and on whom: `home` is the household in GRID, `house` one of the village outside of it."""

    admin: Actor
    secretary: Actor
    member: Actor
    assistant: Actor
    stranger: Actor
    home: TestHousehold
    house: TestHousehold
    move_clock: Callable[[datetime], None]


@pytest.fixture
def life(
    frozen_clock: Callable[[datetime], None],
    people: list[TestHousehold],
    actor: Callable[..., Actor],
) -> Life:
    """On a Monday morning."""
    return Life(
        admin=actor("county_admin", COUNTY_CODE),
        secretary=actor("secretary", VILLAGE),
        member=actor("grid_member", GRID),
        assistant=actor("assistant", GRID),
        stranger=actor("grid_member", SISTER_VILLAGE),
        home=people[2],
        house=people[0],
        move_clock=frozen_clock,
    )


@pytest.fixture
def ground(county: County) -> Callable[..., None]:
    """Names the legal ground of burdens in the county's config."""

    def name(*burdens: str) -> None:
        file = Path(county.data) / "config.toml"
        lines = "".join(f'{burden} = "某某条例第三条"\n' for burden in burdens)
        file.write_text(file.read_text("utf-8") + f"\n[burdens]\n{lines}", "utf-8")
        county.settings = load_settings(file)

    return name


@pytest.fixture
def submit() -> Callable[..., Any]:
    """Opens a page and sends one of its forms: `submit(browser, page, action, **fields)`.

    Each time with a request number of its own, unless `form_key` is given.
    """

    def send(browser: FlaskClient, page: str, action: str, /, **form: Any) -> Any:
        found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
        assert found, "the page holds no form"
        sent = {"csrf_token": found[1], "form_key": secrets.token_urlsafe(12), **form}
        return browser.post(action, data=sent)

    return send
