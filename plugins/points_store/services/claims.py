"""Claims: filed by the household, grid staff or a neighbour; taken back by who filed."""

from collections.abc import Sequence
from datetime import date, timedelta

from core.burdens import ground_of
from core.clock import now, today
from core.county import plugin_settings
from core.db import hold, unit_of_work
from core.errors import Forbidden, Invalid, NotFound
from core.files.api import Prepared, attach_files, keep_prepared
from core.people.api import household_area, household_brief, is_deserted, last_household_of
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.errors import (
    ClaimEvidenceMissing,
    ClaimMovedOn,
    HouseholdDeserted,
    HouseholdGone,
    NotYoursToFile,
    PointsOutsideRule,
    TooManyClaims,
)
from plugins.points_store.models import Claim, Rule
from plugins.points_store.models.claims import FILE, FILED, OPEN_STATES, WITHDRAW, WITHDRAWN
from plugins.points_store.models.earning import (
    GAIN,
    LOSS,
    NEIGHBOUR,
    PHOTO,
    RESIDENT,
    STAFF,
    WITNESS,
)
from plugins.points_store.services import wallets
from plugins.points_store.services.claim_steps import claim_within, free_held, take_step
from plugins.points_store.services.crediting import demand_member
from plugins.points_store.services.rules import rule_for

# So many of one resident's claims wait at most, so that none hides among them.
MOST_OPEN = 20
_OWN = "one's own claims, wherever they were filed"


@value_class
class NewClaim:
    """What is put forward. `points` None: the least that the rule gives. `file_ids`: own uploads."""

    household_id: int
    rule_id: int
    text: str
    day: date
    points: int | None = None
    person_id: int | None = None
    witness: str = ""
    file_ids: Sequence[str] = ()
    photos: Sequence[Prepared] = ()


def file_claim(actor: Actor, new: NewClaim) -> Claim:
    """Put an act forward for points (or, by a rule of deductions, for taking some).

    Raises NotFound outside one's village or areas, Forbidden, HouseholdGone, HouseholdDeserted, PersonGone,
    RuleNotHere, NotYoursToFile, Invalid (text, day), PointsOutsideRule, ClaimEvidenceMissing, TooManyClaims.
    """
    actor.demand_signed_in()
    with unit_of_work():
        area_code = household_area(new.household_id)
        if area_code is None:
            raise NotFound
        filed_as = _filing_as(actor, new.household_id, area_code)
        _demand_living(new.household_id, area_code)
        if new.person_id is not None and last_household_of(new.person_id) != new.household_id:
            raise NotFound
        demand_member(new.person_id)
        if wallets.per_person() and new.person_id is None:
            raise Invalid(fields={"person_id": [N_("请选择是哪一位成员。")]})
        rule = rule_for(new.rule_id, area_code)
        points = _demand_rule(rule, filed_as, new)
        if filed_as != STAFF:
            _demand_few_open(actor)
        claim = _insert(actor, rule, new, area_code, filed_as, points)
        subject = f"points_store_claim:{claim.id}"
        attach_files(actor, list(new.file_ids), subject, area_code)
        for photo in new.photos:
            keep_prepared(actor, photo, subject=subject, area_code=area_code)
        take_step(actor, claim, FILE, FILED)
    return claim


def found_claim(
    actor: Actor, rule: Rule, new: NewClaim, *, area_code: str, source: str, filed_as: str, points: int
) -> Claim | None:
    """A claim that an activity or an event puts forward, once by its `source`: None when it is there already.

    Call inside a unit of work that is alone; the caller takes its first step.
    """
    if Claim.unscoped("whether a source was counted", Claim.id).where(Claim.source == source).exists():
        return None
    return _insert(actor, rule, new, area_code, filed_as, points, source=source)


def withdraw_claim(actor: Actor, *, claim_id: int, reason: str) -> Claim:
    """Take a claim back while it is under way: whoever filed it, or the household that would be credited.

    A deduction is taken back only by who filed it. Raises NotFound, ClaimMovedOn.
    """
    actor.demand_signed_in()
    with unit_of_work():
        claim: Claim | None = Claim.unscoped(_OWN).where(Claim.id == claim_id).first()
        if claim is None:
            raise NotFound
        is_own = claim.household_id == actor.household_id and claim.effect == GAIN
        if claim.filed_by != actor.account_id and not is_own:
            raise NotFound
        if claim.state not in OPEN_STATES:
            raise ClaimMovedOn
        changes = free_held(claim, wallet_id_of(claim))
        take_step(actor, claim, WITHDRAW, WITHDRAWN, reason=reason.strip(), **changes)
    return claim


def wallet_id_of(claim: Claim) -> int | None:
    """The wallet that a claim is about, when it is open already."""
    wallet = wallets.find_wallet(claim.household_id, claim.person_id)
    return wallet.id if wallet is not None else None


