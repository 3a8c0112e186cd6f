"""The staffing board: vacancies, double posts, overload at once; and the list for the wall."""

from collections import defaultdict
from typing import Any

from flask import render_template, request

from core.access import demands
from core.areas.api import path_names
from core.clock import today
from core.security import current_actor
from core.web import page_number
from plugins.grid.queries.staffing import Board, GridStaff, board, with_names
from plugins.grid.views import pages
from plugins.grid.views.asked import STAFF, VIEW, VILLAGE_DIGITS, asked_area
from plugins.grid.words import CAPACITIES, PROBLEMS, STAFF_ROLES

PAGE_SIZE = 50


@pages.get("/staffing")
@demands(VIEW)
def staffing() -> str:
    """The board of a village, town or county; `problem` narrows it down."""
    code, scope = asked_area(VIEW)
    found = board(scope)
    problem = request.args.get("problem", "")
    problem = problem if problem in PROBLEMS else "any" if problem == "any" else ""
    rows = found.with_problem("" if problem == "any" else problem) if problem else list(found.grids)
    by_village = len(code) < VILLAGE_DIGITS and not problem
    page = page_number()
    first, last = (page - 1) * PAGE_SIZE, page * PAGE_SIZE
    villages = _villages(found) if by_village else []
    return render_template(
        "grid/staffing.html",
        area_code=code,
        path=path_names([code])[code] if code else "",
        board=found,
        problem=problem,
        problems=PROBLEMS,
        by_village=by_village,
        rows=villages[first:last] if by_village else with_names(rows[first:last]),
        total=len(villages) if by_village else len(rows),
        page=page,
        page_size=PAGE_SIZE,
        roles=STAFF_ROLES,
        may_staff=current_actor().may(STAFF),
    )


def _villages(found: Board) -> list[dict[str, Any]]:
    """Villages with their grids and people and how often each problem occurs, the worst first."""
    grids: dict[str, list[GridStaff]] = defaultdict(list)
    for row in found.grids:
        grids[row.village_code].append(row)
    rows = [
        {
            "code": code,
            "name": held[0].village_name,
            "grids": len(held),
            "people": {role: sum(len(grid.holders(role)) for grid in held) for role in STAFF_ROLES},
            "problems": {name: count for name in PROBLEMS if (count := _count(held, name))},
        }
        for code, held in grids.items()
    ]
    return sorted(rows, key=lambda row: (-sum(row["problems"].values()), row["code"]))


def _count(grids: list[GridStaff], problem: str) -> int:
    return sum(problem in grid.problems for grid in grids)


@pages.get("/staffing/wall")
@demands(VIEW)
def wall() -> str:
    """The staffing list for the wall, one row a grid, A3 or A4."""
    code, scope = asked_area(VIEW)
    return render_template(
        "grid/wall.html",
        path=path_names([code])[code] if code else "",
        area_code=code,
        grids=with_names(board(scope).grids),
        paper="a3" if request.args.get("paper") == "a3" else "a4",
        capacities=CAPACITIES,
        today=today(),
    )
