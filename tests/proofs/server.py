"""A county in a folder and its real server: started, stopped, killed with all its processes."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.proofs import processes

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass
class Server:
    """`gridgov serve` in a session of its own, on a port that stays the same through restarts."""

    data: Path
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self, *around: str, flaw: str = "") -> float:
        """Start it and wait; returns the seconds until it answered.

        `around` is a command that runs it (fiu-run ...), `flaw` a name of `tests.proofs.careless`: such
        a server has no worker, since that would be without the flaw, and its commits would heal it.
        """
        program = (
            ["-m", "tests.proofs.careless", flaw] if flaw else ["-c", "from core.cli import main; main()"]
        )
        words = ["web" if flaw else "serve", "--data", str(self.data), "--port", str(self.port)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GRIDGOV_")}
        started = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*around, sys.executable, *program, *words],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while not self.is_ready():
            assert self.process.poll() is None, f"the server ended at once: {self.said()}"
            assert time.monotonic() - started < START_SECONDS, "the server did not become ready"
            time.sleep(0.01)
        return time.monotonic() - started

    def is_ready(self) -> bool:
        """Whether it answers."""
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5).close()
        except OSError:
            return False
        return True

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text("utf-8", "replace")[-2_000:]

    def family(self) -> list[int]:
        """Its processes."""
        assert self.process is not None
        return processes.family(self.process.pid)

    def kill(self) -> None:
        """SIGKILL for all its processes at once; returns when none of them runs."""
        if self.process is not None:
            processes.kill(self.family())
            self.process.wait(30)
            self.process = None

    def stop(self) -> None:
        """SIGTERM, as an operator stops it."""
        if self.process is not None:
            self.process.terminate()
            self.process.wait(60)
            self.process = None


@dataclass
class Site:
    """A synthetic county (profile acceptance: a wallet of 50,000 points, two stores in its village).

    `address` is that of its database on PostgreSQL, empty where it is a file in `data`.
    """

    data: Path
    county: dict[str, Any]
    address: str = ""
    servers: list[Server] = field(default_factory=list)
    card: Any = None
    goods: int = 0

    @property
    def database(self) -> str:
        """On which database it is."""
        return POSTGRESQL if self.address else SQLITE

    def add_server(self) -> Server:
        """One more server of this county, not started yet."""
        log = self.data.parent / f"server-{len(self.servers)}.log"
        self.servers.append(Server(self.data, free_port(), log))
        return self.servers[-1]

    @property
    def server(self) -> Server:
        """The first server."""
        return self.servers[0] if self.servers else self.add_server()

    @property
    def stores(self) -> list[dict[str, Any]]:
        """The two stores of the first village."""
        return list(self.county["stores"][:2])

    @property
    def wallet(self) -> int:
        """The wallet of 50,000 points."""
        return int(self.county["wallets"][0]["id"])

    def account(self, role: str) -> dict[str, Any]:
        """The first account of a role."""
        return next(account for account in self.county["accounts"] if account["role"] == role)

    def clerk(self, store: dict[str, Any]) -> dict[str, Any]:
        """The clerk of a store."""
        wanted = store["clerk_account_ids"][0]
        return next(account for account in self.county["accounts"] if account["id"] == wanted)

    def move_to(self, folder: Path) -> None:
        """Put the county's folder elsewhere (another file system) before a server is made."""
        assert not self.servers
        shutil.move(self.data, folder)
        self.data = folder / self.data.name

    def close(self) -> None:
        """Kill what still runs."""
        for server in self.servers:
            server.kill()


def free_port() -> int:
    """A port where nobody listens now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
