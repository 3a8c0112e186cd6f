"""The worker process: hands out events and runs periodic jobs, beside the web or by itself.

Its main thread only looks after things: switches, what is due, what hangs, whether its parent lives.
The work is done by huey's threads. It may be killed at any time: the outbox knows what is open.
"""

import contextlib
import json
import logging
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

from core import events, schedule, watch
from core.app import core_chains, load_plugins
from core.county import County, close_county, database_url, open_county
from core.db import database
from core.delivery import HANDLER_SECONDS, Deliverer, due_plugins, note_failure
from core.heartbeat import BEAT_SECONDS, beat, end_beat
from core.jobs import DELIVER, JOB, QUEUE_PURPOSE, SWEEP, open_queue
from core.lanes import leave_lane
from core.memory import renewing, starting
from core.migrations import upgrade
from core.plugin_host.state import generation
from core.plugin_manager import describe
from core.running import stay_running
from core.watch import Call

log = logging.getLogger(__name__)

# Exit status of a process that had to go because a plugin's code does not end: start it again.
HUNG = 75
LAST_WORDS = "worker-last-words.json"
# A handler may hold a transaction this long at most: on SQLite every counter waits for it.
TRANSACTION_SECONDS = 4.0
STOP_SECONDS = 30.0
_TICK, _SWITCHES, _SWEEP = 0.1, 0.3, 1.0
_OTHERS_SECONDS = 3.0
_NO_TICK_SECONDS = 15.0


