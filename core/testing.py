"""Fixtures for plugin authors and for our own tests: a real county in a folder of its own.

pytest finds this module by its entry point (`pytest11`), so nothing heavy is imported at the top.
A county costs a copy of a folder: the first one of a run is made and migrated, the others are
copied from it. The outside world is closed: a test that calls another host fails.
"""

import gc
import ipaddress
import json
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

# pytest finds fixtures by their names here.
from core.testing_neighbours import failing_neighbour, hanging_neighbour  # noqa: F401
from core.testing_people import TestHousehold, people  # noqa: F401
from core.value_classes import value_class

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from core.county import County
    from core.security import Actor
    from core.testing_templates import CompiledTemplates

pytest_plugins = (
    "core.testing_database",
    "core.testing_plugins",
)

COUNTY_CODE = "341504"
TOWN, OTHER_TOWN = "341504001", "341504002"
# Two villages of one town and one of another: enough to see a wall.
VILLAGE, SISTER_VILLAGE, FAR_VILLAGE = "341504001001", "341504001002", "341504002001"
GRID = VILLAGE + "001"
_AREAS = (
    (COUNTY_CODE, "测试县", "county"),
    (TOWN, "甲镇", "town"),
    (VILLAGE, "一村", "village"),
    (GRID, "一村第一网格", "grid"),
    (SISTER_VILLAGE, "二村", "village"),
    (OTHER_TOWN, "乙镇", "town"),
    (FAR_VILLAGE, "三村", "village"),
)
MONDAY_MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=timezone(timedelta(hours=8)))
PASSWORD = "Test-county-2026"  # noqa: S105 - of accounts that live as long as a test


@pytest.fixture(autouse=True, scope="session")
def closed_outside_world() -> Iterator[None]:
    """No test reaches another host; this machine's own addresses stay open."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        _demand_loopback(self, address)
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        _demand_loopback(self, address)
        return connect_ex(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        patch.setattr(socket.socket, "connect_ex", guarded_ex)
        yield


def _demand_loopback(sock: socket.socket, address: Any) -> None:
    if sock.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0]
    try:
        inside = ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = host == "localhost"
    if not inside:
        sock.close()  # libraries close it only for errors that they expect
        raise OutsideWorld(f"a test tried to reach {host}: the outside world is closed in tests")


class OutsideWorld(RuntimeError):
    """A test tried to reach another host."""


@pytest.fixture
def county_plugins() -> list[str]:
    """Bundled or installed plugins that the test county allows and switches on; override it."""
    return []


@pytest.fixture
def county_sections() -> str:
    """More TOML for the test county's config ([security], [plugin.NAME], ...); override it."""
    return ""


@pytest.fixture
def county_plugin_folder() -> Path | None:
    """The folder of plugin packages that the test county knows (GRIDGOV_PLUGINS); override it."""
    return None


@pytest.fixture(scope="session")
def _templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    # Config text -> folder of a migrated county without a plugin's row in it.
    return {}


@pytest.fixture
def county(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    new_database: Callable[..., None],
    county_plugins: list[str],
    county_sections: str,
    county_plugin_folder: Path | None,
    _templates: dict[str, Path],
) -> Iterator["County"]:
    """A fresh small county (7 areas, no people), open in this process and connected in this thread.

    Write the areas as the constants of this module name them.
    """
    from argon2 import PasswordHasher

    from core.county import close_county
    from core.db import SQLITE_PRAGMAS

    # A power cut does not happen in a test: no waiting for the disk.
    monkeypatch.setitem(SQLITE_PRAGMAS, "synchronous", "off")
    # Nor does anybody guess passwords: making one need not be slow, nor trying one of a name that nobody has.
    hasher = PasswordHasher(1, 8, 1)
    monkeypatch.setattr("core.accounts.passwords._HASHER", hasher)
    monkeypatch.setattr("core.accounts.services.sessions.NOBODY", hasher.hash("nobody's"))
    if county_plugin_folder is not None:
        monkeypatch.setenv("GRIDGOV_PLUGINS", str(county_plugin_folder))
    config = _config(county_plugins, county_plugins, county_sections)
    if config not in _templates:
        new_database("", keep=True)
        _templates[config] = _make_template(tmp_path_factory.mktemp("county"), config)
    shutil.copytree(_templates[config], tmp_path / "county")
    opened = _open(tmp_path / "county", new_database)
    yield opened
    close_county()


@pytest.fixture
def another_county(
    county: "County", tmp_path: Path, new_database: Callable[..., None]
) -> Callable[[], "County"]:
    """Opens a second county in the place of `county`, which was untouched when the test began."""
    untouched = shutil.copytree(county.data, tmp_path / "another")
    return lambda: _open(Path(untouched), new_database)


def _open(data: Path, new_database: Callable[..., None]) -> "County":
    from core.county import open_county
    from core.db import database

    template = data / _TEMPLATE_FILE
    new_database(template.read_text() if template.exists() else "")
    opened = open_county(data)
    database.connect(reuse_if_open=True)
    return opened


# In the folder of a template: the name of its database, where that is no file beside it.
_TEMPLATE_FILE = "template-database"


def _config(allowed: list[str], on: list[str], sections: str) -> str:
    return (
        f'[county]\ncode = "{COUNTY_CODE}"\nname = "测试县"\n'
        f"[plugins]\nallowed = {json.dumps(sorted(allowed))}\non = {json.dumps(sorted(on))}\n{sections}"
    )


