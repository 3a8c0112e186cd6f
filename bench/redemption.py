"""Redemption on SQLite: the bare loop, the service in process, the JSON interface over HTTP."""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench.bare import bare_loop, same_tables
from bench.counties import Sale, Shop, shop_of, wait_for_worker
from bench.figures import Rounds, Row, Run
from bench.load import Answered, drive, warm_seconds
from core.accounts.api import actor_for
from core.cli.context import opened_with_plugins
from core.db import database, group_commit
from plugins.points_store.services import redemption
from tools.running import serving

BARE = "bare one-thread sqlite3 loop"
SAME = "bare loop over gridgov's own tables"
# More than any machine of today answers.
FASTEST = 6_000


def measure(run: Run) -> list[Row]:
    """P1, P2, P3."""
    shop = shop_of(run, "redemption")
    place = shop.data.parent
    found = Rounds()
    with sqlite3.connect(place / "county" / "gridgov.db") as source:
        source.execute("VACUUM INTO ?", (str(place / "same.db"),))
    source.close()
    for number in range(run.rounds):
        found.add(BARE, bare_loop(place / "bare.db", run.seconds))
        found.add(SAME, same_tables(place / "same.db", run.seconds))
        for callers in (1, 16):
            found.add(f"{callers} callers", in_process(shop, run.seconds, callers=callers))
        with _a_commit_each():
            found.add("16 callers, a commit each", in_process(shop, run.seconds, callers=16))
        with serving(shop.data) as url:
            wait_for_worker(shop.data)
            for name, clients, one_wallet in _WAYS:
                answered = over_http(shop, url, run.seconds, clients=clients, one_wallet=one_wallet)
                add_answered(found, name, answered)
        run.say(f"redemption, round {number + 1} of {run.rounds}")
    demand_proof(shop)
    return _rows(found)


@contextmanager
def _a_commit_each() -> Iterator[None]:
    """The other way to be fair: turns in the order of arrival, and each its own commit."""
    most, group_commit.MOST_MEMBERS = group_commit.MOST_MEMBERS, 1
    try:
        yield
    finally:
        group_commit.MOST_MEMBERS = most


_WAYS = (("8 clients", 8, False), ("64 clients", 64, False), ("8 clients, one wallet", 8, True))


def _rows(found: Rounds) -> list[Row]:
    return [
        found.row(BARE, "/s"),
        found.row(SAME, "/s", baseline="what the schema's columns, indexes and triggers cost"),
        found.row("8 clients", "/s", baseline="redemptions over HTTP"),
        found.ratio(
            "P1 redemption over HTTP, 8 clients / bare loop", "8 clients", BARE, ">= 0.5, then >= 1.0"
        ),
        found.ratio("P1 the same / bare loop over gridgov's own tables", "8 clients", SAME),
        *(found.row(f"8 clients {which}", "ms", target) for which, target in _PATIENCE),
        found.row("64 clients", "/s"),
        found.ratio("P2 64 clients / 8 clients", "64 clients", "8 clients", ">= 0.8"),
        found.row("64 clients p50", "ms"),
        found.row("64 clients p99", "ms", "<= 100"),
        found.row("64 clients worst", "ms", "<= 500"),
        found.ratio("P2 worst / median at 64 clients", "64 clients worst", "64 clients p50", "<= 15"),
        found.row("8 clients, one wallet", "/s", baseline="one wallet, one clerk, one product"),
        found.row("8 clients, one wallet p99", "ms"),
        found.row("1 callers", "/s", baseline="the service in process"),
        found.row("16 callers", "/s"),
        found.ratio(
            "P3 the service in process, 1 caller / bare loop", "1 callers", BARE, ">= 0.6, then >= 0.95"
        ),
        found.ratio("P3 the same, 16 callers / bare loop", "16 callers", BARE, ">= 1.0, then >= 2.0"),
        found.row("16 callers, a commit each", "/s", baseline="a fair lock without groups"),
        found.ratio("groups / a commit each, 16 callers", "16 callers", "16 callers, a commit each", "> 1"),
        found.row("8 clients generator", "of a core", baseline="what the load generator itself took"),
    ]


_PATIENCE = (("p50", ""), ("p99", "<= 15"), ("worst", "<= 50"))


def add_answered(found: Rounds, name: str, answered: Answered) -> None:
    """Rate, times and the generator's own share, under names that begin with `name`."""
    for suffix, figure in (
        ("", answered.rate),
        (" p50", answered.p50),
        (" p99", answered.p99),
        (" worst", answered.worst),
        (" generator", answered.core),
    ):
        found.add(f"{name}{suffix}", figure)


def over_http(shop: Shop, url: str, seconds: float, *, clients: int, one_wallet: bool = False) -> Answered:
    """With everything on: token, scope, idempotency key, audit."""
    enough = int((seconds + warm_seconds(seconds)) * FASTEST) + clients
    requests = [sale.request() for sale in shop.sales(enough, one_wallet=one_wallet)]
    return drive(url, requests, clients=clients, seconds=seconds).demand(201)


def in_process(shop: Shop, seconds: float, *, callers: int) -> float:
    """Redemptions a second through the service, with `callers` threads."""
    sales = shop.sales(int(seconds * FASTEST * 2))
    lock = threading.Lock()
    done = 0
    with opened_with_plugins(shop.data):
        actors = {till.clerk_id: actor_for(till.clerk_id) for till in shop.tills}

        def sell(sale: Sale) -> None:
            redemption.redeem(
                actors[sale.till.clerk_id],
                store_id=sale.till.store_id,
                raw_code=sale.code,
                picks=[redemption.Pick(sale.product_id, 1)],
            )

        def work(end: float) -> None:
            nonlocal done
            own = 0
            with database.connection_context():
                while time.perf_counter() < end:
                    sell(sales.pop())  # a list's pop is one step
                    own += 1
            with lock:
                done += own

        run_threads(work, callers, seconds)
    return done / seconds


def run_threads(work: Callable[[float], None], callers: int, seconds: float) -> None:
    """`work` in so many threads until the moment it is given. Raises what the first failing one raised."""
    failures: list[BaseException] = []

    def guarded(end: float) -> None:
        try:
            work(end)
        except BaseException as error:  # noqa: BLE001 - raised again in the main thread
            failures.append(error)

    end = time.perf_counter() + seconds
    threads = [threading.Thread(target=guarded, args=(end,)) for _ in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def demand_proof(shop: Shop) -> None:
    from core.audit import verify
    from plugins.points_store.queries.proof import verify_ledger

    with opened_with_plugins(shop.data):
        assert verify_ledger().mistakes == []
        assert verify().broken_at is None
