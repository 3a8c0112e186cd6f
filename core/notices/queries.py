"""All reads of messages: one's own inbox, and what did not go out in the reader's areas."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from core.areas.api import path_names
from core.clock import now
from core.county import plugins
from core.db import Statement
from core.hookspecs import NoticeKind
from core.notices.models import FAILED, UNREACHABLE, WAITING, Notice, Sending
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class

MOST_COUNTED = 100
_UNREAD = Statement(
    lambda p: (
        Notice.select(Notice.id)
        .where((Notice.account_id == p("account_id")) & Notice.read_at.is_null())
        .limit(MOST_COUNTED)
    )
)


@value_class
class NoticeView:
    """A message in an inbox. `text` with `values` is to be translated; `title` is its kind's, empty where the
    kind's plugin is not there for the reader: switched off, or tried in other villages."""

    id: int
    kind: str
    title: str
    text: str
    values: dict[str, Any]
    subject: str
    url: str
    urgent: bool
    created_at: datetime
    read_at: datetime | None


@value_class
class SendingView:
    """A message that did not go out: when, where to, why. Nobody's name or number is in it."""

    id: int
    channel: str
    channel_title: str
    kind_title: str
    number: str
    target: str
    account_id: int | None
    area_name: str
    created_at: datetime
    tries: int
    error: str


def unread_count(actor: Actor) -> int:
    """How many messages the actor has not read; MOST_COUNTED for that many or more."""
    return 0 if actor.account_id is None else len(_UNREAD.all(account_id=actor.account_id))


def inbox(
    actor: Actor, *, unread: bool = False, page: int = 1, page_size: int = 20
) -> tuple[list[NoticeView], int]:
    """The actor's messages, newest first, and how many there are."""
    query = Notice.select().where(Notice.account_id == actor.account_id)
    if unread:
        query = query.where(Notice.read_at.is_null())
    rows = query.order_by(Notice.id.desc()).paginate(page, page_size)
    return _views(list(rows), actor), query.count()


def view(row: Notice, actor: Actor) -> NoticeView:
    """A row as its reader is shown it."""
    return _views([row], actor)[0]


def _views(rows: list[Notice], actor: Actor) -> list[NoticeView]:
    manager = plugins()
    kinds = manager.notice_kinds()
    is_there = {owner: manager.is_tried_by(owner, actor) for owner in {_owner(row.kind) for row in rows}}
    return [
        NoticeView(
            row.id,
            row.kind,
            kinds[row.kind].title if row.kind in kinds and is_there[_owner(row.kind)] else "",
            row.text,
            json.loads(row.params),
            row.subject,
            row.url,
            row.urgent,
            row.created_at,
            row.read_at,
        )
        for row in rows
    ]


def _owner(kind: str) -> str:
    """The plugin or module that a kind belongs to: it stands before the dot."""
    return kind.partition(".")[0]


def failed(scope: AreaScope, *, page: int = 1, page_size: int = 20) -> tuple[list[SendingView], int]:
    """What did not go out in `scope`, newest first, and how many there are."""
    query = Sending.within(scope).where(Sending.state == FAILED)
    rows = list(query.order_by(Sending.id.desc()).paginate(page, page_size))
    names = path_names(row.area_code for row in rows)
    channels, kinds = plugins().channels(), plugins().notice_kinds()
    views = [
        SendingView(
            row.id,
            row.channel,
            channels[row.channel][1].title if row.channel in channels else row.channel,
            kinds[row.kind].title if _is_known(row, kinds) else row.kind,
            row.number,
            row.target,
            row.account_id,
            names[row.area_code],
            row.created_at,
            row.tries,
            row.error,
        )
        for row in rows
    ]
    return views, query.count()


def _is_known(row: Sending, kinds: Mapping[str, NoticeKind]) -> bool:
    return row.kind in kinds and plugins().is_tried_in(_owner(row.kind), row.area_code)


def figures(scope: AreaScope) -> dict[str, int]:
    """What is on its way, failed, or has nobody's phone, in `scope`."""
    states = (WAITING, FAILED, UNREACHABLE)
    return {state: Sending.within(scope).where(Sending.state == state).count() for state in states}


def failed_lately(hours: int) -> int:
    """How many messages failed in the last hours, in the whole county, for its health."""
    since = now() - timedelta(hours=hours)
    rows = Sending.unscoped("health of the channels, counts only").where(Sending.state == FAILED)
    return int(rows.where(Sending.done_at > since).count())


def stuck(minutes: int) -> bool:
    """Whether anything has been due for longer than `minutes`: no worker runs, say."""
    rows = Sending.unscoped("health of the channels, counts only").where(Sending.state == WAITING)
    return bool(rows.where(Sending.due_at < now() - timedelta(minutes=minutes)).exists())
