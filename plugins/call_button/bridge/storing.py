"""Stores what the listener has put into the queue, batch by batch, and acknowledges after the commit."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from core.db import database, is_outage, unit_of_work
from core.devices import DeviceInput
from plugins.call_button.bridge import pulse as figures
from plugins.call_button.bridge.message import Message
from plugins.call_button.bridge.pulse import Pulse
from plugins.call_button.refusal_words import FAILED
from plugins.call_button.services.refusals import keep_refused

log = logging.getLogger(__name__)

# A batch is what has come, and what comes within a moment: one commit for many when there is much.
LARGEST_BATCH = 400
GATHER_SECONDS = 0.003
PAUSES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_LOOK_SECONDS = 0.5

TakeAll = Callable[[Sequence[tuple[str, DeviceInput]]], Any]


class Storing:
    """A thread that empties `messages` by `take_all` (services.readings) and then calls `acknowledge`.

    Where the database cannot store (busy, gone, full) nothing is acknowledged and the same batch is tried
    again with growing pauses, for as long as it takes.
    """

    def __init__(
        self,
        messages: "queue.Queue[Message]",
        take_all: TakeAll,
        acknowledge: Callable[[Iterable[Message]], None],
        pulse: Pulse,
    ) -> None:
        self._messages, self._take_all = messages, take_all
        self._acknowledge, self._pulse = acknowledge, pulse
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="storing", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch in work, or give it up where it cannot be stored; the broker has it still."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if batch := self._gather():
                    self._store(batch)
            except Exception:
                # Nothing was acknowledged: the broker sends it again at the next connection.
                log.exception("a batch was given up")

    def _gather(self) -> list[Message]:
        try:
            batch = [self._messages.get(timeout=_LOOK_SECONDS)]
        except queue.Empty:
            return []
        until = time.monotonic() + GATHER_SECONDS
        while len(batch) < LARGEST_BATCH:
            try:
                batch.append(self._messages.get(timeout=max(0.0, until - time.monotonic())))
            except queue.Empty:
                break
        return batch

    def _store(self, batch: list[Message]) -> None:
        tries = 0
        while not self._stored(batch):
            self._pulse.say(figures.HELD_UP, 1)
            if self._stopping.wait(PAUSES[min(tries, len(PAUSES) - 1)]):
                return
            tries += 1
        self._pulse.say(figures.HELD_UP, 0)
        self._pulse.add(figures.STORED, len(batch))

    def _stored(self, batch: list[Message]) -> bool:
        """Whether it is stored, and acknowledged; False: not now."""
        try:
            with database.connection_context():
                self._take_all([(driver, each.content) for each in batch for driver in each.drivers])
        except Exception as error:
            if is_outage(error):
                log.warning("%s messages cannot be stored now: %s", len(batch), error)
                return False
            log.exception("%s messages could not be stored together", len(batch))
            return self._one_by_one(batch)
        self._acknowledge(batch)
        return True

    def _one_by_one(self, batch: list[Message]) -> bool:
        """A mistake of ours: each by itself, so that one harms no other; what fails is kept as refused."""
        for each in batch:
            for driver in each.drivers:
                try:
                    with database.connection_context():
                        self._take_all([(driver, each.content)])
                except Exception as error:
                    if is_outage(error):
                        return False
                    log.exception("a message of %s could not be stored", driver)
                    if not self._refused(driver, each):
                        return False
            self._acknowledge([each])
        return True

    def _refused(self, driver: str, message: Message) -> bool:
        try:
            with (
                database.connection_context(),
                unit_of_work(housekeeping="a message that cannot be stored is kept as it came"),
            ):
                keep_refused(message.content, driver, FAILED)
        except Exception as error:
            if is_outage(error):
                return False
            log.exception("a message of %s could not even be refused", driver)
        return True
