"""Counts wrong guesses that have no row to be counted in: unknown names and addresses.

In this process only, and bounded: it slows guessing down, the accounts' own lock is in the database.
"""

import ipaddress
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from core.clock import now
from core.county import county
from core.value_classes import value_class

# One address tries names by the dozen only when it sprays; a village office behind one address does not.
ADDRESS_FAILURES = 100
_MOST_KEPT = 20_000


@dataclass
class _Count:
    failures: int
    since: datetime
    locked_until: datetime | None = None


class GuessCounter:
    """Locks a key after `limit` failures for `pause`; with `forgets`, older failures do not count."""

    def __init__(self, limit: int, pause: timedelta, *, forgets: bool) -> None:
        self._limit, self._pause, self._forgets = limit, pause, forgets
        self._counts: OrderedDict[str, _Count] = OrderedDict()
        self._guard = threading.Lock()

    def locked_until(self, key: str) -> datetime | None:
        """When the key may be tried again, None for now."""
        with self._guard:
            count = self._counts.get(key)
            until = count.locked_until if count else None
            return until if until and until > now() else None

    def add_failure(self, key: str) -> None:
        """One more wrong guess."""
        with self._guard:
            count = self._counts.pop(key, None)
            if count is None or self._is_over(count):
                count = _Count(0, now())
            count.failures += 1
            if count.failures >= self._limit:
                count.locked_until = now() + self._pause
            self._counts[key] = count
            if len(self._counts) > _MOST_KEPT:
                self._counts.popitem(last=False)

    def _is_over(self, count: _Count) -> bool:
        if count.locked_until is not None:
            return count.locked_until <= now()
        return self._forgets and count.since + self._pause <= now()


def is_near(address: str) -> bool:
    """Whether `address` is this machine itself, or unknown: mostly a proxy that speaks for everybody."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return True
    return (getattr(known, "ipv4_mapped", None) or known).is_loopback


@value_class
class Counters:
    """The counters of one county."""

    data: Path
    unknown_names: GuessCounter
    addresses: GuessCounter


_counters: Counters | None = None


def counters() -> Counters:
    """The counters of the county that is open."""
    global _counters  # noqa: PLW0603 - one process serves one county
    if _counters is None or _counters.data != county().data:
        limits = county().settings.security
        pause = timedelta(minutes=limits.lockout_minutes)
        _counters = Counters(
            county().data,
            GuessCounter(limits.lockout_failures, pause, forgets=False),
            GuessCounter(ADDRESS_FAILURES, pause, forgets=True),
        )
    return _counters
