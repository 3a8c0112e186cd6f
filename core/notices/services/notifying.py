"""The one gate for messages: into inboxes at once, on their way to the outside by rows."""

import json
from collections.abc import Mapping, Sequence
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
from core.plugin_asking import SYSTEM

_BATCH = 500


class UndeclaredNotice(RuntimeError):
    """A programming mistake: no plugin that is loaded registers this kind (`register_notice_kinds`)."""


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
    found = plugins().notice_kinds().get(kind)
    if found is None:
        raise UndeclaredNotice(kind)
    values = dict(values or {})
    ids = account_ids(to)
    common = {"kind": kind, "url": url[:300], "urgent": urgent, "created_at": now()}
    due_at = _due(found, urgent=urgent)
    inbox = {**common, "text": text, "params": json.dumps(values, ensure_ascii=False), "subject": subject}
    outside = {
        **common,
        "url": clean_path(url),
        "number": clean_number(values.get("number")),
        "area_code": area_code,
        "state": WAITING,
        "tries": 0,
        "due_at": due_at,
        "error": "",
    }
    with joined_unit(housekeeping="a message belongs to the deed that causes it", shared=True) as unit:
        _insert(Notice, [{**inbox, "account_id": account_id} for account_id in ids])
        ways = _ways(found, to, ids, area_code)
        if not isinstance(to, Group):
            ways = [way for way in ways if not _waits_already(way, kind, str(outside["number"]))]
        _insert(Sending, [{**outside, **way} for way in ways])
        if ways and due_at <= now():
            _nudge(unit, area_code)
    return len(ids)


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
    if not (way["target"] and number):
        return False
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
