"""Decisions as JSON: drafted, put through their steps, published, carried out."""

from dataclasses import asdict
from typing import Any

from core.api import Page
from core.clock import now
from core.security import Actor
from plugins.supervision.endpoints import api, key
from plugins.supervision.queries import decisions as queries
from plugins.supervision.queries.execution import lines_of, paid_fen
from plugins.supervision.queries.gate import gate
from plugins.supervision.queries.recusals import RecusalView, demand_view, recusals_of
from plugins.supervision.queries.roll import roll_of
from plugins.supervision.queries.steps import steps_of
from plugins.supervision.schemas import decisions as shapes
from plugins.supervision.services import decisions as services
from plugins.supervision.services import execution, publishing, recusals, steps

VIEW, DECIDE = "supervision.view", "supervision.decide"
WITHDRAWN = "withdrawn"
ONE = "/decisions/<string:decision_id>"


def _page(row: Any) -> dict[str, Any]:
    (view,) = queries.decision_views([row])
    return asdict(view) | {
        "versions": queries.versions_of(row.id),
        "steps": steps_of(row) if row.six_steps else [],
        "gate": gate_shape(row) if row.version and row.state != WITHDRAWN else None,
        "lines": lines_of(row.id),
        "paid_fen": paid_fen(row.id),
    }


def gate_shape(row: Any) -> dict[str, Any]:
    """The gate of a published decision, as it is now."""
    found = gate(row, now())
    names = ("is_open", "is_due", "is_met", "earliest_day", "short", "undecided", "why", "tally")
    return {name: getattr(found, name) for name in names} | {"groups": found.tally.shown_seats}


@api.operation(
    "GET",
    "/decisions",
    "listDecisions",
    access=VIEW,
    returns=shapes.DecisionSchema,
    many=True,
    query=shapes.DecisionQuery,
)
def list_decisions(actor: Actor, *, query: dict[str, Any]) -> Page:
    """Decisions of one's areas, the newest first."""
    paging = {name: query.pop(name) for name in ("page", "page_size")}
    found, total = queries.list_decisions(actor.demand(VIEW), queries.WantedDecisions(**query), **paging)
    return Page(found, total)


@api.operation("GET", ONE, "getDecision", access=VIEW, returns=shapes.DecisionPage)
def get_decision(actor: Actor, *, decision_id: str) -> dict[str, Any]:
    """One decision, with its versions, steps, gate and execution."""
    return _page(queries.decision(actor.demand(VIEW), key(decision_id)))


@api.operation(
    "POST",
    "/decisions",
    "createDecision",
    access=DECIDE,
    returns=shapes.DecisionPage,
    status=201,
    body=shapes.NewDecisionBody,
    errors=(404,),
)
def create_decision(actor: Actor, *, body: dict[str, Any]) -> dict[str, Any]:
    """Draft a decision of a village."""
    decision_id = services.create_decision(actor, services.NewDecision(**body))
    return _page(queries.decision(actor.demand(DECIDE), decision_id))


