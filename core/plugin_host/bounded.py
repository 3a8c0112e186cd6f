"""Foreign code with a time limit: it runs in a helper thread, and one that does not come back is given up.

The thread that asks waits. While it waits the helper has its context (who acts, which request) and its
database connection, so what is called cannot tell the difference. A round of calls costs one hand-over
(some 60 µs), however many they are. A given-up helper gets an exception again and again, which
ends endless loops; a sleeping one ends when it wakes. Either way it holds nothing that others need.
"""

import ctypes
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from typing import Any

from peewee import PeeweeException

from core.db import current_unit, database, unit_of_work
from core.lending import ConnectionAbused, Loan, WriteRefused

log = logging.getLogger(__name__)

Call = Callable[[], Any]
# Time is counted in slices that were really waited through: when the whole machine stands still (a
# virtual machine is moved, say), no plugin gets the blame.
SLICE_SECONDS = 0.25


class Hung(Exception):
    """A call did not come back in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"超过 {seconds:g} 秒没有回答")


class UnitLost(Exception):
    """A call hung or meddled so that the unit of work around it cannot be saved: refuse the deed."""


class GivenUp(SystemExit):
    """Raised inside a thread that nobody waits for any more."""


def interrupt(thread: int) -> bool:
    """Raise GivenUp in the thread of this number, as soon as it runs Python code again.

    Not (False) while it may be just taking a lock that others need, the log's above all: try again.
    """
    frame = sys._current_frames().get(thread)
    innermost = frame
    while frame is not None:
        if frame.f_globals.get("__name__") in ("logging", "logging.handlers"):
            return False
        frame = frame.f_back
    in_threading = innermost is not None and innermost.f_globals.get("__name__") == "threading"
    if in_threading and innermost is not None and innermost.f_code.co_name != "wait":
        return False  # but `wait` gives its locks back whatever comes
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(GivenUp))
    return True


class _Undone(Exception):
    """Rolls back what a call wrote in the unit of work of whoever asked."""


@dataclass(slots=True)
class Result:
    """What one call came to: its value, or the error it raised; Hung and ConnectionAbused are ours."""

    value: Any = None
    error: BaseException | None = None
    seconds: float = 0.0


class _Round:
    """Calls that one helper works through, one after another."""

    def __init__(self, calls: Sequence[Call]) -> None:
        self.calls = calls
        self.results: list[Result] = []
        self.loan = Loan(database.obj, current_unit())
        self._context = copy_context()
        self._finished = threading.Lock()
        self._finished.acquire()
        self._guard = threading.Lock()
        self._given_up = False

    def run(self) -> bool:
        """In the helper: call each. False when nobody waits for it any more."""
        self.loan.borrow()
        for call in self.calls:
            result = self._context.copy().run(_try, call)
            if self.loan.refused(result.error):
                result = Result(error=WriteRefused(), seconds=result.seconds)
            sound = self.loan.is_sound()
            if not sound:
                result = Result(error=ConnectionAbused(), seconds=result.seconds)
            with self._guard:
                if self._given_up:
                    return False
                self.results.append(result)
            if not sound:
                break
        self.loan.hand_back()
        self._finished.release()
        return True

    def wait(self, seconds: float) -> bool:
        """By the asking thread: True at the end; False when a call has run for `seconds` and is given up."""
        done, waited = 0, 0.0
        part = min(SLICE_SECONDS, seconds)
        while not self._finished.acquire(timeout=part):
            waited = waited + part if len(self.results) == done else 0.0
            done = len(self.results)
            if waited >= seconds and self._give_up(done):
                return False
        return True

    def _give_up(self, done: int) -> bool:
        with self._guard:
            self._given_up = len(self.results) == done < len(self.calls)
            return self._given_up

    def abort(self) -> None:
        """By the asking thread, when it cannot go on waiting (Ctrl-C)."""
        with self._guard:
            self._given_up = True


def _try(call: Call) -> Result:
    began = time.perf_counter()
    try:
        value = call()
    except BaseException as error:  # noqa: BLE001 - whoever asks finds it in the result
        return Result(error=error, seconds=time.perf_counter() - began)
    return Result(value, None, time.perf_counter() - began)


class _Helper:
    """A thread that works through rounds; it serves one asking thread at a time."""

    def __init__(self) -> None:
        self._wake = threading.Lock()
        self._wake.acquire()
        self._next: _Round | None = None
        self._guard = threading.Lock()
        self._left = False
        self._thread = threading.Thread(target=self._work, name="plugin-helper", daemon=True)
        self._thread.start()

    def begin(self, calls: _Round) -> None:
        self._next = calls
        self._wake.release()

    def _work(self) -> None:
        try:
            while True:
                self._wake.acquire()
                # Taken before it runs: at its end another thread may begin the next one at once.
                calling, self._next = self._next, None
                assert calling is not None
                if not calling.run():
                    break
                del calling  # an idle helper keeps nobody's request alive
        except BaseException:  # noqa: BLE001, S110 - given up: nobody is there to be told
            pass
        while not self._left:
            try:
                # A bare lock and no call inside: nothing that GivenUp could leave half done.
                with self._guard:
                    self._left = True
            except GivenUp:
                continue

    def give_up(self, calling: _Round) -> None:
        """Take its connection, and end the thread as soon as Python can, without waiting for it."""
        _given_up.add(self)
        try:
            calling.loan.revoke()
        finally:
            threading.Thread(
                target=self._chase, args=(calling.loan,), name="plugin-chaser", daemon=True
            ).start()

    def _chase(self, loan: Loan) -> None:
        # A loop may catch everything, so once is not enough; the guard keeps the exception from
        # whoever gets the thread's number after it.
        pause = 0.01
        while not self._left:
            with self._guard:
                if not self._left:
                    interrupt(self._thread.ident or 0)
            time.sleep(pause)
            pause = min(pause * 1.5, 0.1)
        loan.bury()
        _given_up.discard(self)


_idle: list[_Helper] = []
_given_up: set[_Helper] = set()


def _forget_helpers() -> None:
    # Threads do not live on in a forked process.
    _idle.clear()
    _given_up.clear()


os.register_at_fork(after_in_child=_forget_helpers)


def stuck_helpers() -> int:
    """How many threads were given up and have not ended yet."""
    return len(_given_up)


def call_each(calls: Sequence[Call], seconds: float) -> list[Result]:
    """Call each of `calls`, which has `seconds`; one result for each, whatever they do.

    In a unit of work they see it and may write in it; what a call wrote before it hung is undone.
    Raises UnitLost when that cannot be undone alone, and peewee's errors (an outage) when no fresh
    connection can be had in place of a lost one.
    """
    results: list[Result] = []
    while len(results) < len(calls):
        rest = calls[len(results) :]
        if current_unit() is None:
            results += _run(rest, seconds)
        else:
            results += _run_in_unit(rest, seconds)
    return results


def _run_in_unit(calls: Sequence[Call], seconds: float) -> list[Result]:
    results: list[Result] = []
    try:
        with unit_of_work(housekeeping="what plugins do when they are asked"):
            results = _run(calls, seconds)
            if isinstance(results[-1].error, Hung | ConnectionAbused):
                raise _Undone
    except _Undone:
        pass
    except PeeweeException as error:
        raise UnitLost from error
    return results


def _run(calls: Sequence[Call], seconds: float) -> list[Result]:
    """The results up to the first call that hung or abused the connection."""
    calling = _Round(calls)
    try:
        helper = _idle.pop()
    except IndexError:
        helper = _Helper()
    helper.begin(calling)
    try:
        in_time = calling.wait(seconds)
    except BaseException:
        calling.abort()
        helper.give_up(calling)
        raise
    if not in_time:
        helper.give_up(calling)
        log.error("a call was given up after %s s", seconds)
        return [*calling.results, Result(error=Hung(seconds), seconds=seconds)]
    _idle.append(helper)
    if isinstance(calling.results[-1].error, ConnectionAbused):
        calling.loan.replace()
    return calling.results
