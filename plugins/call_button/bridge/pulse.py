"""What the bridge counts, and the row in which it says so: doctor, probes and metrics read it."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from core.clock import now
from core.db import database
from core.heartbeat import beat_companion, companion_sign

log = logging.getLogger(__name__)

NAME = "call_button.bridge"
BEAT_SECONDS = 5.0
_LOOK_SECONDS = 0.2
CONNECTED, QUEUE, MESSAGES, STORED, HELD_UP = "connected", "queue", "messages", "stored", "held_up"
CONFIGURED, CONNECTED_AT, LAST_AT = "configured", "connected_at", "last_message_at"
RETAINED_AT, SESSION_LOST_AT, REFUSED_AT = "retained_at", "session_lost_at", "refused_at"
# Before a driver's name: when a message came that the broker does not keep for whoever is away.
QOS0_AT = "qos0_at."


class Pulse:
    """Figures of this process; any thread may count. Moments (names ending in `_at` or beginning with
    `qos0_at.`) are seconds since 1970 and outlive the process."""

    def __init__(self, before: Mapping[str, float] | None = None) -> None:
        self._lock = threading.Lock()
        self._figures = {name: value for name, value in (before or {}).items() if _is_moment(name)}
        self._figures |= dict.fromkeys((CONFIGURED, CONNECTED, QUEUE, MESSAGES, STORED, HELD_UP), 0.0)

    def add(self, name: str, number: float = 1) -> None:
        """Count."""
        with self._lock:
            self._figures[name] = self._figures.get(name, 0) + number

    def say(self, name: str, value: float) -> None:
        """A figure as it is now."""
        with self._lock:
            self._figures[name] = value

    def mark(self, name: str) -> None:
        """It happened now."""
        self.say(name, now().timestamp())

    def has(self, name: str) -> bool:
        """Whether it has ever happened."""
        return name in self._figures

    def figures(self) -> dict[str, float]:
        """All of them."""
        with self._lock:
            return dict(self._figures)


def _is_moment(name: str) -> bool:
    return name.endswith("_at") or name.startswith(QOS0_AT)


def last_pulse() -> Pulse:
    """A pulse that goes on with the moments of the process before."""
    with database.connection_context():
        sign = companion_sign(NAME)
    return Pulse(sign.figures if sign is not None else None)


def keep_beating(pulse: Pulse, measure: Callable[[], int], stopping: threading.Event) -> None:
    """Renew the row every few seconds until `stopping`, and soon after a connection came or went.

    `measure`: how many messages wait to be stored.
    """
    started_at, said, due = now(), -1.0, 0.0
    while not stopping.is_set():
        connected = pulse.figures()[CONNECTED]
        if time.monotonic() >= due or connected != said:
            pulse.say(QUEUE, measure())
            _beat(pulse, started_at)
            said, due = connected, time.monotonic() + BEAT_SECONDS
        stopping.wait(_LOOK_SECONDS)


def _beat(pulse: Pulse, started_at: datetime) -> None:
    try:
        with database.connection_context():
            beat_companion(NAME, pulse.figures(), started_at=started_at)
    except Exception:
        log.exception("the bridge could not say that it lives")
