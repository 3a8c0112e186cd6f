"""What is due goes out to real servers that answer, refuse, hang and drop."""

import base64
import hmac
import importlib
import json
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from core.accounts.api import actor_for, operator
from core.clock import now
from core.county import plugins
from core.db import database
from core.notices.api import Accounts, Group, notify
from core.notices.channels import answers
from core.notices.models import FAILED, MERGED, SENT, UNREACHABLE, WAITING, Sending
from core.notices.queries import inbox
from core.notices.services import retry_all, retry_sending, send_due
from core.notices.services.sending import PAUSES
from core.testing import MONDAY_MORNING, SISTER_VILLAGE, VILLAGE
from tests.core.notices.conftest import PHONE, OtherSystem
from tests.core.notices.test_notifying import sendings, tell

Reader = Callable[..., int]
Clock = Callable[[datetime], None]
LINE = "【测试县】有新事项 SX-2026-000012，请打开 https://grid.example.cn/cases/12"


def state_of(channel: str) -> list[str]:
    return [row.state for row in sendings() if row.channel == channel]


def test_one_message_goes_out_on_each_channel(
    reader: Reader, sms: OtherSystem, dingtalk: OtherSystem, wecom: OtherSystem
) -> None:
    tell(Accounts((reader(),)))
    assert send_due(seconds=20) == 4
    (path, headers, body) = sms.requests[0]
    assert (path, headers["Authorization"]) == ("/send", "Bearer gateway-secret")
    assert body == {"id": f"gridgov-{sendings()[0].id}", "phone": PHONE, "text": LINE}
    assert dingtalk.bodies == wecom.bodies == [{"msgtype": "text", "text": {"content": LINE}}]
    assert {row.state for row in sendings()} == {SENT}
    assert send_due(seconds=20) == 0
    assert len(sms.requests) == 1


def test_a_dingtalk_robot_with_a_secret_is_signed(reader: Reader, dingtalk: OtherSystem) -> None:
    tell(Group("duty"))
    send_due(seconds=20)
    asked = parse_qs(urlsplit(dingtalk.requests[0][0]).query)
    stamp = asked["timestamp"][0]
    expected = hmac.digest(b"SECxyz", f"{stamp}\nSECxyz".encode(), "sha256")
    assert base64.b64decode(asked["sign"][0]) == expected
    assert asked["access_token"] == ["t"]
    assert abs(int(stamp) / 1000 - time.time()) < 60


def test_several_become_one_where_the_kind_says_so(
    reader: Reader, sms: OtherSystem, frozen_clock: Clock
) -> None:
    me, other = reader(), reader("13800000002")
    for _ in range(13):
        tell(Accounts((me,)), "trial.gathered", area_code=SISTER_VILLAGE)
    tell(Accounts((other,)), "trial.gathered", area_code=SISTER_VILLAGE)
    assert send_due(seconds=20) == 0  # they are gathered for ten minutes
    frozen_clock(MONDAY_MORNING + timedelta(minutes=10))
    send_due(seconds=20)
    mine = [body["text"] for body in sms.bodies if body["phone"] == PHONE]
    assert mine == ["【测试县】有新提醒 SX-2026-000012，另有 12 条，请打开 https://grid.example.cn/notices"]
    assert len(sms.bodies) == 2
    assert sorted(state_of("sms")) == [MERGED] * 12 + [SENT] * 2


def test_an_urgent_one_is_neither_gathered_nor_held_back_at_night(
    reader: Reader, sms: OtherSystem, frozen_clock: Clock
) -> None:
    me = reader()
    frozen_clock(MONDAY_MORNING.replace(hour=23))
    tell(Accounts((me,)), "trial.gathered")
    tell(Accounts((me,)), "trial.gathered", urgent=True)
    send_due(seconds=20)
    assert len(sms.bodies) == 1
    frozen_clock(MONDAY_MORNING.replace(hour=7) + timedelta(days=1))
    send_due(seconds=20)
    assert len(sms.bodies) == 2


def test_a_retry_does_not_wake_people_either(reader: Reader, sms: OtherSystem, frozen_clock: Clock) -> None:
    me = reader()
    frozen_clock(MONDAY_MORNING.replace(hour=21, minute=29))
    sms.answers = [(503, {}, b"")]
    tell(Accounts((me,)))
    send_due(seconds=20)
    frozen_clock(MONDAY_MORNING.replace(hour=21, minute=31))
    send_due(seconds=20)
    assert (sms.connections, state_of("sms")) == (1, [WAITING])
    frozen_clock(MONDAY_MORNING.replace(hour=7) + timedelta(days=1))
    send_due(seconds=20)
    assert state_of("sms") == [SENT]


