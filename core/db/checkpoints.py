"""Checkpoints beside the counter: a thread moves the write-ahead log into the database file.

Left to itself, SQLite does that inside the commit that happens to fill the log, and whoever stands at the
counter waits for a thousand pages and two flushes. A passive checkpoint waits for nobody and
nobody waits for it; only a log that has grown very long, since readers or writers never paused,
takes the turn to write once.
"""

import contextlib
import logging
import os
import sqlite3
import threading
from pathlib import Path

from core.db.handle import SqliteHandle, database
from core.errors import Busy

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.5
_MEGABYTE = 1024 * 1024
WORTH_IT, LONG = 4 * _MEGABYTE, 64 * _MEGABYTE
# The writer's own, in pages: only if this thread were gone.
_LAST_RESORT_PAGES = 32_000
_TURN_SECONDS = 1.0


class Checkpoints(threading.Thread):
    """Moves the log of one database until `stop` is called."""

    def __init__(self, handle: SqliteHandle) -> None:
        super().__init__(name="checkpoints", daemon=True)
        self._handle = handle
        self._log_file = Path(f"{handle.database}-wal")
        self._over = threading.Event()

    def run(self) -> None:
        """Look at the log every half second."""
        while not self._over.wait(EVERY_SECONDS):
            try:
                self._look()
            except (sqlite3.Error, OSError) as error:
                # A full disk, say; the next look tries again.
                log.warning("a checkpoint failed: %s", error)

    def stop(self) -> None:
        """End the thread and wait for it."""
        self._over.set()
        if self.is_alive():
            self.join()

    def _look(self) -> None:
        size = self._size()
        if size < WORTH_IT:
            return
        with contextlib.closing(self._handle.connect_aside()) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            if size > LONG:
                with contextlib.suppress(Busy), self._handle.writer.turn(_TURN_SECONDS):
                    connection.execute("PRAGMA wal_checkpoint(RESTART)")

    def _size(self) -> int:
        try:
            return os.stat(self._log_file).st_size
        except FileNotFoundError:
            return 0


def checkpoint_apart() -> Checkpoints | None:
    """For processes that serve: keep checkpoints out of commits. None where the database has no such log."""
    handle = database.obj
    if not isinstance(handle, SqliteHandle):
        return None
    handle.writer_pragmas["wal_autocheckpoint"] = _LAST_RESORT_PAGES
    thread = Checkpoints(handle)
    handle.at_close = thread.stop
    thread.start()
    return thread
