"""What changed since a number, and a month's figures, as JSON."""

from typing import Any

from core.scope import AreaScope
from core.security import Actor
from plugins.call_button.endpoints import api
from plugins.call_button.queries.board import Board, board
from plugins.call_button.queries.call_reach import VIEW
from plugins.call_button.queries.figures import FIGURES, month_figures, month_of
from plugins.call_button.schemas import board as shapes


@api.operation(
    "GET",
    "/call-changes",
    "watchCalls",
    access=VIEW,
    returns=shapes.CallChanges,
    query=shapes.CallChangesQuery,
)
def watch_calls(actor: Actor, *, query: dict[str, Any]) -> Board:
    """The calls that changed after a number; ask again with the number of the answer, twice a second at most.

    A change may come twice, never not at all.
    """
    return board(actor.demand(VIEW), query["since"])


@api.operation(
    "GET",
    "/call-figures",
    "callFigures",
    access=FIGURES,
    returns=shapes.CallFigureSchema,
    many=True,
    query=shapes.CallFiguresQuery,
    errors=(404,),
)
def call_figures(actor: Actor, *, query: dict[str, Any]) -> list[dict[str, Any]]:
    """A month's calls by village against the county's two marks."""
    area_code = query["area_code"]
    scope = actor.demand(FIGURES, area_code) if area_code else actor.demand(FIGURES)
    found = month_figures(AreaScope((area_code,)) if area_code else scope, month_of(query["month"]))
    return [
        {
            "id": row.code,
            "name": row.name,
            "calls": row.counts.calls,
            "due": row.counts.due,
            "within_first": row.counts.first,
            "within_second": row.counts.second,
            "late": row.counts.late,
            "cancelled": row.counts.cancelled,
            "held_up": row.counts.held_up,
            "thumbs_up": row.counts.up,
            "thumbs_down": row.counts.down,
            "share_first": row.counts.share(0),
            "share_second": row.counts.share(1),
        }
        for row in found.areas
    ]