@pytest.mark.parametrize("deed", [(500, {}, b""), (429, {}, b""), (408, {}, b""), "drop", "hang", "drip"])
def test_what_went_wrong_is_tried_again_after_growing_pauses(
    reader: Reader, sms: OtherSystem, frozen_clock: Clock, monkeypatch: pytest.MonkeyPatch, deed: Any
) -> None:
    monkeypatch.setattr(answers, "SECONDS", 0.3)
    sms.answers = [deed, deed]
    tell(Accounts((reader(),)), area_code=SISTER_VILLAGE)
    began = time.monotonic()
    send_due(seconds=20)
    assert time.monotonic() - began < 8  # a hanging gateway holds up nobody for long
    (row,) = [row for row in sendings() if row.channel == "sms"]
    assert (row.state, row.tries) == (WAITING, 1)
    assert timedelta(seconds=PAUSES[0] * 0.9) <= row.due_at - now() <= timedelta(seconds=PAUSES[0] * 1.2)
    assert row.error
    frozen_clock(row.due_at)
    send_due(seconds=20)
    (row,) = [row for row in sendings() if row.channel == "sms"]
    assert row.tries == 2
    assert row.due_at - now() >= timedelta(seconds=PAUSES[1] * 0.9)
    frozen_clock(row.due_at)
    send_due(seconds=20)
    assert state_of("sms") == [SENT]
    assert sms.bodies[0]["text"] == LINE


def test_after_the_last_try_it_has_failed_and_is_sent_again_when_somebody_says_so(
    reader: Reader, sms: OtherSystem, frozen_clock: Clock
) -> None:
    me = reader()
    sms.answers = [(500, {}, b"")] * 7
    tell(Accounts((me,)), area_code=SISTER_VILLAGE)
    for _ in range(7):
        send_due(seconds=20)
        (row,) = [row for row in sendings() if row.channel == "sms"]
        frozen_clock((row.due_at + timedelta(days=1)).replace(hour=12))  # never at night
    (row,) = [row for row in sendings() if row.channel == "sms"]
    assert (row.state, row.tries, row.error) == (FAILED, 7, "HTTP 500")
    retry_sending(operator(), row.id)
    send_due(seconds=20)
    assert state_of("sms") == [SENT]


def test_a_refusal_that_will_not_change_fails_at_once(reader: Reader, sms: OtherSystem) -> None:
    sms.answers = [(400, {}, b"")]
    tell(Accounts((reader(), reader("13800000002"))), area_code=SISTER_VILLAGE)
    send_due(seconds=20)
    assert sorted(state_of("sms")) == [FAILED, SENT]  # the other one's is not held up by it
    assert retry_all(operator()) == 1
    send_due(seconds=20)
    assert state_of("sms") == [SENT, SENT]


def test_retry_after_is_obeyed(reader: Reader, sms: OtherSystem) -> None:
    sms.answers = [(429, {"Retry-After": "1800"}, b"")]
    tell(Accounts((reader(), reader("13800000002"))), area_code=SISTER_VILLAGE)
    send_due(seconds=20)
    assert sms.connections == 1
    assert [row.due_at - now() for row in sendings() if row.channel == "sms"] == [timedelta(minutes=30)] * 2


def test_a_robot_that_says_too_fast_is_left_alone_for_ten_minutes(
    reader: Reader, dingtalk: OtherSystem
) -> None:
    dingtalk.answers = [(200, {}, b'{"errcode": 130101, "errmsg": "send too fast"}')]
    tell(Group("duty"))
    tell(Group("duty"))
    send_due(seconds=20)
    assert dingtalk.connections == 1
    assert {row.due_at for row in sendings()} == {now() + timedelta(minutes=10)}


@pytest.mark.parametrize(
    ("body", "state"),
    [(b'{"errcode": 310000}', FAILED), (b'{"errcode": -1}', WAITING), (b"<html>", WAITING), (b"[]", WAITING)],
)
def test_robots_say_what_is_wrong_in_answers_of_200(
    reader: Reader, dingtalk: OtherSystem, body: bytes, state: str
) -> None:
    dingtalk.answers = [(200, {}, body)]
    tell(Group("duty"))
    send_due(seconds=20)
    assert state_of("dingtalk") == [state]


def test_a_group_takes_no_more_than_its_limit_and_gets_the_rest_as_one(
    reader: Reader, dingtalk: OtherSystem, frozen_clock: Clock
) -> None:
    for _ in range(40):
        tell(Group("duty"))
    send_due(seconds=20)
    assert dingtalk.texts == [
        "【测试县】有新事项 SX-2026-000012，另有 39 条，请打开 https://grid.example.cn/notices"
    ]
    for _ in range(10):
        tell(Group("duty"))
    send_due(seconds=20)
    assert len(dingtalk.texts) == 11
    for _ in range(10):
        tell(Group("duty"))
    send_due(seconds=20)
    assert len(dingtalk.texts) == 12  # ten more than were left: one message
    frozen_clock(now() + timedelta(seconds=30))
    tell(Group("duty"), urgent=True)
    send_due(seconds=20)
    assert len(dingtalk.texts) == 13


