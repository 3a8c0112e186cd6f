"""Meetings, small works and duties on other people's pages: the ways in, and what waits today."""

from collections.abc import Iterable

from flask import url_for

from core.clock import CHINA, today
from core.hookspecs import LATE, SOON, TODAY, DayItem, MenuItem
from core.security import Actor
from core.text import N_
from core.web import say
from plugins.diary.meeting_words import MEETINGS
from plugins.diary.queries.duties import my_duties
from plugins.diary.queries.meetings import my_coming_meetings

P = "diary."
GROUP = N_("议事办事")
MOST_DUTIES = 10


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Whoever governs has the lists at the desk; residents have their village's meetings on the phone."""
    if actor.may(P + "meetings"):
        yield MenuItem(N_("会议"), P + "meetings", "office", "people", 310, GROUP)
        yield MenuItem(N_("微实事"), P + "works", "office", "box", 311, GROUP)
        yield MenuItem(N_("责任清单"), P + "duties", "office", "list", 312, GROUP)
    if actor.may(P + "village_meetings"):
        yield MenuItem(N_("村里议事"), P + "village_meetings", "phone", "people", 40)


def day_items(actor: Actor) -> Iterable[DayItem]:
    """Meetings that one is called to, and what one answers for."""
    if not (actor.may(P + "meetings") or actor.may(P + "village_meetings")):
        return
    for meeting in my_coming_meetings(actor):
        at = meeting.starts_at.astimezone(CHINA)
        yield DayItem(
            MEETINGS[meeting.kind],
            meeting.topic,
            url_for("diary.village_meeting", meeting_id=meeting.id),
            say("%(at)s 在%(place)s", at=at.strftime("%H:%M"), place=meeting.place),
            N_("查看"),
            TODAY if at.date() <= today() else SOON,
            at.date(),
            "people",
        )
    for duty in my_duties(actor, limit=MOST_DUTIES):
        yield DayItem(
            N_("责任清单"),
            duty.matter,
            url_for("diary.duty", duty_id=duty.id),
            duty.unit,
            N_("办结"),
            LATE if duty.late else TODAY if duty.due == today() else SOON,
            duty.due,
            "list",
        )
