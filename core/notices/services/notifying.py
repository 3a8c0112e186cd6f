"""The one gate for messages: into inboxes at once, on their way to the outside by rows."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Any

from core.clock import now
from core.county import plugin_settings, plugins
from core.db import UnitOfWork, joined_unit
from core.events import announce
from core.hookspecs import Channel, NoticeKind
from core.notices.models import WAITING, Notice, Sending
from core.notices.outside import clean_number, clean_path
from core.notices.recipients import Group, Recipients, account_ids
from core.notices.settings import ROBOTS, quiet_end, robots_for
from core.plugin_host.asking import SYSTEM
from core.value_classes import value_class

_BATCH = 500


class UndeclaredNotice(RuntimeError):
    """A programming mistake: no plugin that is loaded registers this kind (`register_notice_kinds`)."""


@value_class
class Telling:
    """One message: to whom, in which words, about what, and where it happened."""

    to: Recipients
    text: str
    area_code: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    subject: str = ""
    url: str = ""


def notify(
    to: Recipients,
    kind: str,
    text: str,
    values: Mapping[str, str | int] | None = None,
    *,
    subject: str = "",
    url: str = "",
    urgent: bool = False,
    area_code: str,
) -> int:
    """Tell somebody something, within the caller's unit of work; returns how many inboxes got it.

    `text` (N_) with `values` is for the inbox alone and may name people. What leaves the house is made of
    the kind's title, `values["number"]` and `url` (a path of ours). Only rows are written: the worker sends.
    """
    return notify_many(kind, [Telling(to, text, area_code, dict(values or {}), subject, url)], urgent=urgent)


def notify_many(kind: str, tellings: Sequence[Telling], *, urgent: bool = False) -> int:
    """As `notify`, many messages of a kind at once; returns how many inboxes got one."""
    found = plugins().notice_kinds().get(kind)
    if found is None:
        raise UndeclaredNotice(kind)
    common = {"kind": kind, "urgent": urgent, "created_at": now()}
    due_at = _due(found, urgent=urgent)
    waiting = {**common, "state": WAITING, "tries": 0, "due_at": due_at, "error": ""}
    inbox: list[dict[str, Any]] = []
    outside: dict[tuple[Any, ...], dict[str, Any]] = {}
    with joined_unit(housekeeping="a message belongs to the deed that causes it", shared=True) as unit:
        for place, telling in enumerate(tellings):
            ids, number = account_ids(telling.to), clean_number(telling.values.get("number"))
            inbox += [{**common, **_words(telling), "account_id": account_id} for account_id in ids]
            path = {"url": clean_path(telling.url), "number": number, "area_code": telling.area_code}
            for way in _ways(found, telling.to, ids, telling.area_code):
                to_desk = way["target"] and number and not isinstance(telling.to, Group)
                if not (to_desk and _waits_already(way, kind, number)):
                    # A desk's group is told the same but once, everybody else each message.
                    outside[(number if to_desk else place, *way.values())] = {**waiting, **path, **way}
        _insert(Notice, inbox)
        _insert(Sending, list(outside.values()))
        if outside and due_at <= now():
            _nudge(unit, tellings[0].area_code)
    return len(inbox)


def _words(telling: Telling) -> dict[str, str]:
    """What stands in the inbox."""
    params = json.dumps(dict(telling.values), ensure_ascii=False)
    return {"url": telling.url[:300], "text": telling.text, "params": params, "subject": telling.subject}


def _due(kind: NoticeKind, *, urgent: bool) -> datetime:
    at = now()
    if urgent:
        return at
    if kind.digest:
        at += timedelta(minutes=plugin_settings("notices")["digest_minutes"])
    return quiet_end(at) or at


def _ways(kind: NoticeKind, to: Recipients, ids: Sequence[int], area_code: str) -> list[dict[str, Any]]:
    """Where it goes besides the inbox: to each account's phone, to each group once."""
    if isinstance(to, Group):
        chosen = robots_for(area_code, channels=ROBOTS, group=to.name)
        return [{"channel": robot.channel, "account_id": None, "target": robot.name} for robot in chosen]
    ways: list[dict[str, Any]] = []
    for channel in _ready(kind):
        if channel.to == "phone":
            ways += [{"channel": channel.name, "account_id": each, "target": ""} for each in ids]
        elif ids:
            chosen = robots_for(area_code, channels=[channel.name])
            ways += [{"channel": channel.name, "account_id": None, "target": robot.name} for robot in chosen]
    return ways


def _waits_already(way: Mapping[str, Any], kind: str, number: str) -> bool:
    """Whether a group has the same to come: it was told to several people of one desk, say."""
    same = (Sending.channel == way["channel"]) & (Sending.target == way["target"]) & (Sending.kind == kind)
    waiting = Sending.unscoped("what waits for a group").where(same & (Sending.state == WAITING))
    return bool(waiting.where(Sending.number == number).exists())


def _ready(kind: NoticeKind) -> list[Channel]:
    known = plugins().channels()
    return [known[name][1] for name in kind.channels if name in known and known[name][1].ready()]


def _insert(model: type[Notice] | type[Sending], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _BATCH):
        model.insert_many(rows[start : start + _BATCH]).execute()


def _nudge(unit: UnitOfWork, area_code: str) -> None:
    # Once a unit, however many messages it causes. Where it gets lost, the minute's job sends.
    if _nudged not in unit.after_commit:
        announce(SYSTEM, "notices.NoticesWaiting", area_code=area_code, subject="notices:waiting")
        unit.after_commit.append(_nudged)


def _nudged() -> None:
    """Stands in `after_commit` as the mark that this unit has announced its messages."""
