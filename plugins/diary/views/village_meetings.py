"""Meetings on the phone: what is announced in one's village, and what was decided and made public."""

from typing import Any

from flask import render_template

from core.access import demands, signed_in
from core.cases.api import without_numbers
from core.security import current_actor
from core.web import page_number
from plugins.diary.meeting_words import MEETING_STATES, MEETINGS
from plugins.diary.queries import meetings as queries
from plugins.diary.queries import minutes as minute_queries
from plugins.diary.views import pages

PAGE_SIZE = 20


@pages.get("/village-meetings")
@demands("diary.village_meetings")
def village_meetings() -> str:
    """What is announced in the village and what one is called to, the newest first."""
    found, total = queries.village_meetings(current_actor(), page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "diary/village_meetings.html",
        meetings=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        kinds=MEETINGS,
        states=MEETING_STATES,
    )


@pages.get("/village-meetings/<int:meeting_id>")
@signed_in
def village_meeting(meeting_id: int) -> Any:
    """The notice; for who is called the link too; the minutes and decisions once they are public."""
    actor = current_actor()
    view = queries.village_meeting(actor, meeting_id)
    own = queries.takes_part(actor, meeting_id)
    is_public = view.published_at is not None
    last = minute_queries.latest_minutes(meeting_id) if is_public else None
    decided = minute_queries.resolutions_of(meeting_id) if is_public else []
    return render_template(
        "diary/village_meeting.html",
        meeting=view,
        own=own,
        text=without_numbers(last.text) if last else "",
        version=last,
        matters=queries.matters_of(meeting_id) if is_public else [],
        resolutions=minute_queries.resolution_views(decided),
        kinds=MEETINGS,
        states=MEETING_STATES,
        may_see_all=actor.may("diary.meetings", view.area_code),
    )
