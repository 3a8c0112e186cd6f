"""Subscriptions are made, changed, switched off and on; their secrets are shown once."""

import json
from collections.abc import Iterable
from datetime import timedelta

from core import audit
from core.clock import now
from core.db import unit_of_work
from core.security import Actor
from core.value_classes import value_class
from core.webhooks.addresses import check_url
from core.webhooks.errors import TooManyWebhooks, WebhookEventsUnknown
from core.webhooks.models import DROPPED, OFF, ON, WAITING, Delivery, Subscription
from core.webhooks.queries import MANAGE, known_events, scoped_subscription
from core.webhooks.sealing import seal_secret
from core.webhooks.signing import new_secret

MOST = 50
# Both secrets sign for a day, so that the other side can change over.
ROTATION_HOURS = 24


@value_class
class NewSecret:
    """A secret just made: shown this once."""

    id: int
    secret: str


def create_subscription(
    actor: Actor, *, title: str, url: str, events: Iterable[str], area_code: str
) -> NewSecret:
    """Tell `url` of `events` in `area_code` and below from now on.

    Raises NotFound (area), WebhookUrlRefused, WebhookEventsUnknown, TooManyWebhooks.
    """
    actor.demand(MANAGE, area_code)
    secret, checked, chosen = new_secret(), check_url(url), _checked_events(events)
    with unit_of_work():
        if Subscription.unscoped("how many there are").where(Subscription.state == ON).count() >= MOST:
            raise TooManyWebhooks(most=MOST)
        row = Subscription.create(
            title=title,
            url=checked,
            events=json.dumps(chosen),
            area_code=area_code,
            secret_sealed=seal_secret(secret),
            state=ON,
            why_off="",
            created_by=actor.account_id,
            created_at=now(),
        )
        _record(actor, "webhooks.create_subscription", row, events=chosen)
    return NewSecret(int(row.id), secret)


def update_subscription(
    actor: Actor, subscription_id: int, *, title: str, url: str, events: Iterable[str]
) -> None:
    """Change what is told to whom. Raises NotFound, WebhookUrlRefused, WebhookEventsUnknown."""
    checked, chosen = check_url(url), _checked_events(events)
    with unit_of_work():
        row = scoped_subscription(actor, subscription_id)
        changes: dict[str, object] = {"title": title, "url": checked, "events": json.dumps(chosen)}
        if checked != row.url:
            changes["paused_until"] = None  # another address may answer
        Subscription.update(changes).where(Subscription.id == row.id).execute()
        _record(actor, "webhooks.update_subscription", row, events=chosen)


def switch_off(actor: Actor, subscription_id: int) -> None:
    """Tell it nothing more, what waits included. Raises NotFound."""
    with unit_of_work():
        row = scoped_subscription(actor, subscription_id)
        close(row, OFF, "")
        _record(actor, "webhooks.switch_off", row)


def switch_on(actor: Actor, subscription_id: int) -> None:
    """Tell it of what happens from now on. Raises NotFound, WebhookUrlRefused (the config has changed)."""
    with unit_of_work():
        row = scoped_subscription(actor, subscription_id)
        check_url(row.url)
        Subscription.update(state=ON, why_off="", paused_until=None).where(
            Subscription.id == row.id
        ).execute()
        _record(actor, "webhooks.switch_on", row)


def rotate_secret(actor: Actor, subscription_id: int) -> NewSecret:
    """A new secret, shown this once; the old one signs too for another day. Raises NotFound."""
    secret = new_secret()
    with unit_of_work():
        row = scoped_subscription(actor, subscription_id)
        Subscription.update(
            secret_sealed=seal_secret(secret),
            old_secret_sealed=row.secret_sealed,
            old_until=now() + timedelta(hours=ROTATION_HOURS),
        ).where(Subscription.id == row.id).execute()
        _record(actor, "webhooks.rotate_secret", row)
    return NewSecret(int(row.id), secret)


def close(row: Subscription, state: str, why: str) -> None:
    """Switch a subscription off within a unit of work; what waits for it is dropped."""
    Subscription.update(state=state, why_off=why[:200], paused_until=None).where(
        Subscription.id == row.id
    ).execute()
    Delivery.update(state=DROPPED, done_at=now()).where(
        (Delivery.subscription_id == row.id) & (Delivery.state == WAITING)
    ).execute()


def _checked_events(events: Iterable[str]) -> list[str]:
    chosen = sorted(set(events))
    if not chosen or not set(chosen) <= set(known_events()):
        raise WebhookEventsUnknown(fields={"events": [WebhookEventsUnknown.text]})
    return chosen


def _record(actor: Actor, action: str, row: Subscription, **detail: object) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"webhook:{row.id}", **detail)
