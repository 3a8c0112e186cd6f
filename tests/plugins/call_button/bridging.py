"""The bridge at work beside a test, and what came of the presses that were sent to it."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from core.clock import now
from core.county import County
from core.db import database
from core.testing import VILLAGE
from plugins.call_button.models.calls import Call, Press
from plugins.call_button.models.devices import Device

ROOT = Path(__file__).parents[3]
GENERIC = "call_button.generic_mqtt"


class Bridge:
    """`plugins.call_button.bridge.run` in a thread of this process: errors in it fail the test."""

    def __init__(self, county: County, patch: pytest.MonkeyPatch) -> None:
        self._county, self._patch = county, patch
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, url: str) -> None:
        """Listen to the broker at `url`; empty: to none."""
        from plugins.call_button.bridge.run import run

        self._patch.setenv("GRIDGOV_MQTT", url)
        self._patch.setattr("plugins.call_button.bridge.pulse.BEAT_SECONDS", 0.2)
        self._stopping.clear()
        self._thread = threading.Thread(target=run, args=(self._stopping,))
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether it still is."""
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """As a service manager does."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(30)
            assert not self._thread.is_alive()
            self._thread = None


class BridgeProcess:
    """`gridgov bridge --only call_button.bridge`: may be killed. `program`: another one in its place."""

    def __init__(
        self, data: Path, url: str, log: Path, program: str = "core.cli", **environment: str
    ) -> None:
        self._words = [sys.executable, "-m", program]
        if program == "core.cli":
            self._words += ["bridge", "--only", "call_button.bridge"]
        self._words += ["--data", str(data)]
        self._environment = {**os.environ, "GRIDGOV_MQTT": url, **environment}
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Begin; it takes a second or two until it listens."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._words, cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )

    def end(self, number: int = signal.SIGKILL) -> int:
        """Kill it, or ask it to end; returns its exit status."""
        assert self._process is not None
        assert self._process.poll() is None, self.said()
        self._process.send_signal(number)
        return self._process.wait(40)

    def said(self) -> str:
        """The end of its log."""
        return self._log.read_text("utf-8", "replace")[-3_000:]

    def close(self) -> None:
        """Kill what still runs."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait(20)


def hang(household_id: int, source: str, **more: Any) -> Device:
    """A caller that speaks MQTT by itself."""
    values: dict[str, Any] = {
        "area_code": VILLAGE,
        "household_id": household_id,
        "kind": "button",
        "driver": GENERIC,
        "model": "generic_4",
        "registered_at": now(),
        "registered_by": 1,
    }
    return Device.create(source=source, **{**values, **more})


def press(number: int | None = None, key: str = "1", **more: Any) -> bytes:
    """What a caller sends; without a number time alone tells one press from the next."""
    numbered = {} if number is None else {"number": number}
    return json.dumps({"key": key, **numbered, **more}).encode()


def presses() -> list[tuple[str, int | None]]:
    """(source, call) of every press, oldest first."""
    with database.connection_context():
        sources = {device.id: device.source for device in Device.unscoped("a test looks")}
        rows = Press.unscoped("a test looks").order_by(Press.id)
        return [(sources[row.device_id], row.call_id) for row in rows]


def call_count() -> int:
    """How many calls there are."""
    with database.connection_context():
        return int(Call.unscoped("a test counts").count())


def mistakes(sent: Iterable[tuple[str, int]]) -> list[str]:
    """Of (source, number) that the broker has acknowledged: what is lost, doubled, or in no call.

    Numbers are `message_id`s, of which the digests are made; presses are told apart by them.
    """
    wanted = set(sent)
    with database.connection_context():
        devices = {device.id: device.source for device in Device.unscoped("a test looks")}
        found = [
            (devices[row.device_id], row.call_id) for row in Press.unscoped("a test looks") if row.key == "1"
        ]
        calls = {row.id: devices[row.device_id] for row in Call.unscoped("a test looks")}
    said = []
    for source in sorted({source for source, _ in wanted}):
        count = sum(1 for name, _ in found if name == source)
        expected = sum(1 for name, _ in wanted if name == source)
        if count != expected:
            said.append(f"{source}: {expected} acknowledged, {count} stored")
    said += [f"{source}: a press in no call" for source, call in found if call not in calls]
    said += [f"{source}: in another's call" for source, call in found if calls.get(call, source) != source]
    open_calls = list(calls.values())
    said += [f"{source}: several calls" for source in set(open_calls) if open_calls.count(source) > 1]
    return said
