"""Meetings, small works and the responsibility list as JSON."""

from dataclasses import asdict
from typing import Any

from core.api import Page
from core.security import Actor
from plugins.diary.endpoints import api, key
from plugins.diary.queries import duties as duty_queries
from plugins.diary.queries import meetings as queries
from plugins.diary.queries import minutes as minute_queries
from plugins.diary.queries import works as work_queries
from plugins.diary.schemas import meetings as shapes
from plugins.diary.services import works as work_services

VIEW, WORKS = "diary.meetings", "diary.works"


def _paging(query: dict[str, Any]) -> dict[str, Any]:
    return {name: query.pop(name) for name in ("page", "page_size")}


@api.operation(
    "GET",
    "/meetings",
    "listMeetings",
    access=VIEW,
    returns=shapes.MeetingSchema,
    many=True,
    query=shapes.MeetingQuery,
)
def list_meetings(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Meetings of one's areas, the newest first."""
    paging = _paging(query)
    found, total = queries.list_meetings(actor.demand(VIEW), queries.WantedMeetings(**query), **paging)
    return Page(found, total)


@api.operation("GET", "/meetings/<string:meeting_id>", "getMeeting", access=VIEW, returns=shapes.MeetingPage)
def get_meeting(actor: Actor, *, meeting_id: str) -> dict[str, Any]:
    """One meeting, with its matters, decisions and final minutes."""
    view = queries.meeting(actor.demand(VIEW), key(meeting_id))
    return asdict(view) | {
        "matters": queries.matters_of(view.id),
        "resolutions": minute_queries.resolution_views(minute_queries.resolutions_of(view.id)),
        "versions": minute_queries.minutes_of(view.id),
    }


@api.operation(
    "GET",
    "/small-works",
    "listSmallWorks",
    access=VIEW,
    returns=shapes.WorkSchema,
    many=True,
    query=shapes.WorkQuery,
)
def list_small_works(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Small works of one's areas, the newest first."""
    paging = _paging(query)
    found, total = work_queries.list_works(actor.demand(VIEW), work_queries.WantedWorks(**query), **paging)
    return Page(found, total)


@api.operation("GET", "/small-works/<string:work_id>", "getSmallWork", access=VIEW, returns=shapes.WorkSchema)
def get_small_work(actor: Actor, *, work_id: str) -> work_queries.WorkView:
    """One small work."""
    return work_queries.work(actor.demand(VIEW), key(work_id))


@api.operation(
    "POST",
    "/small-works",
    "createSmallWork",
    access=WORKS,
    returns=shapes.WorkSchema,
    status=201,
    body=shapes.NewSmallWork,
    errors=(404,),
)
def create_small_work(actor: Actor, *, body: dict[str, Any]) -> work_queries.WorkView:
    """Put a small work forward."""
    work_id = work_services.propose_work(actor, work_services.NewWork(**body))
    return work_queries.work(actor.demand(WORKS), work_id)


@api.operation(
    "GET",
    "/duties",
    "listDuties",
    access=VIEW,
    returns=shapes.DutySchema,
    many=True,
    query=shapes.DutyQuery,
)
def list_duties(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Who answers for what until when; open ones first, the soonest due first."""
    paging = _paging(query)
    found, total = duty_queries.list_duties(actor.demand(VIEW), duty_queries.WantedDuties(**query), **paging)
    return Page(found, total)


@api.operation("GET", "/duties/<string:duty_id>", "getDuty", access=VIEW, returns=shapes.DutySchema)
def get_duty(actor: Actor, *, duty_id: str) -> duty_queries.DutyView:
    """One matter on the list."""
    return duty_queries.duty(actor, actor.demand(VIEW), key(duty_id))
