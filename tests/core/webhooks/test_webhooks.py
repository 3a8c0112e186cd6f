"""Webhooks out: signed as the public package `standardwebhooks` verifies it, tried over days, guarded."""

import json
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from core.clock import now
from core.county import county
from core.db import database
from core.events import AlreadyHandled, StoredEvent
from core.hookspecs import Event
from core.notices.api import unread_count
from core.testing import MONDAY_MORNING, OTHER_TOWN, TOWN, VILLAGE
from core.webhooks.errors import DeliveryNotFailed, WebhookOff
from core.webhooks.models import DROPPED, FAILED, GONE, OFF, ON, SENT, WAITING, Delivery, Subscription
from core.webhooks.services import (
    forget_old,
    ping,
    queue_event,
    retry_delivery,
    rotate_secret,
    send_due,
    sending,
    switch_off,
    switch_on,
    update_subscription,
)
from core.webhooks.services.sending import PAUSES
from tests.core.notices.conftest import OtherSystem
from tests.core.webhooks.conftest import Subscribed

Make = Callable[..., Any]
Clock = Callable[[datetime], None]


def deliveries() -> list[Delivery]:
    return list(Delivery.select().order_by(Delivery.id))


def subscription(number: int) -> Subscription:
    return Subscription.unscoped("a test").where(Subscription.id == number).get()


def verified(receiver: OtherSystem, secret: str, number: int = -1) -> Any:
    """What the public package makes of a message; it checks signature and time."""
    headers, body = receiver.raw[number]
    return Webhook(secret).verify(body, {name.lower(): value for name, value in headers.items()})


def test_a_message_is_signed_as_the_public_package_verifies_it(
    subscribe: Make, file_case: Make, receiver: OtherSystem, outbox: Make
) -> None:
    made = subscribe()
    case_id = file_case()
    outbox()
    told = verified(receiver, made.secret)
    assert told["type"] == "cases.CaseReported"
    assert datetime.fromisoformat(told["timestamp"]) == MONDAY_MORNING
    data = told["data"]
    assert (data["case_id"], data["subject"], data["area_code"]) == (case_id, f"case:{case_id}", VILLAGE)
    assert (data["state"], data["case_kind"]) == ("reported", "cases.report")
    assert data["number"].startswith("260302-")
    assert receiver.requests[0][1]["Content-Type"] == "application/json"
    # The control: with another secret, or another body, the package refuses.
    with pytest.raises(WebhookVerificationError):
        verified(receiver, "whsec_" + "A" * 43 + "=")
    headers, body = receiver.raw[0]
    lowered = {name.lower(): value for name, value in headers.items()}
    with pytest.raises(WebhookVerificationError):
        Webhook(made.secret).verify(body + b" ", lowered)


def test_nobodys_name_is_in_a_message(
    subscribe: Make, file_case: Make, receiver: OtherSystem, outbox: Make
) -> None:
    subscribe()
    file_case()
    outbox()
    for planted in ("赵大山", "341504199001011234", "测试"):
        assert planted not in json.dumps(receiver.bodies, ensure_ascii=False)


def test_the_secret_is_sealed_in_the_row(subscribe: Make) -> None:
    made = subscribe()
    held = bytes(subscription(made.id).secret_sealed)
    assert made.secret.startswith("whsec_")
    assert made.secret.removeprefix("whsec_").encode() not in held
    assert county().keys.unseal(held, "webhooks_subscription.secret") == made.secret


def test_only_chosen_events_of_the_chosen_area_are_told(
    subscribe: Make, file_case: Make, receiver: OtherSystem, outbox: Make
) -> None:
    subscribe(events=["cases.CaseResolved"])
    subscribe(area_code=OTHER_TOWN)
    file_case()
    outbox()
    assert deliveries() == []
    subscribe(area_code=TOWN)
    file_case()
    outbox()
    assert len(receiver.bodies) == 1


def test_an_event_that_is_handed_out_twice_is_told_once(
    subscribe: Make, file_case: Make, receiver: OtherSystem, outbox: Make
) -> None:
    subscribe()
    file_case()
    outbox()
    stored = StoredEvent.unscoped("a test").where(StoredEvent.kind == "cases.CaseReported").get()
    again = Event(stored.id, stored.kind, VILLAGE, stored.at, None, stored.subject, {}, "webhooks")
    with pytest.raises(AlreadyHandled):
        queue_event(again)
    assert len(deliveries()) == 1


