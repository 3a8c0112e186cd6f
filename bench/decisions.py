"""A public decision page, a decision log of a million lines proven, a sheet and a notice printed to PDF."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from bench.ballots import with_supervision
from bench.figures import Rounds, Row, Run
from bench.load import drive, request
from bench.pages import password
from bench.visitors import sign_in
from core import audit
from core.accounts.api import holders
from core.clock import now
from core.db import database, insert_rows, milliseconds, unit_of_work
from core.memory import keeping_all
from plugins.supervision.decision_log import body_of, link
from plugins.supervision.models.decisions import DONE, LogEntry
from plugins.supervision.queries.log import log_head, verify
from plugins.supervision.services.log import ACTION
from tools.running import serving

LINES, AT_ONCE = 1_000_000, 20_000
CLIENTS = (1, 2)
PAGE, CHAIN, PRINT = "public decision page", "chain verified", "sheet as PDF"
_LOG = ("number", "decision_id", "area_code", "at", "body", "hash")


def measure(run: Run) -> list[Row]:
    """Milliseconds of a page and a sheet, seconds of a proof."""
    data = run.place("decisions") / "county"
    run.make_county(data, "acceptance")
    lines, found = run.few(LINES, 1_000), Rounds()
    with with_supervision(data):
        decision_id, code, area_code = _decision()
        secretary = _secretary(area_code)
        _lengthen(decision_id, area_code, lines)
        run.say(f"{lines} lines in the decision log")
        for _ in range(run.rounds):
            began = time.perf_counter()
            with keeping_all():  # as the command does
                verdict = verify()
            found.add(CHAIN, time.perf_counter() - began)
            assert verdict.is_whole, verdict
            assert verdict.lines >= lines, verdict
    with serving(data) as url:
        page = request("GET", f"/supervision/d/{code}", {})
        # The first of all is made ready.
        drive(url, [page], clients=1, seconds=run.seconds / 4, again=True)
        for number, clients in product(range(run.rounds), CLIENTS):
            answered = drive(url, [page], clients=clients, seconds=run.seconds, again=True).demand(200)
            for name, figure in (("p50", answered.p50), ("p99", answered.p99)):
                found.add(f"{PAGE}, {clients} at once, {name}", figure)
            run.say(f"{PAGE}, {clients} at once, round {number + 1} of {run.rounds}")
        printed = list(_printed(url, secretary, decision_id, run.rounds))
        for figure in printed:
            found.add(PRINT, figure)
    rows = [
        found.row(CHAIN, "s", "<= 10", baseline=f"{lines} lines, each held against the record too"),
        *(found.row(f"{PAGE}, {clients} at once, p50", "ms") for clients in CLIENTS),
        *(found.row(f"{PAGE}, {clients} at once, p99", "ms", "<= 50") for clients in CLIENTS),
    ]
    return [*rows, found.row(PRINT, "ms", "<= 2000", baseline="opened and printed")] if printed else rows


def _decision() -> tuple[int, str, str]:
    """A decision of the synthetic county that went through everything: its page is the longest."""
    query = "SELECT id, code, area_code FROM supervision_decision WHERE state = '{}' AND six_steps LIMIT 1"
    found = database.execute_sql(query.format(DONE)).fetchone()
    assert found is not None, "the synthetic county has no decision that is done"
    return int(found[0]), str(found[1]), str(found[2])


def _secretary(area_code: str) -> str:
    """The user name of whoever prints a village's sheets."""
    query = f"SELECT username FROM accounts_account WHERE id = {holders('secretary', area_code)[0]}"
    return str(database.execute_sql(query).fetchone()[0])


def _lengthen(decision_id: int, area_code: str, lines: int) -> None:
    """So many lines more, as `services.log.append` writes them, with what the record keeps of each."""
    number, previous = log_head()
    at = milliseconds(now())
    for start in range(0, lines, AT_ONCE):
        log: list[tuple[object, ...]] = []
        kept: list[tuple[object, ...]] = []
        for _ in range(min(AT_ONCE, lines - start)):
            number += 1
            body = body_of({"event": "cast", "account": 1, "version": 1, "choice_hash": previous})
            previous = link(previous, number, at, decision_id, area_code, body)
            detail = {"event": "cast", "hash": previous, "number": number}
            text = json.dumps(detail, sort_keys=True, separators=(",", ":"))
            log.append((number, decision_id, area_code, at, body, previous))
            subject = f"supervision_decision:{decision_id}"
            kept.append((at, 1, ACTION, area_code, subject, text, audit.GENESIS, previous))
        with unit_of_work(housekeeping="a log of the length that is promised"):
            insert_rows(LogEntry, _LOG, log)
            insert_rows(audit.AuditLine, audit.COLUMNS, kept)


def _printed(url: str, username: str, decision_id: int, times: int) -> Iterator[float]:
    """Milliseconds from the address to the PDF, of the notice and a sheet, where there is a Chromium."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None or not Path(chromium).exists():
        return
    from playwright.sync_api import sync_playwright

    name, _, value = sign_in(url, username, password("acceptance")).partition("=")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context()
        context.add_cookies([{"name": name, "value": value, "url": url}])
        page = context.new_page()
        for _ in range(times):
            for path in ("notice", "steps/2/sheet"):
                began = time.perf_counter()
                answer = page.goto(f"{url}/supervision/decisions/{decision_id}/{path}")
                assert answer is not None, path
                assert answer.status == 200, (path, answer.status)
                page.pdf(format="A4")
                yield 1000 * (time.perf_counter() - began)
        browser.close()
