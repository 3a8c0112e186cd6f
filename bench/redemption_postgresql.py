"""Redemption on PostgreSQL, everything flushed to the disk: psycopg alone, the service, and over HTTP."""

from bench.bare_postgresql import lay_tables, pgbench_rate, psycopg_rate
from bench.counties import make_shop, wait_for_worker
from bench.figures import Rounds, Row, Run
from bench.redemption import add_answered, demand_proof, in_process, over_http
from core.testing_server import running_postgresql
from tools.running import serving

SAFE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
CONNECTIONS = (1, 4, 16)


def measure(run: Run) -> list[Row]:
    """P4."""
    place = run.place("redemption_postgresql")
    found = Rounds()
    with running_postgresql(**SAFE) as server:
        bare = server.create("bare")
        lay_tables(bare)
        shop = make_shop(place / "county", database=server.create("county"))
        for number in range(run.rounds):
            for connections in CONNECTIONS:
                found.add(f"psycopg, {connections}", psycopg_rate(bare, run.seconds, connections))
            found.add("pgbench, 16", pgbench_rate(bare, run.seconds, 16, place))
            for callers in (1, 16):
                found.add(f"{callers} callers", in_process(shop, run.seconds, callers=callers))
            with serving(shop.data) as url:
                wait_for_worker(shop.data)
                for clients in (8, 16, 64):
                    answered = over_http(shop, url, run.seconds, clients=clients)
                    add_answered(found, f"{clients} clients", answered)
            run.say(f"redemption on PostgreSQL, round {number + 1} of {run.rounds}")
        demand_proof(shop)
    return _rows(found)


def _rows(found: Rounds) -> list[Row]:
    bare = [found.row(f"psycopg, {n}", "/s", baseline=f"psycopg alone, {n} connections") for n in CONNECTIONS]
    target = ">= 0.4, then >= 0.7"
    return [
        *bare,
        found.row("pgbench, 16", "/s", baseline="the same transaction without Python"),
        *(found.row(f"{clients} clients{which}", unit) for clients in (8, 16, 64) for which, unit in _SHOWN),
        found.ratio("P4 over HTTP, 8 clients / psycopg, 4", "8 clients", "psycopg, 4"),
        found.ratio("P4 over HTTP, 16 clients / psycopg, 16", "16 clients", "psycopg, 16", target),
        found.ratio("64 clients / 8 clients", "64 clients", "8 clients", ">= 0.8"),
        found.row("1 callers", "/s"),
        found.row("16 callers", "/s"),
        found.ratio("the service in process, 1 caller / psycopg, 1", "1 callers", "psycopg, 1"),
        found.ratio(
            "P4 the same, 16 callers / pgbench, 16", "16 callers", "pgbench, 16", ">= 0.7, then >= 1.1"
        ),
    ]


_SHOWN = (("", "/s"), (" p50", "ms"), (" p99", "ms"), (" worst", "ms"))
