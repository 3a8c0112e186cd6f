"""The bell, the inbox, the list of what did not go out, and the JSON interface of one's own messages."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from core.accounts.api import create_token, open_session, operator
from core.county import plugins
from core.db import unit_of_work
from core.errors import ConfigError
from core.notices.api import Accounts, notify
from core.notices.models import FAILED, WAITING, Sending
from core.notices.services import send_due
from core.notices.settings import NoticesSettings
from core.settings import load_settings
from core.testing import COUNTY_CODE, OTHER_TOWN, VILLAGE, JsonClient
from tests.core.notices.conftest import OtherSystem
from tests.core.notices.test_notifying import sendings, tell

Reader = Callable[..., int]


@pytest.fixture
def browser_of(app: Flask) -> Callable[[int], FlaskClient]:
    """A browser in which an account is logged in."""

    def make(account_id: int) -> FlaskClient:
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["token"] = open_session(operator(), account_id).token
        return browser

    return make


def token_of(page: str) -> str:
    return page.split('name="csrf_token" value="')[1].split('"', maxsplit=1)[0]


@pytest.mark.parametrize(("role", "face"), [("secretary", "office"), ("grid_leader", "phone")])
def test_the_bell_counts_and_the_inbox_shows_on_ones_own_face(
    reader: Reader, browser_of: Callable[[int], FlaskClient], role: str, face: str
) -> None:
    me = reader(role=role)
    browser = browser_of(me)
    assert 'class="bell-count"' not in browser.get("/").text
    tell(Accounts((me,)), urgent=True)
    home = browser.get("/").text
    assert '<span class="bell-count">1</span>' in home
    page = browser.get("/notices/").text
    assert f'<body class="{face}' in page
    assert "钱秘密 的事项 SX-2026-000012 等您签收。" in page
    assert "紧急" in page


def test_a_message_is_said_whatever_its_values_are_called(
    reader: Reader, browser_of: Callable[[int], FlaskClient]
) -> None:
    me = reader()
    values = {"text": "井盖不见了", "string": "甲", "self": "乙", "number": "SX-1"}
    with unit_of_work(housekeeping="a test"):
        notify(
            Accounts((me,)), "trial.told", "%(text)s%(string)s%(self)s%(number)s", values, area_code=VILLAGE
        )
    assert "井盖不见了甲乙SX-1" in browser_of(me).get("/notices/").text


def test_opening_a_message_reads_it_and_leads_to_its_matter(
    reader: Reader, browser_of: Callable[[int], FlaskClient]
) -> None:
    me, other = reader(), reader("13800000002")
    tell(Accounts((me,)))
    mine = browser_of(me)
    assert browser_of(other).get("/notices/1").status_code == 404
    opened = mine.get("/notices/1")
    assert (opened.status_code, opened.headers["Location"]) == (303, "/cases/12")
    assert "没有未读消息" in mine.get("/notices/").text


def test_a_message_cannot_lead_to_another_site(
    reader: Reader, browser_of: Callable[[int], FlaskClient]
) -> None:
    me = reader()
    for url in ("https://evil.example/", "//evil.example", "/\\evil.example"):
        tell(Accounts((me,)), url=url)
    for number in (1, 2, 3):
        assert browser_of(me).get(f"/notices/{number}").headers["Location"] == "/"


def test_all_are_read_with_one_tap(reader: Reader, browser_of: Callable[[int], FlaskClient]) -> None:
    me = reader()
    for _ in range(3):
        tell(Accounts((me,)))
    browser = browser_of(me)
    page = browser.get("/notices/").text
    browser.post("/notices/read", data={"csrf_token": token_of(page)})
    assert "没有未读消息" in browser.get("/notices/").text


def test_the_inbox_is_read_in_english(reader: Reader, browser_of: Callable[[int], FlaskClient]) -> None:
    me = reader()
    browser = browser_of(me)
    browser.set_cookie("language", "en")
    assert "No messages yet" in browser.get("/notices/").text


def test_what_failed_is_listed_with_its_reason_and_sent_again(
    reader: Reader, as_role: Callable[..., FlaskClient], sms: OtherSystem
) -> None:
    sms.answers = [(403, {}, b""), (403, {}, b"")]
    tell(Accounts((reader(), reader("13800000002"))))
    send_due(seconds=20)
    admin = as_role("county_admin", COUNTY_CODE)
    page = admin.get("/notices/failed").text
    assert "HTTP 403" in page
    assert "钱秘密" not in page
    assert "13800000" not in page
    first, second = (row.id for row in sendings() if row.state == FAILED)
    assert (
        admin.post(f"/notices/failed/{first}/retry", data={"csrf_token": token_of(page)}).status_code == 303
    )
    assert (
        admin.post(f"/notices/failed/{first}/retry", data={"csrf_token": token_of(page)}).status_code == 409
    )
    assert admin.post("/notices/failed/retry", data={"csrf_token": token_of(page)}).status_code == 303
    assert {row.state for row in sendings() if row.id in (first, second)} == {WAITING}
    send_due(seconds=20)
    assert len(sms.bodies) == 2
    assert "消息都发出去了" in admin.get("/notices/failed").text


def test_only_who_looks_after_the_channels_sees_failures_and_those_of_own_areas(
    reader: Reader, as_role: Callable[..., FlaskClient], sms: OtherSystem
) -> None:
    sms.answers = [(403, {}, b"")]
    tell(Accounts((reader(),)))
    send_due(seconds=20)
    assert as_role("secretary", VILLAGE).get("/notices/failed").status_code == 403
    assert "HTTP 403" not in as_role("county_admin", OTHER_TOWN).get("/notices/failed").text


def test_programs_read_their_own_messages(app: Flask, reader: Reader) -> None:
    me, other = reader(), reader("13800000002")
    tell(Accounts((me,)))

    def program(account_id: int) -> JsonClient:
        return JsonClient(app, create_token(operator(), account_id, title="t").token)

    listed = program(me).get("/notices")
    assert listed.headers["X-Total-Count"] == "1"
    (notice,) = listed.json or []
    assert notice["text"] == "钱秘密 的事项 SX-2026-000012 等您签收。"
    assert notice["read_at"] is None
    assert program(other).get("/notices").json == []
    assert program(other).post(f"/notices/{notice['id']}/read").status_code == 404
    assert (program(me).post(f"/notices/{notice['id']}/read").json or {})["read_at"] is not None
    assert program(me).get("/notices?unread=true").json == []


def test_failures_and_a_standstill_are_findings(
    reader: Reader, sms: OtherSystem, frozen_clock: Callable[..., Any]
) -> None:
    def codes() -> set[str]:
        return {finding.code for finding in plugins().gather("check_health")} & {
            "notices_failed",
            "notices_stuck",
        }

    assert codes() == set()
    sms.answers = [(403, {}, b"")]
    tell(Accounts((reader(),)))
    send_due(seconds=20)
    assert codes() == {"notices_failed"}
    tell(Accounts((reader("13800000002"),)))
    Sending.update(due_at=Sending.due_at - 3_600_000).where(Sending.state == WAITING).execute()
    assert codes() == {"notices_failed", "notices_stuck"}


@pytest.mark.parametrize(
    "section",
    [
        'quiet_from = "25:00"',
        'sms_url = "ftp://x"',
        "digest_minutes = -1",
        "unknown = 1",
        '[[plugin.notices.robots]]\nname = "a"\nchannel = "feishu"\narea = "3415"\nurl = "https://x/"',
    ],
)
def test_a_wrong_setting_is_named_with_its_line(tmp_path: Any, section: str) -> None:

    file = tmp_path / "config.toml"
    head = '[county]\ncode = "341504"\nname = "县"\n[plugins]\nallowed = []\n'
    file.write_text(f"{head}[plugin.notices]\n{section}\n", "utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(file).plugin_section("notices", NoticesSettings())
    assert "plugin.notices" in refused.value.mistakes[0]
