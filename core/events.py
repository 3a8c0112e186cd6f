"""Events: what was done, stored in the transaction that did it, so that none is lost (outbox).

A service announces; in the same transaction stand the event and one delivery for each plugin that
listens. The worker process (core.delivery) hands them out after the commit, at least once.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from peewee import AutoField, BigIntegerField, CharField, FloatField, IntegerField, TextField

from core.clock import now
from core.county import county, plugins
from core.db import (
    AreaModel,
    BaseModel,
    MomentField,
    Statement,
    UnitOfWork,
    current_unit,
    milliseconds,
    unit_of_work,
)
from core.errors import DomainError
from core.hookspecs import Event
from core.security import Actor
from core.text import N_

WAITING, DONE, DEAD = "waiting", "done", "dead"
# Events of one plugin in one unit of work: more is a flood that others would wait for.
MOST_AT_ONCE = 1000
LONGEST_PAYLOAD = 4000
_Plain = str | int | bool | None


class StoredEvent(AreaModel):
    """Something that happened. `payload` is JSON without personal data."""

    id = AutoField()
    kind = CharField(max_length=81)
    area_code = CharField(max_length=15)
    at = MomentField()
    account_id = BigIntegerField(null=True)
    subject = CharField(max_length=80)
    payload = TextField()

    class Meta:
        table_name = "core_event"


class Delivery(BaseModel):
    """An event on its way to one plugin: `waiting` until `next_at`, `done`, or `dead` after many tries."""

    id = AutoField()
    event_id = BigIntegerField()
    plugin = CharField(max_length=40)
    state = CharField(max_length=10)
    attempts = IntegerField()
    next_at = MomentField()
    seconds = FloatField(null=True)
    error = TextField()
    done_at = MomentField(null=True)

    class Meta:
        table_name = "core_delivery"
        indexes = ((("event_id", "plugin"), True),)


# Small however many deliveries are done: what waits is found by it, and what is dead.
Delivery.add_index(
    Delivery.index(
        Delivery.state,
        Delivery.plugin,
        Delivery.next_at,
        where=Delivery.done_at.is_null(),
        name="core_delivery_open",
    )
)


class UndeclaredEvent(RuntimeError):
    """A programming mistake: no plugin that is loaded declares this kind in `announces`."""


class TooManyEvents(DomainError):
    """A plugin announces without end; the deed that did it is refused as a whole."""

    code, status = "too_many_events", 409
    text = N_("插件 %(plugin)s 在一次操作里发出的事件超过 %(most)d 个，这一步没有进行。请联系信息中心。")


class AlreadyHandled(Exception):
    """Quiet: another delivery of the same event to the same plugin got there first."""


_STORE = Statement(
    lambda p: StoredEvent.insert(
        kind=p("kind"),
        area_code=p("area_code"),
        at=p("at"),
        account_id=p("account_id"),
        subject=p("subject"),
        payload=p("payload"),
    ).returning(StoredEvent.id)
)
_DELIVER = Statement(
    lambda p: Delivery.insert(
        event_id=p("event_id"), plugin=p("plugin"), state=WAITING, attempts=0, next_at=p("next_at"), error=""
    )
)
_announced: ContextVar[tuple[UnitOfWork, Counter[str]] | None] = ContextVar("announced", default=None)


def announce(actor: Actor, kind: str, *, area_code: str, subject: str, **payload: _Plain) -> None:
    """Store an event in the current unit of work, with a delivery for each plugin that listens.

    `kind` is `plugin.PastTense` as the announcer's plugin.toml declares it, `subject` is `thing:id`;
    `payload` holds ids, codes and numbers, never names, ID numbers or phones.
    Raises TooManyEvents for the flood of one plugin.
    """
    unit = current_unit()
    assert unit is not None, "an event belongs to the unit of work that causes it"
    manager = plugins()
    owner, _, name = kind.partition(".")
    announcer = manager.loaded.get(owner)
    if announcer is None or name not in announcer.manifest.announces:
        raise UndeclaredEvent(f"{kind} does not stand in `announces` of a plugin.toml that is loaded")
    _count(unit, owner)
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    assert len(text) <= LONGEST_PAYLOAD, f"{kind}: a payload holds ids and numbers, not documents"
    at = milliseconds(now())
    (event_id,) = (
        _STORE.first(
            kind=kind,
            area_code=area_code,
            at=at,
            account_id=actor.account_id,
            subject=subject,
            payload=text,
        )
        or ()
    )
    if listeners := manager.listeners(kind, area_code):
        for plugin in listeners:
            _DELIVER.run(event_id=event_id, plugin=plugin, next_at=at)
        if _wake not in unit.after_commit:
            unit.after_commit.append(_wake)


def _count(unit: UnitOfWork, plugin: str) -> None:
    counted = _announced.get()
    if counted is None or counted[0] is not unit:
        counted = (unit, Counter())
        _announced.set(counted)
    counted[1][plugin] += 1
    if counted[1][plugin] > MOST_AT_ONCE:
        raise TooManyEvents(plugin=plugin, most=MOST_AT_ONCE)


def _wake() -> None:
    county().wake()


# Thread -> since when its handler holds a transaction: on SQLite every counter waits for it.
holding: dict[int, float] = {}


@contextmanager
def handled_once(event: Event) -> Iterator[None]:
    """A unit of work in which a handler's writes and "this event is done" commit together.

    So the writes happen exactly once, however often the event is handed out. When they have
    happened already it raises AlreadyHandled, which the delivery takes for success: let it pass.
    Do nothing slow inside; what comes after the block is not repeated after a failure.
    """
    try:
        with unit_of_work(housekeeping="what an event leads to is on record with its cause"):
            holding[threading.get_ident()] = began = time.monotonic()
            if not is_open(event.id, event.plugin):
                raise AlreadyHandled
            yield
            if not mark_done(event.id, event.plugin, time.monotonic() - began):
                raise AlreadyHandled  # another one committed meanwhile: theirs stands, ours is rolled back
            holding.pop(threading.get_ident())  # a disk that takes its time is not the plugin's fault
    finally:
        holding.pop(threading.get_ident(), None)


_OPEN = Statement(
    lambda p: Delivery.select(Delivery.id).where(
        (Delivery.event_id == p("event_id")) & (Delivery.plugin == p("plugin")) & Delivery.done_at.is_null()
    )
)
_DONE = Statement(
    lambda p: Delivery.update(state=DONE, done_at=p("at"), seconds=p("seconds"), error="").where(
        (Delivery.event_id == p("event_id")) & (Delivery.plugin == p("plugin")) & Delivery.done_at.is_null()
    )
)


def is_open(event_id: int, plugin: str) -> bool:
    """Whether a delivery is not done yet."""
    return _OPEN.first(event_id=event_id, plugin=plugin) is not None


def mark_done(event_id: int, plugin: str, seconds: float) -> bool:
    """Mark a delivery done, inside a unit of work; False when it was already."""
    at = milliseconds(now())
    return bool(_DONE.run(event_id=event_id, plugin=plugin, at=at, seconds=round(seconds, 4)))
