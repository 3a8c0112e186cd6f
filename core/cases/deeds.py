"""JSON operations of cases: each step on its way. All of them answer with the case as it is then."""

from collections.abc import Callable
from typing import Any

from marshmallow import Schema

from core.cases import schemas
from core.cases.endpoints import SIGNED_IN, api, case_id_of
from core.cases.queries import cases
from core.cases.queries.reach import CHECK, DISPATCH, URGE, WORK
from core.cases.queries.views import CaseView
from core.cases.rows import Helper
from core.cases.services import dispatching, merging, rating, resolving, supervising, working
from core.security import Actor

View = Callable[..., Any]


def _deed(path: str, name: str, body: type[Schema], access: str = SIGNED_IN) -> Callable[[View], View]:
    """POST /cases/{id}/`path`. Which desk may do it is the service's to say."""

    def declare(do: View) -> View:
        def answered(actor: Actor, *, case_id: str, body: dict[str, Any]) -> CaseView:
            number = case_id_of(case_id)
            cases.case(actor, number)
            do(actor, number, seen=body.pop("version"), **body)
            return cases.case(actor, number)

        answered.__doc__ = do.__doc__
        api.operation(
            "POST",
            f"/cases/<string:case_id>/{path}",
            name,
            access=access,
            body=body,
            returns=schemas.CaseSchema,
            errors=(404,),
        )(answered)
        return do

    return declare


@_deed("dispatch", "dispatchCase", schemas.DispatchIn, DISPATCH)
def dispatch_case(actor: Actor, case_id: int, *, helpers: list[dict[str, Any]], **values: Any) -> None:
    """Give a reported or reopened case to a desk at one's own level or below, with helpers."""
    dispatching.dispatch_case(actor, case_id, helpers=[Helper(**each) for each in helpers], **values)


@_deed("accept", "acceptCase", schemas.SeenIn, WORK)
def accept_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Say "mine" to a case on one's own desk: the clock for resolving runs."""
    working.accept_case(actor, case_id, **values)


@_deed("start", "startCase", schemas.NoteIn, WORK)
def start_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Say that the work has begun."""
    working.start_case(actor, case_id, **values)


@_deed("transfer", "transferCase", schemas.TransferIn)
def transfer_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Hand a case on to another desk of the same level or below, for a reason."""
    dispatching.transfer_case(actor, case_id, **values)


@_deed("return", "returnCase", schemas.ReasonIn)
def return_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Hand a case back to where it came from, for a reason; a few times at most."""
    dispatching.return_case(actor, case_id, **values)


@_deed("escalate", "escalateCase", schemas.ReasonIn)
def escalate_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Hand a case up one level, for a reason."""
    dispatching.escalate_case(actor, case_id, **values)


@_deed("resolve", "resolveCase", schemas.ResolveIn, WORK)
def resolve_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Say what became of a case on one's own desk; whoever reported is asked for a rating."""
    resolving.resolve_case(actor, case_id, **values)


@_deed("rating", "rateCase", schemas.RateIn)
def rate_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Rate one's own case. Thumb down, or not solved, reopens it one level up."""
    rating.rate_case(actor, case_id, **values)


@_deed("recorded-rating", "recordRating", schemas.RecordedRateIn)
def record_rating(actor: Actor, case_id: int, **values: Any) -> None:
    """Put down what the reporter of a case that staff filed says: by who did not work on it."""
    rating.record_rating(actor, case_id, **values)


@_deed("reopen", "reopenCase", schemas.ReasonIn)
def reopen_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Take an answered case up again one level up, for a reason."""
    rating.reopen_case(actor, case_id, **values)


@_deed("close", "closeCase", schemas.SeenIn, DISPATCH)
def close_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Strike off what is answered and does not wait for a rating."""
    rating.close_case(actor, case_id, **values)


@_deed("cancel", "cancelCase", schemas.ReasonIn)
def cancel_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Take back one's own case before anybody works on it, or cancel one that is one's to hand out."""
    rating.cancel_case(actor, case_id, **values)


@_deed("pause", "pauseCase", schemas.PauseIn, WORK)
def pause_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Let the clock stand, for a reason that the resident can read."""
    working.pause_case(actor, case_id, **values)


@_deed("resume", "resumeCase", schemas.SeenIn, WORK)
def resume_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Let the clock go on."""
    working.resume_case(actor, case_id, **values)


@_deed("comment", "commentCase", schemas.NoteIn)
def comment_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Note something down on the timeline."""
    working.comment_case(actor, case_id, **values)


@_deed("help-done", "finishHelp", schemas.NoteIn, WORK)
def finish_help(actor: Actor, case_id: int, **values: Any) -> None:
    """Say that one's part as a helper is done."""
    working.finish_help(actor, case_id, **values)


@_deed("urge", "urgeCase", schemas.NoteIn, URGE)
def urge_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Tell the desk to get on with it; the note says why."""
    supervising.urge_case(actor, case_id, **values)


@_deed("spot-check", "spotCheckCase", schemas.SpotCheckIn, CHECK)
def spot_check_case(actor: Actor, case_id: int, **values: Any) -> None:
    """Say what a spot check found; what does not pass is reopened one level up."""
    supervising.spot_check_case(actor, case_id, **values)


@_deed("merge", "mergeCases", schemas.MergeIn)
def merge_cases(actor: Actor, case_id: int, **values: Any) -> None:
    """Let a case go on as a part of another one, for a reason."""
    merging.merge_case(actor, case_id, **values)
