"""A synthetic county on each database, ready to be loaded and harmed; figures for `make soak`."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.proofs.server import SQLITE, Site
from tools.running import make_county

DATABASES = [SQLITE]
MakeSite = Callable[[], Site]
Figures = Callable[[str], None]


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    """On which database the county is."""
    return str(request.param)


@pytest.fixture(scope="session")
def acceptance(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The county that the others are copied from."""
    data = tmp_path_factory.mktemp("acceptance") / "county"
    return Site(data, make_county(data), SQLITE)


@pytest.fixture
def make_site(acceptance: Site, database: str, tmp_path: Path) -> Iterator[MakeSite]:
    """Makes a fresh county in a folder of its own."""
    made: list[Site] = []

    def make() -> Site:
        folder = tmp_path / f"site-{len(made)}"
        folder.mkdir()
        shutil.copytree(acceptance.data, folder / "county")
        made.append(Site(folder / "county", acceptance.county, database))
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
