"""The memory of the process that answers: after its start, after ten thousand requests, growing or not."""

from collections.abc import Sequence
from pathlib import Path

from bench.counties import Shop, shop_of
from bench.figures import Rounds, Row, Run
from bench.load import request, send_all
from bench.pages import password
from bench.visitors import sign_in, tokens_of
from tools.running import server_of

REQUESTS, CLIENTS = 10_000, 8


def measure(run: Run) -> list[Row]:
    """P11."""
    shop = shop_of(run, "memory")
    found = Rounds()
    half = run.few(REQUESTS, 200) // 2
    for number in range(run.rounds):
        with server_of(shop.data) as (url, process):
            worker = _worker(process.pid)
            found.add("start", _megabytes(worker))
            for step in ("half", "end", "further"):
                send_all(url, _mixed(shop, url, half), clients=CLIENTS)
                found.add(step, _megabytes(worker))
        found.add("growing", found.last("further") - found.last("end"))
        run.say(f"memory, round {number + 1} of {run.rounds}")
    return [
        found.row("start", "MiB", baseline="resident memory of the worker, ready"),
        found.row("half", "MiB", baseline=f"after {half} requests: pages, lists, redemptions"),
        found.row("end", "MiB", "<= 120", baseline=f"after {2 * half}"),
        found.row("further", "MiB", baseline=f"after {3 * half}"),
        found.row("growing", "MiB", "about 0", baseline=f"from {2 * half} to {3 * half} requests"),
    ]


def _mixed(shop: Shop, url: str, count: int) -> Sequence[bytes]:
    token = tokens_of(shop.data, ["admin"])["admin"]
    api = {"Authorization": f"Bearer {token}"}
    admin = {"Cookie": sign_in(url, "admin", password("small"))}
    resident = {"Cookie": sign_in(url, "resident", password("small"))}
    reads = [
        request("GET", "/people", admin),
        request("GET", "/points-store/", resident),
        request("GET", "/api/v1/households?page_size=20", api),
        request("GET", "/accounts", admin),
    ]
    sales = [sale.request() for sale in shop.sales(count // 2)]
    return [sale for pair in zip(sales, (reads * count)[: len(sales)], strict=True) for sale in pair]


def _worker(main: int) -> int:
    """The process that answers is the main one's only child."""
    children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
    return max((int(child) for child in children), key=_megabytes)


def _megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0
