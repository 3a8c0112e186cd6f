"""Events become messages: one for each subscription that wants them, with ids and codes and nothing else."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from core import audit
from core.cases.api import number_of
from core.clock import now
from core.db import unit_of_work
from core.errors import NotFound
from core.events import handled_once
from core.hookspecs import Event
from core.security import Actor
from core.webhooks.errors import DeliveryNotFailed, WebhookOff
from core.webhooks.models import FAILED, ON, WAITING, Delivery, Subscription
from core.webhooks.queries import scoped_subscription

PING = "webhooks.ping"
KEPT_DAYS = 90


def queue_event(event: Event) -> None:
    """Write down whom to tell of an event; once, however often it is handed out."""
    wanted = [row for row in _active() if _wants(row, event)]
    body = _body(event.kind, event.at, _data(event)) if wanted else ""
    with handled_once(event):
        for row in wanted:
            _insert(row, event.id, event.kind, body)


def _active() -> list[Subscription]:
    return list(Subscription.unscoped("an event looks for whom to tell").where(Subscription.state == ON))


def _wants(row: Subscription, event: Event) -> bool:
    return event.kind in json.loads(row.events) and event.area_code.startswith(row.area_code)


def _data(event: Event) -> dict[str, Any]:
    case_id = event.payload.get("case_id")
    number = number_of(case_id) if isinstance(case_id, int) else ""
    return {"subject": event.subject, "area_code": event.area_code, "number": number, **event.payload}


def _body(kind: str, at: datetime, data: Mapping[str, Any]) -> str:
    told = {"type": kind, "timestamp": at.isoformat(timespec="milliseconds"), "data": dict(data)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _insert(row: Subscription, event_id: int, kind: str, body: str) -> int:
    made = Delivery.create(
        subscription_id=row.id,
        event_id=event_id,
        message_id=f"msg_{secrets.token_hex(16)}",
        kind=kind,
        body=body,
        state=WAITING,
        tries=0,
        created_at=now(),
        due_at=now(),
        status=0,
        error="",
    )
    return int(made.id)


def ping(actor: Actor, subscription_id: int) -> int:
    """Send a message without meaning, to try the way; returns its id. Raises NotFound, WebhookOff."""
    with unit_of_work():
        row = scoped_subscription(actor, subscription_id)
        if row.state != ON:
            raise WebhookOff
        Subscription.update(paused_until=None).where(Subscription.id == row.id).execute()
        made = _insert(row, 0, PING, _body(PING, now(), {"subject": f"webhook:{row.id}"}))
        audit.record(actor, "webhooks.ping", area_code=row.area_code, subject=f"webhook:{row.id}")
    return made


def retry_delivery(actor: Actor, subscription_id: int, delivery_id: int) -> None:
    """Send a failed message again, with all its tries. Raises NotFound, WebhookOff, DeliveryNotFailed."""
    with unit_of_work():
        row = scoped_subscription(actor, subscription_id)
        if row.state != ON:
            raise WebhookOff
        mine = (Delivery.id == delivery_id) & (Delivery.subscription_id == row.id)
        if not Delivery.select().where(mine).exists():
            raise NotFound
        changes = {"state": WAITING, "tries": 0, "due_at": now(), "done_at": None}
        if not Delivery.update(changes).where(mine & (Delivery.state == FAILED)).execute():
            raise DeliveryNotFailed
        Subscription.update(paused_until=None).where(Subscription.id == row.id).execute()
        audit.record(
            actor,
            "webhooks.retry_delivery",
            area_code=row.area_code,
            subject=f"webhook:{row.id}",
            delivery=delivery_id,
        )


def forget_old() -> int:
    """Delete the log of messages that are over for KEPT_DAYS."""
    over = Delivery.done_at < now() - timedelta(days=KEPT_DAYS)
    with unit_of_work(housekeeping="the old log of messages is forgotten"):
        return int(Delivery.delete().where(over).execute())
