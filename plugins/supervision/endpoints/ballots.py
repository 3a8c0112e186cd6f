"""Ballots, receipts and certificates as JSON."""

from typing import Any

from core.api import Page
from core.errors import NotFound
from core.security import Actor
from plugins.supervision.ballot_words import PAPER
from plugins.supervision.endpoints import api, key
from plugins.supervision.queries import ballot_reach as reach
from plugins.supervision.queries import ballots as queries
from plugins.supervision.queries import certificates, receipts
from plugins.supervision.queries.tally import tally
from plugins.supervision.schemas import ballots as shapes
from plugins.supervision.services import ballot_checks
from plugins.supervision.services import ballots as services


@api.operation(
    "POST",
    "/decisions/<string:decision_id>/ballots",
    "castBallot",
    access=reach.VOTE,
    returns=shapes.CastSchema,
    status=201,
    body=shapes.NewBallotSchema,
    key="required",
)
def cast_ballot(actor: Actor, *, decision_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Cast a ballot; until the close the last one counts. The receipt is the voter's to keep."""
    row = services.cast_ballot(actor, key(decision_id), services.NewBallot(**body))
    return _cast(row, body)


def _cast(row: Any, body: dict[str, Any]) -> dict[str, Any]:
    secret = row.choice != body["choice"]
    found = receipts.receipt(row.receipt)
    assert found is not None
    return {
        "id": row.id,
        "decision_id": row.decision_id,
        "version": found.version,
        "number": row.number,
        "way": row.way,
        "choice": None if secret else row.choice,
        "receipt": row.receipt,
        "cast_at": row.cast_at,
        "counts": row.way != PAPER,
    }


@api.operation(
    "GET",
    "/decisions/<string:decision_id>/ballots",
    "listBallots",
    access=reach.BALLOTS,
    returns=shapes.BallotSchema,
    many=True,
    query=shapes.BallotQuery,
)
def list_ballots(actor: Actor, *, decision_id: str, query: dict[str, Any]) -> Page:
    """All casts on the present version; without names and choices where it is secret."""
    found, total = queries.list_ballots(actor, key(decision_id), **query)
    return Page(found, total)


@api.operation(
    "GET",
    "/ballot-receipts/<string:receipt_code>",
    "getReceipt",
    access="public: whoever holds a receipt may ask what became of it; it shows no choice and no name",
    returns=shapes.BallotReceiptSchema,
)
def get_receipt(_actor: Actor, *, receipt_code: str) -> receipts.ReceiptView:
    """What became of a ballot: counted, replaced by a later one, waiting for its check."""
    found = receipts.receipt(receipt_code)
    if found is None:
        raise NotFound
    return found


@api.operation(
    "POST",
    "/ballots/<string:ballot_id>/check",
    "checkBallot",
    access=reach.CHECK,
    returns=shapes.CheckedSchema,
    body=shapes.BallotCheckSchema,
)
def check_ballot(actor: Actor, *, ballot_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say what the photo of a paper ballot shows; it counts where that is what was entered."""
    return {"id": key(ballot_id), "is_right": ballot_checks.check_ballot(actor, key(ballot_id), **body)}


@api.operation(
    "GET",
    "/decisions/<string:decision_id>/tally",
    "getTally",
    access=reach.TALLY,
    returns=shapes.TallySchema,
)
def get_tally(actor: Actor, *, decision_id: str) -> dict[str, Any]:
    """What the ballots come to; nothing of a secret ballot before its close."""
    _, version = reach.ballot_decision(actor, reach.TALLY, key(decision_id))
    counted = tally(version)
    return {
        "id": version.decision_id,
        "version": version.number,
        "percent": version.approval_percent,
        "pooled": counted.pooled,
        "is_sealed": counted.is_sealed,
        "is_met": counted.is_met,
        "short": counted.short,
        "whole": counted.whole,
        "by_seat": counted.shown_seats,
    }


@api.operation(
    "GET",
    "/decisions/<string:decision_id>/certificate",
    "getCertificate",
    access=reach.TALLY,
    returns=shapes.CertificateSchema,
    errors=(409,),
)
def get_certificate(actor: Actor, *, decision_id: str) -> certificates.CertificateView:
    """The signed certificate of leave to carry out, once notice and approvals are there."""
    return certificates.certificate(actor, key(decision_id))
