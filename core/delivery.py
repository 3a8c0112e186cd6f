"""Hands out events after their commit: one plugin at a time, at least once, again after a failure.

Whatever is due goes in the order of its announcing, but one that fails steps aside until its next
try, so that it holds up nobody: as with hooks, order has no meaning.
"""

import json
import logging
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from core.clock import now
from core.county import serve_with
from core.db import is_outage, rows, unit_of_work
from core.events import DEAD, WAITING, AlreadyHandled, Delivery, StoredEvent, is_open, mark_done
from core.hookspecs import Event
from core.lanes import (
    CUTS_UNTIL_QUARANTINE,
    RENEW_SECONDS,
    Lane,
    keep_lane,
    leave_lane,
    take_lane,
)
from core.logs import scrub
from core.plugin_manager import PluginManager, describe
from core.watch import Watch

log = logging.getLogger(__name__)

HANDLER_SECONDS = 30.0
# Seconds until the next try; the last one again and again.
PAUSES = (1, 5, 30, 120, 600, 3600)
MOST_ATTEMPTS = 10
_BATCH = 50
# The worker rests this many times as long as a delivery took: SQLite has one writer at a time, and
# those who stand at a counter go first.
_REST, _LONGEST_REST = 2.0, 0.05


@dataclass
class Deliverer:
    """Hands out events in the name of one worker process."""

    worker: str
    limit: float = HANDLER_SECONDS
    watch: Watch = field(default_factory=Watch)
    stopping: threading.Event = field(default_factory=threading.Event)

    def deliver(self, manager: PluginManager, plugin: str) -> int:
        """Hand `plugin` everything that is due; returns how many were dealt with.

        Nothing happens while another worker does it, or while the plugin is off or in trouble.
        """
        if not manager.is_running(plugin):
            return 0
        cuts = take_lane(plugin, self.worker)
        if cuts is None:
            return 0
        try:
            if cuts >= CUTS_UNTIL_QUARANTINE and plugin in manager.reports:
                manager.quarantine(plugin, f"on_event：处理它的事件时，工作进程连续 {cuts} 次中途结束")
                return 0
            return self._hand_out(manager, plugin, cuts)
        finally:
            leave_lane(plugin, self.worker)

    def _hand_out(self, manager: PluginManager, plugin: str, cuts: int = 0) -> int:
        count, renewed = 0, time.monotonic()
        for delivery, event in _due(plugin):
            if self.stopping.is_set() or not manager.is_running(plugin):
                break
            # After cuts, the first event that went well is written down at once: a worker that is killed
            # between events again and again (the power fails, say) is not the plugin's doing.
            if time.monotonic() - renewed >= RENEW_SECONDS or (cuts and count == 1):
                if not keep_lane(plugin, self.worker, got_on=count > 0):
                    break
                renewed = time.monotonic()
            began = time.monotonic()
            if not self._deliver_one(manager, delivery, event):
                break
            count += 1
            self.stopping.wait(min(_REST * (time.monotonic() - began), _LONGEST_REST))
        return count

    def _deliver_one(self, manager: PluginManager, delivery: Delivery, event: Event) -> bool:
        """False when the database cannot be used just now: nobody's failure, the next look tries again."""
        began = time.monotonic()
        serve_with(manager)
        try:
            what = f"事件 {event.kind} {event.id}"
            with self.watch.over(event.plugin, what, self.limit, delivery.id):
                manager.tell_one(event.plugin, "on_event", event=event)
        except AlreadyHandled:
            pass
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            if is_outage(error):
                log.warning("event %s for plugin %s waits for the database", event.id, event.plugin)
                return False
            if delivery.attempts == 0:
                # An event counts once: many that fail are a sick plugin, one that fails often is a
                # sick event, for which the dead letters are there.
                manager.note_error(event.plugin, "on_event", error)
            else:
                log.error("plugin %s failed again in on_event", event.plugin, exc_info=error)
            note_failure(delivery.id, describe(error))
            return True
        finally:
            serve_with(None)
        if is_open(event.id, event.plugin):  # else `handled_once` has marked it already
            with unit_of_work(housekeeping="an event was delivered"):
                mark_done(event.id, event.plugin, time.monotonic() - began)
        return True


def due_plugins(manager: PluginManager) -> list[str]:
    """Who runs, has events that are due, and is being handed none by any worker."""
    at = now()
    held = {name for (name,) in rows(Lane.select(Lane.plugin).where((Lane.worker != "") & (Lane.until > at)))}
    running = [name for name in manager.loaded if manager.is_running(name) and name not in held]
    return [name for name in running if Delivery.select().where(_is_due(name)).exists()]


def deliver_all(manager: PluginManager) -> int:
    """Hand everybody everything that is due, in this thread; returns how many. For tests."""
    deliverer, count = Deliverer("test"), 0
    while plugins := due_plugins(manager):
        count += sum(deliverer.deliver(manager, plugin) for plugin in plugins)
    return count


def _is_due(plugin: str) -> Any:
    # Each condition as the index of what is open has it.
    is_waiting = Delivery.done_at.is_null() & (Delivery.state == WAITING)
    return is_waiting & (Delivery.plugin == plugin) & (Delivery.next_at <= now())


def note_failure(delivery_id: int, error: str) -> None:
    """One more failed attempt; the next one after a growing pause, or none any more."""
    row = Delivery.get_by_id(delivery_id)
    attempts = row.attempts + 1
    dead = attempts >= MOST_ATTEMPTS
    pause = PAUSES[min(row.attempts, len(PAUSES) - 1)] * random.uniform(1.0, 1.2)  # noqa: S311 - no secret
    with unit_of_work(housekeeping="an event could not be delivered"):
        Delivery.update(
            attempts=attempts,
            state=DEAD if dead else WAITING,
            next_at=now() + timedelta(seconds=pause),
            error=scrub(error),
        ).where((Delivery.id == delivery_id) & Delivery.done_at.is_null()).execute()


def _due(plugin: str) -> Iterator[tuple[Delivery, Event]]:
    """What is due for `plugin` until nothing is, whatever has waited longest first."""
    # By the moment and not by the number: of a long backlog the index gives the first few at once.
    order = (Delivery.next_at, Delivery.id)
    while waiting := list(Delivery.select().where(_is_due(plugin)).order_by(*order).limit(_BATCH)):
        reading = StoredEvent.unscoped("a listener is told whatever its area")
        ids = [row.event_id for row in waiting]
        stored = {row.id: row for row in reading.where(StoredEvent.id.in_(ids))}
        for row in waiting:
            yield row, _event(stored[row.event_id], plugin)


def _event(row: StoredEvent, plugin: str) -> Event:
    return Event(
        id=row.id,
        kind=row.kind,
        area_code=row.area_code,
        at=row.at,
        account_id=row.account_id,
        subject=row.subject,
        payload=json.loads(row.payload),
        plugin=plugin,
    )