def visible_claim(actor: Actor, claim_id: int) -> Claim:
    """A claim that the actor filed, that is about their household, or that lies where they look after claims.

    Raises NotFound.
    """
    claim: Claim | None = Claim.unscoped(_OWN).where(Claim.id == claim_id).first()
    if claim is None:
        raise NotFound
    if actor.account_id is not None and (
        claim.filed_by == actor.account_id or claim.household_id == actor.household_id
    ):
        return claim
    return claim_within(desk_scope(actor), claim_id)


def desk_scope(actor: Actor) -> AreaScope:
    """The areas whose claims the actor checks, reviews or views."""
    names = ("points_store.check", "points_store.review", "points_store.view")
    return AreaScope(tuple(sorted({prefix for name in names for prefix in actor.scope(name).prefixes})))


def sees_files(actor: Actor, subject: str) -> bool:
    """Whether the actor may see the photos of `points_store_claim:ID`."""
    raw_id = subject.partition(":")[2]
    try:
        visible_claim(actor, int(raw_id) if raw_id.isascii() and raw_id.isdigit() else 0)
    except NotFound:
        return False
    return True


def _filing_as(actor: Actor, household_id: int, area_code: str) -> str:
    if household_id == actor.household_id and actor.may("points_store.own"):
        return RESIDENT
    if actor.may("points_store.file", area_code):
        return STAFF
    if not (actor.may("points_store.own") or actor.may("points_store.file")):
        raise Forbidden
    home = household_area(actor.household_id) if actor.household_id is not None else None
    if home is not None and actor.may("points_store.own") and home[:12] == area_code[:12]:
        return NEIGHBOUR
    raise NotFound


def _demand_living(household_id: int, area_code: str) -> None:
    household = household_brief(AreaScope((area_code,)), household_id)
    if household is None or household.ended_at is not None:
        raise HouseholdGone
    if is_deserted(household_id):
        raise HouseholdDeserted


def _demand_rule(rule: Rule, filed_as: str, new: NewClaim) -> int:
    """The points to ask for, when the rule lets this be filed. Raises as `file_claim`."""
    # Nobody but grid staff puts forward that points be taken from somebody.
    if filed_as not in rule.filers or (rule.effect == LOSS and filed_as != STAFF):
        raise NotYoursToFile(title=rule.title)
    wrong: dict[str, list[str]] = {}
    if not new.text.strip():
        wrong["text"] = [N_("请写一写做了什么。")]
    oldest = today() - timedelta(days=plugin_settings("points_store")["claim_days"])
    if not oldest <= new.day <= today():
        wrong["day"] = [N_("日期应在最近几十天之内，不能晚于今天。")]
    if wrong:
        raise Invalid(fields=wrong)
    points = rule.points_min if new.points is None else new.points
    if not rule.points_min <= points <= rule.points_max:
        raise PointsOutsideRule(title=rule.title, least=rule.points_min, most=rule.points_max)
    _demand_evidence(rule, filed_as, new)
    return points


def _demand_evidence(rule: Rule, filed_as: str, new: NewClaim) -> None:
    # A photo is a duty that weighs on grid staff: theirs is asked for only on a legal ground.
    spared = filed_as == STAFF and ground_of("photo_duty") is None
    if rule.evidence == PHOTO and not (new.file_ids or new.photos or spared):
        raise ClaimEvidenceMissing
    if rule.evidence == WITNESS and not new.witness.strip():
        raise ClaimEvidenceMissing


def _demand_few_open(actor: Actor) -> None:
    hold(f"points_store.claims:{actor.account_id}")
    mine = Claim.unscoped(_OWN).where((Claim.filed_by == actor.account_id) & (Claim.state == FILED))
    if mine.count() >= MOST_OPEN:
        raise TooManyClaims(most=MOST_OPEN)


def _insert(
    actor: Actor,
    rule: Rule,
    new: NewClaim,
    area_code: str,
    filed_as: str,
    points: int,
    *,
    source: str | None = None,
) -> Claim:
    return Claim.create(
        area_code=area_code,
        household_id=new.household_id,
        person_id=new.person_id,
        rule_id=rule.id,
        effect=rule.effect,
        points=points,
        text=new.text.strip()[:200],
        day=new.day,
        witness=new.witness.strip()[:60],
        filed_as=filed_as,
        filed_by=actor.account_id,
        filer_person_id=actor.person_id,
        filed_at=now(),
        state=FILED,
        version=0,
        problem="",
        source=source,
    )


def first_step(actor: Actor, claim: Claim, reason: str = "") -> None:
    """The first line of a claim that `found_claim` made."""
    take_step(actor, claim, FILE, FILED, reason=reason)
