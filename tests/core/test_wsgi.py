"""The WSGI door: it renews itself, and nothing falls through it."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from core import wsgi
from core.app import create_app
from core.county import County
from core.db import database
from core.plugin_host.state import generation, retry, switch
from core.plugin_manager import SYSTEM
from core.testing import COUNTY_CODE, PASSWORD
from core.wsgi import CountyServer

PLUGIN = """
from flask import Blueprint
from core.access import public
from core.hookspecs import hookimpl

pages = Blueprint("trial", __name__, url_prefix="/trial")

@pages.get("/")
@public("trial")
def home():
    return "trial page"

@hookimpl
def register_pages():
    return [pages]
"""

MENU = """
from core.hookspecs import MenuItem

@hookimpl
def menu_items(actor):
    return [MenuItem("试验入口", "trial.home", "office")]
"""


@pytest.fixture(autouse=True)
def builders(plugin_folder: Callable[..., Path]) -> Iterator[None]:
    """Nobody builds any more when the plugins are taken away and the county is closed (under a statement of
    somebody's SQLite crashes)."""
    yield
    for thread in threading.enumerate():
        if thread.name == "app-builder":
            thread.join(30)


@pytest.fixture
def server(
    county: County, plugin_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> CountyServer:
    monkeypatch.setattr(wsgi, "CHECK_SECONDS", 0.0)
    # However busy the machine is, the new app is waited for; how long that takes is a matter of bench/.
    monkeypatch.setattr(wsgi, "PATIENCE_SECONDS", 60.0)
    plugin_folder("trial", {"plugin.py": PLUGIN})
    database.close()
    return CountyServer(county)


def status(server: CountyServer, path: str = "/trial/") -> int:
    return Client(server).get(path).status_code


def turn(county: County, *, enabled: bool) -> None:
    with database.connection_context():
        switch(SYSTEM, county.settings, county.plugins_folder, "trial", enabled=enabled)


def until_renewed(server: CountyServer, before: Any) -> None:
    deadline = time.monotonic() + 10
    while server._app is before:
        assert time.monotonic() < deadline, "the new app came"
        status(server, "/")


def test_two_servers_follow_a_switch_at_their_next_request(county: County, server: CountyServer) -> None:
    other = CountyServer(county)
    for enabled, expected in ((False, 404), (True, 200), (False, 404)):
        turn(county, enabled=enabled)
        assert [status(server), status(other)] == [expected, expected]


def test_a_server_that_cannot_renew_itself_goes_on_serving_and_tries_again(
    county: County, server: CountyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_county: County) -> Any:
        raise OSError("no space left")

    turn(county, enabled=False)
    with monkeypatch.context() as patch:
        patch.setattr(wsgi, "create_app", fail)
        assert (status(server, "/"), status(server)) == (200, 404)
    before = server._app
    until_renewed(server, before)
    assert (status(server, "/"), status(server)) == (200, 404)


def test_who_turns_a_switch_sees_it_on_the_very_next_page(
    county: County, plugin_folder: Callable[..., Path], account: Callable[..., Any]
) -> None:
    plugin_folder("trial", {"plugin.py": PLUGIN + MENU})
    server = CountyServer(county)  # looks at the switches every 0.3 s by itself
    admin = account("county_admin", COUNTY_CODE)
    database.close()
    browser = Client(server)

    def token(path: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).text)
        assert found
        return found[1]

    form = {"csrf_token": token("/accounts/login"), "username": admin.username, "password": PASSWORD}
    assert browser.post("/accounts/login", data=form).status_code == 303
    assert 'href="/trial/"' in browser.get("/system/plugins").text
    for verb, is_there in (("off", False), ("on", True), ("off", False)):
        data = {"csrf_token": token("/system/plugins")}
        shown = browser.post(f"/system/plugins/trial/{verb}", data=data, follow_redirects=True)
        assert shown.status_code == 200
        assert ('href="/trial/"' in shown.text) is is_there


def test_a_switch_turned_while_a_server_starts_is_not_missed(
    county: County, plugin_folder: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wsgi, "CHECK_SECONDS", 0.0)
    monkeypatch.setattr(wsgi, "PATIENCE_SECONDS", 60.0)
    code = PLUGIN + (
        "\nfrom core.db import database, engine\n"
        "link = database.obj.connect_aside() if engine() == 'sqlite' else database\n"
        "run = getattr(link, 'execute_sql', None) or link.execute\n"
        "run('UPDATE core_generation SET number = number + 1')\n"
    )
    plugin_folder("trial", {"plugin.py": code})
    database.close()
    server = CountyServer(county)
    first = server._app
    status(server)
    assert server._app is not first


def test_nobody_waits_for_a_plugin_that_is_slow_to_load(
    county: County,
    server: CountyServer,
    plugin_folder: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wsgi, "PATIENCE_SECONDS", 0.1)
    plugin_folder("sleeper", {"plugin.py": "import time\ntime.sleep(2)\n"})
    turn(county, enabled=False)
    began = time.monotonic()
    before = server._app
    while time.monotonic() - began < 1:
        assert (status(server, "/"), status(server)) == (200, 404), "the old app serves what is on"
    until_renewed(server, before)
    assert county.plugins is not None
    assert "sleeper" in county.plugins.loaded


def test_what_goes_off_while_the_new_app_is_built_and_waited_for_is_closed_at_once(
    county: County, server: CountyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    building, go_on = threading.Event(), threading.Event()

    def create(opened: County) -> Any:
        app = create_app(opened)
        building.set()
        assert go_on.wait(30)
        return app

    monkeypatch.setattr(wsgi, "create_app", create)
    with database.connection_context():
        retry(SYSTEM, county.settings, county.plugins_folder, "trial")
    waiting = threading.Thread(target=status, args=(server, "/"))
    waiting.start()
    assert building.wait(30)
    # Somebody waits for the app with the plugin; others look on meanwhile.
    assert status(server) == 200
    turn(county, enabled=False)
    assert (status(server), status(server, "/")) == (404, 200)
    go_on.set()
    waiting.join(60)
    # The app that was built before the switch does not open it again, and the next one is without it.
    for _ in range(20):
        assert status(server) == 404
    until_no_more_is_built(server)
    assert "trial" not in server._app.manager.loaded


def until_no_more_is_built(server: CountyServer) -> None:
    deadline = time.monotonic() + 30
    while server._generation != _newest():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _newest() -> int:
    with database.connection_context():
        return generation()


def test_what_falls_past_the_app_is_a_short_500(
    server: CountyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(*_: Any) -> Any:
        raise SystemExit("secret")

    monkeypatch.setattr(server._app, "wsgi_app", leave)
    answer = Client(server).get("/")
    assert answer.status_code == 500
    assert "系统出了问题" in answer.text
    assert "secret" not in answer.text