def test_ordinary_messages_beyond_a_minutes_limit_wait_and_urgent_ones_find_room(
    reader: Reader, sms: OtherSystem, frozen_clock: Clock
) -> None:
    me = reader()
    for _ in range(60):
        tell(Accounts((me,)), area_code=SISTER_VILLAGE)
    send_due(seconds=60)
    assert len(sms.bodies) == 54
    tell(Accounts((me,)), urgent=True, area_code=SISTER_VILLAGE)
    send_due(seconds=60)
    assert len(sms.bodies) == 55
    frozen_clock(now() + timedelta(seconds=61))
    send_due(seconds=60)
    assert len(sms.bodies) == 61


def test_nobodys_phone_is_no_failure(reader: Reader, sms: OtherSystem) -> None:
    tell(Accounts((reader(""),)))
    send_due(seconds=20)
    assert state_of("sms") == [UNREACHABLE]
    assert sms.connections == 0


def test_a_channel_that_is_down_does_not_hold_up_another(
    reader: Reader, sms: OtherSystem, wecom: OtherSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "SECONDS", 0.3)
    sms.answers = ["hang"] * 10
    for number in range(5):
        tell(Accounts((reader(f"1380000000{number}"),)), values={"number": f"260302-AAAAA{number}"})
    send_due(seconds=20)
    assert sms.connections == 1  # asked once a round, not once a message
    assert len(wecom.texts) == 5


def test_two_workers_send_it_once(reader: Reader, sms: OtherSystem) -> None:
    people = tuple(reader(f"1380000{number:04d}") for number in range(12))
    tell(Accounts(people), area_code=SISTER_VILLAGE)

    def work() -> None:
        with database.connection_context():
            send_due(seconds=30)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(body["phone"] for body in sms.bodies) == [f"1380000{number:04d}" for number in range(12)]


def test_a_message_that_a_killed_worker_had_taken_is_due_again(
    reader: Reader, sms: OtherSystem, frozen_clock: Clock
) -> None:
    tell(Accounts((reader(),)), area_code=SISTER_VILLAGE)
    # What a worker leaves that is killed between taking and sending.
    Sending.update(due_at=now() + timedelta(minutes=5), tries=1, tried_at=now()).execute()
    send_due(seconds=20)
    assert sms.connections == 0
    frozen_clock(now() + timedelta(minutes=5))
    send_due(seconds=20)
    assert state_of("sms") == [SENT]


def test_the_event_of_a_message_sends_it_without_waiting_for_the_minute(
    reader: Reader, sms: OtherSystem, outbox: Callable[[], int]
) -> None:
    tell(Accounts((reader(),)))
    assert outbox() == 1
    assert len(sms.bodies) == 1


def test_a_plugins_channel_sends_within_its_limits_and_fails_for_itself(reader: Reader) -> None:
    trial = importlib.import_module("trial.plugin")  # written by the fixture
    tell(Accounts((reader(),)), area_code=SISTER_VILLAGE)
    send_due(seconds=20)
    (message,) = trial.SENT
    assert message.address == PHONE
    assert len(message.text.encode()) <= 120
    assert message.text.endswith(message.url)


PLANTED = ("钱秘密", "341504199001011234", "13912345678", "前街 8 号")


def test_nobodys_name_or_number_is_in_any_outside_message(
    reader: Reader, sms: OtherSystem, dingtalk: OtherSystem, wecom: OtherSystem, frozen_clock: Clock
) -> None:
    trial = importlib.import_module("trial.plugin")
    me = reader()
    for kind in plugins().notice_kinds():
        for planted in PLANTED:
            for urgent in (True, False):
                values = {"name": planted, "number": planted, "place": planted}
                for url in (f"/cases/{planted}", f"/cases/1?q={planted}", f"/cases/1#{planted}", "/cases/12"):
                    notify(
                        Accounts((me,)),
                        kind,
                        "%(name)s %(number)s %(place)s",
                        values,
                        subject="case:1",
                        url=url,
                        urgent=urgent,
                        area_code=VILLAGE,
                    )
    for minute in range(200):
        frozen_clock(MONDAY_MORNING + timedelta(minutes=10 + 2 * minute))
        send_due(seconds=60)
        if not Sending.unscoped("a test").where(Sending.state == WAITING).exists():
            break
    sent = [*sms.texts, *dingtalk.texts, *wecom.texts, *(message.text for message in trial.SENT)]
    assert len(sent) > 40
    outside = json.dumps([*sms.bodies, *dingtalk.bodies, *wecom.bodies], ensure_ascii=False) + "".join(sent)
    for planted in PLANTED:
        assert planted not in outside
    # The control: the inbox may name people, and does.
    assert inbox(actor_for(me))[0][0].values["name"] in PLANTED
