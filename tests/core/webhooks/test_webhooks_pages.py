"""Webhooks as people and programs manage them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from standardwebhooks import Webhook

from core import audit
from core.scope import AreaScope
from core.testing import COUNTY_CODE, OTHER_TOWN, TOWN, VILLAGE
from core.webhooks.services import ping, send_due
from tests.core.notices.conftest import OtherSystem

Make = Callable[..., Any]


def body(receiver: OtherSystem, **more: Any) -> dict[str, Any]:
    values = {"title": "平台", "url": f"{receiver.url}/h", "events": ["cases.CaseReported"]}
    return {**values, "area_code": COUNTY_CODE, **more}


def token_of(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"', maxsplit=1)[0]


def test_a_program_makes_changes_and_reads_a_webhook(app: Flask, api_as: Make, receiver: OtherSystem) -> None:
    program = api_as("county_admin", COUNTY_CODE)
    made = program.post("/webhooks", body(receiver))
    assert made.status_code == 201
    number, secret = made.json["id"], made.json["secret"]
    assert secret.startswith("whsec_")
    shown = program.get(f"/webhooks/{number}")
    assert shown.json["state"] == "on"
    assert secret not in shown.text
    assert secret not in program.get("/webhooks").text
    changed = program.call(
        "PUT",
        f"/webhooks/{number}",
        {k: v for k, v in body(receiver, title="新").items() if k != "area_code"},
    )
    assert changed.json["title"] == "新"
    assert program.post(f"/webhooks/{number}/pings").status_code == 201
    send_due(seconds=10)
    (sent,) = program.get(f"/webhooks/{number}/deliveries").json
    assert (sent["state"], sent["status"]) == ("sent", 200)
    headers, raw = receiver.raw[0]
    Webhook(secret).verify(raw, {name.lower(): value for name, value in headers.items()})
    assert program.post(f"/webhooks/{number}/deliveries/{sent['id']}/retry").status_code == 409
    assert program.post(f"/webhooks/{number}/secret").json["secret"] != secret
    assert program.call("PUT", f"/webhooks/{number}/state", {"on": False}).json["state"] == "off"
    assert program.post(f"/webhooks/{number}/pings").json["code"] == "webhook_off"
    assert program.call("PUT", f"/webhooks/{number}/state", {"on": True}).json["state"] == "on"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"url": "http://10.0.0.1/"}, "webhook_url_refused"),
        ({"url": "https://192.168.0.1/"}, "webhook_url_refused"),
        ({"events": ["cases.Nothing"]}, "webhook_events_unknown"),
        ({"events": []}, "invalid"),
        ({"title": ""}, "invalid"),
    ],
)
def test_what_is_refused_has_its_code(
    app: Flask, api_as: Make, receiver: OtherSystem, more: dict[str, Any], code: str
) -> None:
    refused = api_as("county_admin", COUNTY_CODE).post("/webhooks", body(receiver, **more))
    assert (refused.status_code, refused.json["code"]) == (422, code)


def test_only_who_manages_cases_comes_in_and_areas_are_walls(
    app: Flask, api_as: Make, receiver: OtherSystem
) -> None:
    for role in ("secretary", "supervisor", "resident", "auditor"):
        assert api_as(role, VILLAGE).get("/webhooks").status_code == 403
    town = api_as("county_admin", TOWN)
    assert town.post("/webhooks", body(receiver)).status_code == 404  # the county is not theirs
    number = town.post("/webhooks", body(receiver, area_code=TOWN)).json["id"]
    other = api_as("county_admin", OTHER_TOWN)
    assert other.get("/webhooks").json == []
    for method, path in (
        ("GET", ""),
        ("GET", "/deliveries"),
        ("POST", "/pings"),
        ("POST", "/secret"),
        ("POST", "/deliveries/1/retry"),
    ):
        assert (
            other.call(method, f"/webhooks/{number}{path}", {} if method == "POST" else None).status_code
            == 404
        )


def test_the_pages_show_a_secret_once_and_the_log(
    app: Flask, as_role: Make, receiver: OtherSystem, admin: Any
) -> None:
    browser = as_role("county_admin", COUNTY_CODE)
    assert "还没有推送" in browser.get("/webhooks/").text
    form = browser.get("/webhooks/new").text
    values = {**body(receiver), "csrf_token": token_of(form)}
    refused = browser.post("/webhooks/new", data={**values, "url": "http://10.0.0.1/"})
    assert refused.status_code == 422
    assert "allowed_hosts" in refused.text
    shown = browser.post("/webhooks/new", data=values).text
    secret = shown.split('<code class="secret">')[1].split("<")[0]
    assert secret.startswith("whsec_")
    page = browser.get("/webhooks/1").text
    assert secret not in page
    assert browser.post("/webhooks/1/ping", data={"csrf_token": token_of(page)}).status_code == 303
    receiver.answers = [(410, {}, b"")]
    send_due(seconds=10)
    page = browser.get("/webhooks/1").text
    assert "HTTP 410" in page
    assert "已自动停用" in page
    assert browser.post("/webhooks/1/on", data={"csrf_token": token_of(page)}).status_code == 303
    ping(admin, 1)
    send_due(seconds=10)
    assert "已送达" in browser.get("/webhooks/1").text
    assert browser.post("/webhooks/1/secret", data={"csrf_token": token_of(page)}).status_code == 200
    assert browser.post("/webhooks/1/off", data={"csrf_token": token_of(page)}).status_code == 303
    deeds = {line.action for line in audit.lines(AreaScope((COUNTY_CODE,)))[0]}
    assert {"webhooks.create_subscription", "webhooks.switch_on", "webhooks.rotate_secret"} <= deeds
    assert secret not in "".join(line.detail for line in audit.lines(AreaScope((COUNTY_CODE,)))[0])
