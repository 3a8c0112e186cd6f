"""What a page of the ground asks of the database: fewer than twenty statements, for one grid or a county."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from core.db import database
from core.testing import COUNTY_CODE
from tests.plugins.grid.ground.test_pages import OFFICE, PAGES
from tests.plugins.grid.ground.village import VILLAGE, Village

WHO = {"secretary": VILLAGE, "town_official": VILLAGE[:9], "county_admin": COUNTY_CODE}


@pytest.mark.parametrize("role", WHO)
def test_a_page_costs_fewer_than_twenty_statements(
    staffed: Village, as_role: Callable[..., FlaskClient], role: str
) -> None:
    browser = as_role(role, WHO[role])
    asked: list[object] = []
    database.obj.query_hooks.append(asked.append)
    for path in [*PAGES, *OFFICE]:
        asked.clear()
        assert browser.get(path).status_code == 200
        assert 0 < len(asked) < 20, (path, len(asked), *asked)
