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
from plugins.supervision.models.decisions import SEATS, Ballot
from plugins.supervision.queries.decisions import current_version, decision
from plugins.supervision.queries.roll import roll_of
from plugins.supervision.seeding.ballots import seed_ballots
from plugins.supervision.services.decisions import NewDecision, create_decision, withdraw_decision
from plugins.supervision.services.execution import NewLine, add_line, publish_result
from plugins.supervision.services.publishing import publish_decision, start_execution
from plugins.supervision.services.steps import NewSheet, record_step
from plugins.supervision.services.voters import NewVoter, add_voter

_SHOWN, _VOTERS = 3, 10
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
    with unit_of_work():
        for village in shown:
            secretary = actor_for(world.accounts["secretary", village][0])
            if _voters(world, secretary, village):
                made += [_decision(world, secretary, village, *matter) for matter in _MATTERS]
        audit.record(
            SYSTEM,
            "supervision.seed",
            area_code=county().settings.county_code,
            subject=f"profile:{world.profile}",
            decisions=len(made),
        )
    return {"decisions": made}


def _voters(world: SeedWorld, secretary: Actor, village: str) -> int:
    """The first person of each of some households, each seat in its turn; returns how many."""
    persons = [person.id for home in world.households[village] for person in persons_of(home)[:1]]
    since = today() - timedelta(days=400)
    for place, person_id in enumerate(persons[:_VOTERS]):
        add_voter(
            secretary, NewVoter(village, person_id, SEATS[place % len(SEATS)], since, source="模拟数据")
        )
    return min(len(persons), _VOTERS)


def _decision(
    world: SeedWorld,
    secretary: Actor,
    village: str,
    state: str,
    title: str,
    text: str,
    budget_fen: int | None,
) -> dict[str, str]:
    begun = datetime.combine(today() - timedelta(days=_DAYS[state]), time(9), CHINA)
    six_steps = state == "done"
    with frozen(begun) as move:
        new = NewDecision(village, f"{title}（模拟）", text, budget_fen, six_steps=six_steps)
        decision_id = create_decision(secretary, new)
        if six_steps:
            for step in range(1, 5):
                record_step(secretary, decision_id, NewSheet(step, today(), 9, 8, 7, signatures=8))
        if state != "draft":
            # At the end of a year whose successor has no calendar yet some stay drafts.
            with suppress(CalendarMissing):
                _on(secretary, decision_id, state, move)
    row = decision(secretary.scope("supervision.view"), decision_id)
    if state == "published" and (version := current_version(row)) is not None:
        # Today: the posts of a new county begin today, and nobody has a vote before.
        seed_ballots(version, world.random, collector=secretary, agree=60)
    return {"id": str(row.id), "area_code": village, "state": row.state}


def _on(secretary: Actor, decision_id: int, state: str, move: Any) -> None:
    publish_decision(secretary, decision_id)
    if state == "withdrawn":
        move(now() + timedelta(days=1))
        withdraw_decision(secretary, decision_id, "资金没有落实（模拟）")
    if state not in ("executing", "done"):
        return
    _all_agree(secretary, decision_id)
    move(now() + timedelta(days=14))  # past the longest days off
    start_execution(secretary, decision_id)
    add_line(secretary, decision_id, NewLine("task", today(), "施工队进场（模拟）"))
    add_line(secretary, decision_id, NewLine("payment", today(), "首付款（模拟）", 500_000))
    if state == "done":
        add_line(secretary, decision_id, NewLine("acceptance", today(), "村务监督委员会验收合格（模拟）"))
        publish_result(secretary, decision_id, "已完工，水流通畅。（模拟）")


def _all_agree(secretary: Actor, decision_id: int) -> None:
    """Ballots on paper lie in the past here; how they are cast and checked is another subject."""
    row = decision(secretary.scope("supervision.view"), decision_id)
    version = current_version(row)
    assert version is not None
    for entry in roll_of(version.id):
        Ballot.create(
            version_id=version.id,
            decision_id=row.id,
            area_code=row.area_code,
            roll_entry_id=entry.id,
            number=1,
            choice="agree",
            way="phone",
            account_id=secretary.account_id,
            receipt=f"SEED{version.id:06d}{entry.id:08d}",
            cast_at=now(),
        )
