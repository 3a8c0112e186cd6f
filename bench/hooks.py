"""What asking plugins costs: the walls around them, as a share of a request to the home page.

Plugins are generated, each with a menu item and a card on the home page. The walls (helper thread, time
limit, lent connection, what each answer is checked for) are compared with a plain list of calls.
"""

import json
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.figures import Row, Run
from core.accounts.api import actor_for, open_session, operator
from core.app import create_app
from core.county import close_county, open_county
from core.db import database
from core.plugin_host import bounded
from core.testing_plugins import MANIFEST
from tools.running import make_county

NUMBERS = (0, 5, 50)
SHARE = "the walls' share of a home page"
TARGETS = {(SHARE, 5): "<= 1", (SHARE, 50): "<= 5"}
ROUNDS, ASKS = 5, 200
PLUGIN = """
from flask import Blueprint
from core.access import public
from core.hookspecs import Card, MenuItem, hookimpl

@hookimpl
def menu_items(actor):
    return [MenuItem("试验", "system.home", "office", order=200)]

@hookimpl
def home_cards(actor):
    return [Card("{name}/card.html", {{"figure": 7}}, 200)]

pages = Blueprint("{name}", __name__, url_prefix="/{path}")

@pages.get("/")
@public("trial")
def home():
    return "trial page"

@hookimpl
def register_pages():
    return [pages]
"""
CARD = '<section class="card"><h2>试验</h2><p>{{ figure }}</p></section>\n'


def measure(run: Run) -> list[Row]:
    """P8: microseconds of a question, and the walls' share of a home page."""
    found: list[Row] = []
    data = run.folder / "hooks"
    account = int(make_county(data)["accounts"][0]["id"])
    config = (data / "config.toml").read_text("utf-8")
    for number in NUMBERS:
        # Names of their own for each county, since a process imports a name once.
        names = [f"trial_{number}_{n:02d}" for n in range(number)]
        folder = write_plugins(run.folder / f"plugins-{number}", names)
        (data / "config.toml").write_text(config, "utf-8")
        allow(data / "config.toml", names)
        with _opened(data, folder) as app:
            for title, figures in _measured(app, account, run.few(ASKS, 5)).items():
                name, unit = title.rsplit(", ", 1)
                target = TARGETS.get((name, number), "")
                found.append(Row(f"{name}, {number} plugins more", tuple(figures), unit, target))
        run.say(f"hooks, {number} plugins")
    return found


def write_plugins(folder: Path, names: Sequence[str]) -> Path:
    """Write small plugins (a menu item, a card, a page at /NAME/) into `folder`; returns it."""
    folder.mkdir(exist_ok=True)
    for name in names:
        templates = folder / name / "templates" / name
        templates.mkdir(parents=True)
        (folder / name / "plugin.toml").write_text(MANIFEST.format(name=name), "utf-8")
        (folder / name / "plugin.py").write_text(
            PLUGIN.format(name=name, path=name.replace("_", "-")), "utf-8"
        )
        (templates / "card.html").write_text(CARD, "utf-8")
    return folder


def allow(config: Path, names: Sequence[str]) -> None:
    """Let the county of this config file have these plugins beside the bundled ones, all of them on."""
    listed = json.dumps(["call_button", "points_store", "grid", "diary", "supervision", *names])
    text = re.sub(r"^(allowed|on) = \[.*$", rf"\1 = {listed}", config.read_text("utf-8"), flags=re.MULTILINE)
    config.write_text(text, "utf-8")


@contextmanager
def _opened(data: Path, folder: Path) -> Iterator[Any]:
    county = open_county(data)
    county.plugins_folder = folder
    with database.connection_context():
        app = create_app(county)
    try:
        yield app
    finally:
        close_county()


def _measured(app: Any, account: int, asks: int) -> dict[str, list[float]]:
    manager = app.manager
    browser = app.test_client()
    with database.connection_context():
        actor = actor_for(account)
        token = open_session(operator(), account).token
    with browser.session_transaction() as session:
        session["token"] = token

    def ask() -> None:
        manager.ask("menu_items", actor=actor)

    def page() -> None:
        assert browser.get("/").status_code == 200

    rows: dict[str, list[float]] = {"asking for menu items, µs": [], "the walls, µs": [], "home page, µs": []}
    rows["the walls' share of a home page, %"] = []
    for _ in range(ROUNDS):
        with database.connection_context():
            walled = microseconds(ask, asks)
            with _without_walls():
                direct = microseconds(ask, asks)
        whole = microseconds(page, asks)
        # A home page asks twice: for the menu and for the cards.
        figures = (walled, walled - direct, whole, 100 * 2 * (walled - direct) / whole)
        for row, figure in zip(rows.values(), figures, strict=True):
            row.append(figure)
    return rows


@contextmanager
def _without_walls() -> Iterator[None]:
    def directly(calls: Sequence[Callable[[], Any]], seconds: float) -> list[bounded.Result]:
        del seconds
        return [bounded.Result(call()) for call in calls]

    walled, bounded.call_each = bounded.call_each, directly
    try:
        yield
    finally:
        bounded.call_each = walled


def microseconds(call: Callable[[], None], times_: int) -> float:
    """The median of so many calls."""
    times = []
    for _ in range(times_):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return 1e6 * statistics.median(times)
