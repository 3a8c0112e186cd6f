"""A county of its own, whose keys are pressed in this process while its server is another one."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from plugins.call_button.models.calls import Call, Press
from plugins.call_button.models.devices import Device
from tests.browser.conftest import INTRANET, NewCounty
from tools.calling import Walls, switch_on, walls
from tools.running import Site, server_of


@dataclass
class Homes:
    """The homes of the village of `secretary`, each with a device that has not been pressed yet."""

    walls: Walls
    server: subprocess.Popen[bytes]
    secretary: dict[str, Any]
    free: list[Any] = field(default_factory=list)

    def device(self, place: str = "卧室床头", kind: str = "button") -> Device:
        """A device in the next home."""
        return self.walls.hang(self.free.pop(), place, kind)

    def press(self, device: Device, key: str = "1", message_id: str = "") -> Press:
        """A key is pressed."""
        return self.walls.press(device, key, message_id)

    def call(self, call_id: int) -> Call:
        """A call as it is now."""
        row: Call = Call.unscoped("a test looks at it").where(Call.id == call_id).get()
        return row

    def stop(self) -> Callable[[], None]:
        """The server stands still, as a cut line looks; the value lets it go on."""
        self._tell(signal.SIGSTOP)
        return self.go_on

    def go_on(self) -> None:
        """It runs on."""
        self._tell(signal.SIGCONT)

    def _tell(self, number: signal.Signals) -> None:
        waiting = [self.server.pid]
        while waiting:
            pid = waiting.pop()
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            waiting += map(int, children)
            os.kill(pid, number)


@pytest.fixture(scope="module")
def _running(tmp_path_factory: pytest.TempPathFactory, new_county: NewCounty) -> Iterator[tuple[Site, Homes]]:
    data = tmp_path_factory.mktemp("calls") / "data"
    seed = new_county(data)
    switch_on(data)
    with server_of(data) as (url, server), walls(data) as there:
        site = Site(url.replace("127.0.0.1", INTRANET), seed)
        # The seed lets calls ring in the first village: here a quiet one is wanted.
        secretary = site.account("secretary", village=1)
        homes = there.homes(secretary["area_code"], 200)
        yield site, Homes(there, server, secretary, homes[::-1])


@pytest.fixture(scope="module")
def site(_running: tuple[Site, Homes]) -> Site:
    """The county whose keys can be pressed."""
    return _running[0]


@pytest.fixture
def homes(_running: tuple[Site, Homes]) -> Iterator[Homes]:
    """Its homes; what rings at the end of a test is over afterwards."""
    from core.clock import now
    from core.db import unit_of_work
    from plugins.call_button.services.changes import next_change

    homes = _running[1]
    yield homes
    homes.go_on()
    with unit_of_work(housekeeping="what a test left"):
        for row in Call.unscoped("what a test left").where(Call.ended_at.is_null()):
            over = {"state": "done", "ended_at": now(), "climbs_at": None, "changed": next_change()}
            Call.update(**over).where(Call.id == row.id).execute()