def _make_template(folder: Path, config: str) -> Path:
    from core.accounts.api import operator
    from core.app import load_plugins
    from core.areas.api import install_areas
    from core.county import close_county, create_folder, open_county
    from core.db import database
    from core.sheets import Upload

    source = folder / "source.toml"
    source.write_text(config, "utf-8")
    data = folder / "data"
    create_folder(data, source)
    county = open_county(data)
    try:
        with database.connection_context():
            load_plugins(county)
            rows = "".join(f"{code},{name},{level},2000-01-01,\n" for code, name, level in _AREAS)
            table = "code,name,level,valid_from,valid_to\n" + rows
            outcome = install_areas(operator(), Upload("areas.csv", table.encode()))
            assert outcome.mistake_count == 0, outcome.mistakes
    finally:
        close_county()
    if url := os.environ.get("GRIDGOV_DATABASE"):
        (data / _TEMPLATE_FILE).write_text(url.rpartition("/")[2])
    return data


@pytest.fixture(scope="session")
def _compiled() -> "CompiledTemplates":
    """Templates are compiled once a run, not once for each app of it."""
    from core.testing_templates import CompiledTemplates

    return CompiledTemplates()


@pytest.fixture
def build_app(county: "County", _compiled: "CompiledTemplates") -> Callable[[], "Flask"]:
    """Makes the web app of `county` from the plugins that are on at that moment."""
    from core.app import create_app

    def build() -> "Flask":
        app = create_app(county)
        app.jinja_env.bytecode_cache = _compiled
        if not _compiled.has_app:
            # What all apps of the run stand on stays, and each app makes as much again: nobody looks for
            # garbage after every third one.
            _compiled.has_app = True
            gc.collect()
            gc.freeze()
            gc.set_threshold(10_000)
        return app

    return build


@pytest.fixture
def app(build_app: Callable[[], "Flask"]) -> "Flask":
    """The web app of `county`."""
    return build_app()


@pytest.fixture
def client(app: "Flask") -> "FlaskClient":
    """A browser of somebody who is not logged in."""
    return app.test_client()


@value_class
class TestAccount:
    """An account with one post."""

    __test__ = False  # no test class, whatever its name begins with

    id: int
    username: str


MakeAccount = Callable[..., TestAccount]


@pytest.fixture
def account(county: "County") -> MakeAccount:
    """Makes an account: `account(role, area_code, person_id=None)`. Its password is PASSWORD."""
    from core.accounts.api import AccountRow, bulk_accounts, operator
    from core.app import load_plugins
    from core.security import Post

    made: list[TestAccount] = []

    def make(role: str, area_code: str, *, person_id: int | None = None) -> TestAccount:
        if county.plugins is None:
            load_plugins(county)
        username = f"{role}-{len(made) + 1}"
        post = Post(role, area_code)
        row = AccountRow(username, f"测试{role}", area_code, (post,), person_id)
        (number,) = bulk_accounts(operator(), [row], password=PASSWORD, since=date(2000, 1, 1))
        made.append(TestAccount(number, username))
        return made[-1]

    return make


@pytest.fixture
def actor(account: MakeAccount) -> Callable[..., "Actor"]:
    """Makes somebody acting, for calling services: `actor(role, area_code, person_id=None)`."""
    from core.accounts.api import actor_for

    return lambda role, area_code, **more: actor_for(account(role, area_code, **more).id)


@pytest.fixture
def as_role(app: "Flask", account: MakeAccount) -> Callable[..., "FlaskClient"]:
    """Makes a browser that is logged in: `as_role(role, area_code, person_id=None)`."""
    from core.accounts.api import open_session, operator

    def make(role: str, area_code: str, **more: Any) -> "FlaskClient":
        opened = open_session(operator(), account(role, area_code, **more).id)
        browser = app.test_client()
        with browser.session_transaction() as session:
            session["token"] = opened.token
        return browser

    return make


class JsonClient:
    """A program that speaks the JSON interface with a bearer token (or without, when it is None)."""

    def __init__(self, app: "Flask", token: str | None) -> None:
        self._client = app.test_client()
        self.token = token

    def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, **headers: str
    ) -> "TestResponse":
        """Send a request to `path` below /api/v1; `key` is the Idempotency-Key.

        Further keywords are headers, `accept_language="en"` say.
        """
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        if key is not None:
            sent["Idempotency-Key"] = key
        return self._client.open(f"/api/v1{path}", method=method, json=body, headers=sent)

    def get(self, path: str, **headers: str) -> "TestResponse":
        """Read."""
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, *, key: str | None = None) -> "TestResponse":
        """Write."""
        return self.call("POST", path, {} if body is None else body, key=key)


@pytest.fixture
def api_as(app: "Flask", account: MakeAccount) -> Callable[..., JsonClient]:
    """Makes a program with a token: `api_as(role, area_code, permissions=None, person_id=None)`."""
    from core.accounts.api import create_token, operator

    def make(role: str, area_code: str, permissions: list[str] | None = None, **more: Any) -> JsonClient:
        number = account(role, area_code, **more).id
        return JsonClient(app, create_token(operator(), number, title="test", permissions=permissions).token)

    return make


@pytest.fixture
def frozen_clock() -> Iterator[Callable[[datetime], None]]:
    """The clock stands at MONDAY_MORNING (2 March 2026, 9:00); the value moves it."""
    from core.clock import frozen

    with frozen(MONDAY_MORNING) as move:
        yield move


@pytest.fixture
def outbox(county: "County") -> Callable[[], int]:
    """Delivers every event that is due now, in this process; returns how many.

    Errors are noted as in production: move `frozen_clock` on and call again for the next try.
    """
    from core.app import load_plugins
    from core.delivery import deliver_all

    return lambda: deliver_all(county.plugins or load_plugins(county))
