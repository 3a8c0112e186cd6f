"""Plain WSGI apps under the same server: a greeting, and twenty rows by sqlite3, dict and json."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Start = Callable[[str, list[tuple[str, str]]], Any]
_STARTS_WITHIN = 20.0
_ENTRIES = (
    "SELECT e.id, e.transfer_id, t.kind, t.at, e.points, e.balance_after, t.kind AS title, "
    "t.reason AS detail "
    "FROM points_store_entry AS e JOIN points_store_transfer AS t ON t.id = e.transfer_id "
    "WHERE e.ledger_account_id = ? ORDER BY e.id DESC LIMIT 20"
)
_HOUSEHOLDS = (
    "SELECT h.id, h.area_code, h.number, a.name AS area_name, h.opened_at, "
    "(SELECT p.name FROM people_person AS p WHERE p.household_id = h.id AND p.is_head) AS head_name, "
    "(SELECT COUNT(*) FROM people_person AS m WHERE m.household_id = h.id) AS person_count "
    "FROM (SELECT * FROM people_household WHERE ended_at IS NULL ORDER BY area_code, number LIMIT 20) AS h "
    "JOIN areas_area AS a ON a.code = h.area_code"
)
_local = threading.local()


def hello(_environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """What a server does at least."""
    start("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
    return [b"hello"]


def rows(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    """/entries/<wallet> or /households: twenty rows as JSON, no log-in, no scope, no count."""
    if not hasattr(_local, "db"):
        _local.db = sqlite3.connect(os.environ["BENCH_DATABASE"])
        _local.db.row_factory = sqlite3.Row
    _, kind, *rest = environ["PATH_INFO"].split("/")
    found = (
        _local.db.execute(_ENTRIES, (int(rest[0]),)) if kind == "entries" else _local.db.execute(_HOUSEHOLDS)
    )
    body = json.dumps([dict(row) for row in found], ensure_ascii=False).encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


@contextmanager
def serving_bare(app: str, **environment: str) -> Iterator[str]:
    """One of these apps under granian with gridgov's own settings; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(
            sys.executable,
            "-m",
            "granian",
            f"bench.bare_pages:{app}",
            "--interface",
            "wsgi",
            "--port",
            str(port),
        ),
        *("--workers", "1", "--blocking-threads", "8", "--http", "1", "--no-ws", "--log-level", "error"),
    ]
    root = str(Path(__file__).parents[1])
    server = subprocess.Popen(command, env={**os.environ, **environment}, cwd=root)
    try:
        _wait(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the bare server did not start")
