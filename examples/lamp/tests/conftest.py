"""The county of every test here has the call button and this plugin on; beside it runs a real Mosquitto."""

import json
import shutil
import socket
import subprocess
import time
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

IS_INSTALLED = any(point.name == "lamp" for point in entry_points(group="gridgov.plugins"))


@pytest.fixture
def county_plugins() -> list[str]:
    """What the test county allows and switches on."""
    return ["call_button", "lamp"]


@pytest.fixture
def county_plugin_folder() -> Path | None:
    """Where the core looks for plugins that are not installed."""
    return None if IS_INSTALLED else Path(__file__).parent.parent


@pytest.fixture
def port():
    """One that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def county_sections(port) -> str:
    """The lamps' broker is this machine."""
    return f'[plugin.lamp]\nhost = "127.0.0.1"\nport = {port}\ntls = false\n'


@pytest.fixture
def start_broker(port, tmp_path):
    """Starts a Mosquitto on `port`."""
    program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    assert program is not None, "install Debian's package mosquitto"
    settings = tmp_path / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\n")
    running = []

    def start() -> None:
        log = subprocess.DEVNULL
        running.append(subprocess.Popen([program, "-c", settings], stdout=log, stderr=log))
        for _ in range(500):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        pytest.fail("Mosquitto did not start")

    yield start
    for process in running:
        process.terminate()
        process.wait(10)


class Lamp:
    """What a lamp hears: (topic, word)."""

    def __init__(self, port: int) -> None:
        self.heard: list[tuple[str, str]] = []
        self.is_ready = False
        self._client = Client(CallbackAPIVersion.VERSION2)
        self._client.on_connect = lambda *_: self._client.subscribe("lamps/#", 1)
        self._client.on_subscribe = lambda *_: setattr(self, "is_ready", True)
        self._client.on_message = lambda _, __, said: self.heard.append((said.topic, said.payload.decode()))
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()
        self.wait_until(lambda: self.is_ready)

    def wait_until(self, is_so) -> None:
        """At most ten seconds."""
        for _ in range(1000):
            if is_so():
                return
            time.sleep(0.01)
        pytest.fail(f"heard {self.heard}")

    def close(self) -> None:
        """Hear no more."""
        self._client.disconnect()
        self._client.loop_stop()


@pytest.fixture
def lamp(start_broker, port):
    """A lamp that is connected."""
    start_broker()
    listening = Lamp(port)
    yield listening
    listening.close()


@pytest.fixture
def press(app, people, actor):
    """Lets a caller's key be pressed: `press(number, key="1")`; returns the call's id."""
    from core.clock import now
    from core.devices import DeviceInput
    from core.testing import VILLAGE
    from plugins.call_button.services.readings import take
    from plugins.call_button.services.registering import Hardware, NewDevice, register_device

    secretary = actor("secretary", VILLAGE)
    hardware = Hardware("call_button.generic_mqtt", "generic_4", "cb-1")
    register_device(secretary, NewDevice(hardware, people[0].id))

    def send(number: int, key: str = "1"):
        body = json.dumps({"key": key, "number": number}).encode()
        (outcome,) = take(hardware.driver, DeviceInput("gridgov/cb-1/press", body, now()))
        return outcome.call_id

    send.secretary = secretary
    return send
