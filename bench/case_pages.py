"""The pages of cases at county scale, as the people open them whose pages they are."""

from pathlib import Path
from urllib.parse import quote

from bench.figures import Rounds, Row, Run
from bench.inside import measure_pages, opened_app
from core.cases.api import list_cases
from core.county import county
from core.db import database
from core.scope import AreaScope

PAGES = (
    ("admin", "/cases"),
    ("admin", "/cases?page=50"),
    ("admin", "/cases?state=open"),
    ("admin", "/cases?light=red"),
    ("admin", "/cases?kind=cases.dispute"),
    ("admin", f"/cases?q={quote('公交')}"),
    ("admin", "/cases/board"),
    ("admin", "/cases/{case}"),
    ("admin", "/cases/{case}/sheet"),
    ("admin", "/cases/figures?since=2020-01-01"),
    ("admin", "/cases/rules"),
    ("admin", "/cases/units"),
    ("admin", "/cases/units/1"),
    ("admin", "/"),
    ("town", "/cases/desk"),
    ("town", "/cases/board"),
    ("town", "/cases/watch"),
    ("supervisor", "/cases/watch"),
    ("supervisor", "/cases/watch?part=urged"),
    ("supervisor", "/cases/watch?part=checks"),
    ("secretary", "/cases/desk"),
    ("secretary", "/cases/board"),
    ("secretary", "/cases/new"),
    ("resident", "/cases/open/mine"),
)


def measure_case_pages(data: Path, run: Run, found: Rounds) -> list[Row]:
    """Each page in a county that holds the cases already."""
    with opened_app(data) as app:
        with database.connection_context():
            case_id = list_cases(AreaScope((county().settings.county_code,)), page_size=1)[0][0].id
        return measure_pages(app, [(who, path.format(case=case_id)) for who, path in PAGES], run, found)
