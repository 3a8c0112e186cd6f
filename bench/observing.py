"""What watching costs a request: its line in the log, and its figures for Prometheus."""

import io
import logging
import timeit
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bench.figures import Rounds, Row, Run
from core import observing
from core.app import create_app
from core.county import close_county, open_county
from core.db import database
from core.logs import configure_logs
from core.metrics import Metrics
from tools.running import make_county

CALLS = 2000
WATCHED, COUNTED, REQUEST = "a line", "a line and figures", "the request"


def measure(run: Run) -> list[Row]:
    """Microseconds of a line, of a line with figures, and of a small request with its line."""
    found = Rounds()
    with _opened(run) as app:
        browser, metrics = app.test_client(), Metrics()
        calls = run.few(CALLS, 50)
        for _ in range(run.rounds):
            with app.test_request_context("/people/households/5"):
                found.add(WATCHED, _microseconds(lambda: observing._note(200, 0.003, None), calls))
                found.add(COUNTED, _microseconds(lambda: observing._note(200, 0.003, metrics), calls))
            found.add(REQUEST, _microseconds(lambda: browser.get("/healthz"), calls))
    run.say("observing")
    return [
        found.row(WATCHED, "µs"),
        found.row(COUNTED, "µs"),
        found.row(REQUEST, "µs", baseline="GET /healthz in process, its line included"),
        found.ratio("a line / the request", WATCHED, REQUEST),
    ]


@contextmanager
def _opened(run: Run) -> Iterator[Any]:
    data = run.folder / "observing"
    make_county(data)
    county = open_county(data)
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    configure_logs(io.StringIO())
    try:
        with database.connection_context():
            app = create_app(county)
        yield app
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        close_county()


def _microseconds(call: Any, calls: int) -> float:
    return 1e6 * timeit.timeit(call, number=calls) / calls
