"""Whose turn it is among processes: a queue of two in front of SQLite's own lock.

SQLite lets processes poll for its write lock, so one that writes without a pause can keep another
(the worker, a command) out for seconds. Whoever waits here holds `next`; the busy one cannot
begin again before it has let `next` through.
"""

import fcntl
import time
from pathlib import Path
from typing import IO

from core.errors import Busy

_POLL_SECONDS = 0.0005


class Turnstile:
    """Two lock files beside the database. Calls come from one thread at a time."""

    def __init__(self, database: str) -> None:
        self._paths = [Path(f"{database}-next"), Path(f"{database}-turn")]
        self._files: list[IO[str]] = []

    def enter(self, deadline: float) -> None:
        """Wait for the turn until `deadline` (monotonic seconds). Raises Busy."""
        if not self._files:
            self._files = [path.open("a") for path in self._paths]
        waits, turn = self._files
        _lock(waits, deadline)
        try:
            _lock(turn, deadline)
        finally:
            fcntl.flock(waits, fcntl.LOCK_UN)

    def leave(self) -> None:
        """Let the next process through."""
        if self._files:
            fcntl.flock(self._files[1], fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the files back; a turn that was held ends with them."""
        for file in self._files:
            file.close()
        self._files = []


def _lock(file: IO[str], deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Busy from None
            time.sleep(_POLL_SECONDS)
        else:
            return
