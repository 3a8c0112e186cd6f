"""Switching plugins while the county works: every server follows within a second, without restart."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.county import County, close_county
from core.testing_plugins import MANIFEST

PLUGIN = """
from flask import Blueprint
from core.access import public
from core.hookspecs import MenuItem, hookimpl

pages = Blueprint("trial", __name__, url_prefix="/trial")

@pages.get("/")
@public("trial")
def home():
    return "trial page"

@hookimpl
def register_pages():
    return [pages]

@hookimpl
def menu_items(actor):
    return [MenuItem("试验入口", "trial.home", "phone"), MenuItem("试验入口", "trial.home", "office")]
"""


Serve = Callable[[], "list[Server]"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@dataclass
class Server:
    """A real server process."""

    port: int
    process: subprocess.Popen[bytes]

    def text(self, path: str) -> str:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return str(answer.read().decode())
        except OSError:
            return ""

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0


def gridgov(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from core.cli import main; main()", *arguments]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def plugins(tmp_path: Path) -> Path:
    """A folder with one foreign plugin."""
    place = tmp_path / "plugins" / "trial"
    place.mkdir(parents=True)
    (place / "plugin.toml").write_text(MANIFEST.format(name="trial"), "utf-8")
    (place / "plugin.py").write_text(PLUGIN, "utf-8")
    return place.parent


@pytest.fixture
def data(county: County, plugins: Path) -> Path:
    """The county's folder, closed in this process, with the plugin allowed and on."""
    file = county.data / "config.toml"
    text = file.read_text("utf-8").replace("allowed = []", 'allowed = ["trial"]')
    file.write_text(text.replace("on = []", 'on = ["trial"]'), "utf-8")
    close_county()
    return county.data


@pytest.fixture
def run(data: Path, plugins: Path) -> Run:
    """Runs a gridgov command on the county, in a process of its own."""
    environment = {**os.environ, "GRIDGOV_PLUGINS": str(plugins)}

    def command(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            gridgov(*arguments, "--data", str(data)),
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return command


@pytest.fixture
def serve(data: Path, plugins: Path, tmp_path: Path) -> Iterator[Serve]:
    """Starts two server processes of one county, as an upgrade or a second machine room has them."""
    environment = {**os.environ, "GRIDGOV_PLUGINS": str(plugins)}
    started: list[Server] = []

    def start() -> list[Server]:
        for number in range(2):
            port = free_port()
            command = gridgov("serve", "--data", str(data), "--port", str(port))
            with (tmp_path / f"server-{number}.log").open("wb") as log:
                process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            started.append(Server(port, process))
        until(lambda: all(server.status("/") == 200 for server in started), 60)
        return started

    yield start
    for server in started:
        server.process.terminate()
    for server in started:
        server.process.wait(40)


def until(condition: Callable[[], bool], seconds: float) -> float:
    """Wait for `condition`; returns how long it took."""
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "it did not come true in time"
        time.sleep(0.02)
    return time.monotonic() - started


def asked_and_named(servers: list[Server], run: Run) -> bool:
    """Whether somebody noticed that the plugin is broken; people use the servers meanwhile."""
    assert {server.status("/") for server in servers} == {200}
    return "broken on purpose" in run("plugin", "list", "--json").stdout


def followed(servers: list[Server], status: int) -> float:
    """How long it took until every server answered `status` at the plugin's address."""
    return until(lambda: all(server.status("/trial/") == status for server in servers), 20)


def test_every_server_follows_a_switch_within_a_second_without_restart(serve: Serve, run: Run) -> None:
    servers = serve()
    followed(servers, 200)
    statuses: list[int] = []
    took: list[float] = []
    stop = threading.Event()

    def keep_asking() -> None:
        while not stop.is_set():
            statuses.append(servers[0].status("/"))

    people = threading.Thread(target=keep_asking)
    people.start()
    try:
        for verb, status in (("disable", 404), ("enable", 200)) * 2 + (("disable", 404),):
            done = run("plugin", verb, "trial")
            assert done.returncode == 0, done.stdout + done.stderr
            took.append(followed(servers, status))
    finally:
        stop.set()
        people.join()
    # The middle one, since other tests may hold the machine for a moment.
    assert sorted(took)[2] < 1, took
    assert set(statuses) == {200}, "people who work notice nothing"
    assert all(server.process.poll() is None for server in servers)


def test_a_failed_plugin_mended_on_disk_comes_back_by_retry_while_serving(
    serve: Serve, run: Run, plugins: Path
) -> None:
    file = plugins / "trial" / "plugin.py"
    assert run("plugin", "disable", "trial").returncode == 0
    servers = serve()
    file.write_text("raise SystemExit('broken on purpose')\n", "utf-8")
    run("plugin", "enable", "trial")
    # The servers learn of it by being asked something.
    until(lambda: asked_and_named(servers, run), 20)
    assert {server.status("/trial/") for server in servers} == {404}
    file.write_text(PLUGIN, "utf-8")
    assert run("plugin", "retry", "trial").returncode == 0
    followed(servers, 200)
    assert "broken on purpose" not in run("plugin", "list", "--json").stdout


def test_a_running_plugin_that_was_changed_on_disk_is_read_anew_by_every_server_after_retry(
    serve: Serve, run: Run, plugins: Path
) -> None:
    file = plugins / "trial" / "plugin.py"
    servers = serve()
    followed(servers, 200)
    for number, verbs in ((2, ("retry",)), (3, ("disable", "enable")), (4, ("retry",))):
        file.write_text(PLUGIN.replace("trial page", f"trial page, mended {number} times"), "utf-8")
        for verb in verbs:
            assert run("plugin", verb, "trial").returncode == 0
        mended = f"trial page, mended {number} times"
        until(lambda text=mended: [server.text("/trial/") for server in servers] == [text] * 2, 20)


def test_the_command_line_names_a_broken_plugin_without_importing_it(
    run: Run, plugins: Path, tmp_path: Path
) -> None:
    marker = tmp_path / "imported"
    code = f"import pathlib; pathlib.Path({str(marker)!r}).touch(); raise SystemExit(9)"
    (plugins / "trial" / "plugin.py").write_text(code, "utf-8")
    for verb in ("list", "disable", "enable", "retry"):
        done = run("plugin", verb, *([] if verb == "list" else ["trial"]))
        assert done.returncode == 0, done.stdout + done.stderr
    assert "trial" in run("plugin", "list").stdout
    assert not marker.exists()
