"""JSON operations of webhooks."""

import re
from typing import Any

from core.api import Blueprint, Page
from core.errors import NotFound
from core.fields import PageQuery
from core.security import Actor
from core.text import N_
from core.webhooks import queries, schemas, services

api = Blueprint("webhooks", __name__, description=N_("事件推送（Standard Webhooks）"))
_ONE = "/webhooks/<string:webhook_id>"


def _key(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise NotFound
    return int(text)


@api.operation(
    "GET",
    "/webhooks",
    "listWebhooks",
    access=queries.MANAGE,
    returns=schemas.WebhookSchema,
    many=True,
    query=PageQuery,
)
def list_webhooks(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Who is told of events in the actor's areas."""
    return Page(*queries.list_subscriptions(actor, **query))


@api.operation(
    "POST",
    "/webhooks",
    "createWebhook",
    access=queries.MANAGE,
    returns=schemas.WebhookSecretSchema,
    status=201,
    body=schemas.WebhookBody,
    errors=(404,),
)
def create_webhook(actor: Actor, *, body: dict[str, Any]) -> services.NewSecret:
    """Tell an address of events; the secret that signs them is shown this once."""
    return services.create_subscription(actor, **body)


@api.operation("GET", _ONE, "getWebhook", access=queries.MANAGE, returns=schemas.WebhookSchema)
def get_webhook(actor: Actor, *, webhook_id: str) -> queries.SubscriptionView:
    """One of them, with how many messages wait or have failed."""
    return queries.get_subscription(actor, _key(webhook_id))


@api.operation(
    "PUT",
    _ONE,
    "updateWebhook",
    access=queries.MANAGE,
    returns=schemas.WebhookSchema,
    body=schemas.WebhookChanges,
)
def update_webhook(actor: Actor, *, webhook_id: str, body: dict[str, Any]) -> queries.SubscriptionView:
    """Change its title, address and events."""
    services.update_subscription(actor, _key(webhook_id), **body)
    return queries.get_subscription(actor, _key(webhook_id))


@api.operation(
    "PUT",
    f"{_ONE}/state",
    "setWebhookState",
    access=queries.MANAGE,
    returns=schemas.WebhookSchema,
    body=schemas.WebhookState,
)
def set_webhook_state(actor: Actor, *, webhook_id: str, body: dict[str, Any]) -> queries.SubscriptionView:
    """Switch it off (what waits is dropped) or on."""
    change = services.switch_on if body["on"] else services.switch_off
    change(actor, _key(webhook_id))
    return queries.get_subscription(actor, _key(webhook_id))


@api.operation(
    "POST",
    f"{_ONE}/secret",
    "rotateWebhookSecret",
    access=queries.MANAGE,
    returns=schemas.WebhookSecretSchema,
)
def rotate_webhook_secret(actor: Actor, *, webhook_id: str) -> services.NewSecret:
    """A new secret, shown this once; the old one signs too for a day."""
    return services.rotate_secret(actor, _key(webhook_id))


@api.operation(
    "POST",
    f"{_ONE}/pings",
    "pingWebhook",
    access=queries.MANAGE,
    returns=schemas.WebhookDeliverySchema,
    status=201,
)
def ping_webhook(actor: Actor, *, webhook_id: str) -> Any:
    """Send a message without meaning, to try the way."""
    made = services.ping(actor, _key(webhook_id))
    return queries.get_delivery(actor, _key(webhook_id), made)


@api.operation(
    "GET",
    f"{_ONE}/deliveries",
    "listWebhookDeliveries",
    access=queries.MANAGE,
    returns=schemas.WebhookDeliverySchema,
    many=True,
    query=PageQuery,
)
def list_webhook_deliveries(actor: Actor, *, webhook_id: str, query: dict[str, Any]) -> Page:
    """Every message to it, the newest first, with what was answered."""
    return Page(*queries.list_deliveries(actor, _key(webhook_id), **query))


@api.operation(
    "POST",
    f"{_ONE}/deliveries/<string:delivery_id>/retry",
    "retryWebhookDelivery",
    access=queries.MANAGE,
    returns=schemas.WebhookDeliverySchema,
)
def retry_webhook_delivery(actor: Actor, *, webhook_id: str, delivery_id: str) -> Any:
    """Send a failed message again, with all its tries."""
    services.retry_delivery(actor, _key(webhook_id), _key(delivery_id))
    return queries.get_delivery(actor, _key(webhook_id), _key(delivery_id))
