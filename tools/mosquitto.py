"""A real Mosquitto in a folder of its own, on a free port of this machine (Debian's package brings it)."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

START_SECONDS = 20.0
_PLAIN = """
listener {port} 127.0.0.1
allow_anonymous true
persistence true
persistence_location {folder}/
autosave_on_changes true
autosave_interval 1
max_queued_messages 1000000
max_inflight_messages 400
"""


def program(name: str = "mosquitto") -> str:
    """Where it is; Debian keeps it off the path of people."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    assert found is not None, "install Debian's package mosquitto"
    return found


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Mosquitto:
    """A running broker: `stop`, `kill`, `start` again with what it has kept. `conf`: its file of settings."""

    def __init__(self, folder: Path, conf: Path | None = None, port: int | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.port = port or find_port()
        self.conf = conf or folder / "mosquitto.conf"
        if conf is None:
            self.conf.write_text(_PLAIN.format(port=self.port, folder=folder))
        # As root it would become another user, who may not enter a folder of pytest's.
        self._conf = folder / "as-we-are.conf"
        self._log = folder / "mosquitto.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self._conf.write_text(self.conf.read_text() + "\nuser root\n")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([program(), "-c", self._conf], stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert self._process.poll() is None, self._log.read_text()
                assert time.monotonic() < deadline, self._log.read_text()
                time.sleep(0.02)
            else:
                return

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    def end(self, number: int) -> None:
        """Send it a signal and wait for its end."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(20)
            self._process = None

    def stop(self) -> None:
        """In order: it writes down what it has."""
        self.end(signal.SIGTERM)

    def kill(self) -> None:
        """Outright."""
        self.end(signal.SIGKILL)

    def reload(self) -> None:
        """Read users and rules anew."""
        assert self._process is not None
        self._process.send_signal(signal.SIGHUP)


class Publisher:
    """A device or gateway at the broker; with a fixed name and session, as gateways have it."""

    def __init__(
        self, port: int, user: str = "", password: str = "", ca_file: Path | None = None, name: str = ""
    ) -> None:
        self.acknowledged: set[int] = set()
        self.heard: list[tuple[str, bytes]] = []
        self.refused: list[str] = []
        self._client = Client(CallbackAPIVersion.VERSION2, client_id=name, clean_session=not name)
        self._client.max_inflight_messages_set(100)
        if user:
            self._client.username_pw_set(user, password)
        if ca_file is not None:
            self._client.tls_set(str(ca_file))
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = self._on_connect
        self._client.on_publish = lambda _, __, mid, *___: self.acknowledged.add(mid)
        self._client.on_message = self._on_message
        self._client.connect_async("127.0.0.1", port)
        self._client.loop_start()

    def _on_connect(self, _: Client, __: object, ___: object, reason: object, ____: object) -> None:
        if getattr(reason, "is_failure", False):
            self.refused.append(str(reason))

    def _on_message(self, _: Client, __: object, message: MQTTMessage) -> None:
        self.heard.append((message.topic, bytes(message.payload)))

    def subscribe(self, topic: str) -> None:
        """Hear what comes there."""
        self._client.subscribe(topic, 1)

    @property
    def is_connected(self) -> bool:
        """Whether the broker has taken it in."""
        return self._client.is_connected()

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> int:
        """Send it, or keep it until there is a connection; returns its number."""
        return int(self._client.publish(topic, payload, qos, retain).mid)

    def close(self) -> None:
        """Take leave."""
        self._client.disconnect()
        self._client.loop_stop()


def wait_until(is_so: Callable[[], object], seconds: float = 30.0, what: str = "") -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, what or "it did not come to pass"
        time.sleep(0.01)
