"""Wiring of notices."""

from collections.abc import Iterable

from flask import Blueprint
from marshmallow import Schema
from peewee import Model

from core.hookspecs import Channel, Event, Finding, Job, MenuItem, hookimpl
from core.notices.channels import shipped
from core.notices.endpoints import api
from core.notices.models import Notice, Sending
from core.notices.queries import failed_lately, stuck
from core.notices.services import forget_old, send_due
from core.notices.settings import NoticesSettings
from core.notices.views import pages
from core.security import Actor, Role
from core.text import N_

# A minute's job ends before the next; an event's handler well before it counts as hanging.
_JOB_SECONDS, _HANDLER_SECONDS = 45.0, 12.0
_STUCK_MINUTES = 30


@hookimpl
def register_pages() -> Iterable[Blueprint]:
    """The inbox, and what did not go out."""
    return [pages]


@hookimpl
def register_api() -> Iterable[Blueprint]:
    """listNotices, readNotice."""
    return [api]


@hookimpl
def register_models() -> Iterable[type[Model]]:
    """Inboxes, and what is on its way."""
    return [Notice, Sending]


@hookimpl
def register_settings() -> Schema:
    """Quiet hours, the SMS gateway, group robots."""
    return NoticesSettings()


@hookimpl
def register_roles() -> Iterable[Role]:
    """Who looks after the channels."""
    return [Role("county_admin", N_("县区管理员"), frozenset({"notices.manage"}))]


@hookimpl
def register_channels() -> Iterable[Channel]:
    """SMS, DingTalk, WeCom."""
    return shipped()


@hookimpl
def register_audit_titles() -> dict[str, str]:
    """Its lines in the record."""
    return {"notices.retry_sending": N_("重发消息"), "notices.retry_all": N_("重发全部未发出的消息")}


@hookimpl
def register_jobs() -> Iterable[Job]:
    """Sending what is due, forgetting what is old."""
    return [
        Job("notices.send", N_("发出消息"), _send, every=1),
        Job("notices.forget", N_("清理旧消息"), _forget, daily="03:40"),
    ]


def _send() -> None:
    send_due(seconds=_JOB_SECONDS)


def _forget() -> None:
    forget_old()


@hookimpl
def on_event(event: Event) -> None:
    """Something is to be sent at once and need not wait for the minute; rows prevent sending twice."""
    if event.kind == "notices.NoticesWaiting":
        send_due(seconds=_HANDLER_SECONDS)


@hookimpl
def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """The way to what did not go out; the inbox hangs on the bell."""
    if actor.may("notices.manage"):
        yield MenuItem(N_("没有发出的消息"), "notices.failed", "office", "bell", 850, N_("系统管理"))


@hookimpl
def check_health() -> Iterable[Finding]:
    """Messages that fail, or that nobody sends."""
    if failed_lately(24):
        yield Finding(
            "notices_failed", N_("一天内有消息没有发出，请在“没有发出的消息”中查看原因。"), grave=False
        )
    if stuck(_STUCK_MINUTES):
        yield Finding("notices_stuck", N_("有消息半小时没有人发送，请检查工作进程。"), grave=False)
