"""Reading claims: lists for the desk and the household, one with its steps, what is being made public."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from peewee import fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.files.api import FileBrief, files_of
from core.people.api import household_head_name, person_names
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.models import Claim, ClaimStep, Objection, Rule
from plugins.points_store.models.claims import CHECKED, FILED, OBJECTED, OPEN_STATES, PUBLISHED
from plugins.points_store.models.earning import COMMITTEE, LOSS
from plugins.points_store.queries.alike import Alike, alike
from plugins.points_store.services.claims import desk_scope
from plugins.points_store.services.recusal import kept_out

STATE_TITLES = {
    "filed": N_("待初审"),
    "checked": N_("待复核"),
    "published": N_("公示中"),
    "objected": N_("有异议"),
    "credited": N_("已记账"),
    "refused": N_("未通过"),
    "withdrawn": N_("已撤回"),
}
DEED_TITLES = {
    "file": N_("申报"),
    "check": N_("初审通过"),
    "publish": N_("复核通过，开始公示"),
    "object": N_("有人提出异议"),
    "dismiss": N_("答复异议，继续公示"),
    "uphold": N_("异议成立，不予记分"),
    "credit": N_("公示期满，记账"),
    "refuse": N_("不予通过"),
    "withdraw": N_("撤回"),
    "follow": N_("随村合并"),
}
FILER_TITLES = {
    "resident": N_("本户申报"),
    "staff": N_("网格员申报"),
    "neighbour": N_("邻居申报"),
    "activity": N_("活动签到"),
    "event": N_("系统自动"),
}
PROBLEM_TITLES = {
    "budget_exceeded": N_("本村积分预算不够，追加以后自动记上"),
    "wallet_stopped": N_("该户积分账户已停用"),
    "cap_reached": N_("超过规则的封顶"),
    "household_gone": N_("该户已销户"),
}
_MINE = "one's own claims, and those about one's own household"
_FOUND = "reached through a claim that the actor may see"


@value_class
class ClaimView:
    """A claim in a list. `mine`: the actor keeps out of it (own household or kin, filed or checked it).

    `maybe_same`: others that may be the same act, as long as it waits for a check.
    """

    id: int
    area_code: str
    area_name: str
    household_id: int
    head_name: str
    person_name: str
    rule_id: int
    rule_title: str
    rule_version: int
    rule_stopped: bool
    effect: str
    points: int
    taken: int | None
    text: str
    day: date
    witness: str
    filed_as: str
    filer_name: str
    filed_at: datetime
    state: str
    state_title: str
    public_until: date | None
    problem: str
    transfer_id: int | None
    mine: bool
    maybe_same: list[Alike]


@value_class
class StepView:
    """A step in words; the name is empty where it is nobody's to know, or the system's."""

    at: datetime
    title: str
    name: str
    reason: str
    points: int


@value_class
class ObjectionView:
    """An objection as the committee reads it: never whose it is."""

    id: int
    at: datetime
    appeal: bool
    text: str
    answered_at: datetime | None
    upheld: bool | None
    answer: str


def my_claims(actor: Actor, page: int, page_size: int) -> tuple[list[ClaimView], int]:
    """What the actor filed, and what is about their household, newest first."""
    mine = Claim.filed_by == actor.account_id
    if actor.household_id is not None:
        mine |= Claim.household_id == actor.household_id
    query = Claim.unscoped(_MINE).where(mine)
    return claim_views(actor, list(query.order_by(Claim.id.desc()).paginate(page, page_size))), query.count()


def desk_claims(
    actor: Actor, state: str, page: int, page_size: int, area_code: str = ""
) -> tuple[list[ClaimView], int]:
    """Claims where the actor checks, reviews or views, in one state (empty: all), open ones oldest first."""
    query = Claim.within(desk_scope(actor))
    if area_code:
        query = query.where(AreaScope((area_code,)).where(Claim.area_code))
    if state:
        query = query.where(Claim.state == state)
    order = Claim.id if state in OPEN_STATES else Claim.id.desc()
    return claim_views(actor, list(query.order_by(order).paginate(page, page_size))), query.count()


def desk_counts(actor: Actor) -> dict[str, int]:
    """State -> how many claims are in it where the actor checks, reviews or views; open states only."""
    rows: Any = Claim.within(desk_scope(actor), Claim.state, fn.COUNT(Claim.id))
    return dict(rows.where(Claim.state.in_(OPEN_STATES)).group_by(Claim.state).tuples())


def waiting_for(actor: Actor) -> int:
    """How many claims wait for this actor: a first check, a review, an answer; own and kin's left out."""
    check, review = actor.scope("points_store.check"), actor.scope("points_store.review")
    committee = Rule.unscoped("which rules leave it to the committee", Rule.id).where(
        Rule.review == COMMITTEE
    )
    first = (Claim.state == FILED) & Claim.rule_id.not_in(committee) & check.where(Claim.area_code)
    second = ((Claim.state == CHECKED) | (Claim.state == OBJECTED)) | (
        (Claim.state == FILED) & Claim.rule_id.in_(committee)
    )
    query = Claim.unscoped("held against both scopes in the condition").where(
        first | (second & review.where(Claim.area_code))
    )
    away = kept_out(actor)
    return int((query.where(Claim.household_id.not_in(list(away))) if away else query).count())


