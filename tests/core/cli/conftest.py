"""The command line as people use it: the installed `gridgov`, in a process of its own."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.forking import run_command
from tools.running import make_county

GRIDGOV = Path(sys.executable).with_name("gridgov")
MANIFEST = """
name = "{name}"
title = "试验插件"
title_en = "Trial plugin"
version = "1.0"
api = ">=1.0,<2"
{more}
"""


@dataclass(frozen=True)
class Result:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)

    def refused(self, status: int, *sentences: str) -> None:
        """It ended with `status`, said these and showed no traceback."""
        assert self.status == status, self
        assert "Traceback" not in self.out + self.err
        for sentence in sentences:
            assert sentence in self.err


def clean_environment(more: dict[str, str] | None = None) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name == "GRIDGOV_DATABASE" or not name.startswith("GRIDGOV_")
    }
    return {**kept, **(more or {})}


Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs `gridgov ARGUMENTS`; keywords are environment variables."""

    def call(*arguments: object, **environment: str) -> Result:
        words, folder = [str(each) for each in arguments], tmp_path
        return Result(*run_command(words, environment=clean_environment(environment), folder=folder))

    return call


@pytest.fixture(scope="session")
def acceptance(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A county made by `gridgov seed` (acceptance, 7), never written to, and what it printed."""
    data = tmp_path_factory.mktemp("acceptance") / "data"
    return data, make_county(data, seed=7)


@pytest.fixture
def data(acceptance: tuple[Path, dict[str, Any]], tmp_path: Path) -> Path:
    """A copy of the acceptance county."""
    return Path(shutil.copytree(acceptance[0], tmp_path / "data"))


@pytest.fixture
def write_plugin(tmp_path: Path) -> Callable[..., Path]:
    """Writes a plugin into the folder that GRIDGOV_PLUGINS shall name; returns that folder."""

    def write(name: str, plugin: str = "", *, manifest: str = "", **files: str) -> Path:
        place = tmp_path / "plugins" / name
        place.mkdir(parents=True)
        (place / "plugin.toml").write_text(MANIFEST.format(name=name, more=manifest), "utf-8")
        (place / "plugin.py").write_text(plugin, "utf-8")
        for file, text in files.items():
            (place / f"{file}.py").write_text(text, "utf-8")
        return place.parent

    return write


@pytest.fixture
def allow(data: Path) -> Callable[..., None]:
    """Lets the county in `data` use plugins besides points_store, all of them on."""

    def add(*names: str) -> None:
        file = data / "config.toml"
        shipped = '["points_store", "grid", "diary", "supervision", "call_button"]'
        text = file.read_text("utf-8")
        assert shipped in text
        file.write_text(
            text.replace(shipped, json.dumps([*json.loads(shipped), *names])),
            "utf-8",
        )

    return add


@pytest.fixture
def sign(run: Run, tmp_path: Path) -> Callable[[Path], tuple[Path, str]]:
    """Makes the signed bundle of a plugin's project with a key of its own: the file and the public key."""

    def bundle(project: Path) -> tuple[Path, str]:
        key, file = tmp_path / "author.pem", tmp_path / f"{project.name}.gridgov"
        made = run("plugin", "key", key)
        assert made.status == 0, made
        assert key.stat().st_mode & 0o077 == 0
        public = made.out.split("公钥：")[1].strip()
        done = run("plugin", "bundle", project, file, "--key", key)
        assert (done.status, public in done.out) == (0, True), done
        return file, public

    return bundle


@pytest.fixture
def trust(data: Path) -> Callable[..., None]:
    """Lets the county in `data` take bundles that these public keys have signed."""

    def add(*keys: str) -> None:
        file = data / "config.toml"
        text = file.read_text("utf-8")
        assert "[plugins]\n" in text
        file.write_text(text.replace("[plugins]\n", f"[plugins]\ntrusted = {json.dumps(keys)}\n", 1), "utf-8")

    return add


def find_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A port that nobody listens on."""
    return find_port


@dataclass
class Server:
    """A running `gridgov serve` or `gridgov demo`."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str) -> tuple[int, str]:
        """Status and body."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def processor_seconds(self) -> float:
        """What the server and its worker have spent since they were started."""
        ticks = os.sysconf("SC_CLK_TCK")
        spent = 0.0
        for place in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = place.read_text().rpartition(")")[2].split()
                if self.process.pid in (int(place.parent.name), int(fields[1])):
                    spent += (int(fields[11]) + int(fields[12])) / ticks
        return spent

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str]:
        """Send a signal; exit status and all that it printed."""
        self.process.send_signal(number)
        return self.process.wait(timeout=40), self.log.read_text("utf-8")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts `gridgov COMMAND ... --port FREE` and waits for its first answer."""
    running: list[subprocess.Popen[bytes]] = []

    def begin(*arguments: object, **environment: str) -> Server:
        port = find_port()
        began = time.monotonic()
        # A file and no pipe: nobody reads meanwhile, and a full pipe would stop the server.
        log = tmp_path / f"server-{port}.log"
        with log.open("w") as out:
            process = subprocess.Popen(
                [GRIDGOV, *map(str, arguments), "--port", str(port)],
                cwd=tmp_path,
                env=clean_environment(environment),
                stdout=out,
                stderr=out,
            )
        running.append(process)
        server = Server(process, port, log)
        while True:
            assert process.poll() is None, log.read_text("utf-8")
            try:
                server.get("/healthz")
            except OSError:
                assert time.monotonic() - began < 60
                time.sleep(0.02)
            else:
                return server

    yield begin
    for process in running:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=40)
