"""Pages asked inside this process: wall and processor time, statements, and bytes on the line."""

import gc
import gzip
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from bench.figures import Rounds, Row, Run
from core.accounts.api import find_account, open_session, operator
from core.app import create_app
from core.county import close_county, county, open_county
from core.db import database
from core.memory import starting

MOST_MS, MOST_STATEMENTS = 200, 20
TRIES = 40


def measure_pages(
    app: Flask, asked: Sequence[tuple[str, str]], run: Run, found: Rounds, *, most_ms: int = MOST_MS
) -> list[Row]:
    """Each page as the person opens it whose username stands before its path."""
    clients = {who: visitor(app, who) for who in dict(asked)}
    rows: list[Row] = []
    for who, path in asked:
        rows += _page(clients[who], f"{who} {path}", path, run, found, most_ms)
    return rows


def _page(client: FlaskClient, name: str, path: str, run: Run, found: Rounds, most_ms: int) -> list[Row]:
    def ask() -> bytes:
        answer = client.get(path)
        assert answer.status_code == 200, (name, answer.status_code)
        return answer.get_data()

    page = ask()  # what is looked up once a process is known now
    found.add(f"{name} statements", statements(ask))
    for _ in range(run.rounds):
        worst, cpu = _times(ask, run.few(TRIES, 2))
        found.add(f"{name} p99", worst)
        found.add(f"{name} cpu", cpu)
    found.add(f"{name} gz", len(gzip.compress(page, 6)) / 1000)
    return [
        found.row(f"{name} p99", "ms", f"<= {most_ms:,}"),
        found.row(f"{name} cpu", "ms"),
        found.row(f"{name} statements", "statements", f"<= {MOST_STATEMENTS}"),
        found.row(f"{name} gz", "kB gz"),
    ]


def _times(ask: Callable[[], object], tries: int) -> tuple[float, float]:
    """Of so few tries the worst wall time, and the mean of the processor's, in milliseconds."""
    took, began_cpu = [], time.process_time()
    for _ in range(tries):
        began = time.perf_counter()
        ask()
        took.append(1000 * (time.perf_counter() - began))
    return max(took), 1000 * (time.process_time() - began_cpu) / tries


def statements(ask: Callable[[], object]) -> int:
    """How many statements the database is asked."""
    seen: list[object] = []
    database.obj.query_hooks[:] = [seen.append]
    try:
        ask()
    finally:
        database.obj.query_hooks.clear()
    return len(seen)


@contextmanager
def opened_app(data: Path) -> Iterator[Flask]:
    """The app of a county that nobody else has open, started as `gridgov serve` starts it."""
    open_county(data)
    try:
        with starting(), database.connection_context():
            app = create_app(county())
        yield app
    finally:
        gc.unfreeze()
        close_county()


def visitor(app: Flask, username: str) -> FlaskClient:
    """A browser in which somebody is logged in."""
    with database.connection_context():
        account = find_account(username)
        assert account is not None, username
        opened = open_session(operator(), account.id)
    client = app.test_client()
    with client.session_transaction() as session:
        session["token"] = opened.token
    return client
