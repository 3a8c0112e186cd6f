"""A synthetic county on each database, ready to be loaded and harmed; figures for `make soak`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.testing_server import TestServer
from tests.proofs.counties import ON_POSTGRESQL, MakeSite, copied, first_county
from tests.proofs.server import POSTGRESQL, SQLITE, Site

Figures = Callable[[str], None]
MakeFirst = Callable[[str], Site]


@pytest.fixture(params=[SQLITE, ON_POSTGRESQL])
def database(request: pytest.FixtureRequest) -> str:
    """On which database the county is."""
    return str(request.param)


@pytest.fixture(scope="session")
def firsts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> MakeFirst:
    """The county of each database that the others are copied from, made when it is asked for."""
    made: dict[str, Site] = {}

    def first(database: str) -> Site:
        if database not in made:
            server = request.getfixturevalue("postgresql") if database == POSTGRESQL else None
            made[database] = first_county(tmp_path_factory.mktemp("first") / "county", server)
        return made[database]

    return first


@pytest.fixture
def make_site(
    request: pytest.FixtureRequest,
    firsts: MakeFirst,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MakeSite]:
    """Makes a fresh county in a folder of its own."""
    monkeypatch.delenv("GRIDGOV_DATABASE", raising=False)
    made: list[Site] = []

    def make() -> Site:
        server: TestServer | None = request.getfixturevalue("postgresql") if database == POSTGRESQL else None
        folder = tmp_path / f"site-{len(made)}"
        folder.mkdir()
        made.append(copied(firsts(database), folder / "county", server))
        return made[-1]

    yield make
    for site in made:
        site.close()


@pytest.fixture
def site(make_site: MakeSite) -> Site:
    """One fresh county."""
    return make_site()


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Figures:
    """Says in one line what a proof has measured; `make soak` prints it."""
    return lambda text: record_property("figures", text)
