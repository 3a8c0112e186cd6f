"""On which database the counties of tests lie: SQLite, or a real PostgreSQL (`--database postgresql`)."""

import os
import secrets
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from core.testing_server import TestServer


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database postgresql`: counties of tests lie in a real PostgreSQL (default: SQLite)."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="the database on which the county of a test lies",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks that depend on the database."""
    config.addinivalue_line("markers", "sqlite: about SQLite itself; left out on PostgreSQL")
    config.addinivalue_line("markers", "postgresql: about PostgreSQL itself; left out on SQLite")
    config.addinivalue_line("markers", "servers: starts a PostgreSQL server; given to whatever asks for one")


@pytest.hookimpl(tryfirst=True)  # before pytest looks at the marks that `-m` names
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL only what opens a county there is run: the rest is the same on both databases."""
    for item in items:
        if "postgresql" in getattr(item, "fixturenames", ()):
            item.add_marker("servers")
    kind = config.getoption("--database")
    other = "postgresql" if kind == "sqlite" else "sqlite"
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        is_ours = kind == "sqlite" or item.get_closest_marker(kind) or _opens_a_county(item)
        (kept if is_ours and not item.get_closest_marker(other) else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def _opens_a_county(item: pytest.Item) -> bool:
    return "new_database" in getattr(item, "fixturenames", ())


@pytest.fixture(scope="session")
def postgresql() -> Iterator["TestServer"]:
    """A real PostgreSQL server of this test run, in a temporary folder, on a free port of this machine."""
    from core.testing_server import running_postgresql

    with running_postgresql() as server:
        yield server


@pytest.fixture
def new_database(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., None]]:
    """Makes the database for the county that is opened next: `new_database(template)`.

    With `--database postgresql` it is a copy of the database `template` (empty: a new one), dropped
    after the test unless `keep` is said; on SQLite nothing is to be done: the file lies in the county's
    folder.
    """
    _forget_environment(monkeypatch)
    if request.config.getoption("--database") == "sqlite":
        yield lambda template, keep=False: None
        return
    server: TestServer = request.getfixturevalue("postgresql")
    made: list[str] = []

    def make(template: str, *, keep: bool = False) -> None:
        name = f"test_{secrets.token_hex(6)}"
        monkeypatch.setenv("GRIDGOV_DATABASE", server.create(name, template=template or "template0"))
        if not keep:
            made.append(name)

    yield make
    for name in made:
        server.drop(name)


def _forget_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GRIDGOV_")]:
        monkeypatch.delenv(name)
