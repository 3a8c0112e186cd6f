"""A cadre's own posting on the phone: places, work list, team."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from core.access import demands
from core.errors import DomainError, NotFound
from core.problems import translated
from core.security import current_actor
from core.web import once_per_form, say
from plugins.diary.lines import lines
from plugins.diary.queries.postings import my_postings, work_items
from plugins.diary.queries.teams import my_teams
from plugins.diary.services import postings as services
from plugins.diary.views import pages
from plugins.diary.words import KIND_POSTS, MODES, TEAM_ROLES, WEEKDAYS


@pages.get("/my-posting")
@demands("diary.write")
def my_posting() -> str:
    """Where one is stationed, what is to be done there, when one's team is in the village."""
    actor = current_actor()
    mine = my_postings(actor)
    return render_template(
        "diary/my_posting.html",
        postings=[(posting, work_items(posting.id)) for posting in mine],
        teams=my_teams(actor),
        kinds=KIND_POSTS,
        modes=MODES,
        lines=lines(),
        roles=TEAM_ROLES,
        weekdays=WEEKDAYS,
    )


@pages.post("/items/<int:item_id>/finish")
@demands("diary.team_view")
@once_per_form
def finish_item(item_id: int) -> Any:
    """A line of the work list is done."""
    try:
        services.finish_work_item(current_actor(), item_id, note=request.form.get("note", ""))
    except NotFound:
        raise
    except DomainError as refusal:
        flash(translated(refusal), "error")
    else:
        flash(say("已办结这一项。"), "success")
    back = request.form.get("posting_id", "")
    if back.isascii() and back.isdigit():
        return redirect(url_for("diary.posting", posting_id=int(back)), 303)
    return redirect(url_for("diary.my_posting"), 303)
