"""No number in an address makes the county stumble, however long it is."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from core.api import PREFIX
from core.testing import COUNTY_CODE

ROOT = Path(__file__).parents[2]
HUGE = {"63 bits": str(2**63), "4400 digits": "9" * 4400, "16 digits": "9" * 16}


@pytest.fixture
def county_plugins() -> list[str]:
    return sorted(file.parent.name for file in (ROOT / "plugins").glob("*/plugin.toml"))


def addresses(app: Flask, number: str) -> Iterator[tuple[str, str, Rule]]:
    """Every address that holds a number, with each method, `number` in every place."""
    for rule in app.url_map.iter_rules():
        is_numbered = "<int:" in rule.rule or "_id>" in rule.rule
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}) if is_numbered else ():
            yield method, re.sub(r"<[^>]*>", number, rule.rule), rule


@pytest.mark.parametrize("digits", HUGE)
def test_a_huge_number_in_an_address_leads_nowhere(
    app: Flask, as_role: Callable[..., Any], api_as: Callable[..., Any], digits: str
) -> None:
    browser, program = as_role("county_admin", COUNTY_CODE), api_as("county_admin", COUNTY_CODE)
    form = browser.get("/accounts/new").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token
    tried = 0
    for method, address, rule in addresses(app, HUGE[digits]):
        if address.startswith(PREFIX):
            answer = program.call(
                method, address.removeprefix(PREFIX), {} if method != "GET" else None, key="k" * 9
            )
        else:
            data = {"csrf_token": token[1], "form_key": "k" * 20} if method != "GET" else None
            answer = browser.open(address, method=method, data=data)
        assert answer.status_code < 500, f"{method} {rule.rule}: {answer.status_code}"
        if "<int:" in rule.rule:
            assert answer.status_code == 404, f"{method} {rule.rule}: {answer.status_code}"
        tried += 1
    assert tried > 30


@pytest.mark.parametrize("digits", HUGE)
@pytest.mark.parametrize("role", ["county_admin", "auditor", "secretary"])
def test_a_huge_page_number_is_no_crash(
    app: Flask, as_role: Callable[..., Any], api_as: Callable[..., Any], digits: str, role: str
) -> None:
    browser, program = as_role(role, COUNTY_CODE), api_as(role, COUNTY_CODE)
    for rule in app.url_map.iter_rules():
        if "<" in rule.rule or "GET" not in (rule.methods or ()):
            continue
        query = f"?page={HUGE[digits]}&page_size={HUGE[digits]}&account_id={HUGE[digits]}"
        if rule.rule.startswith(PREFIX + "/"):
            answer = program.get(rule.rule.removeprefix(PREFIX) + query)
        else:
            answer = browser.get(rule.rule + query)
        assert answer.status_code < 500 or rule.endpoint in READINESS, f"{rule.rule}: {answer.status_code}"


# Whether the disk is full is not asked here.
READINESS = ("system.readyz", "system_api.ready")
