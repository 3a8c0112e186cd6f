"""All writes of webhooks."""

from core.webhooks.services.queueing import forget_old, ping, queue_event, retry_delivery
from core.webhooks.services.sending import send_due
from core.webhooks.services.subscriptions import (
    NewSecret,
    create_subscription,
    rotate_secret,
    switch_off,
    switch_on,
    update_subscription,
)

__all__ = [
    "NewSecret",
    "create_subscription",
    "forget_old",
    "ping",
    "queue_event",
    "retry_delivery",
    "rotate_secret",
    "send_due",
    "switch_off",
    "switch_on",
    "update_subscription",
]
