"""Activities: whoever scans the code on the day and confirms is put forward for points, once a person."""

from datetime import date

from core import audit, qr
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.api import household_area, household_of_person, last_household_of
from core.security import Actor
from core.text import N_
from plugins.points_store.errors import ActivityOver, AlreadyHere, PointsOutsideRule, RuleForDeduction
from plugins.points_store.models import Activity, Claim
from plugins.points_store.models.earning import LOSS
from plugins.points_store.services.claims import NewClaim, first_step, found_claim
from plugins.points_store.services.crediting import demand_member
from plugins.points_store.services.rules import rule_by_id, rule_for

KIND = "points_activity"
ATTENDED = "activity"
_BY_CODE = "whoever holds the code of an activity may see what it is"


def create_activity(
    actor: Actor, *, area_code: str, title: str, place: str, day: date, rule_id: int, points: int
) -> Activity:
    """Announce an activity in a village (or one of its grids); its code goes on a sheet at the place.

    Raises NotFound, Invalid, RuleNotHere, RuleForDeduction, PointsOutsideRule.
    """
    actor.demand("points_store.activities", area_code)
    if len(area_code) < 12:
        raise Invalid(fields={"area_code": [N_("请选择村或网格。")]})
    if day < today():
        raise Invalid(fields={"day": [N_("日期不能早于今天。")]})
    with unit_of_work():
        rule = rule_for(rule_id, area_code)
        if rule.effect == LOSS:
            raise RuleForDeduction(title=rule.title)
        if not rule.points_min <= points <= rule.points_max:
            raise PointsOutsideRule(title=rule.title, least=rule.points_min, most=rule.points_max)
        row = Activity.create(
            area_code=area_code,
            title=title,
            place=place,
            day=day,
            rule_id=rule_id,
            points=points,
            code=qr.new_subject(),
            created_at=now(),
            created_by=actor.account_id,
        )
        audit.record(
            actor,
            "points_store.create_activity",
            area_code=area_code,
            subject=f"activity:{row.id}",
            rule=rule_id,
            points=points,
        )
    return row


def cancel_activity(actor: Actor, *, activity_id: int) -> None:
    """Call an activity off; who checked in stays put forward and is looked at. Raises NotFound."""
    scope = actor.demand("points_store.activities")
    with unit_of_work():
        row: Activity | None = Activity.within(scope).where(Activity.id == activity_id).first()
        if row is None:
            raise NotFound
        Activity.update(cancelled_at=now()).where(Activity.id == activity_id).execute()
        audit.record(
            actor,
            "points_store.cancel_activity",
            area_code=row.area_code,
            subject=f"activity:{activity_id}",
        )


def check_in(actor: Actor, raw_code: str, *, person_id: int | None = None) -> Claim:
    """Take part: a claim by the activity's rule, once a person, that is checked and made public like others.

    `person_id`: somebody without a phone, whom staff of the activity's area check in. Raises NotFound,
    ActivityOver, AlreadyHere, PersonGone.
    """
    actor.demand_signed_in()
    with unit_of_work():
        activity = activity_of(raw_code)
        if activity.day != today() or activity.cancelled_at is not None:
            raise ActivityOver(day=activity.day.isoformat())
        who = _who(actor, activity, person_id)
        home = household_of_person(who)
        area_code = household_area(home) if home is not None else None
        rule = rule_by_id(activity.rule_id)
        if home is None or area_code is None or rule is None or not area_code.startswith(rule.area_code):
            raise NotFound
        new = NewClaim(home, rule.id, f"{activity.title}（{activity.place}）", activity.day, person_id=who)
        claim = found_claim(
            actor,
            rule,
            new,
            area_code=area_code,
            source=f"activity:{activity.id}:person:{who}",
            filed_as=ATTENDED,
            points=activity.points,
        )
        if claim is None:
            raise AlreadyHere
        first_step(actor, claim)
    return claim


def activity_of(raw_code: str) -> Activity:
    """The activity of a scanned or typed code. Raises NotFound."""
    row: Activity | None = (
        Activity.unscoped(_BY_CODE).where(Activity.code == qr.normalize(raw_code)[:8]).first()
    )
    if row is None:
        raise NotFound
    return row


def _who(actor: Actor, activity: Activity, person_id: int | None) -> int:
    if person_id is None or person_id == actor.person_id:
        if actor.person_id is None:
            raise NotFound
        return actor.person_id
    actor.demand("points_store.activities", activity.area_code)
    home = last_household_of(person_id)
    place = household_area(home) if home is not None else None
    if place is None or place[:12] != activity.area_code[:12]:
        raise NotFound
    demand_member(person_id)
    return person_id
