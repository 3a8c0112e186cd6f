"""Keeps the worker and companions running beside the web: starts each again after growing pauses."""

import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path

from core.county import County
from core.manifest import companions

log = logging.getLogger(__name__)

PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
# A process that has run so long was well: the pauses begin anew.
WELL_SECONDS = 60.0
STOP_SECONDS = 35.0
# The web is up by then or never; the others start without its word.
_LONGEST_WAIT = 30.0


def worker_words(data: Path) -> list[str]:
    """How the worker is called, after `gridgov`."""
    return ["worker", "--data", str(data)]


def companion_words(county: County) -> list[list[str]]:
    """How each companion of the county's plugins is called; reads no table."""
    found = companions(county.settings.allowed, county.plugins_folder)
    return [["bridge", "--data", str(county.data), "--only", each.full_name] for each in found]


class Keeper:
    """Starts each command (words after `gridgov`) when it is told to begin, and again whenever it ends."""

    def __init__(self, commands: Iterable[list[str]]) -> None:
        self._begins, self._begin = os.pipe()
        self._kept = [_Kept(words, self._begins) for words in commands]

    def start(self) -> None:
        """Make ready; the processes themselves wait for `begin`."""
        for kept in self._kept:
            kept.thread.start()

    def begin(self) -> None:
        """May be called in the web's process, when it answers: from now on the others are in nobody's way."""
        os.write(self._begin, b"1")

    def stop(self) -> None:
        """End them all; what they are doing is finished."""
        for kept in self._kept:
            kept.stopping.set()
        self.begin()  # they may still be waiting for that
        for kept in self._kept:
            kept.terminate()
        for kept in self._kept:
            kept.await_end()


class _Kept:
    """One process and the thread that looks after it."""

    def __init__(self, words: list[str], begins: int) -> None:
        self._words, self._begins = words, begins
        self.stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self.thread = threading.Thread(target=self._run, name=f"keeper-{words[0]}", daemon=True)

    def terminate(self) -> None:
        """Ask it to end."""
        if self._process is not None:
            self._process.terminate()

    def await_end(self) -> None:
        """Until it has ended, or it is killed."""
        if self._process is not None:
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self.thread.join(STOP_SECONDS)

    def _run(self) -> None:
        # Nobody reads what is written there, so that every thread sees it.
        select.select([self._begins], [], [], _LONGEST_WAIT)
        failures = 0
        while not self.stopping.is_set():
            began = time.monotonic()
            status = self._run_once()
            if self.stopping.is_set():
                return
            # Who was killed from outside (for want of memory, say) did nothing wrong, and calls wait for it.
            well = status in (0, -signal.SIGKILL) or time.monotonic() - began >= WELL_SECONDS
            failures = 0 if well else failures + 1
            pause = PAUSES[min(max(failures - 1, 0), len(PAUSES) - 1)]
            log.warning("%s ended with status %s and is started again in %s s", self._name, status, pause)
            self.stopping.wait(pause)

    def _run_once(self) -> int:
        # -P: a folder `plugins` where the service was started is not where ours are imported from.
        command = [sys.executable, "-P", "-m", "core.cli", *self._words, "--parent", str(os.getpid())]
        try:
            self._process = subprocess.Popen(command)  # noqa: S603 - our own program
        except OSError:
            log.exception("%s could not be started", self._name)
            return -1
        if self.stopping.is_set():
            self._process.terminate()
        return self._process.wait()

    @property
    def _name(self) -> str:
        return f"companion {self._words[-1]}" if self._words[0] == "bridge" else "the worker"
