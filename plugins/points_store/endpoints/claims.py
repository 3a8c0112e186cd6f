"""Claims: filed, looked at, objected to, taken back; awards that were a mistake."""

from typing import Any

from core.api import Page
from core.security import Actor
from plugins.points_store.endpoints import SIGNED_IN, P, api, parse_id
from plugins.points_store.queries import claims as queries
from plugins.points_store.queries.claims import ClaimView
from plugins.points_store.schemas import claims as shapes
from plugins.points_store.services import activities, awards, objections, reviewing
from plugins.points_store.services import claims as services
from plugins.points_store.services.awards import Withdrawal
from plugins.points_store.services.claims import NewClaim


@api.operation(
    "GET",
    "/claims",
    "listClaims",
    access=SIGNED_IN,
    returns=shapes.PointsClaim,
    many=True,
    query=shapes.ClaimQuery,
)
def list_claims(actor: Actor, query: dict[str, Any]) -> Page:
    """Claims, one's own or those that one looks after."""
    if query["of"] == "mine":
        return Page(*queries.my_claims(actor, query["page"], query["page_size"]))
    return Page(*queries.desk_claims(actor, query["state"], query["page"], query["page_size"]))


@api.operation("GET", "/claims/<string:claim_id>", "getClaim", access=SIGNED_IN, returns=shapes.PointsClaim)
def get_claim(actor: Actor, claim_id: str) -> ClaimView:
    """One claim that the actor filed, that is about their household, or that they look after."""
    return queries.claim_view(actor, services.visible_claim(actor, parse_id(claim_id)))


@api.operation(
    "POST",
    "/claims",
    "createClaim",
    access=SIGNED_IN,
    body=shapes.PointsClaimIn,
    returns=shapes.PointsClaim,
    status=201,
    errors=(404,),
)
def create_claim(actor: Actor, body: dict[str, Any]) -> ClaimView:
    """Put an act forward for points: for the own household, a neighbour's, or as grid staff."""
    return queries.claim_view(actor, services.file_claim(actor, NewClaim(**body)))


@api.operation(
    "POST",
    "/claims/<string:claim_id>/reviews",
    "reviewClaim",
    access=SIGNED_IN,
    body=shapes.ClaimReviewIn,
    returns=shapes.PointsClaim,
)
def review_claim(actor: Actor, claim_id: str, body: dict[str, Any]) -> ClaimView:
    """The first check by the head of the group, the second by the committee, whichever is due."""
    key = parse_id(claim_id)
    reviewing.review_claim(actor, claim_id=key, **body)
    return queries.claim_view(actor, services.visible_claim(actor, key))


@api.operation(
    "POST",
    "/claim-reviews",
    "reviewClaims",
    access=SIGNED_IN,
    body=shapes.ClaimReviewsIn,
    returns=shapes.ClaimReviewed,
    many=True,
)
def review_claims(actor: Actor, body: dict[str, Any]) -> Page:
    """Many in one action: each with its new state, or with why it was left as it was."""
    reviewed = reviewing.review_claims(actor, **body)
    done = [{"id": key, "state": state, "refusal": ""} for key, state in sorted(reviewed.done.items())]
    left = [{"id": key, "state": "", "refusal": why.code} for key, why in sorted(reviewed.left.items())]
    return Page([*done, *left], len(done) + len(left))


@api.operation(
    "POST",
    "/claims/<string:claim_id>/withdrawals",
    "withdrawClaim",
    access=SIGNED_IN,
    body=shapes.ClaimWithdrawalIn,
    returns=shapes.PointsClaim,
)
def withdraw_claim(actor: Actor, claim_id: str, body: dict[str, Any]) -> ClaimView:
    """Take back what one filed, or what is about one's own household."""
    return queries.claim_view(
        actor, services.withdraw_claim(actor, claim_id=parse_id(claim_id), reason=body["reason"])
    )


@api.operation(
    "POST",
    "/claims/<string:claim_id>/objections",
    "objectToClaim",
    access=SIGNED_IN,
    body=shapes.ClaimObjectionIn,
    returns=shapes.ClaimObjection,
    status=201,
)
def object_to_claim(actor: Actor, claim_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say what is wrong with a claim that is public; the points wait for the answer."""
    return {"id": objections.object_to_claim(actor, claim_id=parse_id(claim_id), text=body["text"])}


@api.operation(
    "POST",
    "/objections/<string:objection_id>/answers",
    "answerObjection",
    access=P + "review",
    body=shapes.ObjectionAnswerIn,
    returns=shapes.PointsClaim,
    errors=(404,),
)
def answer_objection(actor: Actor, objection_id: str, body: dict[str, Any]) -> ClaimView:
    """Answer it: upheld, the claim is refused; else it goes on."""
    claim = objections.answer_objection(actor, objection_id=parse_id(objection_id), **body)
    return queries.claim_view(actor, claim)


@api.operation(
    "POST",
    "/awards/<string:award_id>/withdrawals",
    "withdrawAward",
    access=P + "withdraw",
    body=shapes.AwardWithdrawalIn,
    returns=shapes.AwardWithdrawal,
    status=201,
    key="required",
    errors=(404,),
)
def withdraw_award(actor: Actor, award_id: str, body: dict[str, Any]) -> Withdrawal:
    """Take back an award that was a mistake; a second person does it."""
    return awards.withdraw_award(actor, transfer_id=parse_id(award_id), reason=body["reason"])


@api.operation(
    "POST",
    "/activities/<string:activity_code>/check-ins",
    "attendActivity",
    access=SIGNED_IN,
    body=shapes.ActivityCheckInIn,
    returns=shapes.PointsClaim,
    status=201,
)
def attend_activity(actor: Actor, activity_code: str, body: dict[str, Any]) -> ClaimView:
    """Take part in an activity of today; counted once a person, credited after publicity."""
    return queries.claim_view(actor, activities.check_in(actor, activity_code, person_id=body["person_id"]))
