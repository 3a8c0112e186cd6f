"""Synthetic decisions, one in every state, in the first villages. Deterministic."""

from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Any

from core import audit
from core.accounts.api import actor_for
from core.clock import CHINA, CalendarMissing, frozen, now, today
from core.county import county
from core.db import unit_of_work
from core.hookspecs import SeedWorld
from core.people.api import persons_of
from core.plugin_manager import SYSTEM
from core.security import Actor
from plugins.supervision.decision_words import SEAT_TITLES
from plugins.supervision.errors.decisions import GateShut
from plugins.supervision.models.decisions import SEATS
from plugins.supervision.queries.decisions import current_version, decision
from plugins.supervision.seeding.ballots import Hands, hands_of, seed_ballots
from plugins.supervision.services.decisions import NewDecision, create_decision, withdraw_decision
from plugins.supervision.services.execution import NewLine, add_line, publish_result
from plugins.supervision.services.publishing import publish_decision, start_execution
from plugins.supervision.services.steps import NewSheet, record_step
from plugins.supervision.services.voters import NewVoter, add_voter

_SHOWN, _VOTERS = 3, 10
# What `gridgov demo` says of those who have a part in decisions.
DUTIES = {"secretary": "起草、公示决策", "town_official": "确认回避、核对纸质票"}
_MATTERS = (
    ("draft", "村口小广场铺石板", "铺石板三百平方米，用村集体收入，村民出工。", 4_800_000),
    ("published", "出租村集体鱼塘三年", "鱼塘十二亩，公开竞价，底价每年两万元，租金归集体。", None),
    ("executing", "安装太阳能路灯二十盏", "主路和学校门口装灯二十盏，费用从公益金出。", 3_600_000),
    ("done", "清理疏通村东水渠", "水渠八百米，清淤并加盖板，雨季前完成。", 1_200_000),
    ("withdrawn", "改建旧祠堂为活动室", "资金尚未落实，先征求意见。", 9_000_000),
)
# How many days ago each was drafted: before its notice and what came after it.
_DAYS = {"draft": 2, "published": 1, "executing": 30, "done": 60, "withdrawn": 20}


def seed_decisions(world: SeedWorld) -> dict[str, Any]:
    """Some in every state by the real services; in villages that have a secretary and residents."""
    shown = [each for each in sorted(world.villages) if world.accounts.get(("secretary", each))][:_SHOWN]
    made: list[dict[str, str]] = []
    shown_accounts: list[dict[str, str]] = []
    with unit_of_work():
        for village in shown:
            secretary = actor_for(world.accounts["secretary", village][0])
            if persons := _voters(world, secretary, village):
                hands = hands_of(world, secretary, village, persons)
                made += [_decision(hands, world, village, *matter) for matter in _MATTERS]
                shown_accounts += _demo_accounts(hands, village, first=village == shown[0])
        audit.record(
            SYSTEM,
            "supervision.seed",
            area_code=county().settings.county_code,
            subject=f"profile:{world.profile}",
            decisions=len(made),
        )
    return {"decisions": made, "demo_accounts": shown_accounts, "demo_duties": DUTIES}


def _demo_accounts(hands: Hands, village: str, *, first: bool) -> list[dict[str, str]]:
    """Two voters of the first village, for a trial to vote as."""
    if not first:
        return []
    voters = list(hands.voters.items())[:2]
    return [
        {"account_id": str(actor.account_id), "title": f"居民（有表决权：{SEAT_TITLES[SEATS[place]]}）"}
        for place, (_, actor) in enumerate(voters)
    ]


def _voters(world: SeedWorld, secretary: Actor, village: str) -> list[int]:
    """The first person of each of some households, each seat in its turn; returns who."""
    persons = [person.id for home in world.households[village] for person in persons_of(home)[:1]]
    since = today() - timedelta(days=400)
    for place, person_id in enumerate(persons[:_VOTERS]):
        add_voter(
            secretary, NewVoter(village, person_id, SEATS[place % len(SEATS)], since, source="模拟数据")
        )
    return persons[:_VOTERS]


def _decision(
    hands: Hands,
    world: SeedWorld,
    village: str,
    state: str,
    title: str,
    text: str,
    budget_fen: int | None,
) -> dict[str, str]:
    begun = datetime.combine(today() - timedelta(days=_DAYS[state]), time(9), CHINA)
    six_steps, secretary = state == "done", hands.secretary
    with frozen(begun) as move:
        new = NewDecision(village, f"{title}（模拟）", text, budget_fen, six_steps=six_steps)
        decision_id = create_decision(secretary, new)
        if six_steps:
            for step in range(1, 5):
                record_step(secretary, decision_id, NewSheet(step, today(), 9, 8, 7, signatures=8))
        if state != "draft":
            # At the end of a year whose successor has no calendar yet some stay drafts.
            with suppress(CalendarMissing):
                _on(hands, world, decision_id, state, move)
    row = decision(secretary.scope("supervision.view"), decision_id)
    return {"id": str(row.id), "area_code": village, "state": row.state}


def _on(hands: Hands, world: SeedWorld, decision_id: int, state: str, move: Any) -> None:
    secretary = hands.secretary
    publish_decision(secretary, decision_id)
    move(now() + timedelta(hours=5))
    if state == "withdrawn":
        move(now() + timedelta(days=1))
        withdraw_decision(secretary, decision_id, "资金没有落实（模拟）")
        return
    version = current_version(decision(secretary.scope("supervision.view"), decision_id))
    assert version is not None
    if state == "published":
        seed_ballots(version, world.random, hands, agree=60)
        return
    seed_ballots(version, world.random, hands, agree=100)
    move(now() + timedelta(days=14))  # past the longest days off
    with suppress(GateShut):  # too few of the village have an account
        start_execution(secretary, decision_id)
        add_line(secretary, decision_id, NewLine("task", today(), "施工队进场（模拟）"))
        add_line(secretary, decision_id, NewLine("payment", today(), "首付款（模拟）", 500_000))
        if state == "done":
            add_line(secretary, decision_id, NewLine("acceptance", today(), "村务监督委员会验收合格（模拟）"))
            publish_result(secretary, decision_id, "已完工，水流通畅。（模拟）")
