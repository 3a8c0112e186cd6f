"""A village with callers on its walls."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from core.app import load_plugins
from core.county import County
from core.testing import TestHousehold
from tests.plugins.call_button.bridging import Bridge
from tests.plugins.call_button.device_people import Wall
from tools.mosquitto import Mosquitto, Publisher, wait_until


@pytest.fixture
def county_plugins() -> list[str]:
    """Only the call button."""
    return ["call_button"]


@pytest.fixture
def wall(frozen_clock: Callable[[datetime], None], people: list[TestHousehold]) -> Wall:
    """Homes, on a Monday morning."""
    return Wall(people, frozen_clock)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    """A Mosquitto that takes in anybody of this machine."""
    running = Mosquitto(tmp_path / "broker")
    yield running
    running.stop()


@pytest.fixture
def bridge(county: County, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bridge]:
    """The bridge of this county, in a thread; it is not started yet."""
    load_plugins(county)
    made = Bridge(county, monkeypatch)
    yield made
    made.stop()


@pytest.fixture
def publisher(broker: Mosquitto) -> Iterator[Publisher]:
    """A gateway at the broker."""
    client = Publisher(broker.port, name="gateway")
    wait_until(lambda: client.is_connected)
    yield client
    client.close()
