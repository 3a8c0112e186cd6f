"""Pages of devices, for the village secretary at the desk and the grid member on the way."""

import json
import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from core.clock import now
from core.devices import DeviceInput
from core.testing import COUNTY_CODE, FAR_VILLAGE, GRID, VILLAGE
from plugins.call_button.models import devices as models
from plugins.call_button.services.readings import take
from tests.plugins.call_button.device_people import Wall, press_count

Z2M = "call_button.zigbee2mqtt"
BASE = "/call-button"


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
def secretary(as_role: Callable[..., FlaskClient]) -> FlaskClient:
    return as_role("secretary", VILLAGE)


def press(source: str, key: str = "1") -> None:
    take(Z2M, DeviceInput(f"zigbee2mqtt/{source}", b'{"action":"%s_single"}' % key.encode(), now()))


def only() -> models.Device:
    return models.Device.unscoped("a test looks").order_by(models.Device.id.desc()).get()


def test_a_device_is_paired_by_pressing_a_key(
    wall: Wall, secretary: FlaskClient, submit: Callable[..., Any]
) -> None:
    waiting = secretary.get(f"{BASE}/devices/pair").text
    assert "hx-trigger" in waiting
    press("Li", "2")
    part = secretary.get(f"{BASE}/devices/pair", headers={"HX-Request": "true"}).text
    assert "Li" in part
    assert "<html" not in part
    unknown = models.UnknownDevice.get().id
    page = f"{BASE}/devices/new?unknown={unknown}&household={wall.homes[0].id}"
    assert "赵大山" in secretary.get(f"{BASE}/devices/new?unknown={unknown}&q=赵大山").text
    form = {
        **{
            "household_id": wall.homes[0].id,
            "unknown_id": unknown,
            "model": f"{Z2M} TS0044",
            "place": "床头",
        },
        **{"relation_1": "child", "name_1": "赵小山", "phone_1": "13812345678"},
    }
    answer = submit(secretary, page, f"{BASE}/devices/new", **form)
    assert answer.status_code == 303, answer.text
    shown = secretary.get(answer.location).text
    assert "赵大山 · 床头" in shown
    assert "13812345678" not in shown
    revealed = submit(secretary, answer.location, f"{answer.location}/contacts/shown").text
    assert "13812345678" in revealed


def test_a_secret_is_shown_once(wall: Wall, secretary: FlaskClient, submit: Callable[..., Any]) -> None:
    page = f"{BASE}/devices/new?household={wall.homes[0].id}"
    form = {"household_id": wall.homes[0].id, "model": "call_button.http http_4"}
    answer = submit(secretary, page, f"{BASE}/devices/new", **form)
    secret = re.search(r"<code>([0-9a-f]{64})</code>", answer.text)
    assert secret is not None
    assert secret.group(1) not in secretary.get(f"{BASE}/devices/{only().id}").text
    again = submit(secretary, f"{BASE}/devices/{only().id}", f"{BASE}/devices/{only().id}/secret")
    other = re.search(r"<code>([0-9a-f]{64})</code>", again.text)
    assert other is not None
    assert other.group(1) != secret.group(1)


def test_what_is_wrong_is_said_beside_what_was_typed(
    wall: Wall, secretary: FlaskClient, submit: Callable[..., Any]
) -> None:
    page = f"{BASE}/devices/new?household={wall.homes[0].id}"
    form = {"household_id": wall.homes[0].id, "model": f"{Z2M} TS0044", "source": "", "place": "厨房"}
    answer = submit(secretary, page, f"{BASE}/devices/new", **form)
    assert answer.status_code == 422
    assert "请填写设备编号" in answer.text
    assert "厨房" in answer.text
    wrong = submit(
        secretary, page, f"{BASE}/devices/new", **{**form, "source": "a", "name_1": "赵", "phone_1": "1"}
    )
    assert "请填写手机号" in wrong.text


