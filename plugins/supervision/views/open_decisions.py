"""What a village decides, for everybody: the list behind the codes on its wall."""

from typing import Any

from flask import redirect, render_template, request, url_for

from core.access import demands, public
from core.areas.api import path_name
from core.errors import NotFound
from core.scope import AreaScope
from core.security import current_actor
from core.web import page_number
from plugins.supervision.decision_words import STATE_TITLES
from plugins.supervision.queries import decisions as queries
from plugins.supervision.queries.ballot_reach import VOTE
from plugins.supervision.queries.questions import home_village
from plugins.supervision.queries.village_powers import village_of
from plugins.supervision.views import pages

PAGE_SIZE = 20
DRAFT = "draft"


@pages.get("/v/<string:code>/decisions")
@public("what a village has published to be decided hangs on its wall for everybody; it names no voter")
def open_decisions(code: str) -> str:
    """The published decisions of a village, the newest first; an old code leads to the village of today."""
    area_code, state = village_of(code), request.args.get("state", "")
    states = {key: title for key, title in STATE_TITLES.items() if key != DRAFT}
    wanted = queries.WantedDecisions(
        area_code=area_code, state=state if state in states else "", published=True
    )
    found, total = queries.list_decisions(
        AreaScope((area_code,)), wanted, page=page_number(), page_size=PAGE_SIZE
    )
    return render_template(
        "supervision/open_decisions.html",
        decisions=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        states=states,
        state=wanted.state,
        area_code=area_code,
        area_name=path_name(area_code),
    )


@pages.get("/my-village/decisions")
@demands(VOTE)
def my_decisions() -> Any:
    """A resident's way in: what their village decides."""
    village = home_village(current_actor())
    if not village:
        raise NotFound
    return redirect(url_for("supervision.open_decisions", code=village_of(village)))
