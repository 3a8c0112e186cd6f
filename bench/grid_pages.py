"""The pages of the grid at county scale: 607 grids, 216,000 people, some 710,000 values of their files."""

from pathlib import Path

from bench.figures import Rounds, Row, Run
from bench.inside import measure_pages, opened_app
from core.areas.api import list_areas
from core.cli.context import opened_with_plugins
from core.clock import today
from core.county import county
from core.scope import AreaScope

# Who opens what; {village} and {grid} are the first ones of the county.
PAGES = (
    ("admin", "/grid/"),
    ("admin", "/grid/staffing"),
    ("admin", "/grid/staffing/wall?area={village}"),
    ("admin", "/grid/division"),
    ("admin", "/grid/division?area={village}"),
    ("admin", "/grid/freshness"),
    ("admin", "/grid/freshness?area={village}"),
    ("admin", "/grid/files?area={grid}"),
    ("admin", "/grid/registers"),
    ("admin", "/grid/registers?item=house_safety&pick=d"),
    ("admin", "/grid/patrols"),
    ("admin", "/grid/patrols/sheet?area={village}"),
    ("admin", "/grid/tasks"),
    ("admin", "/grid/party"),
    ("admin", "/grid/grids/{grid}"),
    ("admin", "/people?grid={grid}"),
    ("secretary", "/grid/"),
    ("secretary", "/grid/patrols"),
    ("secretary", "/grid/files"),
    ("leader", "/grid/my-day"),
    ("member", "/grid/my-day"),
    ("member", "/grid/my-tasks"),
    ("member", "/grid/patrol"),
    ("member", "/grid/files"),
)


def measure(run: Run) -> list[Row]:
    """P7 for the grid."""
    village, grid = _first(run.county)
    asked = [(who, path.format(village=village, grid=grid)) for who, path in PAGES]
    with opened_app(run.county) as app:
        return measure_pages(app, asked, run, Rounds())


def _first(data: Path) -> tuple[str, str]:
    """The first village that has grids, and its first grid."""
    with opened_with_plugins(data):
        scope = AreaScope((county().settings.county_code,))
        grid = list_areas(scope, level="grid", on_date=today(), page_size=1)[0][0].code
    return grid[:12], grid