@pytest.mark.parametrize(
    "deed", [(500, {}, b""), (302, {"Location": "http://127.0.0.1:1/"}, b""), "drop", "hang"]
)
def test_what_went_wrong_is_tried_again_over_days_with_jitter(
    subscribe: Make,
    receiver: OtherSystem,
    admin: Any,
    frozen_clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    deed: Any,
) -> None:
    monkeypatch.setattr(sending, "TIMEOUT", 0.3)
    made = subscribe()
    ping(admin, made.id)
    receiver.answers = [deed] * 3
    for number in range(3):
        began = time.monotonic()
        assert send_due(seconds=10) == 0
        assert time.monotonic() - began < 5
        (row,) = deliveries()
        assert (row.state, row.tries) == (WAITING, number + 1)
        pause = (row.due_at - now()).total_seconds()
        assert PAUSES[number] * 0.8 <= pause <= PAUSES[number] * 1.2
        assert send_due(seconds=10) == 0  # not before its time
        frozen_clock(row.due_at)
    assert receiver.connections == 3
    assert send_due(seconds=10) == 1
    assert deliveries()[0].state == SENT
    assert verified(receiver, made.secret)["type"] == "webhooks.ping"
    assert timedelta(days=2.5) < timedelta(seconds=sum(PAUSES)) < timedelta(days=4)


def test_a_redirect_is_not_followed(
    subscribe: Make, receiver: OtherSystem, admin: Any, other_system: Make
) -> None:
    elsewhere = other_system()
    made = subscribe()
    ping(admin, made.id)
    receiver.answers = [(307, {"Location": f"{elsewhere.url}/inside"}, b"")]
    send_due(seconds=10)
    assert elsewhere.connections == 0
    assert deliveries()[0].error == "HTTP 307"


def test_one_that_answers_410_is_told_nothing_more(
    subscribe: Make, receiver: OtherSystem, admin: Any
) -> None:
    made = subscribe()
    ping(admin, made.id)
    ping(admin, made.id)
    receiver.answers = [(410, {}, b"")]
    send_due(seconds=10)
    assert receiver.connections == 1
    assert (subscription(made.id).state, subscription(made.id).why_off) == (GONE, "HTTP 410")
    assert sorted(row.state for row in deliveries()) == [DROPPED, FAILED]
    assert unread_count(admin) == 1  # its maker is told
    with pytest.raises(WebhookOff):
        ping(admin, made.id)
    switch_on(admin, made.id)
    ping(admin, made.id)
    assert send_due(seconds=10) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_who_asks_for_time_gets_it_with_all_that_waits(
    subscribe: Make, receiver: OtherSystem, admin: Any, frozen_clock: Clock, status: int
) -> None:
    made = subscribe()
    for _ in range(3):
        ping(admin, made.id)
    receiver.answers = [(status, {"Retry-After": "7200"}, b"")]
    send_due(seconds=10)
    assert receiver.connections == 1
    assert subscription(made.id).paused_until == now() + timedelta(hours=2)
    frozen_clock(now() + timedelta(hours=2, minutes=1))
    assert send_due(seconds=10) == 3


def test_a_message_that_is_refused_holds_up_no_other(
    subscribe: Make, receiver: OtherSystem, admin: Any
) -> None:
    made = subscribe()
    ping(admin, made.id)
    ping(admin, made.id)
    receiver.answers = [(400, {}, b"")]
    assert send_due(seconds=10) == 1
    assert sorted(row.state for row in deliveries()) == [SENT, WAITING]


def test_one_system_that_hangs_costs_the_others_one_time_out(
    subscribe: Make, receiver: OtherSystem, other_system: Make, admin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "TIMEOUT", 0.3)
    healthy = other_system()
    receiver.answers = ["hang"] * 10
    sick, sound = subscribe(), subscribe(url=f"{healthy.url}/x")
    for _ in range(5):
        ping(admin, sick.id)
        ping(admin, sound.id)
    assert send_due(seconds=20) == 5
    assert (receiver.connections, len(healthy.bodies)) == (1, 5)


