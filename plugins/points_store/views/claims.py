"""Claims on the phone: filed for oneself or others, followed, objected to, taken back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from marshmallow import fields, validate

from core.access import signed_in
from core.clock import today
from core.errors import DomainError, Forbidden, Invalid, NotFound
from core.fields import Id, Strict, Text
from core.files.api import prepared_photos
from core.people.api import find_households, household_area, household_brief, persons_of
from core.problems import show, translated
from core.scope import AreaScope
from core.security import Actor, current_actor
from core.text import N_
from core.web import once_per_form, page_number, read_form, say
from plugins.points_store.errors import HouseholdUnclear
from plugins.points_store.queries import claims as queries
from plugins.points_store.queries import notice_board
from plugins.points_store.queries import store as store_queries
from plugins.points_store.services import claims as services
from plugins.points_store.services import objections, wallets
from plugins.points_store.services.claims import NewClaim
from plugins.points_store.views import pages
from plugins.points_store.views.forms import LIST_SIZE, OptionalPoints, P, found_households, is_id

MOST_PHOTOS = 6


class ClaimForm(Strict):
    """What is put forward. A neighbour names the household by its head and, where needed, its number."""

    whose = fields.String(load_default="own", validate=validate.OneOf(["own", "neighbour", "staff"]))
    household_id = Id(load_default=None, allow_none=True)
    head_name = Text(60, load_default="")
    number = Text(30, load_default="")
    person_id = Id(load_default=None, allow_none=True)
    rule_id = Id(required=True)
    points = OptionalPoints(load_default=None, allow_none=True)
    text = Text(200, shortest=1, required=True)
    day = fields.Date(required=True)
    witness = Text(60, load_default="")


class ReasonForm(Strict):
    """Why."""

    reason = Text(200, load_default="")


class ObjectionForm(Strict):
    """What is wrong."""

    text = Text(500, shortest=1, required=True)


def with_photos(view: Callable[..., Any]) -> Callable[..., Any]:
    """For POST views, outside of `once_per_form`: decoding takes time that nobody should wait for."""

    @wraps(view)
    def prepared(*args: Any, **kwargs: Any) -> Any:
        g.photos, g.photo_refusal = [], None
        try:
            g.photos = prepared_photos(request.files.getlist("photos"), most=MOST_PHOTOS)
        except DomainError as refusal:
            g.photo_refusal = refusal
        return view(*args, **kwargs)

    return prepared


@pages.get("/claims")
@signed_in
def claims() -> str:
    """One's own claims, those about one's household, and what the village makes public."""
    actor, page = current_actor(), page_number()
    rows, total = queries.my_claims(actor, page, LIST_SIZE)
    home = _village_of(actor)
    return render_template(
        "points_store/claims.html",
        claims=rows,
        page=page,
        page_size=LIST_SIZE,
        total=total,
        village=home,
        may_file=home is not None or actor.may(P + "file"),
        is_resident=actor.may(P + "own") and home is not None,
        is_staff=actor.may(P + "file"),
    )


@pages.get("/claims/new")
@signed_in
def new_claim() -> Any:
    """The form: for the own household, a neighbour's, or one that grid staff look for."""
    return _form(None)


def _form(refusal: DomainError | None) -> Any:
    actor = current_actor()
    whose = request.values.get("whose", "")
    if whose not in ("own", "neighbour", "staff"):
        whose = "own" if actor.may(P + "own") and actor.household_id is not None else "staff"
    area_code, household, results = _village_of(actor), None, []
    if whose == "staff":
        scope = actor.demand(P + "file")
        raw_id = request.values.get("household_id", "")
        household = household_brief(scope, int(raw_id)) if is_id(raw_id) else None
        area_code = household.area_code if household is not None else None
        results = [] if household is not None else found_households(scope, request.args.get("q", ""))
    elif area_code is None:
        raise Forbidden
    home_id = household.id if household is not None else actor.household_id if whose == "own" else None
    shown = show(refusal) if refusal is not None else None
    page = render_template(
        "points_store/claim_form.html",
        whose=whose,
        household=household,
        results=results,
        q=request.args.get("q", ""),
        members=persons_of(home_id) if home_id is not None and wallets.per_person() else [],
        rules=[rule for rule in store_queries.rules_for(area_code) if whose_filer(whose) in rule.filers]
        if area_code is not None
        else [],
        today=today().isoformat(),
        typed=request.form,
        error=translated(refusal) if refusal is not None else None,
        errors=shown.errors if shown is not None else {},
        most=MOST_PHOTOS,
    )
    return page, refusal.status if refusal is not None else 200


def whose_filer(whose: str) -> str:
    """The kind of filer, as rules name it."""
    return {"own": "resident"}.get(whose, whose)


@pages.post("/claims/new")
@signed_in
@with_photos
@once_per_form
def file_claim() -> Any:
    """File it."""
    actor = current_actor()
    try:
        if g.photo_refusal is not None:
            raise g.photo_refusal
        form = read_form(ClaimForm())
        household_id = _household_of(actor, form)
        for name in ("whose", "head_name", "number", "household_id"):
            form.pop(name)
        claim = services.file_claim(actor, NewClaim(household_id=household_id, photos=g.photos, **form))
    except DomainError as refusal:
        if refusal.code in ("not_found", "forbidden"):
            raise
        return _form(refusal)
    flash(say("已申报，等待审核。每一步都能在这里看到。"), "success")
    return redirect(url_for("points_store.claim", claim_id=claim.id), 303)