@api.operation(
    "PUT", ONE, "updateDecision", access=DECIDE, returns=shapes.DecisionPage, body=shapes.DraftBody
)
def update_decision(actor: Actor, *, decision_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Change the text; after publication this is another version: clock, roll and ballots begin anew."""
    publishing.update_decision(actor, key(decision_id), services.Draft(**body))
    return _page(queries.decision(actor.demand(DECIDE), key(decision_id)))


@api.operation(
    "POST",
    f"{ONE}/steps",
    "recordDecisionStep",
    access=DECIDE,
    returns=shapes.DecisionPage,
    status=201,
    body=shapes.StepBody,
)
def record_decision_step(actor: Actor, *, decision_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Put a meeting of 四议两公开 on record; refused without its quorum, or out of order."""
    steps.record_step(actor, key(decision_id), steps.NewSheet(**body))
    return _page(queries.decision(actor.demand(DECIDE), key(decision_id)))


@api.operation("POST", f"{ONE}/publish", "publishDecision", access=DECIDE, returns=shapes.DecisionPage)
def publish_decision(actor: Actor, *, decision_id: str) -> dict[str, Any]:
    """Publish a draft: the text is hashed, its day reckoned, its roll frozen."""
    publishing.publish_decision(actor, key(decision_id))
    return _page(queries.decision(actor.demand(DECIDE), key(decision_id)))


@api.operation(
    "POST",
    f"{ONE}/withdraw",
    "withdrawDecision",
    access=DECIDE,
    returns=shapes.DecisionPage,
    body=shapes.WithdrawBody,
)
def withdraw_decision(actor: Actor, *, decision_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Take a decision back, in mid-vote too, with a reason."""
    services.withdraw_decision(actor, key(decision_id), body["why"])
    return _page(queries.decision(actor.demand(DECIDE), key(decision_id)))


@api.operation("POST", f"{ONE}/execution", "startExecution", access=DECIDE, returns=shapes.DecisionPage)
def start_execution(actor: Actor, *, decision_id: str) -> dict[str, Any]:
    """Begin to carry a decision out; refused before notice and share are met."""
    publishing.start_execution(actor, key(decision_id))
    return _page(queries.decision(actor.demand(DECIDE), key(decision_id)))


@api.operation(
    "POST",
    f"{ONE}/lines",
    "addExecutionLine",
    access=DECIDE,
    returns=shapes.DecisionPage,
    status=201,
    body=shapes.LineBody,
)
def add_execution_line(actor: Actor, *, decision_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Write down progress, a contract, a payment or the acceptance."""
    execution.add_line(actor, key(decision_id), execution.NewLine(**body))
    return _page(queries.decision(actor.demand(DECIDE), key(decision_id)))


@api.operation(
    "POST",
    f"{ONE}/result",
    "publishResult",
    access=DECIDE,
    returns=shapes.DecisionPage,
    body=shapes.ResultBody,
)
def publish_result(actor: Actor, *, decision_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Make the result public, after acceptance."""
    execution.publish_result(actor, key(decision_id), body["text"])
    return _page(queries.decision(actor.demand(DECIDE), key(decision_id)))


@api.operation(
    "GET",
    f"{ONE}/roll",
    "getDecisionRoll",
    access=VIEW,
    returns=shapes.RollEntrySchema,
    many=True,
)
def get_decision_roll(actor: Actor, *, decision_id: str) -> Page:
    """The roll of the version that counts, without those who left by recusal; none of it for them."""
    row = queries.decision(actor.demand(VIEW), key(decision_id))
    demand_view(actor, row.id)
    version = queries.current_version(row)
    found = roll_of(version.id) if version else []
    return Page(found, len(found))


@api.operation("GET", f"{ONE}/recusals", "listRecusals", access=VIEW, returns=shapes.RecusalSchema, many=True)
def list_recusals(actor: Actor, *, decision_id: str) -> Page:
    """Who is proposed for recusal, and what was decided."""
    row = queries.decision(actor.demand(VIEW), key(decision_id))
    demand_view(actor, row.id)
    found = recusals_of(row.id)
    return Page(found, len(found))


@api.operation(
    "PUT",
    f"{ONE}/recusals/<string:recusal_id>",
    "decideRecusal",
    access=DECIDE,
    returns=shapes.RecusalSchema,
    body=shapes.RecusalBody,
)
def decide_recusal(actor: Actor, *, decision_id: str, recusal_id: str, body: dict[str, Any]) -> RecusalView:
    """Confirm or decline; somebody who leaves after the publication makes another version."""
    recusals.decide_recusal(actor, key(decision_id), key(recusal_id), confirm=body["confirm"])
    (found,) = [each for each in recusals_of(key(decision_id)) if each.id == key(recusal_id)]
    return found
