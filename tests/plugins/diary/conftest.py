"""A village with two households, and those who write diaries about it."""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from core.security import Actor
from core.settings import load_settings
from core.testing import COUNTY_CODE, FAR_VILLAGE, SISTER_VILLAGE, TOWN, VILLAGE, TestHousehold


@pytest.fixture
def county_plugins() -> list[str]:
    """Only the diary."""
    return ["diary"]


@dataclass
class Village:
    """Who acts, and on whom: `house` has two members, `grandma` lives alone, `home` stands in GRID."""

    chief: Actor
    town: Actor
    cadre: Actor
    colleague: Actor
    secretary: Actor
    stranger: Actor
    house: TestHousehold
    grandma: TestHousehold
    home: TestHousehold
    move_clock: Callable[[datetime], None]


@pytest.fixture
def village(
    frozen_clock: Callable[[datetime], None],
    people: list[TestHousehold],
    actor: Callable[..., Actor],
) -> Village:
    """On a Monday morning."""
    return Village(
        chief=actor("county_admin", COUNTY_CODE),
        town=actor("town_official", TOWN),
        cadre=actor("stationed_cadre", VILLAGE),
        colleague=actor("stationed_cadre", SISTER_VILLAGE),
        secretary=actor("secretary", VILLAGE),
        stranger=actor("stationed_cadre", FAR_VILLAGE),
        house=people[0],
        grandma=people[1],
        home=people[2],
        move_clock=frozen_clock,
    )


@pytest.fixture
def submit() -> Callable[..., Any]:
    """Opens a page and sends a form to `action`, each time with a request number of its own."""

    def send(browser: FlaskClient, page: str, action: str, /, **form: Any) -> Any:
        found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
        assert found is not None, browser.get(page).text
        sent = {"csrf_token": found.group(1), "form_key": secrets.token_hex(8), **form}
        return browser.post(action, data=sent)

    return send


@pytest.fixture
def ground(county):
    """Names the legal ground of burdens in the county's config."""

    def name(*burdens):
        file = Path(county.data) / "config.toml"
        lines = "".join(f'{burden} = "某某条例第三条"\n' for burden in burdens)
        file.write_text(file.read_text("utf-8") + f"\n[burdens]\n{lines}", "utf-8")
        county.settings = load_settings(file)

    return name
