"""Keeps the worker process of `gridgov serve` running: starts it again after growing pauses."""

import logging
import os
import select
import subprocess
import sys
import threading
import time
from pathlib import Path

log = logging.getLogger(__name__)

PAUSES = (0.5, 1.0, 2.0, 5.0, 15.0, 30.0)
# A worker that has run so long was well: the pauses begin anew.
WELL_SECONDS = 60.0
STOP_SECONDS = 35.0
# The web is up by then or never; the worker starts without its word.
_LONGEST_WAIT = 30.0


class WorkerKeeper:
    """A thread that starts the worker when the web is ready, and again whenever it ends."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._ready, self._web_is_ready = os.pipe()
        self._stopping = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._run, name="worker-keeper", daemon=True)

    def start(self) -> None:
        """Begin; the worker itself waits for `web_is_ready`."""
        self._thread.start()

    def web_is_ready(self) -> None:
        """Called in the web's process when it answers: from now on the worker is in nobody's way."""
        os.write(self._web_is_ready, b"1")

    def stop(self) -> None:
        """End the worker; what it is doing is finished."""
        self._stopping.set()
        self.web_is_ready()  # it may still be waiting for that
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        self._thread.join(STOP_SECONDS)

    def _run(self) -> None:
        select.select([self._ready], [], [], _LONGEST_WAIT)
        failures = 0
        while not self._stopping.is_set():
            began = time.monotonic()
            status = self._run_once()
            if self._stopping.is_set():
                return
            failures = 0 if time.monotonic() - began >= WELL_SECONDS else failures + 1
            pause = PAUSES[min(max(failures - 1, 0), len(PAUSES) - 1)]
            log.warning("the worker ended with status %s and is started again in %s s", status, pause)
            self._stopping.wait(pause)

    def _run_once(self) -> int:
        command = [sys.executable, "-m", "core.cli", "worker", "--data", str(self._data)]
        command += ["--parent", str(os.getpid())]
        try:
            self._process = subprocess.Popen(command)  # noqa: S603 - our own program
        except OSError:
            log.exception("the worker could not be started")
            return -1
        if self._stopping.is_set():
            self._process.terminate()
        return self._process.wait()