def claim_view(actor: Actor, claim: Claim) -> ClaimView:
    """One claim that the caller has shown to be the actor's to see."""
    return claim_views(actor, [claim])[0]


def claim_views(actor: Actor, rows: Sequence[Claim]) -> list[ClaimView]:
    """Claims with the words that people need; a handful of statements however many there are."""
    rules = {
        rule.id: rule for rule in Rule.unscoped(_FOUND).where(Rule.id.in_({row.rule_id for row in rows}))
    }
    heads = household_head_name({row.household_id for row in rows})
    persons = person_names({row.person_id for row in rows if row.person_id})
    areas = area_names({row.area_code for row in rows})
    filers = account_names({row.filed_by for row in rows if row.filed_by})
    away, same = kept_out(actor), alike(actor, rows)
    return [
        ClaimView(
            id=row.id,
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            household_id=row.household_id,
            head_name=heads.get(row.household_id, ""),
            person_name=persons.get(row.person_id or 0, ""),
            rule_id=row.rule_id,
            rule_title=rules[row.rule_id].title,
            rule_version=rules[row.rule_id].version,
            rule_stopped=not rules[row.rule_id].active and rules[row.rule_id].replaced_by is None,
            effect=row.effect,
            points=row.points,
            taken=row.taken,
            text=row.text,
            day=row.day,
            witness=row.witness,
            filed_as=row.filed_as,
            filer_name=filers.get(row.filed_by or 0, ""),
            filed_at=row.filed_at,
            state=row.state,
            state_title=STATE_TITLES[row.state],
            public_until=row.public_until,
            problem=PROBLEM_TITLES.get(row.problem, row.problem),
            transfer_id=row.transfer_id,
            mine=row.household_id in away or actor.account_id in (row.filed_by, row.checked_by),
            maybe_same=same.get(row.id, []),
        )
        for row in rows
    ]


def steps_of(claim_id: int) -> list[StepView]:
    """The steps of a claim that the caller may see, oldest first."""
    rows = list(ClaimStep.select().where(ClaimStep.claim_id == claim_id).order_by(ClaimStep.number))
    names = account_names({row.account_id for row in rows if row.account_id})
    return [
        StepView(row.at, DEED_TITLES[row.deed], names.get(row.account_id or 0, ""), row.reason, row.points)
        for row in rows
    ]


def photos_of(claim_id: int) -> list[FileBrief]:
    """The photos of a claim that the caller may see."""
    return files_of(f"points_store_claim:{claim_id}")


def objections_to(claim: Claim, scope: AreaScope, account_id: int | None = None) -> list[ObjectionView]:
    """What was said against a claim: to the committee whose `scope` it lies in, and to whoever said it."""
    readable = scope.where(Objection.area_code) | (Objection.account_id == account_id)
    rows = (
        Objection.unscoped("the committee's areas, and one's own objections")
        .where((Objection.claim_id == claim.id) & readable)
        .order_by(Objection.id)
    )
    return [
        ObjectionView(row.id, row.at, row.appeal, row.text, row.answered_at, row.upheld, row.answer)
        for row in rows
    ]


def in_publicity(area_code: str) -> Any:
    """Claims of a village that are being made public now, oldest first: for everybody of it."""
    return (
        Claim.unscoped("what is made public is for everybody")
        .where(AreaScope((area_code,)).where(Claim.area_code) & Claim.state.in_([PUBLISHED, OBJECTED]))
        .order_by(Claim.public_until, Claim.id)
    )


def signed_points(effect: str, points: int) -> int:
    """Points as a list shows them: what is taken stands below zero."""
    return -points if effect == LOSS else points
