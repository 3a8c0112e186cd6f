"""Rules: laid down, changed by a new version, stopped. What was credited by an old version keeps it."""

from dataclasses import asdict

from core import audit
from core.clock import now
from core.db import Statement, unit_of_work
from core.errors import Invalid, NotFound
from core.notices.api import Holders, notify
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.errors import RuleNotHere, RuleReplaced
from plugins.points_store.models import Claim, Rule
from plugins.points_store.models.claims import OPEN_STATES
from plugins.points_store.models.earning import (
    BOTH,
    COMMITTEE,
    GAIN,
    LOSS,
    NEIGHBOUR,
    NOTHING,
    PHOTO,
    RESIDENT,
    STAFF,
    WITNESS,
)
from plugins.points_store.services import telling

LONGEST_PUBLICITY = 60
_BY_ID = "the wallet's area decides which rules hold"
_RULE = Statement(lambda p: Rule.unscoped(_BY_ID).where(Rule.id == p("id")))


@value_class
class Terms:
    """What a rule says. Caps: points a wallet a day, month, year of the act; None: no cap."""

    title: str
    points_min: int
    points_max: int
    effect: str = GAIN
    category: str = ""
    cap_day: int | None = None
    cap_month: int | None = None
    cap_year: int | None = None
    evidence: str = NOTHING
    filed_by: tuple[str, ...] = (RESIDENT, STAFF, NEIGHBOUR)
    review: str = BOTH
    publicity_days: int = 7


def create_rule(
    actor: Actor, *, area_code: str, title: str, points_min: int, points_max: int, **more: object
) -> Rule:
    """Add a rule for an area (a village's own, or the county's for all); `more`: other fields of Terms.

    Raises Invalid, NotFound.
    """
    actor.demand("points_store.manage", area_code)
    terms = Terms(title, points_min, points_max, **more)  # type: ignore[arg-type]  # checked next
    _demand_sense(terms)
    with unit_of_work():
        rule = _insert(actor, area_code, terms)
        audit.record(
            actor,
            "points_store.create_rule",
            area_code=area_code,
            subject=f"rule:{rule.id}",
            points_min=points_min,
            points_max=points_max,
            effect=terms.effect,
        )
    return rule


def change_rule(actor: Actor, *, rule_id: int, terms: Terms) -> Rule:
    """Put a new version in a rule's place; claims that are under way keep the version they were made by.

    Raises NotFound, Invalid, RuleReplaced when it is not the newest version or was stopped.
    """
    scope = actor.demand("points_store.manage")
    _demand_sense(terms)
    with unit_of_work():
        old: Rule | None = Rule.within(scope).where(Rule.id == rule_id).first()
        if old is None:
            raise NotFound
        if not old.active or old.replaced_by is not None:
            raise RuleReplaced
        if terms.effect != old.effect:
            raise Invalid(fields={"effect": [N_("加分规则不能改成扣分规则，请停用后另立一条。")]})
        rule = _insert(actor, old.area_code, terms, version=old.version + 1, first_id=old.key)
        Rule.update(active=False, replaced_by=rule.id).where(Rule.id == old.id).execute()
        audit.record(
            actor,
            "points_store.change_rule",
            area_code=old.area_code,
            subject=f"rule:{rule.id}",
            replaces=old.id,
            version=rule.version,
        )
    return rule


def stop_rule(actor: Actor, *, rule_id: int) -> None:
    """Switch a rule off; what was credited by it stays, and claims under way go on by their version.

    The committees of the villages with such claims are told. Raises NotFound.
    """
    scope = actor.demand("points_store.manage")
    with unit_of_work():
        rule: Rule | None = Rule.within(scope).where(Rule.id == rule_id).first()
        if rule is None:
            raise NotFound
        Rule.update(active=False).where(Rule.id == rule_id).execute()
        audit.record(actor, "points_store.stop_rule", area_code=rule.area_code, subject=f"rule:{rule_id}")
        _tell_committees(rule)


def rule_for(rule_id: int, area_code: str) -> Rule:
    """A rule that holds at `area_code` today, its newest version. Raises RuleNotHere."""
    rule = rule_by_id(rule_id)
    if rule is None or not rule.active or not area_code.startswith(rule.area_code):
        raise RuleNotHere
    return rule


def rule_by_id(rule_id: int) -> Rule | None:
    """A version of a rule, whether it still holds or not."""
    rule: Rule | None = _RULE.get(id=rule_id)
    return rule


def newest_version(key: int) -> Rule | None:
    """The version of a rule that holds today, by what all versions share; None when it was stopped."""
    rule: Rule | None = (
        Rule.unscoped(_BY_ID)
        .where(((Rule.id == key) | (Rule.first_id == key)) & Rule.active & Rule.replaced_by.is_null())
        .first()
    )
    return rule


def _tell_committees(rule: Rule) -> None:
    versions = Rule.unscoped(_BY_ID, Rule.id).where((Rule.id == rule.key) | (Rule.first_id == rule.key))
    rows = Claim.unscoped("claims by a rule, for those who decide about them", Claim.area_code).where(
        Claim.rule_id.in_(versions) & Claim.state.in_(OPEN_STATES)
    )
    waiting: dict[str, int] = {}
    for row in rows:
        waiting[row.area_code[:12]] = waiting.get(row.area_code[:12], 0) + 1
    for village, count in sorted(waiting.items()):
        for role in ("reviewer", "secretary"):
            notify(
                Holders(role, village),
                telling.STOPPED,
                N_("规则“%(title)s”已停用，还有 %(count)d 条按它提出的申报没有结果，请逐条决定。"),
                {"title": rule.title, "count": count},
                url="/points-store/office/claims",
                area_code=village,
            )


def _insert(
    actor: Actor, area_code: str, terms: Terms, *, version: int = 1, first_id: int | None = None
) -> Rule:
    values = asdict(terms) | {"filed_by": ",".join(terms.filed_by)}
    return Rule.create(
        area_code=area_code,
        version=version,
        first_id=first_id,
        created_at=now(),
        created_by=actor.account_id,
        **values,
    )


def _demand_sense(terms: Terms) -> None:
    wrong: dict[str, list[str]] = {}
    if terms.points_min < 1 or terms.points_max < terms.points_min:
        wrong["points_max"] = [N_("上限不能小于下限。")]
    for name in ("cap_day", "cap_month", "cap_year"):
        cap = getattr(terms, name)
        if cap is not None and cap < terms.points_min:
            wrong[name] = [N_("封顶不能小于一次的最少积分。")]
    if terms.effect not in (GAIN, LOSS) or terms.evidence not in (NOTHING, PHOTO, WITNESS):
        wrong["evidence"] = [N_("请从列出的选项中选择。")]
    if terms.review not in (BOTH, COMMITTEE):
        wrong["review"] = [N_("请从列出的选项中选择。")]
    if not terms.filed_by or set(terms.filed_by) - {RESIDENT, STAFF, NEIGHBOUR}:
        wrong["filed_by"] = [N_("请至少选择一类申报人。")]
    if not 1 <= terms.publicity_days <= LONGEST_PUBLICITY:
        wrong["publicity_days"] = [N_("公示天数应为 1 到 60 天。")]
    if wrong:
        raise Invalid(fields=wrong)
