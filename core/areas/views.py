"""Pages of areas: the tree, one area, the import."""

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from marshmallow import ValidationError

from core.access import demands
from core.areas import queries, services
from core.areas.checks import COLUMNS
from core.areas.levels import TITLES
from core.areas.schemas import AreaSearch
from core.clock import today
from core.security import current_actor
from core.table_pages import TablePages
from core.text import N_

if TYPE_CHECKING:
    from core.areas.models import Area

pages = Blueprint("areas", __name__, url_prefix="/areas")
PAGE_SIZE = 100
SUMMARY = N_("新增 %(added)d 个，变更 %(changed)d 个，未变 %(unchanged)d 个。")


@pages.get("")
@demands("areas.view")
def overview() -> str:
    """The actor's areas, or what the search box finds among them."""
    scope = current_actor().demand("areas.view")
    search, page = _search()
    if search:
        found, total = queries.list_areas(scope, search=search, page=page, page_size=PAGE_SIZE)
        return _list_page(None, found, total, page, search)
    tops = queries.roots(scope)
    if len(tops) == 1 and tops[0].level in ("city", "county"):
        return _children_page(tops[0], page)
    return _list_page(None, tops, len(tops), 1, "")


@pages.get("/<string:area_code>")
@demands("areas.view")
def show(area_code: str) -> str:
    """One area with its children."""
    area = queries.area(current_actor().demand("areas.view"), area_code)
    return _children_page(area, _search()[1])


def _search() -> tuple[str, int]:
    try:
        values = AreaSearch().load(
            {name: request.args[name] for name in ("search", "page") if name in request.args}
        )
    except ValidationError:
        return "", 1
    return values["search"], values["page"]


def _children_page(area: "Area", page: int) -> str:
    found, total = queries.list_areas(
        current_actor().demand("areas.view"),
        parent=area.code,
        on_date=today(),
        page=page,
        page_size=PAGE_SIZE,
    )
    return _list_page(area, found, total, page, "")


def _list_page(area: "Area | None", found: "list[Area]", total: int, page: int, search: str) -> str:
    scope = current_actor().demand("areas.view")
    counts: dict[str, dict[str, int]] = {}
    for length in {len(row.code) for row in found}:
        counts |= queries.descendant_counts(scope, [row.code for row in found if len(row.code) == length])
    heirs = {row.code: queries.current_code(row.code) for row in [area, *found] if row and row.successor_code}
    return render_template(
        "areas/overview.html",
        area=area,
        areas=found,
        total=total,
        page=page,
        page_size=PAGE_SIZE,
        search=search,
        counts=counts,
        heirs=heirs,
        heir_names=queries.path_names(heirs.values()),
        above=queries.ways_up(scope, area.code) if area else [],
        level_titles=TITLES,
        today=today(),
    )


TablePages(
    pages,
    "/import",
    name="table",
    permission="areas.manage",
    blank="areas.xlsx",
    columns=COLUMNS,
    run=services.import_areas,
    page=lambda table: render_template("areas/import.html", table=table),
    said=SUMMARY,
    then="areas.overview",
).join()
