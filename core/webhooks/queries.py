"""All reads of webhooks, inside the reader's areas. Secrets are never among them."""

import json
from datetime import datetime

from peewee import fn

from core.areas.api import path_names
from core.county import plugins
from core.db import rows
from core.errors import NotFound
from core.security import Actor
from core.value_classes import value_class
from core.webhooks.models import FAILED, ON, WAITING, Delivery, Subscription

MANAGE = "cases.manage"


@value_class
class SubscriptionView:
    """A subscription without its secret; `waiting` and `failed` count its messages."""

    id: int
    title: str
    url: str
    events: tuple[str, ...]
    area_code: str
    area_name: str
    state: str
    why_off: str
    paused_until: datetime | None
    created_at: datetime
    succeeded_at: datetime | None
    waiting: int
    failed: int


def known_events() -> dict[str, str]:
    """Kind -> Chinese title of what can be subscribed to: what this module is told of."""
    loaded = plugins().loaded
    titles = {kind: title for each in loaded.values() for kind, title in each.manifest.events.items()}
    return {kind: titles[kind] for kind in loaded["webhooks"].manifest.listens if kind in titles}


def list_subscriptions(
    actor: Actor, *, page: int = 1, page_size: int = 20
) -> tuple[list[SubscriptionView], int]:
    """The subscriptions in the actor's areas, the newest first, and how many there are."""
    query = Subscription.within(actor.demand(MANAGE))
    found = list(query.order_by(Subscription.id.desc()).paginate(page, page_size))
    return _views(found), query.count()


def receivers() -> list[tuple[str, str]]:
    """Address and title of every other system that is told of events, for the county's filing pack."""
    asked = Subscription.unscoped("what leaves the county is filed as a whole").where(
        Subscription.state == ON
    )
    return [(row.url, row.title) for row in asked.order_by(Subscription.id)]


def get_subscription(actor: Actor, subscription_id: int) -> SubscriptionView:
    """One of them. Raises NotFound."""
    return _views([scoped_subscription(actor, subscription_id)])[0]


def scoped_subscription(actor: Actor, subscription_id: int) -> Subscription:
    """The row, in the actor's areas. Raises NotFound."""
    within = Subscription.within(actor.demand(MANAGE))
    found: Subscription | None = within.where(Subscription.id == subscription_id).get_or_none()
    if found is None:
        raise NotFound
    return found


def list_deliveries(
    actor: Actor, subscription_id: int, *, page: int = 1, page_size: int = 20
) -> tuple[list[Delivery], int]:
    """The messages to a subscription, the newest first, and how many there are. Raises NotFound."""
    row = scoped_subscription(actor, subscription_id)
    query = Delivery.select().where(Delivery.subscription_id == row.id)
    return list(query.order_by(Delivery.id.desc()).paginate(page, page_size)), query.count()


def get_delivery(actor: Actor, subscription_id: int, delivery_id: int) -> Delivery:
    """One message. Raises NotFound."""
    row = scoped_subscription(actor, subscription_id)
    found: Delivery | None = Delivery.get_or_none(
        (Delivery.id == delivery_id) & (Delivery.subscription_id == row.id)
    )
    if found is None:
        raise NotFound
    return found


def _views(found: list[Subscription]) -> list[SubscriptionView]:
    names = path_names(row.area_code for row in found)
    counts = _counts([row.id for row in found])
    return [
        SubscriptionView(
            row.id,
            row.title,
            row.url,
            tuple(json.loads(row.events)),
            row.area_code,
            names[row.area_code],
            row.state,
            row.why_off,
            row.paused_until,
            row.created_at,
            row.succeeded_at,
            counts.get((row.id, WAITING), 0),
            counts.get((row.id, FAILED), 0),
        )
        for row in found
    ]


def _counts(ids: list[int]) -> dict[tuple[int, str], int]:
    counted = (
        Delivery.select(Delivery.subscription_id, Delivery.state, fn.COUNT(Delivery.id))
        .where(Delivery.subscription_id.in_(ids) & Delivery.state.in_((WAITING, FAILED)))
        .group_by(Delivery.subscription_id, Delivery.state)
    )
    return {(number, state): count for number, state, count in rows(counted)}
