"""Switches: how soon every server follows one, what they cost a request, and what 50 plugins cost a start.

Real servers (`gridgov serve`) of one county, asked over HTTP the whole time, as people do. The clock starts
when the switch is turned, and stops when the last server has answered 404 (or 200) at the plugin's page.
"""

import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.counties import environment, shop_of
from bench.figures import Rounds, Row, Run
from bench.hooks import allow, microseconds, write_plugins
from core.cli.context import opened
from core.county import close_county, open_county
from core.plugin_host.state import switch
from core.plugin_manager import SYSTEM
from core.visits import Visits
from core.wsgi import CHECK_SECONDS, CountyServer
from tools.running import GRIDGOV, serving

NUMBERS, SERVERS = (0, 50), 2
# The one that is switched, beside those.
PLUGIN, ADDRESS = "trial_switched", "/trial-switched/"
COMMANDS = {
    "gridgov --version": [GRIDGOV, "--version"],
    "gridgov --help": [GRIDGOV, "--help"],
    "gridgov plugin list": [GRIDGOV, "plugin", "list"],
}
GATE, PAGE, LOOK = "the gate of a plugin's page", "a plugin's page", "a look at the switches"
SHARE, LOOKS = "the gate's share of a plugin's page", "looking at the switches, share of a server's time"
PAUSE_SECONDS, LONGEST_SECONDS = 0.005, 60.0


def measure(run: Run) -> list[Row]:
    """P11: starts, switches, gates."""
    found = Rounds()
    rows: list[Row] = []
    for number in NUMBERS:
        data = shop_of(run, f"switching-{number}").data
        names = [*(f"trial_{number}_{n:02d}" for n in range(number)), PLUGIN]
        folder = write_plugins(run.place(f"switched-{number}"), names)
        allow(data / "config.toml", names)
        with environment(GRIDGOV_PLUGINS=str(folder), GRIDGOV_DATA=str(data)):
            rows += _starts(run, found, data, number)
            rows += _switched(run, data, number)
            if not number:
                rows += _gates(run, found, data)
        run.say(f"switching, {number} plugins")
    return rows


def _starts(run: Run, found: Rounds, data: Path, number: int) -> Iterator[Row]:
    for _ in range(run.rounds * run.few(5, 1)):
        for title, command in COMMANDS.items():
            began = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            found.add(f"{title}, {number} plugins more", 1000 * (time.perf_counter() - began))
    title = f"server, {number} plugins more"
    for _ in range(run.rounds * run.few(2, 1)):
        began = time.perf_counter()
        with serving(data):
            found.add(title, time.perf_counter() - began)
    yield from (found.row(f"{each}, {number} plugins more", "ms") for each in COMMANDS)
    yield found.row(title, "s", baseline="from the command to the first answer of /healthz")


def _switched(run: Run, data: Path, number: int) -> Iterator[Row]:
    took: dict[bool, list[float]] = {False: [], True: []}
    turned: list[float] = []
    with _two_servers(data) as urls, opened(data) as county:
        _wait_for(urls, 200)
        for _ in range(run.rounds * run.few(20, 1)):
            for is_on, figures in took.items():
                began = time.perf_counter()
                switch(SYSTEM, county.settings, county.plugins_folder, PLUGIN, enabled=is_on)
                turned.append(time.perf_counter() - began)
                figures.append(max(_wait_for(urls, 200 if is_on else 404)) - began)
    yield Row(f"of which turning the switch itself, {number} plugins more", tuple(turned), "s")
    for is_on, title in ((False, "off to 404"), (True, "on to 200")):
        name = f"{title} in each of {SERVERS} servers, {number} plugins more"
        target = "<= 1" if not is_on else ""
        yield Row(name, tuple(took[is_on]), "s", target)
        yield Row(f"{name}, the worst of {len(took[is_on])}", (max(took[is_on]),), "s", target)


@contextmanager
def _two_servers(data: Path) -> Iterator[list[str]]:
    with ExitStack() as stack:
        yield [stack.enter_context(serving(data)) + ADDRESS for _ in range(SERVERS)]


def _wait_for(urls: Sequence[str], status: int) -> list[float]:
    """Ask each server until it answers `status`; the moments of these answers."""

    def ask(url: str) -> float:
        deadline = time.perf_counter() + LONGEST_SECONDS
        while _status(url) != status:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{url} does not answer {status}")
            time.sleep(PAUSE_SECONDS)
        return time.perf_counter()

    with ThreadPoolExecutor(len(urls)) as threads:
        return list(threads.map(ask, urls))


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def _gates(run: Run, found: Rounds, data: Path) -> Iterator[Row]:
    asks, visits = run.few(2_000, 20), Visits()
    county = open_county(data)
    try:
        server = CountyServer(county)
        browser = server.app.test_client()

        def pass_gate() -> None:
            # What every request passes: is a look due?, and, at a plugin's page, is there room?
            assert server.app
            with visits.inside(PLUGIN):
                pass

        def look() -> None:
            server._looked_at = 0.0
            assert server.app

        def page() -> None:
            assert browser.get(ADDRESS).status_code == 200

        for _ in range(run.rounds):
            found.add(GATE, microseconds(pass_gate, asks))
            found.add(LOOK, microseconds(look, run.few(200, 5)))
            found.add(PAGE, microseconds(page, run.few(200, 5)))
            found.add(SHARE, 100 * found.last(GATE) / found.last(PAGE))
            found.add(LOOKS, 100 * found.last(LOOK) / 1e6 / CHECK_SECONDS)
    finally:
        close_county()
    yield found.row(GATE, "µs")
    yield found.row(PAGE, "µs", baseline="two words, in process")
    yield found.row(SHARE, "%", "<= 1")
    yield found.row(LOOK, "µs", baseline=f"by one request each {CHECK_SECONDS:g} s")
    yield found.row(LOOKS, "%")
