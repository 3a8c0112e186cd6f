"""No sign in any text makes the county stumble, on either database; and what is shown is what was stored."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from core import audit
from core.accounts.api import operator
from core.api import PREFIX
from core.db import unit_of_work
from core.testing import COUNTY_CODE, VILLAGE

ROOT = Path(__file__).parents[2]
ODD = {
    "nul": "a\0b",
    "control": "a\x1b\x7f\x85b",
    "half a pair": "a\ud800b",
    "long": "长" * 3000,
    "quote": "'\"%_\\?$1",
}
# Whether the disk is full is not asked here.
READINESS = ("system.readyz", "system_api.ready")


@pytest.fixture
def county_plugins() -> list[str]:
    return sorted(file.parent.name for file in (ROOT / "plugins").glob("*/plugin.toml"))


def operations(app: Flask) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every operation of the JSON interface."""
    described = app.test_client().get(f"{PREFIX}/openapi.json").json
    assert described is not None
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, dict):
                yield method.upper(), path.removeprefix(PREFIX), operation


def send(app: Flask, token: str | None, method: str, path: str, body: Any, key: str) -> Any:
    """As JsonClient does, with every odd sign written as its number: that is how halves of pairs come in."""
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": key}
    sent = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
    return app.test_client().open(f"{PREFIX}{path}", method=method, headers=headers, **sent)


def in_address(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


def odd_body(shape: dict[str, Any], whole: dict[str, Any], text: str) -> Any:
    """A body of this shape in which every text is `text`."""
    if "$ref" in shape:
        return odd_body(whole["components"]["schemas"][shape["$ref"].rpartition("/")[2]], whole, text)
    if "allOf" in shape or "anyOf" in shape:
        return odd_body((shape.get("allOf") or shape["anyOf"])[0], whole, text)
    kind = shape.get("type")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: odd_body(inner, whole, text) for name, inner in shape.get("properties", {}).items()}
    if kind == "array":
        return [odd_body(shape.get("items", {}), whole, text)]
    if "enum" in shape:
        return shape["enum"][0]
    return {"integer": 1, "number": 1, "boolean": False}.get(str(kind), text)


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_text_anywhere_in_the_interface_is_no_crash(
    app: Flask, api_as: Callable[..., Any], kind: str
) -> None:
    program = api_as("county_admin", COUNTY_CODE)
    described: Any = app.test_client().get(f"{PREFIX}/openapi.json").json
    tried = 0
    for number, (method, path, operation) in enumerate(operations(app)):
        place = re.sub(r"{[^}]*}", in_address(ODD[kind][:200]), path)
        asked = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
        query = "&".join(f"{name}={in_address(ODD[kind][:200])}" for name in asked)
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        body = odd_body(content["schema"], described, ODD[kind]) if content else None
        answer = send(app, program.token, method, f"{place}?{query}", body, f"odd-text-{number:04d}")
        assert answer.status_code < 500 or "ready" in path, f"{method} {path}: {answer.status_code}"
        tried += 1
    assert tried > 40


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_text_in_the_address_of_any_page_is_no_crash(
    app: Flask, as_role: Callable[..., Any], kind: str
) -> None:
    browser = as_role("county_admin", COUNTY_CODE)
    odd = in_address(ODD[kind][:200])
    names = "search q code action area_code role state head next since until face household_id account_id"
    query = "&".join(f"{name}={odd}" for name in names.split())
    tried = 0
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.rule.startswith(PREFIX):
            continue
        place = re.sub(r"<(int:)?[^>]*>", lambda found: "1" if found[1] else odd, rule.rule)
        answer = browser.get(f"{place}?{query}")
        assert answer.status_code < 500 or rule.endpoint in READINESS, f"{rule.rule}: {answer.status_code}"
        tried += 1
    assert tried > 30


STORED = "\u0000 清扫\u0000“门前”\ud800 Ａ区ß 😀\u202e "


def test_text_is_stored_cleaned_of_what_no_database_can_hold(app: Flask, api_as: Callable[..., Any]) -> None:
    program = api_as("county_admin", COUNTY_CODE)
    body = {"username": "odd-one", "name": STORED, "area_code": VILLAGE, "password": "Long-enough-2026"}
    made = send(app, program.token, "POST", "/accounts", body, "k" * 9)
    assert made.status_code == 201, made.text
    shown = program.get(f"/accounts/{made.json['id']}").json["name"]
    assert shown == "清扫“门前” Ａ区ß 😀"
    assert [row["name"] for row in program.get(f"/accounts?search={quote('“门前”')}").json] == [shown]


def test_the_detail_of_a_line_keeps_chinese_keys_and_every_sign(app: Flask) -> None:
    detail = {"姓名": ["张", None], "次数": {"今年": 3, "去年": -1}, "reason": "“清扫”\\\n😀", "是否": True}
    with unit_of_work():
        audit.record(operator(), "test.note", area_code=VILLAGE, subject="note:1", **detail)
    ((_, kept),) = audit.details(["test.note"])
    assert kept == detail
    assert json.dumps(kept, ensure_ascii=False, sort_keys=True).startswith('{"reason"')
    assert audit.verify().broken_at is None
