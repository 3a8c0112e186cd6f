"""Bridge and broker killed under presses: every press that the broker acknowledged is in exactly one call."""

import itertools
import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.app import load_plugins
from core.county import County, close_county, open_county
from core.db import database
from core.heartbeat import companion_sign
from core.testing import TestHousehold
from plugins.call_button.bridge_figures import NAME
from tests.plugins.call_button.bridging import BridgeProcess, hang, mistakes, press, presses
from tests.proofs.conftest import Figures
from tests.proofs.disks import tight
from tests.proofs.sizes import SIZE
from tools.mosquitto import Mosquitto, Publisher, wait_until

pytestmark = [pytest.mark.proof, pytest.mark.broker]
DEVICES, A_SECOND, COPIES = 100, 20, 3
READY_SECONDS, STORED_SECONDS = 60.0, 120.0


@pytest.fixture
def county_plugins() -> list[str]:
    """Only the call button."""
    return ["call_button"]


@pytest.fixture
def callers(county: County, people: list[TestHousehold]) -> list[str]:
    """The names of a hundred callers."""
    load_plugins(county)
    return [hang(people[0].id, f"cb-{number}").source for number in range(DEVICES)]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker that may be killed."""
    running = Mosquitto(tmp_path / "broker")
    yield running
    running.stop()


@pytest.fixture
def make_bridge(county: County, broker: Mosquitto, tmp_path: Path) -> Iterator[Callable[..., BridgeProcess]]:
    """Makes the bridge, or another program in its place."""
    made: list[BridgeProcess] = []

    def make(program: str = "core.cli", data: Path | None = None) -> BridgeProcess:
        url = f"mqtt://127.0.0.1:{broker.port}"
        made.append(BridgeProcess(data or county.data, url, tmp_path / "bridge.log", program))
        return made[-1]

    yield make
    for bridge in made:
        bridge.close()


class Pressing:
    """Presses, round the callers, each sent three times; `acknowledged` are those of which one copy was."""

    def __init__(self, publisher: Publisher, callers: list[str]) -> None:
        self._publisher = publisher
        self._next = itertools.cycle(callers)
        self._numbers = itertools.count(1)
        self._sent: dict[tuple[str, int], list[int]] = {}

    def go_on(self, seconds: float, *, apart: float = 0.0) -> None:
        """Press for so long; copies are sent `apart` seconds after each other."""
        until = time.monotonic() + seconds
        later: list[tuple[float, str, int]] = []
        while time.monotonic() < until or later:
            if time.monotonic() < until:
                source, number = next(self._next), next(self._numbers)
                later += [(time.monotonic() + copy * apart, source, number) for copy in range(COPIES)]
            due = [each for each in later if each[0] <= time.monotonic()]
            later = [each for each in later if each not in due]
            for _, source, number in due:
                mid = self._publisher.publish(f"gridgov/{source}/press", press(number))
                self._sent.setdefault((source, number), []).append(mid)
            time.sleep(1 / A_SECOND)

    @property
    def acknowledged(self) -> list[tuple[str, int]]:
        """Who pressed, and the number of the press."""
        known = self._publisher.acknowledged
        return [key for key, mids in self._sent.items() if known.intersection(mids)]

    def await_acknowledged(self) -> None:
        """Until the broker has acknowledged every copy."""
        every = {mid for mids in self._sent.values() for mid in mids}
        wait_until(lambda: every <= self._publisher.acknowledged, seconds=STORED_SECONDS)


@pytest.fixture
def pressing(broker: Mosquitto, callers: list[str]) -> Iterator[Pressing]:
    """A gateway that many callers send through."""
    publisher = Publisher(broker.port, name="gateway")
    wait_until(lambda: publisher.is_connected)
    yield Pressing(publisher, callers)
    publisher.close()


def is_connected() -> bool:
    with database.connection_context():
        sign = companion_sign(NAME)
    return sign is not None and sign.figures["connected"] == 1


def begin(bridge: BridgeProcess, pressing: Pressing) -> None:
    """Start it, and press until something of that is stored.

    What comes before the broker has ever seen it is nobody's to keep: the first time it is waited for.
    """
    before = len(presses())
    bridge.start()
    if not before:
        wait_until(is_connected, READY_SECONDS, bridge.said())
    deadline = time.monotonic() + READY_SECONDS
    while len(presses()) == before:
        assert time.monotonic() < deadline, bridge.said()
        pressing.go_on(0.2)


def await_stored(pressing: Pressing, bridge: BridgeProcess, seconds: float = STORED_SECONDS) -> None:
    pressing.await_acknowledged()
    deadline = time.monotonic() + seconds
    while found := mistakes(pressing.acknowledged):
        assert time.monotonic() < deadline, (found[:10], bridge.said())
        time.sleep(0.2)


def test_a_killed_bridge_loses_no_press_and_doubles_none(
    pressing: Pressing, make_bridge: Callable[..., BridgeProcess], figures: Figures
) -> None:
    chance, bridge = random.Random(8), make_bridge()
    begin(bridge, pressing)
    for _ in range(SIZE.bridge_kills):
        pressing.go_on(chance.uniform(0.05, 1.0))
        bridge.end(signal.SIGKILL)
        pressing.go_on(chance.uniform(0.05, 0.5))
        begin(bridge, pressing)
    await_stored(pressing, bridge)
    figures(f"{SIZE.bridge_kills} kills of the bridge, {len(presses())} presses, none lost, none doubled")


def test_a_killed_broker_loses_no_press_that_it_has_acknowledged(
    pressing: Pressing, broker: Mosquitto, make_bridge: Callable[..., BridgeProcess], figures: Figures
) -> None:
    chance, bridge = random.Random(9), make_bridge()
    begin(bridge, pressing)
    for number in range(SIZE.broker_kills):
        pressing.go_on(chance.uniform(0.1, 0.6), apart=0.2)
        if number % 2:
            bridge.end(signal.SIGKILL)
        pressing.go_on(chance.uniform(0.1, 0.6), apart=0.2)
        broker.kill()
        time.sleep(chance.uniform(0, 0.5))
        broker.start()
        if number % 2:
            begin(bridge, pressing)
    await_stored(pressing, bridge)
    figures(f"{SIZE.broker_kills} kills of the broker, {len(presses())} presses, none lost, none doubled")


def test_control_a_bridge_that_acknowledges_before_it_has_stored_is_found_out(
    pressing: Pressing, make_bridge: Callable[..., BridgeProcess]
) -> None:
    chance, bridge = random.Random(10), make_bridge("tests.proofs.hasty_bridge")
    begin(bridge, pressing)
    for _ in range(10):
        pressing.go_on(chance.uniform(0.5, 1.0))
        bridge.end(signal.SIGKILL)
        begin(bridge, pressing)
        pressing.await_acknowledged()
        time.sleep(1)
        if any("acknowledged" in mistake for mistake in mistakes(pressing.acknowledged)):
            return
    pytest.fail("no lost press was found after ten kills")


@pytest.mark.disks
def test_on_a_full_disk_the_broker_keeps_what_cannot_be_stored(
    county: County, pressing: Pressing, make_bridge: Callable[..., BridgeProcess], tmp_path: Path
) -> None:
    close_county()
    with tight(tmp_path, 48) as disk:
        open_county(Path(shutil.copytree(county.data, disk.place / "county")))
        bridge = make_bridge(data=disk.place / "county")
        begin(bridge, pressing)
        disk.fill()
        pressing.go_on(2)
        stored = len(presses())
        pressing.go_on(2)
        assert len(presses()) - stored < A_SECOND  # what had room already
        bridge.end(signal.SIGTERM)  # it lets go of what it could not store, and has acknowledged none of it
        bridge.start()
        disk.empty()
        await_stored(pressing, bridge)
        bridge.end(signal.SIGTERM)
        close_county()
