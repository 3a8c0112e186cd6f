"""What waits for me; the board of an area; the list of all cases."""

from typing import Any

from flask import render_template, request

from core.access import demands
from core.cases.kinds import kinds
from core.cases.queries.desk import Column, board, desk
from core.cases.queries.lists import list_cases
from core.cases.queries.reach import DISPATCH, VIEW, WORK
from core.cases.queries.targets import dispatch_targets, fitting
from core.cases.queries.views import CaseView
from core.cases.views.desk import pages
from core.cases.views.desk.places import area_options, asked_place
from core.cases.views.desk.wording import due_words
from core.cases.words import (
    ACCEPTED,
    CLOSED,
    DISPATCHED,
    IN_PROGRESS,
    LIGHTS,
    RATED,
    REOPENED,
    REPORTED,
    RESOLVED,
    STATES,
    UNACCEPTED,
)
from core.errors import NotFound
from core.security import current_actor
from core.text import N_
from core.web import page_number

PAGE_SIZE = 20
# The columns of the board: a title and the states that it joins.
BOARD = (
    ("reported", N_("待交办"), (REPORTED, REOPENED)),
    ("dispatched", N_("待办理"), (DISPATCHED, ACCEPTED)),
    ("in_progress", N_("办理中"), (IN_PROGRESS,)),
    ("resolved", N_("已办结"), (RESOLVED, RATED)),
    ("closed", N_("已销号"), (CLOSED,)),
)
_OPEN = "open"
_A_COLUMN, _CLOSED_SHOWN = 20, 5


@pages.get("/desk")
@demands(WORK)
def my_desk() -> str:
    """What is on my desk, the most urgent on top; what I help with; what came back."""
    view = desk(current_actor())
    waiting = [case for case in view.cases if case.state in UNACCEPTED]
    return render_template(
        "cases/desk/desk.html",
        view=view,
        late=[case for case in view.cases if case.light == "red"],
        parts=[
            (N_("退回来的"), [case for case in waiting if case.returns]),
            (N_("等待签收或交办"), [case for case in waiting if not case.returns]),
            (N_("正在办理"), [case for case in view.cases if case.state not in UNACCEPTED]),
        ],
        due_words=due_words,
    )


@pages.get("/board")
@demands(VIEW)
def show_board() -> str:
    """The cases of an area by state; those to be handed out can be dragged to a desk, or tapped."""
    actor, place = current_actor(), asked_place(VIEW)
    found = {column.state: column for column in board(actor, place.code, limit=_A_COLUMN)}
    may_hand_out = actor.may(DISPATCH, place.code)
    targets = dispatch_targets(actor, place.code, place.grids) if may_hand_out else []
    columns = [(name, title, *_joined([found[state] for state in states])) for name, title, states in BOARD]
    return render_template(
        "cases/desk/board.html",
        place=place,
        columns=columns,
        targets=targets,
        fits=lambda case: fitting(case, targets),
        due_words=due_words,
    )


def _joined(columns: list[Column]) -> tuple[list[CaseView], int]:
    """The cases of some states, the most urgent first, and how many there are."""
    cases = [case for column in columns for case in column.cases]
    if len(columns) > 1 and columns[0].state in (REPORTED, DISPATCHED):
        cases.sort(key=lambda case: (case.due_at is None, case.due_at or case.reported_at, case.id))
    shown = _CLOSED_SHOWN if columns[0].state == CLOSED else _A_COLUMN
    return cases[:shown], sum(column.total for column in columns)


@pages.get("")
@demands(VIEW)
def list_page() -> str:
    """All cases of one's areas, by state, light, kind, area and words."""
    actor = current_actor()
    scope, wish = actor.demand(VIEW), _wish()
    if wish["area_code"] and not scope.covers(wish["area_code"]):
        raise NotFound
    page = page_number()
    cases, total = list_cases(actor, **wish, page=page, page_size=PAGE_SIZE)
    return render_template(
        "cases/desk/list.html",
        cases=cases,
        total=total,
        page=page,
        page_size=PAGE_SIZE,
        wish=wish,
        states=STATES,
        lights=LIGHTS,
        kinds=kinds(),
        areas=area_options(scope),
        due_words=due_words,
    )


def _wish() -> dict[str, Any]:
    """The filters of the address; what is no choice counts as not said."""

    def one_of(name: str, known: Any) -> str | None:
        asked = request.args.get(name, "")
        return asked if asked in known else None

    area = request.args.get("area", "")
    return {
        "state": one_of("state", (_OPEN, *STATES)),
        "light": one_of("light", LIGHTS),
        "kind": one_of("kind", kinds()),
        "area_code": area if area.isascii() and area.isdigit() else None,
        "search": request.args.get("q", "").strip()[:60],
    }