def _household_of(actor: Actor, form: dict[str, Any]) -> int:
    whose = form["whose"]
    if whose == "staff" and form["household_id"] is not None:
        return int(form["household_id"])
    if whose == "neighbour":
        return _neighbour(actor, form["head_name"], form["number"])
    if actor.household_id is None:
        raise NotFound
    return actor.household_id


def _neighbour(actor: Actor, head_name: str, number: str) -> int:
    """The one household of the own village with exactly this head (and number). Raises HouseholdUnclear."""
    village = _village_of(actor)
    if village is None or not actor.may(P + "own"):
        raise NotFound
    if not head_name:
        raise Invalid(fields={"head_name": [N_("请写户主姓名。")]})
    found = [
        row.id
        for row in find_households(AreaScope((village,)), head_name, 50)
        if row.head_name == head_name and number in ("", row.number)
    ]
    if len(found) != 1:
        raise HouseholdUnclear
    return found[0]


def _village_of(actor: Actor) -> str | None:
    home = household_area(actor.household_id) if actor.household_id is not None else None
    return home[:12] if home is not None else None


@pages.get("/claims/<int:claim_id>")
@signed_in
def claim(claim_id: int) -> Any:
    """A claim with its steps, and what this reader may do about it."""
    return claim_page(claim_id, None)


def claim_page(claim_id: int, refusal: DomainError | None) -> Any:
    """The page of a claim; whoever only may object sees what is public of it."""
    actor = current_actor()
    try:
        row = services.visible_claim(actor, claim_id)
        sees_all = True
    except NotFound:
        row, sees_all = objections.public_claim(actor, claim_id), False
    said = queries.objections_to(row, actor.scope(P + "review"), actor.account_id)
    if not sees_all and row.state not in ("published", "objected") and not said:
        raise NotFound
    view = queries.claim_view(actor, row)
    own = row.household_id == actor.household_id
    is_open = row.state in ("filed", "checked", "published", "objected")
    way = _way()
    return render_template(
        "points_store/claim.html",
        layout="core/office.html" if way.get("face") == "office" else "core/phone.html",
        way=way,
        back=_back(way, row.area_code),
        claim=view,
        states=queries.STATE_TITLES,
        sees_all=sees_all,
        shown_name=notice_board.shown(view.person_name or view.head_name),
        steps=queries.steps_of(claim_id) if sees_all else [],
        photos=queries.photos_of(claim_id) if sees_all else [],
        objections=said,
        may_check=row.state == "filed" and actor.may(P + "check", row.area_code) and not view.mine,
        may_review=row.state in ("filed", "checked")
        and actor.may(P + "review", row.area_code)
        and not view.mine,
        may_answer=actor.may(P + "review", row.area_code) and not view.mine,
        may_withdraw=is_open and (row.filed_by == actor.account_id or (own and row.effect == "award")),
        may_object=row.state in ("published", "objected")
        and row.public_until is not None
        and today() <= row.public_until
        and not (own and row.effect == "award")
        and (actor.may(P + "check", row.area_code) or (actor.may(P + "own") and not said)),
        is_own=own,
        error=translated(refusal) if refusal is not None else None,
        errors=show(refusal).errors if refusal is not None else {},
        typed=request.form,
    ), refusal.status if refusal is not None else 200


def _way() -> dict[str, Any]:
    """From which list the reader came: `face` (office, check, public; none: the own claims) and its state."""
    way = {name: request.args[name] for name in ("face", "state") if name in request.args}
    return way | {"face": "office"} if request.endpoint == "points_store.office_claim" else way


def _back(way: dict[str, Any], area_code: str) -> str:
    if way.get("face") == "office":
        return url_for("points_store.claims_desk", state=way.get("state"))
    if way.get("face") == "public":
        return url_for("points_store.public_now", area_code=area_code[:12])
    return url_for("points_store.check_claims" if way.get("face") == "check" else "points_store.claims")


def deed(claim_id: int, do: Callable[[], object], done: str) -> Any:
    """Do one thing about a claim and come back to its page, with what was refused."""
    try:
        do()
    except DomainError as refusal:
        if refusal.code in ("not_found", "forbidden"):
            raise
        return claim_page(claim_id, refusal)
    flash(done, "success")
    way = _way()
    page = "points_store.office_claim" if way.get("face") == "office" else "points_store.claim"
    return redirect(url_for(page, claim_id=claim_id, **way), 303)


@pages.post("/claims/<int:claim_id>/withdraw")
@signed_in
@once_per_form
def withdraw_claim(claim_id: int) -> Any:
    """Take it back."""
    form = read_form(ReasonForm())
    return deed(
        claim_id,
        lambda: services.withdraw_claim(current_actor(), claim_id=claim_id, **form),
        say("已撤回。"),
    )


@pages.post("/claims/<int:claim_id>/object")
@signed_in
@once_per_form
def object_to_claim(claim_id: int) -> Any:
    """Speak up; nobody is shown who it was."""
    return deed(
        claim_id,
        lambda: objections.object_to_claim(current_actor(), claim_id=claim_id, **read_form(ObjectionForm())),
        say("异议已交村委会，答复以前不会记分。别人看不到是谁提的。"),
    )