class WorkerProcess:
    """One worker of an open county. `parent`: whose end is this one's too."""

    def __init__(self, county: County, *, limit: float = HANDLER_SECONDS, parent: int | None = None) -> None:
        self._county, self._parent = county, parent
        self.name = f"{_house(parent)}/{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(3)}"
        self._deliverer = Deliverer(self.name, limit)
        self._stopping = self._deliverer.stopping
        with database.connection_context():
            self._load()
            self._read_last_words()
        secret = county.keys.sign(QUEUE_PURPOSE)
        self._queue = open_queue(database_url(county.data), county.data, secret, self._perform)
        self._rounds = [
            _Round(_SWITCHES, self._follow_switches),
            _Round(_SWEEP, self._sweep),
            _Round(BEAT_SECONDS, self._beat),
        ]

    def run(self) -> int:
        """Work until SIGTERM, SIGINT or the parent's end; the delivery in work is finished. Exit status."""
        consumer = self._queue.consumer()
        consumer.start()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: self._stopping.set())
        while not self._stopping.wait(_TICK):
            if self._parent is not None and os.getppid() != self._parent:
                self._stopping.set()
            self._look_after_calls()
            for each in self._rounds:
                each.go()
        consumer.stop_flag.set()
        threads = [thread for _, thread in consumer.worker_threads]
        deadline = time.monotonic() + STOP_SECONDS
        while any(thread.is_alive() for thread in threads) and time.monotonic() < deadline:
            self._look_after_calls()
            time.sleep(_TICK / 2)
        watch.disarm()
        with contextlib.suppress(Exception), database.connection_context():
            end_beat(self.name)
        return 0

    def _load(self) -> None:
        watch.disarm()  # a migration may take its time
        upgrade(core_chains())
        # Read before loading, so that a switch turned meanwhile is seen at the next look.
        self._generation = generation()
        self._manager = load_plugins(self._county)

    def _follow_switches(self) -> None:
        if generation() != self._generation:
            with renewing():
                self._load()
            log.info("plugins loaded anew: %s", ", ".join(self._manager.loaded))

    def _sweep(self) -> None:
        for plugin in due_plugins(self._manager):
            self._queue.ask(DELIVER, plugin)
        for name, (_, job) in self._manager.jobs().items():
            if schedule.is_due(job):
                self._queue.ask(JOB, name)

    def _beat(self) -> None:
        beat(self.name)
        schedule.keep_alive(self.name)

    def _perform(self, work: str, *values: str) -> None:
        """In one of huey's threads."""
        with database.connection_context():
            if work == SWEEP:
                self._sweep()
            elif work == DELIVER:
                self._deliverer.deliver(self._manager, *values)
            elif work == JOB:
                self._run_job(*values)

    def _run_job(self, name: str) -> None:
        manager = self._manager
        owner, job = manager.jobs().get(name, ("", None))
        run_id = schedule.claim(job, self.name) if job is not None else None
        if job is None or run_id is None:
            return
        with self._deliverer.watch.over(owner, f"任务 {name}", schedule.JOB_SECONDS):
            failure = schedule.run(run_id, job, describe)
        if failure is not None:
            manager.note_error(owner, name, failure)

    def _look_after_calls(self) -> None:
        # Nothing of Python runs while C code of a plugin hangs; this timer does not need it.
        watch.arm(_NO_TICK_SECONDS)
        call = self._deliverer.watch.overdue(TRANSACTION_SECONDS)
        if call is not None:
            self._give_up(call)

    def _give_up(self, call: Call) -> None:
        seconds = time.monotonic() - call.began
        holds = call.thread in events.holding
        cause = f"on_event：{call.what} 处理了 {seconds:.0f} 秒还没有结束" + (
            "，并占着数据库" if holds else ""
        )
        words = {"plugin": call.plugin, "cause": cause, "delivery_id": call.delivery_id, "worker": self.name}
        file = self._county.data / LAST_WORDS
        file.write_text(json.dumps(words, ensure_ascii=False), "utf-8")
        if not holds:  # else nothing can be written before this process is gone
            self._stopping.set()
            self._let_others_end(call)
            with contextlib.suppress(Exception), database.connection_context():
                self._read_last_words()
        log.error("a plugin does not end; this process ends instead: %s", cause)
        logging.shutdown()
        os._exit(HUNG)

    def _let_others_end(self, call: Call) -> None:
        deadline = time.monotonic() + _OTHERS_SECONDS
        while self._deliverer.watch.others(call) and time.monotonic() < deadline:
            time.sleep(_TICK / 2)

    def _read_last_words(self) -> None:
        """Put into effect why a worker process ended: its plugin is quarantined, its event has failed."""
        file = self._county.data / LAST_WORDS
        with contextlib.suppress(FileNotFoundError, ValueError):
            words = json.loads(file.read_text("utf-8"))
            self._manager.quarantine(words["plugin"], words["cause"])
            if words["delivery_id"] is not None:
                note_failure(words["delivery_id"], words["cause"])
            leave_lane(words["plugin"], words["worker"])
        file.unlink(missing_ok=True)


def _house(parent: int | None) -> str:
    """What stands longer than this process: the service that starts it again, or else this boot."""
    try:
        if parent is None:
            return Path("/proc/sys/kernel/random/boot_id").read_text("ascii")[:8]
        # A number may be given to another process; with the moment of its start it is one of a kind.
        started = Path(f"/proc/{parent}/stat").read_text("utf-8").rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return str(parent)
    return f"{parent}-{started}"


class _Round:
    """Something to do every so many seconds; a failure is logged and tried again."""

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        self._seconds, self._act = seconds, act
        self._next = 0.0

    def go(self) -> None:
        """Do it if it is time."""
        if time.monotonic() < self._next:
            return
        try:
            with database.connection_context():
                self._act()
        except Exception:
            log.exception("%s failed and is tried again", self._act.__name__)
        self._next = time.monotonic() + self._seconds


def run_worker(data: Path, *, limit: float, parent: int | None) -> int:
    """Open the county in `data` and work for it; see `WorkerProcess.run`. Raises ConfigError."""
    county = open_county(data)
    stay_running(data)
    try:
        with starting():
            process = WorkerProcess(county, limit=limit, parent=parent)
        return process.run()
    finally:
        close_county()
