"""huey: what wakes the worker's threads. The queue may lose everything: the outbox is the truth.

On SQLite the queue is a file of its own beside the database (`queue.db`), so that it never takes the
county's write lock; on PostgreSQL it lies in the county's database, where a waiting worker is notified.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huey import PostgresHuey, SqliteHuey
from huey.api import Huey
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from huey.storage import SqliteStorage

log = logging.getLogger(__name__)

QUEUE_FILE = "queue.db"
# What the county's key signs: the result is the key of the queue's messages.
QUEUE_PURPOSE = "queue"
THREADS = 4
# So many messages wait at most: whatever they would say, the worker finds by itself.
_MOST_WAITING = 64
# The web side writes to the queue at most so often, however many events there are.
_WAKE_SECONDS = 0.2
_POLL_SECONDS = 0.2

Perform = Callable[..., None]
SWEEP, DELIVER, JOB = "sweep", "deliver", "job"


class _QueueFile(SqliteStorage):  # type: ignore[misc]  # huey is untyped
    """No waiting for the disk at each message; a power cut may take messages but never the file."""

    def _create_connection(self) -> Any:
        connection = super()._create_connection()
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection


class Queue:
    """Messages from whoever has work (`ask`) to the threads that do it (`consumer`)."""

    def __init__(self, huey: Huey, perform: Perform) -> None:
        self._huey = huey

        def work(*message: str | int) -> None:
            perform(*message)

        # huey knows a task by the module of its function, which must be this one on both sides.
        self._task = huey.task(name="perform")(work)
        self._closing = threading.Lock()
        # On PostgreSQL each thread listens on a connection of its own and is the only one who can close it.
        huey.on_shutdown("close")(self.close)

    def ask(self, work: str, *values: str | int) -> None:
        """Let some worker thread `perform(work, *values)`; left out while a lot waits already."""
        if self._huey.storage.queue_size() < _MOST_WAITING:
            self._task(work, *values)

    def consumer(self, threads: int = THREADS) -> Consumer:
        """The threads that perform, not yet started."""
        return self._huey.create_consumer(
            workers=threads,
            periodic=False,
            initial_delay=_POLL_SECONDS / 4,
            max_delay=_POLL_SECONDS,
            check_worker_health=False,
            scheduler_interval=60,
        )

    def close(self) -> None:
        """Close the connections of this thread and the one that all share; they open again when needed."""
        with self._closing:
            self._huey.storage.close()


def nothing(*_: Any) -> None:
    """What the web side performs: it only asks."""


def open_queue(url: str, folder: Path, secret: bytes, perform: Perform = nothing) -> Queue:
    """The queue of the county whose database lies at `url`.

    Messages are signed with `secret`: whoever can write into the queue's table, but has not the
    county's keys, can make the worker do nothing.
    """
    logging.getLogger("huey").setLevel(logging.WARNING)
    common = {"results": False, "serializer": SignedSerializer(secret=secret.hex(), salt="gridgov queue")}
    if url.startswith("postgresql"):
        return Queue(PostgresHuey("gridgov", dsn=url, table_prefix="huey", **common), perform)
    file = folder / QUEUE_FILE
    try:
        return Queue(_queue_file(file, common), perform)
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError):
            raise
        log.warning("the queue file is damaged and made anew: it holds nothing that is needed")
        for part in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
            part.unlink(missing_ok=True)
        return Queue(_queue_file(file, common), perform)


def _queue_file(file: Path, common: dict[str, Any]) -> Huey:
    return SqliteHuey("gridgov", storage_class=_QueueFile, filename=str(file), timeout=5, **common)


class Waker:
    """Tells the worker of events, from a thread of its own: nobody's request waits for the queue.

    Any number of calls within `_WAKE_SECONDS` make one message.
    """

    def __init__(self, open_: Callable[[], Queue]) -> None:
        self._open = open_
        self._asked = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Events are waiting."""
        self._asked.set()
        if self._thread is None:
            with self._starting:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="waker", daemon=True)
                    self._thread.start()

    def _run(self) -> None:
        pause, queue = threading.Event(), None
        while True:
            self._asked.wait()
            self._asked.clear()
            try:
                queue = queue or self._open()
                queue.ask(SWEEP)
            except Exception:
                # The worker looks by itself every second; only this quick way is lost.
                log.exception("the worker could not be woken")
            pause.wait(_WAKE_SECONDS)
