"""Call button: from a key to the screen in a real browser, and what a screen costs that asks all day."""

import random
import sqlite3
import statistics
import time
import timeit
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.figures import Rounds, Row, Run
from bench.load import drive, request
from bench.visitors import sign_in
from core.scope import AreaScope
from plugins.call_button.queries.board import board, newest_number
from tools.calling import Walls, switch_on, walls
from tools.running import Site, make_county, server_of
from tools.screenshots import BROWSER

PRESSES, ASKS, SCREENS = 200, 2_000, 8
MEDIAN, WORST, ALL = "press to screen, median", "press to screen, p99", "press to screen, longest"
BARE, ASKED, ANSWERED = (
    "the same in bare sqlite3",
    "nothing new, asked of the database",
    "nothing new, over HTTP p99",
)
# Notes for each call when its name stood on the page, by the clock of this machine.
_NOTE = """() => {
    window.shownAt = {};
    const note = () => {
        const now = Date.now();
        const rows = 'section[data-focus]:not([hidden]), [data-waiting] li';
        for (const shown of document.querySelectorAll(rows)) {
            window.shownAt[shown.dataset.call || shown.dataset.id] ||= now;
        }
    };
    new MutationObserver(note).observe(document.body, {subtree: true, childList: true, attributes: true});
}"""


def measure(run: Run) -> list[Row]:
    """Milliseconds from a stored press to its name on the duty screen; microseconds of an empty question."""
    data = run.place("screen") / "county"
    seed = make_county(data)
    switch_on(data)
    found = Rounds()
    with server_of(data) as (url, _), walls(data) as there:
        account = Site(url, seed).account("secretary", village=1)
        cookie = sign_in(url, account["username"], account["password"])
        homes = there.homes(account["area_code"], 4)
        devices = [there.hang(home) for home in homes]
        for number in range(run.rounds):
            with _screen(url, account) as page:
                took = _pressed(page, there, devices, run.few(PRESSES, 10) // run.rounds + 1)
            found.add(MEDIAN, statistics.median(took))
            found.add(WORST, _p99(took))
            found.add(ALL, max(took))
            _ask(found, data, AreaScope((account["area_code"],)), run.few(ASKS, 50))
            path = f"/call-button/board/changes?since={newest_number()}"
            message = request("GET", path, {"Cookie": cookie})
            answered = drive(url, [message], clients=SCREENS, seconds=run.seconds, again=True)
            found.add(ANSWERED, answered.demand(204).p99)
            run.say(f"{len(took)} presses on a screen, round {number + 1}")
    return [
        found.row(MEDIAN, "ms"),
        found.row(WORST, "ms", "<= 1000"),
        found.row(ALL, "ms"),
        found.row(BARE, "µs", baseline="sqlite3, prepared"),
        found.row(ASKED, "µs", baseline="in process"),
        found.ratio(f"{ASKED} / bare", ASKED, BARE),
        found.row(ANSWERED, "ms", baseline=f"{SCREENS} screens without a pause"),
    ]


@contextmanager
def _screen(url: str, account: dict[str, Any]) -> Iterator[Page]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox", "--disable-gpu"])
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN")
            page.goto(f"{url}/accounts/login")
            page.fill("input[name=username]", account["username"])
            page.fill("input[name=password]", account["password"])
            with page.expect_navigation():
                page.click("form:has(input[name=password]) button[type=submit]")
            page.goto(f"{url}/call-button/board")
            page.wait_for_selector("body[data-line=good]")
            page.evaluate(_NOTE)
            yield page
        finally:
            browser.close()


def _pressed(page: Page, there: Walls, devices: list[Any], presses: int) -> list[float]:
    """Milliseconds of each press, at any moment between two questions of the page."""
    chance = random.Random(1)
    took: list[float] = []
    for number in range(presses):
        device = devices[number % len(devices)]
        time.sleep(chance.uniform(0.0, 0.5))
        call_id = there.press(device, message_id=f"{time.time()}").call_id
        stored = time.time()
        page.wait_for_function("id => window.shownAt[id]", arg=str(call_id), timeout=10_000)
        took.append(page.evaluate("id => window.shownAt[id]", str(call_id)) - 1000 * stored)
        there.press(device, "2", message_id=f"{time.time()}")
    return [max(each, 0.0) for each in took]


def _ask(found: Rounds, data: Path, scope: AreaScope, asks: int) -> None:
    number = newest_number()
    bare = sqlite3.connect(data / "gridgov.db")
    statement = "SELECT id FROM call_button_call WHERE changed > ? ORDER BY changed LIMIT 200"
    found.add(BARE, _microseconds(lambda: bare.execute(statement, (number,)).fetchall(), asks))
    found.add(ASKED, _microseconds(lambda: board(scope, number), asks))
    bare.close()


def _microseconds(call: Callable[[], Any], calls: int) -> float:
    return 1e6 * timeit.timeit(call, number=calls) / calls


def _p99(took: list[float]) -> float:
    return sorted(took)[min(len(took) - 1, int(len(took) * 0.99))]
