"""Companions of plugins: kept running beside the web or alone, gone when their plugin is switched off."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from core.cli.context import opened
from core.plugin_host.settings import change
from core.plugin_manager import SYSTEM
from tests.core.cli.conftest import GRIDGOV, Server, clean_environment

MANIFEST = '[companions]\nlisten = "listener.listening:listen"'
LISTENING = """
import os
from datetime import datetime
from pathlib import Path

from core.clock import now
from core.county import county, plugins
from core.heartbeat import beat_companion


def listen(stopping):
    folder = county().data.parent / "listening"
    folder.mkdir(exist_ok=True)
    mark = folder / str(os.getpid())
    mark.write_text("")
    from core.db import database
    with database.connection_context():
        beat_companion("listener.listen", {"heard": 3}, started_at=now())
    while not stopping.wait(0.05):
        mark.write_text(" ".join(plugins().loaded))
    mark.unlink()
"""
SETTING = """
from core.fields import Strict
from core.hookspecs import hookimpl
from marshmallow import fields

class Settings(Strict):
    number = fields.Integer(load_default=5)

@hookimpl
def register_settings():
    return Settings()
"""
CRASHING = "def listen(stopping):\n    raise RuntimeError('no ears')\n"


def wait_until(is_so: Callable[[], object], seconds: float = 40.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@dataclass(frozen=True)
class Running:
    """A `gridgov bridge` and what it writes."""

    process: subprocess.Popen[bytes]
    log: Path


@pytest.fixture
def folder(data: Path, allow: Callable[..., None], write_plugin: Callable[..., Path]) -> Path:
    """The folder of plugins, with one that listens."""
    allow("listener")
    return write_plugin("listener", SETTING, manifest=MANIFEST, __init__="", listening=LISTENING)


def listening(data: Path) -> list[int]:
    """The processes of the companion that are at work, by their own word."""
    found = data.parent / "listening"
    return [int(file.name) for file in found.iterdir()] if found.is_dir() else []


def alive(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def switch(run: Callable[..., Any], data: Path, folder: Path, how: str) -> None:
    assert run("plugin", how, "listener", "--data", data, GRIDGOV_PLUGINS=str(folder)).status == 0


@pytest.fixture
def served(data: Path, folder: Path, start: Callable[..., Server], run: Callable[..., Any]) -> Server:
    """`gridgov serve` with the plugin switched on and its companion at work."""
    switch(run, data, folder, "enable")
    server = start("serve", "--data", data, GRIDGOV_PLUGINS=str(folder))
    wait_until(lambda: listening(data))
    return server


def test_serve_keeps_a_companion_running_and_ends_it_with_itself(data: Path, served: Server) -> None:
    (first,) = listening(data)
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: set(listening(data)) - {first})
    (second,) = set(listening(data)) - {first}
    status, out = served.stop()
    assert status == 0
    assert "Traceback" not in out
    assert not alive(second)
    assert second not in listening(data), "it ended by itself"


def test_a_companion_follows_the_switch_of_its_plugin(
    data: Path, folder: Path, served: Server, run: Callable[..., Any]
) -> None:
    (first,) = listening(data)
    switch(run, data, folder, "disable")
    wait_until(lambda: not alive(first))
    assert listening(data) == []
    switch(run, data, folder, "enable")
    wait_until(lambda: listening(data))
    assert served.get("/healthz")[0] == 200


def test_a_companion_goes_on_when_another_plugin_is_switched_and_begins_anew_with_its_own_settings(
    data: Path, folder: Path, served: Server, run: Callable[..., Any]
) -> None:
    (first,) = listening(data)

    def knows(name: str) -> bool:
        return name in (data.parent / "listening" / str(first)).read_text().split()

    for how, is_there in (("disable", False), ("enable", True)):
        assert run("plugin", how, "supervision", "--data", data, GRIDGOV_PLUGINS=str(folder)).status == 0
        wait_until(lambda wanted=is_there: knows("supervision") is wanted)  # type: ignore[misc]
    set_number(data, "supervision", {})
    set_number(data, "listener", {"number": 7})
    wait_until(lambda: listening(data) and listening(data) != [first])
    assert not alive(first)


def set_number(data: Path, plugin: str, values: dict[str, Any]) -> None:
    """Settings of a plugin are saved."""
    with opened(data) as there:
        change(
            *(SYSTEM, there.settings, there.keys, plugin), version=0, values=values, put_back=(), secret=()
        )


def test_a_companion_does_not_outlive_a_killed_serve(data: Path, served: Server) -> None:
    (pid,) = listening(data)
    served.process.kill()
    served.process.wait()
    wait_until(lambda: not alive(pid))


@pytest.fixture
def begin(data: Path, folder: Path, tmp_path: Path) -> Iterator[Callable[..., Running]]:
    """Starts `gridgov bridge`; what it writes stands in a file of the name given."""
    begun: list[subprocess.Popen[bytes]] = []

    def start(name: str, *options: str) -> Running:
        log = tmp_path / f"{name}.log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [GRIDGOV, "bridge", "--data", data, *options],
                env=clean_environment({"GRIDGOV_PLUGINS": str(folder)}),
                stderr=out,
            )
        begun.append(process)
        return Running(process, log)

    yield start
    for process in begun:
        if process.poll() is None:
            process.terminate()
            process.wait(40)


def test_bridge_runs_companions_alone_and_a_second_one_waits_for_the_first(
    data: Path, folder: Path, run: Callable[..., Any], begin: Callable[[str], Running]
) -> None:
    switch(run, data, folder, "enable")
    first = begin("first")
    wait_until(lambda: listening(data))
    (pid,) = listening(data)
    second = begin("second")
    wait_until(lambda: "runs already" in second.log.read_text())
    assert listening(data) == [pid]
    first.process.terminate()
    assert first.process.wait(40) == 0
    wait_until(lambda: listening(data) and listening(data) != [pid])


def test_a_standby_takes_over_at_once(
    data: Path, folder: Path, run: Callable[..., Any], begin: Callable[..., Running]
) -> None:
    switch(run, data, folder, "enable")
    both = begin("both", "--standby")
    wait_until(lambda: listening(data) and "runs already" in both.log.read_text())
    (first,) = listening(data)
    os.kill(first, signal.SIGKILL)
    killed = time.monotonic()
    wait_until(lambda: set(listening(data)) - {first})
    # It takes several times as long to start one.
    assert time.monotonic() - killed < 1.0


def test_an_error_of_a_companion_stands_beside_its_plugin(
    data: Path, folder: Path, run: Callable[..., Any], begin: Callable[[str], Running]
) -> None:
    (folder / "listener/listening.py").write_text(CRASHING)
    switch(run, data, folder, "enable")
    begin("crashing")

    def listed() -> str:
        return str(run("plugin", "list", "--data", data, GRIDGOV_PLUGINS=str(folder)).out)

    wait_until(lambda: "no ears" in listed())


def test_where_no_plugin_has_a_companion_there_is_nothing_to_run(
    data: Path, run: Callable[..., Any], allow: Callable[..., None], write_plugin: Callable[..., Path]
) -> None:
    folder = write_plugin("listener", manifest=MANIFEST, __init__="", listening=LISTENING)
    small = data.parent / "small.toml"
    areas = Path(__file__).parents[3] / "config" / "areas" / "341504.csv"
    county = f'[county]\ncode = "341504"\nname = "叶集区"\nareas = "{areas}"\n'
    small.write_text(county + '[plugins]\nallowed = ["grid"]\n', "utf-8")
    assert run("init", "--data", data.parent / "small", "--config", small).status == 0
    run("bridge", "--data", data.parent / "small", GRIDGOV_PLUGINS=str(folder)).refused(2, "没有常驻进程")
    allow("listener")
    run("bridge", "--data", data, "--only", "listener.other", GRIDGOV_PLUGINS=str(folder)).refused(
        2, "listener.other"
    )
