"""Sheets of a month out of a long ledger: of a village of 5,000 residents, of the whole county."""

import sqlite3
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bench.figures import Rounds, Row, Run
from bench.inside import measure_pages, opened_app
from bench.ledger_data import book_on, crowd, long_county
from core.cli.context import opened_with_plugins
from core.clock import today
from core.county import county
from plugins.points_store.equation import month_of

RESIDENTS, BOOKINGS, DAYS = 5_000, 10_000, 30
MOST_MS_VILLAGE, MOST_MS_COUNTY = 1_000, 10_000
BARE = "bare sum of all bookings by village and kind"
_SUMS = "SELECT area_code, kind, SUM(points) FROM points_store_transfer GROUP BY area_code, kind"
VILLAGE = ("/points-store/office/months/{month}/{village}", "/points-store/office/board?area={village}")
COUNTY = ("/points-store/office/months/{month}/{county}", "/points-store/office/months?month={month}")


def measure(run: Run) -> list[Row]:
    """Milliseconds, statements and bytes of each sheet."""
    data, found = long_county(run), Rounds()
    residents = run.few(RESIDENTS, 60)
    with opened_with_plugins(data):
        code = county().settings.county_code
        village = _last_village(data)
        # The month in which most of the bookings lie.
        month = month_of(today() - timedelta(days=DAYS // 2))
    crowd(data, village, residents)
    book_on(data, run.few(BOOKINGS, 100), days=DAYS, village=village)
    run.say(f"a village of {residents} residents, busy for a month")
    words = {"month": month, "village": village, "county": code}
    for _ in range(run.rounds):
        found.add(BARE, _bare(data / "gridgov.db"))
    rows = [found.row(BARE, "ms")]
    with opened_app(data) as app:
        for paths, most in ((VILLAGE, MOST_MS_VILLAGE), (COUNTY, MOST_MS_COUNTY)):
            asked = [("admin", path.format(**words)) for path in paths]
            rows += measure_pages(app, asked, run, found, most_ms=most)
    return rows


def _last_village(data: Path) -> str:
    """The last village that has a store."""
    with closing(sqlite3.connect(data / "gridgov.db")) as db:
        (code,) = db.execute("SELECT MAX(area_code) FROM points_store_store").fetchone()
    return str(code)


def _bare(file: Path) -> float:
    with closing(sqlite3.connect(file)) as db:
        began = time.perf_counter()
        db.execute(_SUMS).fetchall()
        return 1000 * (time.perf_counter() - began)
