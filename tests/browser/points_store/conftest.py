"""A county of its own, whose past can be made up."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.browser.conftest import INTRANET, NewCounty
from tools.running import Site, serving


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the county of these tests lies."""
    return tmp_path_factory.mktemp("stores") / "data"


@pytest.fixture(scope="session")
def site(data: Path, new_county: NewCounty) -> Iterator[Site]:
    """The acceptance county behind `gridgov serve`, for these tests alone."""
    seed = new_county(data)
    with serving(data) as url:
        yield Site(url.replace("127.0.0.1", INTRANET), seed)


@pytest.fixture
def let_a_month_pass(data: Path) -> Callable[[], None]:
    """All redemptions were made on the last day of the month before."""

    def shift() -> None:
        with closing(sqlite3.connect(data / "gridgov.db", timeout=30)) as db, db:
            db.execute(
                "UPDATE points_store_redemption SET day = date(day, 'start of month', '-1 day'), "
                "at = at - strftime('%d', day) * 86400000"
            )

    return shift
