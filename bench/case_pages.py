"""The pages of cases at county scale: milliseconds inside the server, statements, and bytes on the line."""

import gzip
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from flask.testing import FlaskClient

from bench.figures import Rounds, Row, Run
from core.accounts.api import find_account, open_session, operator
from core.app import create_app
from core.cases.api import list_cases
from core.county import close_county, county, open_county
from core.db import database
from core.scope import AreaScope

MOST_MS, MOST_STATEMENTS = 200, 20
TRIES = 40
PAGES = (
    ("admin", "/cases"),
    ("admin", "/cases?page=50"),
    ("admin", "/cases?state=open"),
    ("admin", "/cases?light=red"),
    ("admin", "/cases?kind=cases.dispute"),
    ("admin", f"/cases?q={quote('公交')}"),
    ("admin", "/cases/board"),
    ("admin", "/cases/{case}"),
    ("admin", "/cases/{case}/sheet"),
    ("admin", "/cases/figures?since=2020-01-01"),
    ("admin", "/cases/rules"),
    ("admin", "/cases/units"),
    ("admin", "/"),
    ("town", "/cases/desk"),
    ("town", "/cases/board"),
    ("town", "/cases/watch"),
    ("supervisor", "/cases/watch"),
    ("supervisor", "/cases/watch?part=urged"),
    ("supervisor", "/cases/watch?part=checks"),
    ("secretary", "/cases/desk"),
    ("secretary", "/cases/board"),
    ("secretary", "/cases/new"),
    ("resident", "/cases/open/mine"),
)


def measure_pages(data: Path, run: Run, found: Rounds) -> list[Row]:
    """Each page as the people whose page it is open it, in a county that holds the cases already."""
    open_county(data)
    try:
        with database.connection_context():
            app = create_app(county())
            case_id = list_cases(AreaScope((county().settings.county_code,)), page_size=1)[0][0].id
        rows: list[Row] = []
        for who, path in PAGES:
            rows += _page(_visitor(app, who), f"{who} {path}", path.format(case=case_id), run, found)
        return rows
    finally:
        close_county()


def _page(client: FlaskClient, name: str, path: str, run: Run, found: Rounds) -> list[Row]:
    def ask() -> bytes:
        answer = client.get(path)
        assert answer.status_code == 200, (name, answer.status_code)
        return answer.get_data()

    page = ask()
    found.add(f"{name} statements", _statements(ask))
    for _ in range(run.rounds):
        found.add(f"{name} p99", _worst(ask, run.few(TRIES, 2)))
    found.add(f"{name} gz", len(gzip.compress(page, 6)) / 1000)
    return [
        found.row(f"{name} p99", "ms", f"<= {MOST_MS}"),
        found.row(f"{name} statements", "statements", f"<= {MOST_STATEMENTS}"),
        found.row(f"{name} gz", "kB gz"),
    ]


def _worst(ask: Callable[[], object], tries: int) -> float:
    took = []
    for _ in range(tries):
        began = time.perf_counter()
        ask()
        took.append(1000 * (time.perf_counter() - began))
    return max(took)


def _statements(ask: Callable[[], object]) -> float:
    seen: list[object] = []
    database.obj.query_hooks[:] = [seen.append]
    try:
        ask()
    finally:
        database.obj.query_hooks.clear()
    return len(seen)


def _visitor(app: Flask, username: str) -> FlaskClient:
    with database.connection_context():
        account = find_account(username)
        assert account is not None, username
        opened = open_session(operator(), account.id)
    client = app.test_client()
    with client.session_transaction() as session:
        session["token"] = opened.token
    return client
