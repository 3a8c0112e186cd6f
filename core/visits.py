"""Requests inside a plugin's own pages and operations: one plugin never takes all of a server's threads.

A request is not handed to a helper (that costs, and these requests are the plugin's own business).
Instead a plugin has only so many of the threads; while none of those moves on, whoever comes next is
sent away, and one that stays for half a minute is interrupted and counts as an error of the plugin.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.bounded import GivenUp, Hung, interrupt
from core.errors import DomainError
from core.text import N_

MOST_INSIDE = 12  # of the server's threads (core.cli.serve) in one plugin
STANDSTILL_SECONDS = 2.0
LONGEST_SECONDS = 30.0


class PluginBusy(DomainError):
    """A plugin's pages take too long; nothing was begun."""

    code, status = "plugin_busy", 503
    text = N_("插件 %(plugin)s 响应太慢，请稍后再试。")


@dataclass(eq=False)
class _Visit:
    thread: int
    since: float
    interrupted: bool = False


class Visits:
    """Who is inside which plugin."""

    def __init__(self) -> None:
        self._inside: dict[str, list[_Visit]] = defaultdict(list)
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)

    @contextmanager
    def inside(self, plugin: str) -> Iterator[None]:
        """Enter, and leave in any case. Raises PluginBusy when the plugin is full and stands still."""
        visit = self._enter(plugin)
        try:
            yield
        finally:
            self._leave(plugin, visit)

    def _enter(self, plugin: str) -> _Visit:
        with self._changed:
            visits = self._inside[plugin]
            while len(visits) >= MOST_INSIDE:
                patience = visits[0].since + STANDSTILL_SECONDS - time.monotonic()
                if patience <= 0:
                    raise PluginBusy(plugin=plugin)
                self._changed.wait(patience)
            visit = _Visit(threading.get_ident(), time.monotonic())
            visits.append(visit)
        return visit

    def _leave(self, plugin: str, visit: _Visit) -> None:
        while True:
            try:
                with self._lock:  # the bare one, since GivenUp may come while a condition is entered
                    if visit in self._inside[plugin]:
                        self._inside[plugin].remove(visit)
                    self._changed.notify()
            except GivenUp:
                continue  # it came too late to end anything
            return

    def end_overdue(self) -> list[tuple[str, Hung]]:
        """Interrupt whoever has been inside for too long, once; which plugins kept them."""
        limit = time.monotonic() - LONGEST_SECONDS
        found = []
        with self._changed:
            for plugin, visits in self._inside.items():
                for visit in visits:
                    if visit.since < limit and not visit.interrupted:
                        visit.interrupted = interrupt(visit.thread)  # a sleeping one hears of it later
                        found += [(plugin, Hung(LONGEST_SECONDS))] * visit.interrupted
        return found


visits = Visits()  # of this process: requests of an app that was replaced are still inside
