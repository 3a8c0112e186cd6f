"""Calls as JSON: what rings, and what people do about it."""

from collections.abc import Callable
from typing import Any

from core.api import Page
from core.security import Actor
from plugins.call_button.endpoints import api, key
from plugins.call_button.queries import calls as queries
from plugins.call_button.queries.call_reach import ANSWER, VIEW
from plugins.call_button.schemas import calls as shapes
from plugins.call_button.services import calls as services
from plugins.call_button.services.thumbs import rate_call

CALLS = "/calls"
ONE = f"{CALLS}/<string:call_id>"


def _done(deed: Callable[..., object], actor: Actor, call_id: str, **values: Any) -> queries.CallView:
    """Do it, and show the call as it is then."""
    deed(actor, key(call_id), **values)
    return queries.call(actor, key(call_id))


@api.operation(
    "GET",
    CALLS,
    "listCalls",
    access=VIEW,
    returns=shapes.CallSchema,
    many=True,
    query=shapes.CallQuery,
    errors=(404,),
)
def list_calls(actor: Actor, *, query: dict[str, Any]) -> Page:
    """The calls in one's areas, newest first."""
    paging = {name: query.pop(name) for name in ("page", "page_size")}
    found, total = queries.list_calls(actor, queries.Wanted(**query), **paging)
    return Page(found, total)


@api.operation("GET", ONE, "getCall", access=VIEW, returns=shapes.CallSchema)
def get_call(actor: Actor, *, call_id: str) -> queries.CallView:
    """One call with its history and whom to ring besides."""
    return queries.call(actor, key(call_id))


@api.operation(
    "POST",
    f"{ONE}/answer",
    "answerCall",
    access=ANSWER,
    returns=shapes.CallSchema,
    body=shapes.CallAnswer,
    errors=(404, 409),
)
def answer(actor: Actor, *, call_id: str, body: dict[str, Any]) -> queries.CallView:
    """Take a call. Of two who answer at once exactly one has it; the other gets 409 and who that is."""
    return _done(services.answer_call, actor, call_id, **body)


@api.operation(
    "POST", f"{ONE}/arrive", "attendCall", access=ANSWER, returns=shapes.CallSchema, errors=(404, 409)
)
def arrive(actor: Actor, *, call_id: str) -> queries.CallView:
    """One is there."""
    return _done(services.arrive, actor, call_id)


@api.operation(
    "POST",
    f"{ONE}/end",
    "endCall",
    access=ANSWER,
    returns=shapes.CallSchema,
    body=shapes.CallEnd,
    errors=(404, 409),
)
def end(actor: Actor, *, call_id: str, body: dict[str, Any]) -> queries.CallView:
    """It is done."""
    return _done(services.end_call, actor, call_id, **body)


@api.operation(
    "POST",
    f"{ONE}/notes",
    "noteCall",
    access=ANSWER,
    returns=shapes.CallSchema,
    body=shapes.CallNote,
    errors=(404, 409),
)
def note(actor: Actor, *, call_id: str, body: dict[str, Any]) -> queries.CallView:
    """Note something down."""
    return _done(services.note_call, actor, call_id, **body)


@api.operation(
    "POST",
    f"{ONE}/rate",
    "rateCall",
    access=ANSWER,
    returns=shapes.CallSchema,
    body=shapes.CallThumb,
    errors=(403, 404, 409),
)
def rate(actor: Actor, *, call_id: str, body: dict[str, Any]) -> queries.CallView:
    """Put down what the resident said when somebody asked; down makes a case of it, or reopens its case.

    403 for whoever has worked on the call; 409 where the resident has pressed a thumb themselves."""
    return _done(rate_call, actor, call_id, **body)


@api.operation(
    "POST",
    f"{ONE}/case",
    "fileCallCase",
    access=ANSWER,
    returns=shapes.CallSchema,
    body=shapes.CallOrder,
    errors=(403, 404, 409),
)
def file_case(actor: Actor, *, call_id: str, body: dict[str, Any]) -> queries.CallView:
    """A resident's order (群众点单): the call becomes a case."""
    return _done(services.file_case, actor, call_id, **body)


@api.operation(
    "POST",
    f"{ONE}/errand",
    "giveCallErrand",
    access=ANSWER,
    returns=shapes.CallSchema,
    body=shapes.CallOrder,
    errors=(403, 404, 409),
)
def give_errand(actor: Actor, *, call_id: str, body: dict[str, Any]) -> queries.CallView:
    """An errand (代办) for the grid: a case that begins at its desk."""
    return _done(services.give_errand, actor, call_id, **body)