def test_the_contacts_that_were_typed_stay_when_registering_is_refused(
    wall: Wall, secretary: FlaskClient, submit: Callable[..., Any]
) -> None:
    page = f"{BASE}/devices/new?household={wall.homes[0].id}"
    contact = {"relation_2": "neighbour", "name_2": "钱大婶", "phone_2": "13812345678"}
    form = {"household_id": wall.homes[0].id, "model": f"{Z2M} TS0044", "source": "", **contact}
    answer = submit(secretary, page, f"{BASE}/devices/new", **form)
    assert answer.status_code == 422
    assert 'name="name_2" value="钱大婶"' in answer.text
    assert 'name="phone_2" value="13812345678"' in answer.text
    assert '<option value="neighbour" selected>' in answer.text
    submit(secretary, page, f"{BASE}/devices/new", **{**form, "source": "Li"})
    device = only()
    wrong = {"name_1": "赵二", "phone_1": "1"}
    refused = submit(
        secretary, f"{BASE}/devices/{device.id}", f"{BASE}/devices/{device.id}/contacts", **wrong
    )
    assert 'value="赵二"' in refused.text


def test_the_list_shows_lights_and_finds_devices(wall: Wall, secretary: FlaskClient) -> None:
    wall.hang("Li", Z2M, "TS0044", place="床头", seen_at=now(), battery=80, link=120)
    wall.hang("Wang", Z2M, "TS0044", silent_since=now(), place="东屋")
    wall.hang("Smoke", Z2M, "smoke", kind="smoke", battery=5, place="厨房")
    everything = secretary.get(f"{BASE}/devices").text
    assert all(word in everything for word in ("床头", "失联", "电量低", "电量 80%"))
    assert everything.index("东屋") < everything.index("厨房") < everything.index("床头")
    silent = secretary.get(f"{BASE}/devices?light=silent").text
    assert "东屋" in silent
    assert "床头" not in silent
    assert "厨房" in secretary.get(f"{BASE}/devices?kind=smoke").text
    assert "东屋" in secretary.get(f"{BASE}/devices?q=Wa").text


def test_changing_replacing_moving_and_revoking(
    wall: Wall, secretary: FlaskClient, submit: Callable[..., Any]
) -> None:
    device = wall.hang("Li", Z2M, "TS0044")
    page = f"{BASE}/devices/{device.id}"
    changed = submit(secretary, page, f"{page}/change", place="客厅", serial="S1", key_1="call", key_4="call")
    assert changed.status_code == 303, changed.text
    assert (only().place, only().keys) == ("客厅", '{"4": "call"}')
    assert "孙奶奶" in secretary.get(f"{page}/move?q=孙奶奶").text
    moved = submit(secretary, f"{page}/move", f"{page}/move", household_id=wall.homes[1].id, place="西屋")
    assert (moved.status_code, only().household_id) == (303, wall.homes[1].id)
    replaced = submit(secretary, f"{page}/replace", f"{page}/replace", model=f"{Z2M} TS0043", source="Li2")
    assert replaced.status_code == 303, replaced.text
    assert (only().replaces, only().place) == (device.id, "西屋")
    fresh = f"{BASE}/devices/{only().id}"
    assert submit(secretary, fresh, f"{fresh}/revoke", why="不再需要").status_code == 303
    assert "不再需要" in secretary.get(fresh).text


def test_a_test_day_and_its_report(wall: Wall, secretary: FlaskClient, submit: Callable[..., Any]) -> None:
    wall.hang("Li", Z2M, "TS0044", place="床头")
    wall.hang("Wang", Z2M, "TS0044", place="东屋")
    page = f"{BASE}/test-days"
    form = {"area_code": VILLAGE, "begins": "2026-03-02T09:00", "ends": "2026-03-02T11:00"}
    answer = submit(secretary, page, page, **form)
    assert answer.status_code == 303, answer.text
    press("Li")
    report = secretary.get(answer.location).text
    assert "东屋" in report
    assert "床头" not in report
    assert "正在测试" in secretary.get(page).text
    assert submit(secretary, answer.location, f"{answer.location}/end").status_code == 303
    assert "请选择日期和时间" in submit(secretary, page, page, area_code=VILLAGE, begins="x", ends="y").text


