"""What lies in the outbox: what waits, what is dead and how it gets another chance; forgetting the old.

Nothing here imports a plugin, so it works whatever a plugin does.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from peewee import fn

from core import audit
from core.clock import now
from core.db import rows, unit_of_work
from core.errors import DomainError
from core.events import DEAD, WAITING, Delivery, StoredEvent
from core.plugin_host.state import Report
from core.schedule import JobRun
from core.security import Actor
from core.settings import Settings
from core.text import N_
from core.value_classes import value_class

KEPT = timedelta(days=90)
_CHUNK = 2000
_WHOLE = "those who run the county see what was not delivered anywhere"


class NoDeadLetter(DomainError):
    """It was delivered meanwhile, or never was among the dead letters."""

    code, status = "dead_letter_unknown", 404
    text = N_("没有这个未送达的事件，可能已经重新投递。")


@value_class
class Backlog:
    """What waits for one plugin. `oldest_due`: since when the first of it could have been delivered."""

    plugin: str
    waiting: int
    dead: int
    oldest_due: datetime | None


@value_class
class OpenDelivery:
    """A delivery that failed at least once: `state` is waiting (for its next try) or dead."""

    id: int
    plugin: str
    kind: str
    event_id: int
    area_code: str
    subject: str
    announced_at: datetime
    state: str
    attempts: int
    next_at: datetime
    error: str


def backlogs() -> list[Backlog]:
    """What is open for each plugin that has something open, sorted by name."""
    counted = rows(
        Delivery.select(Delivery.plugin, Delivery.state, fn.COUNT(Delivery.id), fn.MIN(Delivery.next_at))
        .where(Delivery.done_at.is_null())
        .group_by(Delivery.plugin, Delivery.state)
    )
    found: dict[str, dict[str, tuple[int, datetime]]] = {}
    for plugin, state, count, first in counted:
        found.setdefault(plugin, {})[state] = (count, first)
    at = now()
    lines = []
    for plugin, states in sorted(found.items()):
        waiting, first = states.get(WAITING, (0, at))
        dead, _ = states.get(DEAD, (0, at))
        lines.append(Backlog(plugin, waiting, dead, first if waiting and first < at else None))
    return lines


def due_since(plugin: str) -> datetime | None:
    """Since when the first event that waits for `plugin` could have been delivered; None when none is due."""
    is_waiting = Delivery.done_at.is_null() & (Delivery.state == WAITING) & (Delivery.plugin == plugin)
    first = Delivery.select(Delivery.next_at).where(is_waiting).order_by(Delivery.next_at).limit(1).first()
    return first.next_at if first is not None and first.next_at <= now() else None


def open_delivery(delivery_id: int) -> OpenDelivery:
    """One that is not done. Raises NoDeadLetter."""
    row = Delivery.get_or_none((Delivery.id == delivery_id) & Delivery.done_at.is_null())
    if row is None:
        raise NoDeadLetter
    return _view(row, StoredEvent.unscoped(_WHOLE).where(StoredEvent.id == row.event_id).get())


def failed_deliveries(
    *, plugin: str = "", state: str = DEAD, page: int = 1, page_size: int = 20
) -> tuple[list[OpenDelivery], int]:
    """Deliveries that failed, longest waiting first, and how many there are.

    `state` DEAD: those that are tried no more; WAITING: those that will be.
    """
    chosen = Delivery.done_at.is_null() & (Delivery.state == state) & (Delivery.attempts > 0)
    if plugin:
        chosen &= Delivery.plugin == plugin
    query = Delivery.select().where(chosen)
    found = list(query.order_by(Delivery.next_at, Delivery.id).paginate(page, page_size))
    reading = StoredEvent.unscoped(_WHOLE)
    events = {row.id: row for row in reading.where(StoredEvent.id.in_([row.event_id for row in found]))}
    return [_view(row, events[row.event_id]) for row in found], query.count()


def _view(row: Delivery, event: StoredEvent) -> OpenDelivery:
    return OpenDelivery(
        id=row.id,
        plugin=row.plugin,
        kind=event.kind,
        event_id=event.id,
        area_code=event.area_code,
        subject=event.subject,
        announced_at=event.at,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at,
        error=row.error,
    )


def retry_dead(
    actor: Actor, settings: Settings, *, delivery_ids: Sequence[int] = (), plugin: str = ""
) -> int:
    """Let dead letters be delivered again, by id or all of one plugin; returns how many.

    Their attempts begin anew. Raises NoDeadLetter when there is none of it.
    """
    chosen = Delivery.done_at.is_null() & (Delivery.state == DEAD)
    chosen &= (Delivery.plugin == plugin) if plugin else Delivery.id.in_(list(delivery_ids))
    with unit_of_work():
        again = Delivery.update(state=WAITING, attempts=0, next_at=now()).where(chosen).execute()
        if not again:
            raise NoDeadLetter
        subject = f"plugin:{plugin}" if plugin else f"delivery:{delivery_ids[0]}"
        audit.record(
            actor,
            "core.retry_delivery",
            area_code=settings.county_code,
            subject=subject,
            count=int(again),
        )
    return int(again)


def event_titles(reports: Mapping[str, Report]) -> dict[str, str]:
    """Kind -> Chinese title of every event that an installed plugin declares, whatever its state."""
    found: dict[str, str] = {}
    for report in reports.values():
        found |= report.manifest.events if report.manifest else {}
    return found


def forget_delivered() -> int:
    """Delete deliveries, events and job runs that were done with 90 days ago; returns how many events.

    What waits or is dead stays, and so does the newest event: an id is never given twice.
    """
    before = now() - KEPT
    with unit_of_work(housekeeping="job runs of long ago"):
        JobRun.delete().where(JobRun.finished_at < before).execute()
    forgotten = 0
    while ids := _forgettable(before):
        with unit_of_work(housekeeping="events that were delivered long ago"):
            Delivery.delete().where(Delivery.event_id.in_(ids)).execute()
            StoredEvent.delete().where(StoredEvent.id.in_(ids)).execute()
        forgotten += len(ids)
    return forgotten


def _forgettable(before: datetime) -> list[int]:
    every = "events of the whole county grow old"
    newest = StoredEvent.unscoped(every, fn.MAX(StoredEvent.id)).scalar() or 0
    open_or_late = Delivery.select(Delivery.id).where(
        (Delivery.event_id == StoredEvent.id) & (Delivery.done_at.is_null() | (Delivery.done_at >= before))
    )
    old = StoredEvent.unscoped(every, StoredEvent.id).where(
        (StoredEvent.at < before) & (StoredEvent.id < newest) & ~fn.EXISTS(open_or_late)
    )
    return [row_id for (row_id,) in rows(old.order_by(StoredEvent.id).limit(_CHUNK))]
