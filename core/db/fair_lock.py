"""A lock that serves in the order of arrival."""

import threading
from collections import deque

from core.errors import Busy


class FairLock:
    """A lock that serves in the order of arrival.

    SQLite's own busy-waiting is unfair (worst wait 1.4 s where the median is 3 ms); a queue
    in the process makes every counter wait its turn and no longer.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._queue: deque[threading.Event] = deque()

    def acquire(self, timeout: float) -> None:
        """Wait for the turn. Raises Busy after `timeout` seconds."""
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            self._queue.append(turn)
        try:
            came = turn.wait(timeout)
        except BaseException:
            # Interrupted while waiting: a turn handed to nobody would stop every writer for good.
            if not self._leave(turn):
                self.give_up()
            raise
        if not came and self._leave(turn):
            raise Busy
        # Else the turn came in the instant between the time-out and the guard: it is ours.

    def _leave(self, turn: threading.Event) -> bool:
        with self._guard:
            if turn not in self._queue:
                return False
            self._queue.remove(turn)
            return True

    def hand_over(self) -> bool:
        """Give the lock to whoever has waited longest; False, and still held, when nobody waits."""
        with self._guard:
            if not self._queue:
                return False
            self._queue.popleft().set()
            return True

    def release(self) -> None:
        """Hand the lock to whoever has waited longest, or leave it free."""
        with self._guard:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._held = False

    def give_up(self) -> None:
        """What to do with a turn that came to somebody who cannot use it any more."""
        self.release()
