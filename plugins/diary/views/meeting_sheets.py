"""Sheets of a meeting to print: the notice for the board, the list to sign, the minutes with their digest."""

import json
from typing import Any

from flask import Response, render_template, request, url_for
from markupsafe import Markup

from core import qr
from core.access import demands, public
from core.county import county
from core.errors import NotFound
from core.security import current_actor
from plugins.diary.meeting_words import ATTENDING, MATTERS, MEETING_STATES, MEETINGS, TAKES_PART_AS
from plugins.diary.queries import meetings as queries
from plugins.diary.queries.meeting_rules import rules_of
from plugins.diary.queries.minutes import canonical_of, minutes_of
from plugins.diary.views import pages

VIEW = "diary.meetings"


@pages.get("/meetings/<int:meeting_id>/notice")
@demands(VIEW)
def notice_sheet(meeting_id: int) -> str:
    """The notice for the board, with a code that leads to it."""
    view = queries.meeting(current_actor().demand(VIEW), meeting_id)
    base = county().settings.public_url or request.host_url.rstrip("/")
    address = base + url_for("diary.meeting_landing", code=view.code)
    return render_template(
        "diary/meeting_notice.html",
        meeting=view,
        kinds=MEETINGS,
        address=address,
        svg=Markup(qr.draw_svg(address)),  # noqa: S704 - drawn here from our own address
    )


@pages.get("/m/<string:code>")
@public("a notice on the board leads whoever scans it to the meeting, as posted up")
def meeting_landing(code: str) -> str:
    """When, where and about what; whether it was put off or called off."""
    view = queries.meeting_by_code(code)
    return render_template("diary/meeting_landing.html", meeting=view, kinds=MEETINGS, states=MEETING_STATES)


@pages.get("/meetings/<int:meeting_id>/sign-in")
@demands(VIEW)
def sign_in_sheet(meeting_id: int) -> str:
    """Everybody who is called, with a place to sign, and some empty lines."""
    view = queries.meeting(current_actor().demand(VIEW), meeting_id)
    called = [each for each in queries.participants_of(meeting_id) if each.left_at is None]
    return render_template(
        "diary/meeting_sign_in.html", meeting=view, participants=called, kinds=MEETINGS, roles=TAKES_PART_AS
    )


@pages.get("/meetings/<int:meeting_id>/minutes/<int:number>")
@demands(VIEW)
def minutes_sheet(meeting_id: int, number: int) -> str:
    """A final version as it is hashed, with its digest and places to sign."""
    view = queries.meeting(current_actor().demand(VIEW), meeting_id)
    found = {each.number: each for each in minutes_of(meeting_id)}
    if number not in found:
        raise NotFound
    content: dict[str, Any] = json.loads(canonical_of(meeting_id, number)[0])
    return render_template(
        "diary/minutes_sheet.html",
        meeting=view,
        version=found[number],
        latest=max(found),
        content=content,
        rules=rules_of(content["meeting"]["rules_version"]),
        kinds=MEETINGS,
        roles=TAKES_PART_AS,
        modes=ATTENDING,
        matter_kinds=MATTERS,
    )


@pages.get("/meetings/<int:meeting_id>/minutes/<int:number>/canonical")
@demands(VIEW)
def canonical_text(meeting_id: int, number: int) -> Response:
    """The very bytes that the digest was taken of, for whoever wants to check it."""
    queries.meeting(current_actor().demand(VIEW), meeting_id)
    text, _ = canonical_of(meeting_id, number)
    headers = {"Content-Disposition": f'attachment; filename="minutes-{meeting_id}-{number}.json"'}
    return Response(text, 200, headers, mimetype="application/json")
