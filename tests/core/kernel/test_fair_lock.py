"""A lock that serves in the order of arrival."""

import threading
import time

import pytest

from core.db import FairLock
from core.errors import Busy


def test_the_lock_serves_in_the_order_of_arrival() -> None:
    lock = FairLock()
    lock.acquire(1)
    served: list[int] = []

    def wait(number: int) -> None:
        lock.acquire(5)
        served.append(number)
        lock.release()

    threads = []
    for number in range(10):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        while len(lock._queue) <= number:
            time.sleep(0.001)
    lock.release()
    for thread in threads:
        thread.join()
    assert served == list(range(10))


def test_whoever_waits_too_long_is_told_busy_and_leaves_no_trace() -> None:
    lock = FairLock()
    lock.acquire(1)
    started = time.monotonic()
    with pytest.raises(Busy):
        lock.acquire(0.05)
    assert time.monotonic() - started >= 0.05
    lock.release()
    lock.acquire(0.05)
    lock.release()


def test_a_waiter_that_is_interrupted_does_not_block_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    lock = FairLock()
    lock.acquire(1)

    def interrupted(self: threading.Event, timeout: float | None = None) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(threading.Event, "wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            lock.acquire(1)
    lock.release()
    lock.acquire(0.05)
