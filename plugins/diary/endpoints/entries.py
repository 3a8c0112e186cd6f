"""Diary entries as JSON."""

from dataclasses import asdict
from typing import Any

from core.api import Page
from core.security import Actor
from plugins.diary.endpoints import api, key
from plugins.diary.queries import entries as queries
from plugins.diary.schemas import entries as shapes
from plugins.diary.services import entries as services

VIEW, WRITE = "diary.view", "diary.write"


@api.operation(
    "GET",
    "/diaries",
    "listDiaries",
    access=VIEW,
    returns=shapes.DiarySchema,
    many=True,
    query=shapes.DiaryQuery,
)
def list_diaries(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Published entries of one's areas, the newest day first; with `mine` one's own, private ones too.

    A search counts 100,000 at most, of words longer than two signs 10,000; its pages go on all the same.
    """
    actor.demand(VIEW)
    paging = {name: query.pop(name) for name in ("page", "page_size")}
    found, total = queries.list_entries(actor, queries.Wanted(**query), **paging)
    return Page(found, total)


@api.operation("GET", "/diaries/<string:diary_id>", "getDiary", access=VIEW, returns=shapes.DiaryPage)
def get_diary(actor: Actor, *, diary_id: str) -> dict[str, Any]:
    """One entry, with where its problems are and how they ended."""
    actor.demand(VIEW)
    return _page(actor, key(diary_id))


def _page(actor: Actor, entry_id: int) -> dict[str, Any]:
    view = queries.entry(actor, entry_id)
    return asdict(view) | {"problems": queries.outcomes(actor, entry_id)}


@api.operation(
    "POST",
    "/diaries",
    "createDiary",
    access=WRITE,
    returns=shapes.DiaryPage,
    status=201,
    body=shapes.NewDiary,
    errors=(404,),
)
def create_diary(actor: Actor, *, body: dict[str, Any]) -> dict[str, Any]:
    """Write an entry; private ones are seen by nobody else."""
    links = [(link["kind"], link["target"]) for link in body.pop("links")]
    return _page(actor, services.write_entry(actor, services.NewEntry(**body, links=links)))


@api.operation(
    "PATCH",
    "/diaries/<string:diary_id>",
    "updateDiary",
    access=WRITE,
    returns=shapes.DiaryPage,
    body=shapes.DiaryChange,
    errors=(409,),
)
def update_diary(actor: Actor, *, diary_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Save another text of one's own entry; 409 where somebody saved meanwhile."""
    services.change_entry(actor, key(diary_id), **body)
    return _page(actor, key(diary_id))


@api.operation(
    "DELETE",
    "/diaries/<string:diary_id>",
    "deleteDiary",
    access=WRITE,
    returns=None,
    status=204,
    errors=(409,),
)
def delete_diary(actor: Actor, *, diary_id: str) -> None:
    """Remove one's own entry; 409 where a problem of it became a case."""
    services.remove_entry(actor, key(diary_id))


@api.operation(
    "POST",
    "/diaries/<string:diary_id>/problems",
    "raiseProblem",
    access=WRITE,
    returns=shapes.DiaryPage,
    status=201,
    body=shapes.NewProblem,
)
def raise_problem(actor: Actor, *, diary_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """A problem of one's own entry becomes a case, linked both ways."""
    services.raise_problem(actor, key(diary_id), services.Problem(**body))
    return _page(actor, key(diary_id))


@api.operation(
    "POST",
    "/diaries/<string:diary_id>/links",
    "linkDiary",
    access=WRITE,
    returns=shapes.DiaryPage,
    status=201,
    body=shapes.LinkTarget,
)
def link_diary(actor: Actor, *, diary_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say what one's own entry is about."""
    services.link_entry(actor, key(diary_id), **body)
    return _page(actor, key(diary_id))
