"""Wiring of webhooks."""

import logging
from collections.abc import Iterable

from flask import Blueprint
from marshmallow import Schema
from peewee import Model

from core.hookspecs import Event, Job, MenuItem, NoticeKind, hookimpl
from core.security import Actor
from core.text import N_
from core.webhooks.endpoints import api
from core.webhooks.models import Delivery, Subscription
from core.webhooks.queries import MANAGE
from core.webhooks.services import forget_old, queue_event, send_due
from core.webhooks.settings import WebhooksSettings
from core.webhooks.views import pages

log = logging.getLogger(__name__)

# With one try's time-out on top a handler stays well below what counts as hanging.
_HANDLER_SECONDS, _JOB_SECONDS = 5.0, 40.0


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    """Who is told, and the log."""
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    """The same as JSON."""
    return [api]


@hookimpl
def register_models() -> Iterable[type[Model]]:
    """Its tables."""
    return [Subscription, Delivery]


@hookimpl
def register_settings() -> Schema:
    """Hosts inside the county's network."""
    return WebhooksSettings()


@hookimpl
def register_notice_kinds() -> dict[str, NoticeKind]:
    """What its maker is told."""
    return {"webhooks.switched_off": NoticeKind(N_("推送地址已自动停用"), ("sms",), digest=True)}


@hookimpl
def register_audit_titles() -> dict[str, str]:
    """Its lines in the record."""
    return {
        "webhooks.create_subscription": N_("新建事件推送"),
        "webhooks.update_subscription": N_("修改事件推送"),
        "webhooks.switch_off": N_("停用事件推送"),
        "webhooks.switch_on": N_("启用事件推送"),
        "webhooks.rotate_secret": N_("更换推送密钥"),
        "webhooks.ping": N_("发送测试推送"),
        "webhooks.retry_delivery": N_("重发推送"),
    }


@hookimpl
def register_jobs() -> Iterable[Job]:
    """Sending what is due, forgetting the old log."""
    return [
        Job("webhooks.send", N_("推送事件"), _send, every=1),
        Job("webhooks.forget", N_("清理旧推送记录"), _forget, daily="03:50"),
    ]


def _send() -> None:
    send_due(seconds=_JOB_SECONDS)


def _forget() -> None:
    forget_old()


@hookimpl
def on_event(event: Event) -> None:
    """Write down whom to tell, and try at once; what cannot be sent now waits for the minute's job."""
    queue_event(event)
    try:
        send_due(seconds=_HANDLER_SECONDS)
    except Exception:
        log.exception("messages to other systems wait for the next minute")


@hookimpl
def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """The way to the list."""
    if actor.may(MANAGE):
        yield MenuItem(N_("事件推送"), "webhooks.overview", "office", "plug", 860, N_("系统管理"))