def test_after_three_days_without_an_answer_it_is_switched_off_and_can_be_sent_again(
    subscribe: Make, receiver: OtherSystem, admin: Any, frozen_clock: Clock
) -> None:
    made = subscribe()
    ping(admin, made.id)
    receiver.answers = [(500, {}, b"")] * 10
    for _ in range(10):
        send_due(seconds=10)
        frozen_clock(max(deliveries()[0].due_at, now()))
    (row,) = deliveries()
    assert (row.state, row.tries) == (FAILED, 10)
    assert (subscription(made.id).state, subscription(made.id).why_off) == (OFF, "HTTP 500")
    assert unread_count(admin) == 1
    with pytest.raises(WebhookOff):
        retry_delivery(admin, made.id, row.id)
    switch_on(admin, made.id)
    retry_delivery(admin, made.id, row.id)
    assert send_due(seconds=10) == 1
    with pytest.raises(DeliveryNotFailed):
        retry_delivery(admin, made.id, row.id)


def test_one_failed_message_switches_nothing_off_where_others_are_taken(
    subscribe: Make, receiver: OtherSystem, admin: Any, frozen_clock: Clock
) -> None:
    made = subscribe()
    ping(admin, made.id)
    receiver.answers = [(400, {}, b"")]
    send_due(seconds=10)
    frozen_clock(now() + timedelta(seconds=1))
    ping(admin, made.id)
    send_due(seconds=10)
    receiver.answers = [(400, {}, b"")] * 9
    for _ in range(9):
        frozen_clock(max(deliveries()[0].due_at, now()))
        send_due(seconds=10)
    assert deliveries()[0].state == FAILED
    assert subscription(made.id).state == ON


def test_a_new_secret_signs_beside_the_old_one_for_a_day(
    subscribe: Make, receiver: OtherSystem, admin: Any, frozen_clock: Clock
) -> None:
    made = subscribe()
    fresh = rotate_secret(admin, made.id)
    ping(admin, made.id)
    send_due(seconds=10)
    assert verified(receiver, made.secret) == verified(receiver, fresh.secret)
    frozen_clock(now() + timedelta(hours=25))
    ping(admin, made.id)
    send_due(seconds=10)
    assert verified(receiver, fresh.secret)
    with pytest.raises(WebhookVerificationError):
        verified(receiver, made.secret)


def test_switching_off_drops_what_waits(subscribe: Make, receiver: OtherSystem, admin: Any) -> None:
    made = subscribe()
    ping(admin, made.id)
    switch_off(admin, made.id)
    assert send_due(seconds=10) == 0
    assert deliveries()[0].state == DROPPED
    assert receiver.connections == 0


def test_another_address_is_tried_at_once(
    subscribe: Make, receiver: OtherSystem, other_system: Make, admin: Any
) -> None:
    made = subscribe()
    ping(admin, made.id)
    receiver.answers = [(503, {}, b"")]
    send_due(seconds=10)
    assert subscription(made.id).paused_until is not None
    update_subscription(
        admin, made.id, title="新地址", url=f"{other_system().url}/", events=["cases.CaseResolved"]
    )
    assert subscription(made.id).paused_until is None


def test_two_workers_send_it_once(subscribe: Make, receiver: OtherSystem, admin: Any) -> None:
    made = subscribe()
    for _ in range(12):
        ping(admin, made.id)

    def work() -> None:
        with database.connection_context():
            send_due(seconds=30)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len({headers["webhook-id"] for headers, _ in receiver.raw}) == 12
    assert len(receiver.raw) == 12


def test_every_try_of_a_message_bears_one_id(
    subscribe: Make, receiver: OtherSystem, admin: Any, frozen_clock: Clock
) -> None:
    made: Subscribed = subscribe()
    ping(admin, made.id)
    # What a worker leaves that is killed before it has written down that the message was taken.
    send_due(seconds=10)
    Delivery.update(state=WAITING, due_at=now(), done_at=None).execute()
    send_due(seconds=10)
    assert receiver.raw[0][0]["webhook-id"] == receiver.raw[1][0]["webhook-id"]


def test_the_old_log_is_forgotten(
    subscribe: Make, receiver: OtherSystem, admin: Any, frozen_clock: Clock
) -> None:
    made = subscribe()
    ping(admin, made.id)
    send_due(seconds=10)
    ping(admin, made.id)
    frozen_clock(now() + timedelta(days=91))
    assert forget_old() == 1
    assert [row.state for row in deliveries()] == [WAITING]
