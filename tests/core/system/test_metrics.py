"""Figures for Prometheus: only when the county wants them, only for who may read them, of nobody."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from core.clock import now
from core.db import connect, unit_of_work
from core.last_backup import note_backup
from core.testing import VILLAGE

# Set in, since `plugin_folder` writes the lines of [plugins] anew.
SECTION = '[metrics]\n  on = true\nreaders = ["10.20.0.0/24"]\n'
BROKEN = """
from core.hookspecs import hookimpl

@hookimpl
def check_health():
    raise RuntimeError("always")
"""


@pytest.fixture
def county_sections(request: pytest.FixtureRequest) -> str:
    marker = request.node.get_closest_marker("parametrize")
    return "" if marker is not None and "off" in str(marker.args[1]) else SECTION


def figures(client: Any) -> dict[tuple[str, ...], float]:
    """Name and label values -> value."""
    text = client.get("/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("switch", ["off"])
def test_they_are_off_unless_the_config_says_otherwise(app: Flask, switch: str) -> None:
    assert switch
    assert app.test_client().get("/metrics").status_code == 404


def test_requests_are_counted_by_pattern_and_kind_of_answer(app: Flask, as_role: Callable[..., Any]) -> None:
    browser = as_role("secretary", VILLAGE)
    key = ("gridgov_requests_total", "/people/households/<int:household_id>", "GET", "4xx")
    seconds = ("gridgov_request_seconds_count", "/people/households/<int:household_id>", "GET")
    before = figures(browser)
    for number in range(3):
        browser.get(f"/people/households/{number + 900}")
    after = figures(browser)
    assert after[key] - before.get(key, 0) == 3
    assert after[seconds] - before.get(seconds, 0) == 3
    assert after["process_resident_memory_bytes",] > 10_000_000


BUSY_PAGE = """
from flask import Blueprint
from core.access import public
from core.errors import Busy
from core.hookspecs import hookimpl

pages = Blueprint("trial", __name__, url_prefix="/trial")

@pages.get("/")
@public("a page whose database is busy")
def page():
    raise Busy

@hookimpl
def register_pages():
    return [pages]
"""


def test_units_of_work_and_a_busy_database_are_counted(
    plugin_folder: Callable[..., Any], build_app: Callable[[], Flask]
) -> None:
    plugin_folder("trial", {"plugin.py": BUSY_PAGE})
    client = build_app().test_client()
    units, busy = ("gridgov_units_of_work_total",), ("gridgov_busy_total",)
    before = figures(client)
    connect()
    with unit_of_work(housekeeping="a test"):
        pass
    assert client.get("/trial/").status_code == 503
    after = figures(client)
    assert after[units] - before[units] == 1
    assert after[busy] - before[busy] == 1


def test_an_address_that_nobody_has_makes_no_figure_of_its_own(app: Flask) -> None:
    client = app.test_client()
    for number in range(50):
        client.get(f"/no/such/{number}")
    assert not any("such" in part for key in figures(client) for part in key)


def test_plugins_show_their_time_errors_and_state(
    plugin_folder: Callable[..., Any], build_app: Callable[[], Flask]
) -> None:
    plugin_folder("broken", {"plugin.py": BROKEN})
    client = build_app().test_client()
    client.get("/readyz")
    found = figures(client)
    assert found["gridgov_plugin_errors_total", "broken"] == 1
    assert found["gridgov_plugin_hook_seconds_total", "broken"] > 0
    assert found["gridgov_plugin_state", "broken", "on"] == 1
    assert found["gridgov_plugin_state", "broken", "quarantined"] == 0


def test_the_age_of_the_last_backup_is_there_once_there_is_one(app: Flask, county: Any) -> None:
    client = app.test_client()
    assert ("gridgov_backup_age_seconds",) not in figures(client)
    note_backup(county.data, now())
    assert 0 <= figures(client)["gridgov_backup_age_seconds",] < 60


@pytest.mark.parametrize(
    ("address", "forwarded", "status"),
    [
        ("127.0.0.1", None, 200),
        ("::1", None, 200),
        ("10.20.0.7", None, 200),
        ("10.20.1.7", None, 404),
        ("203.0.113.9", None, 404),
        ("127.0.0.1", "203.0.113.9", 404),  # through a proxy that the config does not know
    ],
)
def test_they_are_read_from_this_machine_or_by_named_readers_only(
    app: Flask, address: str, forwarded: str | None, status: int
) -> None:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    answer = app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == status


def test_two_processes_that_share_a_folder_add_up(tmp_path: Any) -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom prometheus_client import CollectorRegistry\nfrom core import metrics\n"
        "figures = metrics.Metrics()\n"
        "[figures.note_request('GET', '/people', 200, 0.01) for _ in range(int(sys.argv[1]))]\n"
        "metrics.CountyFigures.collect = lambda self: iter(())\n"
        "print(figures.text().decode())\n"
    )
    import os

    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    out = ""
    for times in ("3", "4"):
        out = subprocess.run(
            [sys.executable, "-c", code, times], env=environment, capture_output=True, text=True, check=True
        ).stdout
    assert 'gridgov_requests_total{endpoint="/people",method="GET",status="2xx"} 7.0' in out
