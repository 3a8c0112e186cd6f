"""Devices and presses as JSON."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from core.testing import COUNTY_CODE, FAR_VILLAGE, VILLAGE, JsonClient
from plugins.call_button.models import devices as models
from tests.plugins.call_button.device_people import Wall, press_count, refused, signed

BODY = {"driver": "call_button.http", "model": "http_4"}


@pytest.fixture
def secretary(api_as: Callable[..., JsonClient]) -> JsonClient:
    return api_as("secretary", VILLAGE)


@pytest.fixture
def registered(wall: Wall, secretary: JsonClient) -> dict[str, Any]:
    answer = secretary.post("/call-devices", {**BODY, "household_id": str(wall.homes[0].id)}, key="r1")
    assert answer.status_code == 201, answer.text
    return answer.get_json()


def press_body(device_id: str, secret: str, sequence: int, **more: Any) -> dict[str, Any]:
    device = models.Device.unscoped("a test looks").where(models.Device.id == int(device_id)).get()
    return json.loads(signed(device, sequence, secret=secret, **more).payload)


@pytest.fixture
def wire(app: Any) -> JsonClient:
    """A device on the wire: no token."""
    return JsonClient(app, None)


def test_a_device_is_registered_and_presses(
    registered: dict[str, Any], wire: JsonClient, secretary: JsonClient
) -> None:
    body = press_body(registered["id"], registered["secret"], 1)
    first = wire.post("/presses", body, key="cb:1")
    assert first.status_code == 201, first.text
    assert (first.get_json()["kind"], first.get_json()["device_id"]) == ("pressed", registered["id"])
    again = wire.post("/presses", body, key="cb:1")
    assert (again.get_json()["kind"], again.get_json()["id"]) == ("repeated", first.get_json()["id"])
    alive = wire.post("/presses", press_body(registered["id"], registered["secret"], 2, key=""), key="cb:2")
    assert (alive.get_json()["kind"], alive.get_json()["id"]) == ("heard", "0")
    shown = secretary.get(f"/call-devices/{registered['id']}").get_json()
    assert (shown["light"], shown["meanings"]["1"]) == ("well", "call")
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"signature": "0" * 64}, 403, "call_button_press_not_proven"),
        ({"signature": ""}, 403, "call_button_press_not_proven"),
        ({"signature": "ü" * 64}, 403, "call_button_press_not_proven"),
        ({"device": "nobody"}, 403, "call_button_press_not_proven"),
        ({"key": "2"}, 403, "call_button_press_not_proven"),
        ({"sequence": None}, 422, "invalid"),
        ({"at": "yesterday"}, 422, "invalid"),
    ],
)
def test_what_is_not_proven_is_refused_and_says_no_more(
    registered: dict[str, Any], wire: JsonClient, change: dict[str, Any], status: int, code: str
) -> None:
    body = {**press_body(registered["id"], registered["secret"], 1), **change}
    answer = wire.post("/presses", body, key="cb:1")
    assert (answer.status_code, answer.get_json()["code"]) == (status, code)
    assert press_count() == 0
    assert [times for _, times in refused()] == [1]


def test_what_is_proven_and_not_obeyed_says_why(registered: dict[str, Any], wire: JsonClient) -> None:
    old = press_body(registered["id"], registered["secret"], 1, at="2026-03-01T09:00:00+08:00")
    answer = wire.post("/presses", old, key="cb:1")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "call_button_press_refused")
    assert "时间不符" in answer.get_json()["detail"]
    wrong_key = press_body(registered["id"], registered["secret"], 2, key="9")
    assert "没有这个键" in wire.post("/presses", wrong_key, key="cb:2").get_json()["detail"]


def test_a_press_needs_an_idempotency_key(registered: dict[str, Any], wire: JsonClient) -> None:
    answer = wire.post("/presses", press_body(registered["id"], registered["secret"], 1))
    assert (answer.get_json()["code"], press_count()) == ("idempotency_key_missing", 0)


def test_an_account_presses_for_a_device(
    registered: dict[str, Any], api_as: Callable[..., JsonClient], wire: JsonClient, secretary: JsonClient
) -> None:
    body = {"device_id": registered["id"], "key": "1"}
    admin = api_as("county_admin", COUNTY_CODE)
    first, again = admin.post("/presses", body, key="a"), admin.post("/presses", body, key="a")
    assert (first.status_code, first.get_json()) == (201, again.get_json())
    assert press_count() == 1
    assert wire.post("/presses", body, key="a").status_code == 401
    assert secretary.post("/presses", body, key="a").status_code == 403
    assert admin.post("/presses", {"device_id": "99", "key": "1"}, key="b").status_code == 404


def test_revoking_and_replacing(registered: dict[str, Any], wire: JsonClient, secretary: JsonClient) -> None:
    body = press_body(registered["id"], registered["secret"], 1)
    replaced = secretary.post(f"/call-devices/{registered['id']}/replace", {**BODY, "why": "坏了"}, key="x")
    assert replaced.status_code == 201
    fresh = replaced.get_json()
    assert wire.post("/presses", body, key="cb:1").get_json()["code"] == "call_button_press_refused"
    revoked = secretary.post(f"/call-devices/{fresh['id']}/revoke", {"why": "搬走"}, key="y")
    assert (revoked.status_code, revoked.get_json()["state"]) == (200, "revoked")
    assert secretary.get("/call-devices?state=active").get_json() == []
    assert secretary.get(f"/call-devices/{fresh['id']}").get_json()["replaces"] == registered["id"]


def test_an_unknown_device_is_listed_and_paired(wall: Wall, secretary: JsonClient) -> None:
    from core.clock import now
    from core.devices import DeviceInput
    from plugins.call_button.services.readings import take

    take("call_button.zigbee2mqtt", DeviceInput("zigbee2mqtt/Li", b'{"action":"1_single"}', now()))
    (found,) = secretary.get("/unknown-devices").get_json()
    body = {"driver": "call_button.zigbee2mqtt", "model": "TS0044", "household_id": str(wall.homes[0].id)}
    answer = secretary.post("/call-devices", {**body, "unknown_id": found["id"]}, key="p")
    assert answer.status_code == 201, answer.text
    assert secretary.get("/call-devices?search=Li").headers["X-Total-Count"] == "1"


def test_outside_ones_areas_there_is_nothing(
    registered: dict[str, Any], wall: Wall, api_as: Callable[..., JsonClient]
) -> None:
    far = api_as("secretary", FAR_VILLAGE)
    one = f"/call-devices/{registered['id']}"
    assert far.get(one).status_code == 404
    assert far.post(f"{one}/revoke", {}, key="a").status_code == 404
    assert far.post(f"{one}/replace", BODY, key="b").status_code == 404
    assert far.get("/call-devices").headers["X-Total-Count"] == "0"
    mine = {**BODY, "household_id": str(wall.homes[0].id)}
    assert far.post("/call-devices", mine, key="c").status_code == 404
