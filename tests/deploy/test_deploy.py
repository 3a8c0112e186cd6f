"""The deployment files: units that systemd accepts and that call what there is, and gunicorn at work."""

import configparser
import json
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from core.cli.program import gridgov
from tests.core.cli.conftest import clean_environment

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
LASTING = [file for file in SERVICES if file.stem != "gridgov-backup"]
PROGRAM = "/opt/gridgov/.venv/bin/gridgov"
SLOW = """
import time
from flask import Blueprint
from core.access import public
from core.hookspecs import hookimpl

pages = Blueprint("slow", __name__, url_prefix="/slow")

@pages.get("/")
@public("a test asks for a page that takes its time")
def page():
    time.sleep(1.5)
    return "完成"

@hookimpl
def register_pages():
    return [pages]
"""


def unit(file: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(file, "utf-8")
    return parser


def called(file: Path) -> list[str]:
    """The words after `gridgov` in a unit's ExecStart."""
    words = shlex.split(unit(file)["Service"]["ExecStart"])
    if words[0] == "/bin/sh":
        words = shlex.split(words[2])[1:]
    assert words[0] == PROGRAM
    return words[1:]


def test_there_are_units_for_every_way_of_running() -> None:
    names = {file.stem for file in SERVICES}
    assert names == {"gridgov", "gridgov-web", "gridgov-worker", "gridgov-bridge", "gridgov-backup"}


@pytest.mark.parametrize("file", SERVICES, ids=lambda file: file.stem)
def test_what_a_unit_starts_is_a_command_with_these_options(file: Path) -> None:
    name, *words = called(file)
    context = click.Context(gridgov)
    command = gridgov.get_command(context, name)
    assert command is not None, name
    # Parsing alone: a wrong option or a missing argument raises.
    command.make_context(name, words, parent=context, auto_envvar_prefix=None, default_map={"data": "x"})


@pytest.mark.parametrize("file", LASTING, ids=lambda file: file.stem)
def test_a_unit_is_hardened_comes_back_and_waits_for_what_is_in_work(file: Path) -> None:
    from core.cli.serve import STOP_SECONDS

    service = unit(file)["Service"]
    assert service["Restart"] == "always"
    assert int(service["TimeoutStopSec"]) > STOP_SECONDS
    assert service["ProtectSystem"] == "strict"
    assert service["ReadWritePaths"] == "/srv/gridgov"
    for name in ("NoNewPrivileges", "PrivateTmp", "ProtectHome", "PrivateDevices"):
        assert service[name] == "true"
    assert service["User"] == "gridgov"


@pytest.mark.units
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    # Debian's package `systemd`; tools/test.sh installs it.
    analyse = shutil.which("systemd-analyze")
    assert analyse is not None, "install Debian's package systemd"
    for file in [*SERVICES, *DEPLOY.glob("*.timer")]:
        text = file.read_text("utf-8").replace(PROGRAM, str(Path(sys.executable).with_name("gridgov")))
        (tmp_path / file.name).write_text(text, "utf-8")

    def verify() -> str:
        units = [str(file) for file in sorted(tmp_path.iterdir()) if file.is_file()]
        done = subprocess.run(
            [analyse, "verify", "--man=no", *units], capture_output=True, text=True, check=False
        )
        # Of other units of this machine it complains too; ours bear their name.
        return "\n".join(line for line in done.stderr.splitlines() if "gridgov" in line)

    assert verify() == ""
    broken = tmp_path / "gridgov.service"
    broken.write_text(broken.read_text("utf-8").replace("Restart=always", "Restart=sometimes"), "utf-8")
    assert "sometimes" in verify()


class Gunicorn:
    """A running gunicorn with the file that is shipped."""

    def __init__(self, data: Path, port: int, **environment: str) -> None:
        self.port = port
        more = {"GRIDGOV_DATA": str(data), "GRIDGOV_BIND": f"127.0.0.1:{port}", **environment}
        self.process = subprocess.Popen(
            [Path(sys.executable).with_name("gunicorn"), "--config", DEPLOY / "gunicorn.conf.py"],
            cwd=ROOT,
            env=clean_environment(more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        deadline = time.monotonic() + 60
        while True:
            assert self.process.poll() is None, self.process.communicate()[0]
            try:
                self.get("/healthz")
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return

    def get(self, path: str) -> tuple[int, str]:
        """Status and body."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def stop(self) -> tuple[int, list[str]]:
        """SIGTERM; exit status and what it wrote."""
        self.process.send_signal(signal.SIGTERM)
        out, _ = self.process.communicate(timeout=45)
        return self.process.returncode, out.splitlines()


@pytest.fixture
def gunicorn(
    data: Path, free_port: Callable[[], int], allow: Callable[..., None], write_plugin: Callable[..., Path]
) -> Iterator[Gunicorn]:
    """The county behind gunicorn."""
    folder = write_plugin("slow", SLOW)
    allow("slow")
    started = Gunicorn(data, free_port(), GRIDGOV_PLUGINS=str(folder))
    yield started
    if started.process.poll() is None:
        started.stop()


def test_gunicorn_serves_and_finishes_what_is_in_work_when_it_is_stopped(gunicorn: Gunicorn) -> None:
    assert gunicorn.get("/healthz") == (200, "ok\n")
    assert gunicorn.get("/readyz")[0] == 200
    answers: list[tuple[int, str]] = []
    asking = threading.Thread(target=lambda: answers.append(gunicorn.get("/slow/")))
    asking.start()
    time.sleep(0.5)
    status, lines = gunicorn.stop()
    asking.join()
    assert answers == [(200, "完成")]
    assert status == 0
    written = [json.loads(line) for line in lines]  # every line is JSON, gunicorn's own too
    assert {"gunicorn.error", "core.requests"} <= {line["logger"] for line in written}
    assert [line["endpoint"] for line in written if line.get("endpoint") == "/slow/"] == ["/slow/"]


def test_an_address_with_a_number_is_not_written_down(gunicorn: Gunicorn) -> None:
    number = "341504196402240007"
    assert gunicorn.get(f"/people/{number}?search={number}")[0] == 404
    _, lines = gunicorn.stop()
    assert len(lines) > 2
    assert not [line for line in lines if number in line]
