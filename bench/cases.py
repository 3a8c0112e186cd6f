"""Cases at county scale: lists, desks, boards, figures and one case, with a hundred thousand of them."""

import time
from collections.abc import Callable
from datetime import timedelta

from bench.case_pages import measure_case_pages
from bench.cases_data import fill_county
from bench.figures import Rounds, Row, Run
from bench.inside import MOST_MS, MOST_STATEMENTS, statements
from core.accounts.api import actor_for, find_account
from core.cases import api
from core.cli.context import opened_with_plugins
from core.clock import today
from core.security import Actor

CASES, TRIES = 100_000, 60


def measure(run: Run) -> list[Row]:
    """Worst of `TRIES` in milliseconds, and statements, of what each page of cases stands on."""
    data = run.place("cases") / "county"
    run.make_county(data, "small")
    count = run.few(CASES, 400)
    found = Rounds()
    found.add("cases written in bulk", count / fill_county(data, count))
    run.say(f"{count} cases are there")
    with opened_with_plugins(data):
        asked = _asked()
        for name, ask in asked.items():
            found.add(f"{name} statements", statements(ask))
            for _ in range(run.rounds):
                found.add(f"{name} p99", _worst(ask, run.few(TRIES, 2)))
    rows = [found.row("cases written in bulk", "/s")]
    for name in asked:
        rows.append(found.row(f"{name} p99", "ms", f"<= {MOST_MS}"))
        rows.append(found.row(f"{name} statements", "statements", f"<= {MOST_STATEMENTS}"))
    return rows + measure_case_pages(data, run, found)


def _asked() -> dict[str, Callable[[], object]]:
    county, town, village, resident = map(_actor, ("admin", "town", "secretary", "resident"))
    scope, year = county.scope("cases.view"), today() - timedelta(days=365)
    one = api.list_cases(county, page_size=1)[0][0].id
    return {
        "county: newest cases": lambda: api.list_cases(county),
        "county: page 50": lambda: api.list_cases(county, page=50),
        "county: waiting": lambda: api.list_cases(county, state="open"),
        "county: red": lambda: api.list_cases(county, light="red"),
        "county: of a kind": lambda: api.list_cases(county, kind="cases.dispute"),
        "county: search": lambda: api.list_cases(county, search="公交"),
        "town: newest cases": lambda: api.list_cases(town),
        "village: newest cases": lambda: api.list_cases(village),
        "resident: own cases": lambda: api.list_cases(resident),
        "everybody: public answers": api.list_public_cases,
        "village: desk": lambda: api.desk(village),
        "town: desk": lambda: api.desk(town),
        "village: board": lambda: api.board(village),
        "county: board": lambda: api.board(county),
        "county: figures of a year": lambda: api.figures(scope, year, today()),
        "county: figures by town": lambda: api.figures_by_area(scope, year, today(), digits=9),
        "one case": lambda: (api.case(county, one), api.timeline(one), api.why_here(one)),
        "duplicates of a case": lambda: api.suggest_duplicates(county, one),
    }


def _actor(username: str) -> Actor:
    account = find_account(username)
    assert account is not None
    return actor_for(account.id)


def _worst(ask: Callable[[], object], tries: int) -> float:
    ask()
    took = []
    for _ in range(tries):
        began = time.perf_counter()
        ask()
        took.append(1000 * (time.perf_counter() - began))
    return max(took)
