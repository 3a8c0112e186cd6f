"""Requests inside a plugin's own pages and operations: one plugin never takes all of a server's threads.

A request is not handed to a helper (that costs, and these requests are the plugin's own business).
Instead a plugin has only so many of the threads; while none of those moves on, whoever comes next is
sent away, and one that stays for half a minute is interrupted and counts as an error of the plugin.
"""

import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from core.errors import DomainError
from core.plugin_host.bounded import GivenUp, Hung, interrupt
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
    turn: threading.Event | None = None  # of one that had to wait


class Visits:
    """Who is inside which plugin."""

    def __init__(self) -> None:
        self._inside: dict[str, list[_Visit]] = defaultdict(list)
        self._waiting: dict[str, deque[_Visit]] = defaultdict(deque)
        self._lock = threading.Lock()

    @contextmanager
    def inside(self, plugin: str) -> Iterator[None]:
        """Enter, and leave in any case. Raises PluginBusy when the plugin is full and stands still."""
        visit = _Visit(threading.get_ident(), time.monotonic())
        self._enter(plugin, visit)
        try:
            yield
        finally:
            self._leave(plugin, visit)

    def _enter(self, plugin: str, visit: _Visit) -> None:
        with self._lock:
            if len(self._inside[plugin]) < MOST_INSIDE:
                self._inside[plugin].append(visit)
                return
            # In the order of arrival: else one in a crowd waits many times as long as the others.
            visit.turn = threading.Event()
            self._waiting[plugin].append(visit)
        try:
            self._wait(plugin, visit, visit.turn)
        except BaseException:
            self._leave(plugin, visit)
            raise

    def _wait(self, plugin: str, visit: _Visit, turn: threading.Event) -> None:
        while not turn.is_set():
            with self._lock:
                oldest = next(iter(self._inside[plugin]), visit)
            patience = oldest.since + STANDSTILL_SECONDS - time.monotonic()
            if patience <= 0 and not turn.is_set():
                raise PluginBusy(plugin=plugin)
            turn.wait(patience)

    def _leave(self, plugin: str, visit: _Visit) -> None:
        while True:
            try:
                with self._lock:
                    self._let_next_in(plugin, visit)
            except GivenUp:
                continue  # it came too late to end anything
            return

    def _let_next_in(self, plugin: str, visit: _Visit) -> None:
        inside, waiting = self._inside[plugin], self._waiting[plugin]
        if visit in inside:
            inside.remove(visit)
        elif visit in waiting:
            waiting.remove(visit)
        while waiting and len(inside) < MOST_INSIDE:
            following = waiting.popleft()
            following.since = time.monotonic()
            inside.append(following)
            if following.turn is not None:
                following.turn.set()

    def end_overdue(self) -> list[tuple[str, Hung]]:
        """Interrupt whoever has been inside for too long, once; which plugins kept them."""
        limit = time.monotonic() - LONGEST_SECONDS
        found = []
        with self._lock:
            for plugin, visits in self._inside.items():
                for visit in visits:
                    if visit.since < limit and not visit.interrupted:
                        visit.interrupted = interrupt(visit.thread)  # a sleeping one hears of it later
                        found += [(plugin, Hung(LONGEST_SECONDS))] * visit.interrupted
        return found


visits = Visits()  # of this process: requests of an app that was replaced are still inside
