"""Sees handlers and jobs that do not end. A thread cannot be killed, so the process has to go.

The worker's main thread looks at `overdue`. A handler that keeps even that thread from running
(an endless search inside C code) is ended by a timer outside of Python (`faulthandler`).
"""

import faulthandler
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from core import events
from core.value_classes import value_class


@value_class
class Call:
    """Code of a plugin that is running. `delivery_id` is None for a job."""

    thread: int
    plugin: str
    what: str
    began: float
    limit: float
    delivery_id: int | None


class Watch:
    """The calls that run in this process now."""

    def __init__(self) -> None:
        self._calls: dict[int, Call] = {}

    @contextmanager
    def over(self, plugin: str, what: str, limit: float, delivery_id: int | None = None) -> Iterator[None]:
        """Watch the block; `limit` in seconds."""
        thread = threading.get_ident()
        self._calls[thread] = Call(thread, plugin, what, time.monotonic(), limit, delivery_id)
        try:
            yield
        finally:
            self._calls.pop(thread, None)

    def others(self, than: Call) -> bool:
        """Whether anything else is running."""
        return any(call is not than for call in list(self._calls.values()))

    def overdue(self, in_transaction: float) -> Call | None:
        """A call over its limit, or one that has held a transaction for `in_transaction` seconds."""
        at = time.monotonic()
        for call in list(self._calls.values()):
            held_since = events.holding.get(call.thread, at)
            if at - call.began > call.limit or at - held_since > in_transaction:
                return call
        return None


def arm(seconds: float) -> None:
    """End this process unless `arm` is called again within `seconds`; says on stderr where it stood."""
    faulthandler.dump_traceback_later(seconds, exit=True)


def disarm() -> None:
    """Stop the timer."""
    faulthandler.cancel_dump_traceback_later()
