"""A real PostgreSQL in a folder of its own: for tests, proofs and measurements.

Debian's package brings the programs; the server listens on a free port of this machine only and
lives as long as the block that asked for it. PostgreSQL refuses to run as root, so root lends it
the package's own user.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

OWNER = "gridgov"
_START_SECONDS = 30.0
# Tests lose nothing in a power cut; proofs and measurements say fsync="on".
_QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_wal_size": "128MB"}
# A database is 300 files: making and dropping one costs a fifth in memory.
_MEMORY, _ROOM = Path("/dev/shm"), 2 * 1024**3  # noqa: S108 - mkdtemp makes the folder
# Text sorts by its bytes, as on SQLite.
LOCALE = "C.UTF-8"


class PostgresqlMissing(RuntimeError):
    """The programs of PostgreSQL are not on this machine."""


class TestServer:
    """A running server: `url(name)` of a database, `create`, `drop`, `stop`, `start`."""

    __test__ = False  # no test class, whatever its name begins with

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.port = _free_port()
        self.password = secrets.token_hex(12)
        self._settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "log_min_messages": "warning",
            **settings,
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._init()
        self.start()

    def _init(self) -> None:
        password_file = self.folder / "password"
        password_file.write_text(self.password)
        user = _other_user()
        if user is not None:
            shutil.chown(self.folder, user)
            shutil.chown(password_file, user)
        command = [
            program("initdb"),
            f"--pgdata={self.folder / 'data'}",
            f"--username={OWNER}",
            f"--pwfile={password_file}",
            "--auth=md5",  # a login costs half of what scram's does, and nobody else comes here
            f"--locale={LOCALE}",
            "--encoding=UTF8",
            "--no-sync",
        ]
        done = subprocess.run(  # noqa: S603 - our own words
            command, capture_output=True, text=True, check=False, user=user, cwd=self.folder
        )
        password_file.unlink()
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stderr.strip()}")

    def start(self) -> None:
        """Start it and wait until it answers."""
        flags = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [program("postgres"), "-D", str(self.folder / "data"), "-p", str(self.port), *flags],
                stdout=log,
                stderr=log,
                user=_other_user(),
                cwd=self.folder,
                start_new_session=True,
            )
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise RuntimeError((self.folder / "log").read_text()[-2000:]) from None
                time.sleep(0.05)
            else:
                return

    def stop(self, how: str = "fast") -> None:
        """Stop it: `fast` ends every session in order, `immediate` is as good as a crash."""
        if self._process is not None:
            # SIGINT and SIGQUIT are PostgreSQL's words for these two.
            self._process.send_signal({"fast": 2, "immediate": 3}[how])
            self._process.wait(60)
            self._process = None

    def url(self, name: str) -> str:
        """The address of a database, as gridgov takes it."""
        return f"postgresql://{OWNER}:{self.password}@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, *, template: str = "template0", options: str = "") -> str:
        """A new database, empty or a copy of another; returns its address. `options` are SQL's."""
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy {options}')
        return self.url(name)

    def drop(self, name: str) -> None:
        """Away with a database, whoever is connected."""
        self._do(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _do(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as link:
            link.execute(statement)


@contextmanager
def running_postgresql(**settings: str) -> Iterator[TestServer]:
    """A server for this block; `settings` are PostgreSQL's (fsync="on", say).

    Raises PostgresqlMissing where Debian's package `postgresql` is not installed.
    """
    place = None if "fsync" in settings else _roomy_memory()
    folder = Path(tempfile.mkdtemp(prefix="gridgov-postgresql-", dir=place))
    try:
        server = TestServer(folder, {**_QUICK, **settings})
        try:
            yield server
        finally:
            server.stop("immediate")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _roomy_memory() -> Path | None:
    return _MEMORY if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > _ROOM else None


def program(name: str) -> str:
    """Where a program of PostgreSQL lies: the newest of Debian's, or on the PATH."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    found = str(newest) if newest else shutil.which(name)
    if found is None:
        raise PostgresqlMissing(f"{name} is missing: install Debian's package postgresql")
    return found


def _other_user() -> Any:
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_uid
    except KeyError:
        return pwd.getpwnam("nobody").pw_uid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
