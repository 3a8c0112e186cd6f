"""Looking at claims: grid staff on the phone, the committee at its desk; one or many in one action."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import demands, signed_in
from core.errors import DomainError, Forbidden, Invalid
from core.fields import Id, Strict, Text
from core.problems import show, translated
from core.security import current_actor
from core.text import N_
from core.web import once_per_form, page_number, read_form, say
from plugins.points_store.queries import claims as queries
from plugins.points_store.services import objections, reviewing
from plugins.points_store.views import pages
from plugins.points_store.views.claims import claim_page, deed
from plugins.points_store.views.forms import OptionalPoints, P, is_id

# How many claims a list shows: as usual, and when all are to be ticked (a village's month at once).
DESK_SIZE, DESK_MOST = 50, 1000


class DecisionForm(Strict):
    """What becomes of a claim. Empty points: as it was filed."""

    decision = fields.String(required=True, validate=validate.OneOf(["pass", "refuse"]))
    reason = Text(200, load_default="")
    points = OptionalPoints(load_default=None, allow_none=True)


class ManyForm(Strict):
    """What becomes of the ticked claims; `back` and `state`: the list from which they come."""

    claim = fields.List(Id(), load_default=list)
    back = Text(10, load_default="")
    state = Text(12, load_default="")
    decision = fields.String(required=True, validate=validate.OneOf(["pass", "refuse"]))
    reason = Text(200, load_default="")


class AnswerForm(Strict):
    """What the committee answers."""

    upheld = fields.Boolean(required=True)
    answer = Text(500, shortest=1, required=True)
    claim_id = Id(required=True)


@pages.get("/check")
@demands(P + "check")
def check_claims() -> Any:
    """What waits for a first check, on the phone."""
    return _desk("points_store/check.html", "filed", None)


@pages.get("/office/claims")
@signed_in
def claims_desk() -> Any:
    """Claims by state, for the committee and those who view."""
    _demand_desk()
    return _desk("points_store/claims_desk.html", _state(request.args.get("state", "checked")), None)


@pages.get("/office/claims/<int:claim_id>")
@signed_in
def office_claim(claim_id: int) -> Any:
    """A claim as it opens from that list, and leads back to it."""
    _demand_desk()
    return claim_page(claim_id, None)


def _demand_desk() -> None:
    actor = current_actor()
    if not (actor.may(P + "review") or actor.may(P + "view") or actor.may(P + "check")):
        raise Forbidden


def _state(raw_state: str) -> str:
    return raw_state if raw_state in queries.STATE_TITLES else ""


def _desk(template: str, state: str, refusal: DomainError | None) -> Any:
    """Nothing is ticked at first; after a refusal, what was ticked and typed stays."""
    actor, page = current_actor(), page_number()
    size = DESK_MOST if request.args.get("page_size") == str(DESK_MOST) else DESK_SIZE
    rows, total = queries.desk_claims(actor, state, page, size)
    shown = render_template(
        template,
        claims=rows,
        state=state,
        states=queries.STATE_TITLES,
        counts=queries.desk_counts(actor),
        page=page,
        page_size=size,
        most=DESK_MOST,
        total=total,
        may_decide=(state == "filed" and actor.may(P + "check"))
        or (state in ("filed", "checked") and actor.may(P + "review")),
        ticks_all=request.args.get("all") == "1",
        ticked=request.form.getlist("claim"),
        reason=request.form.get("reason", ""),
        error=translated(refusal) if refusal is not None else None,
        errors=show(refusal).errors if refusal is not None else {},
    )
    return shown, refusal.status if refusal is not None else 200


@pages.post("/claims/review")
@signed_in
@once_per_form
def review_claims() -> Any:
    """Pass or refuse the ticked claims in one action; what is left says why."""
    _demand_desk()
    actor = current_actor()
    on_phone = request.form.get("back") == "phone"
    back = "points_store.check_claims" if on_phone else "points_store.claims_desk"
    state = _state(request.form.get("state", ""))
    try:
        form = read_form(ManyForm())
        if not form["claim"]:
            raise Invalid(fields={"claim": [N_("请先勾选要处理的申报。")]})
        reviewed = reviewing.review_claims(
            actor, claim_ids=form["claim"], decision=form["decision"], reason=form["reason"]
        )
    except DomainError as refusal:
        if refusal.code == "forbidden":
            raise
        if on_phone:
            return _desk("points_store/check.html", "filed", refusal)
        return _desk("points_store/claims_desk.html", state, refusal)
    flash(say("已处理 %(count)d 条。", count=len(reviewed.done)), "success")
    for why in sorted({translated(refusal) for refusal in reviewed.left.values()}):
        flash(say("有 %(count)d 条没有处理：%(why)s", count=_count(reviewed, why), why=why), "error")
    return redirect(url_for(back, state=state), 303)


def _count(reviewed: reviewing.Reviewed, why: str) -> int:
    return sum(translated(refusal) == why for refusal in reviewed.left.values())


@pages.post("/claims/<int:claim_id>/review")
@signed_in
@once_per_form
def review_claim(claim_id: int) -> Any:
    """Check or review one claim."""
    return deed(
        claim_id,
        lambda: reviewing.review_claim(current_actor(), claim_id=claim_id, **read_form(DecisionForm())),
        say("已处理。"),
    )


@pages.post("/office/objections/<int:objection_id>/answer")
@demands(P + "review")
@once_per_form
def answer_objection(objection_id: int) -> Any:
    """Answer an objection."""
    raw_id = request.form.get("claim_id", "")
    return deed(
        int(raw_id) if is_id(raw_id) else 0,
        lambda: _answer(objection_id),
        say("已答复。"),
    )


def _answer(objection_id: int) -> object:
    form = read_form(AnswerForm())
    return objections.answer_objection(
        current_actor(), objection_id=objection_id, upheld=form["upheld"], answer=form["answer"]
    )
