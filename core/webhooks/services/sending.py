"""Messages go out: by the worker, with tries over three days, and never while a transaction is open.

Whoever does not answer is left alone for a while with all that waits for it, so that one system that is
down costs the others nothing.
"""

import logging
import random
import time
from datetime import timedelta

from core.clock import now
from core.db import unit_of_work
from core.notices.api import Accounts, notify
from core.outgoing import Answer, SendFailed, post
from core.text import N_
from core.value_classes import value_class
from core.version import VERSION
from core.webhooks.addresses import may_connect
from core.webhooks.models import FAILED, GONE, OFF, ON, SENT, WAITING, Delivery, Subscription
from core.webhooks.sealing import open_secret
from core.webhooks.services.subscriptions import close
from core.webhooks.signing import signed_headers

log = logging.getLogger(__name__)

# Seconds until the next try, some three days in all; after the last one the message has failed.
PAUSES = (5, 300, 1800, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600)
TIMEOUT = 15.0
LEASE = timedelta(minutes=2)
_LONGEST_WAIT = 24 * 3600
_BATCH = 200


@value_class
class Outcome:
    """What came of one try. `wait`: seconds that the other side asks to be left alone."""

    status: int
    error: str
    seconds: float
    wait: float = 0.0

    @property
    def good(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.status < 300

    @property
    def is_down(self) -> bool:
        """Whether nothing else would be taken either just now."""
        return self.status == 0 or self.status >= 500 or self.status in (408, 429)


def send_due(*, seconds: float) -> int:
    """Send what is due, beginning nothing new after `seconds`; returns how many were taken."""
    stop, count = time.monotonic() + seconds, 0
    for delivery in _due():
        if time.monotonic() >= stop:
            break
        row = _awake(delivery.subscription_id)
        if row is not None and _claim(delivery):
            outcome = _try(row, delivery)
            _note(row, delivery, outcome)
            count += outcome.good
    return count


def _due() -> list[Delivery]:
    asleep = Subscription.unscoped("who is left alone just now", Subscription.id).where(
        Subscription.paused_until > now()
    )
    due = (Delivery.state == WAITING) & (Delivery.due_at <= now()) & Delivery.subscription_id.not_in(asleep)
    return list(Delivery.select().where(due).order_by(Delivery.due_at, Delivery.id).limit(_BATCH))


def _awake(subscription_id: int) -> Subscription | None:
    row: Subscription | None = (
        Subscription.unscoped("whoever is told, wherever it belongs")
        .where((Subscription.id == subscription_id) & (Subscription.state == ON))
        .get_or_none()
    )
    return row if row is not None and (row.paused_until is None or row.paused_until <= now()) else None


def _claim(delivery: Delivery) -> bool:
    # Of two workers one sends it; after a kill in the middle it is due again.
    at = now()
    mine = (Delivery.id == delivery.id) & (Delivery.state == WAITING) & (Delivery.due_at <= at)
    with unit_of_work(housekeeping="a message to another system is being sent"):
        changes = {"due_at": at + LEASE, "tries": Delivery.tries + 1, "tried_at": at}
        return bool(Delivery.update(changes).where(mine).execute())


def _try(row: Subscription, delivery: Delivery) -> Outcome:
    body = delivery.body.encode()
    known = [open_secret(row.secret_sealed)]
    if row.old_secret_sealed is not None and row.old_until is not None and row.old_until > now():
        known.append(open_secret(row.old_secret_sealed))
    headers = {
        "Content-Type": "application/json",
        "User-Agent": f"gridgov/{VERSION}",
        **signed_headers(delivery.message_id, int(time.time()), body, known),
    }
    began = time.monotonic()
    try:
        answer = post(row.url, body, headers, seconds=TIMEOUT, guard=may_connect)
    except SendFailed as error:
        return Outcome(0, str(error)[:300], round(time.monotonic() - began, 3))
    reason = "" if 200 <= answer.status < 300 else f"HTTP {answer.status}"
    return Outcome(answer.status, reason, round(time.monotonic() - began, 3), _wait(answer))


def _wait(answer: Answer) -> float:
    text = answer.headers.get("retry-after", "")
    asked = answer.status in (429, 503) and text.isascii() and text.isdigit()
    return float(min(int(text[:9]), _LONGEST_WAIT)) if asked else 0.0


def _note(row: Subscription, delivery: Delivery, outcome: Outcome) -> None:
    at, tries = now(), delivery.tries + 1
    changes: dict[str, object] = {
        "status": outcome.status,
        "error": outcome.error,
        "seconds": outcome.seconds,
    }
    pause = 0.0
    if outcome.good:
        changes |= {"state": SENT, "done_at": at}
    elif outcome.status == 410 or tries > len(PAUSES):
        changes |= {"state": FAILED, "done_at": at}
    else:
        pause = max(PAUSES[tries - 1] * random.uniform(0.8, 1.2), outcome.wait)  # noqa: S311 - no secret
        changes["due_at"] = at + timedelta(seconds=pause)
    with unit_of_work(housekeeping="what became of a message to another system"):
        Delivery.update(changes).where((Delivery.id == delivery.id) & (Delivery.state == WAITING)).execute()
        if outcome.good:
            Subscription.update(succeeded_at=at, paused_until=None).where(Subscription.id == row.id).execute()
        elif outcome.status == 410:
            _close(row, GONE, "HTTP 410")
        elif tries > len(PAUSES) and not _taken_since(row, delivery):
            _close(row, OFF, outcome.error)
        elif outcome.is_down:
            Subscription.update(paused_until=at + timedelta(seconds=pause)).where(
                Subscription.id == row.id
            ).execute()


def _taken_since(row: Subscription, delivery: Delivery) -> bool:
    return row.succeeded_at is not None and row.succeeded_at > delivery.created_at


def _close(row: Subscription, state: str, why: str) -> None:
    close(row, state, why)
    log.warning("webhook %d is switched off: %s", row.id, why)
    if row.created_by:
        notify(
            Accounts((row.created_by,)),
            "webhooks.switched_off",
            N_("推送地址“%(title)s”已自动停用：%(why)s。"),
            {"title": row.title, "why": why},
            subject=f"webhook:{row.id}",
            url=f"/webhooks/{row.id}",
            area_code=row.area_code,
        )
