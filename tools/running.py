"""A county that is really running: for browser tests, screenshots and measurements."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

GRIDGOV = str(Path(sys.executable).with_name("gridgov"))
READY_SECONDS = 30.0
# Work under way (a ledger of millions is proven, say) is waited for: half a minute for the web, half for it.
STOPPED_SECONDS = 90.0
# `gridgov demo` makes its county first, and keeps its accounts in a file.
DEMO_SECONDS = 240.0
ACCOUNTS_FILE = "demo-accounts.txt"


@dataclass(frozen=True)
class Site:
    """A running server and who lives in its county (what `gridgov seed` prints)."""

    url: str
    seed: dict[str, Any]

    def account(self, role: str, village: int = 0) -> dict[str, Any]:
        """The first account of a role in a village (by number), or anywhere when it has none there."""
        villages = [area["code"] for area in self.seed["areas"] if area["level"] == "village"]
        found: list[dict[str, Any]] = [a for a in self.seed["accounts"] if a["role"] == role]
        return next((a for a in found if a["area_code"] == villages[village]), found[0])


@dataclass(frozen=True)
class Demo:
    """What `gridgov demo` shows: the address, and user names with who each of them is."""

    url: str
    password: str
    titles: dict[str, str]

    def account(self, title: str) -> dict[str, str]:
        """How to log in as the first whose title begins with `title`."""
        username = next(name for name, known in self.titles.items() if known.startswith(title))
        return {"username": username, "password": self.password}


# In the environment: where a run of tests keeps each county that it has made, since all of its processes want
# the same few, and making one takes seconds of a core.
KEPT_COUNTIES = "KEPT_COUNTIES"
# A county that one of these shapes is none that others want.
_SHAPING = ("GRIDGOV_CONFIG", "GRIDGOV_DATABASE", "GRIDGOV_PLUGINS", "GRIDGOV_SECRET_FILE")


def make_county(data: Path, *, profile: str = "acceptance", seed: int = 1) -> dict[str, Any]:
    """Fill `data` with a synthetic county; returns what `gridgov seed` prints.

    Where KEPT_COUNTIES names a folder it is a copy of the one there, with the same keys and tokens.
    """
    kept = os.environ.get(KEPT_COUNTIES)
    if not kept or any(os.environ.get(name) for name in _SHAPING):
        return _made(data, profile, seed)
    place = Path(kept) / f"{profile}-{seed}"
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the others wait for the first
        told = place / "told.json"
        if not told.exists():
            shutil.rmtree(place / "data", ignore_errors=True)  # of one that failed half-way
            told.write_text(json.dumps(_made(place / "data", profile, seed)), "utf-8")
    shutil.copytree(place / "data", data, dirs_exist_ok=True)
    county: dict[str, Any] = json.loads(told.read_text("utf-8"))
    return county


def _made(data: Path, profile: str, seed: int) -> dict[str, Any]:
    made = subprocess.run(
        [GRIDGOV, "seed", "--profile", profile, "--seed", str(seed), "--data", str(data)],
        capture_output=True,
        text=True,
        check=True,
    )
    county: dict[str, Any] = json.loads(made.stdout)
    return county


@contextmanager
def serving(data: Path) -> Iterator[str]:
    """`gridgov serve` on a free port of this machine; yields its address, and stops it at the end."""
    with server_of(data) as (url, _):
        yield url


@contextmanager
def server_of(data: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """As `serving`, with the process."""
    with _listening("serve", data, READY_SECONDS) as running:
        yield running


@contextmanager
def running_demo(data: Path) -> Iterator[Demo]:
    """`gridgov demo` in a new folder, on a free port of this machine."""
    with _listening("demo", data, DEMO_SECONDS) as (url, _):
        password, *accounts = (data / ACCOUNTS_FILE).read_text("utf-8").splitlines()
        yield Demo(url, password, dict(line.split("\t") for line in accounts))


@contextmanager
def _listening(command: str, data: Path, seconds: float) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (data.parent / f"{data.name}.log").open("w") as log:
        words = [GRIDGOV, command, "--data", str(data), "--port", str(port)]
        server = subprocess.Popen(words, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(url, server, seconds)
            yield url, server
        finally:
            server.terminate()
            server.wait(STOPPED_SECONDS)


def _wait_until_ready(url: str, server: subprocess.Popen[bytes], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError("the server ended at once; its log stands beside the data folder")
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2).close()  # noqa: S310 - our own server
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise RuntimeError(f"the server did not become ready within {seconds:.0f} s")


@contextmanager
def running_county(data: Path, *, profile: str = "acceptance", seed: int = 1) -> Iterator[Site]:
    """A new synthetic county in `data`, and its server."""
    county = make_county(data, profile=profile, seed=seed)
    with serving(data) as url:
        yield Site(url, county)