def test_refused_messages_are_listed(
    wall: Wall, secretary: FlaskClient, as_role: Callable[..., FlaskClient]
) -> None:
    wall.hang("Li", Z2M, "TS0044", state=models.REVOKED)
    press("Li")
    take(Z2M, DeviceInput("zigbee2mqtt/x", b"\xff\x00<b>", now()))
    assert "设备已停用" in secretary.get(f"{BASE}/refused-messages").text
    county = as_role("county_admin", COUNTY_CODE).get(f"{BASE}/refused-messages?why=unreadable").text
    assert "ff003c623e" in county


def test_outside_ones_areas_pages_are_not_found(
    wall: Wall, as_role: Callable[..., FlaskClient], submit: Callable[..., Any]
) -> None:
    device = wall.hang("Li", Z2M, "TS0044", place="床头")
    far = as_role("secretary", FAR_VILLAGE)
    page = f"{BASE}/devices/{device.id}"
    assert far.get(page).status_code == 404
    assert far.get(f"{page}/replace").status_code == 404
    assert "床头" not in far.get(f"{BASE}/devices").text
    assert far.get(f"{BASE}/devices?area={VILLAGE}").status_code == 404
    for deed in ("revoke", "move", "contacts", "change", "contacts/shown", "secret", "replace"):
        form = {"household_id": wall.homes[0].id} if deed == "move" else {}
        assert submit(far, f"{BASE}/test-days", f"{page}/{deed}", **form).status_code == 404, deed


def test_who_may_only_look_changes_nothing(wall: Wall, as_role: Callable[..., FlaskClient]) -> None:
    device = wall.hang("Li", Z2M, "TS0044", place="床头")
    cadre = as_role("stationed_cadre", VILLAGE)
    assert "床头" in cadre.get(f"{BASE}/devices").text
    assert "停用" not in re.sub(
        r"<nav.*?</nav>", "", cadre.get(f"{BASE}/devices/{device.id}").text, flags=re.S
    )
    assert cadre.get(f"{BASE}/devices/pair").status_code == 403
    assert as_role("resident", VILLAGE).get(f"{BASE}/devices").status_code == 403


def test_the_grid_member_has_it_on_the_phone_and_the_household_shows_it(
    wall: Wall, as_role: Callable[..., FlaskClient]
) -> None:
    wall.hang("Li", Z2M, "TS0044", area_code=GRID, household_id=wall.homes[2].id, place="床头", battery=5)
    member = as_role("grid_member", GRID)
    assert "床头" in member.get(f"{BASE}/devices").text
    assert "电量低" in member.get("/").text
    assert "床头" in member.get(f"/people/households/{wall.homes[2].id}").text


def test_recorded_messages_are_replayed_and_the_unreadable_listed(wall: Wall, tmp_path: Path) -> None:
    from plugins.call_button.cli import button

    wall.hang("Kitchen switch", Z2M, "TS0044")
    samples = Path(__file__).parent / "samples" / "zigbee2mqtt.jsonl"
    replayed = CliRunner().invoke(button, ["replay", str(samples)])
    assert replayed.exit_code == 0, replayed.output
    assert "pressed" in replayed.output
    assert press_count() > 0
    listed = CliRunner().invoke(button, ["unreadable"])
    lines = [json.loads(line) for line in listed.output.splitlines() if line.startswith("{")]
    assert {line["why"] for line in lines} == {"unreadable"}
    file = tmp_path / "again.jsonl"
    foreign = json.dumps({"driver": "zigbee", "topic": "zigbee2mqtt/Li", "payload": "{}"})
    file.write_text("\n".join(json.dumps(line) for line in lines) + f"\nno json\n{foreign}\n")
    again = CliRunner().invoke(button, ["replay", str(file)])
    assert again.exit_code == 1
    assert f"第 {len(lines) + 2} 行的 driver 是 zigbee" in again.output
    assert "call_button.chirpstack、call_button.generic_mqtt" in again.output, "the names that there are"
    assert f"unreadable: {len(lines)}" in again.output
