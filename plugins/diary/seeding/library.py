"""The smaller registers of demo and test counties: documents, experts, supplies, figures, a drawn check."""

from datetime import timedelta
from typing import Any

from core.accounts.api import actor_for
from core.areas.api import area_names
from core.clock import frozen, now, today
from core.county import county
from core.db import unit_of_work
from core.hookspecs import SeedWorld
from core.people.api import household_brief
from core.security import Actor
from plugins.diary.errors.checks import NothingToDraw
from plugins.diary.queries.checks import spot_check
from plugins.diary.seeding.register_texts import COUNTY_EXPERTS, DOCUMENTS, STORES, TOWN_EXPERTS
from plugins.diary.services.checks import NewCheck, announce_check, draw_check, record_result
from plugins.diary.services.experts import ExpertDetails, add_expert
from plugins.diary.services.indicators import Source, record_value
from plugins.diary.services.library import Audience, Content, add_document, renew_document
from plugins.diary.services.supplies import Issue, SupplyDetails, issue_supply, open_supply, receive_supply

_MOST_VILLAGES = 30
_DRAWN = 5
_FOUND = (("true", ""), ("true", ""), ("unreachable", "外出务工（模拟）"))


def seed_library(world: SeedWorld) -> dict[str, Any]:
    """A few of everything by the real services; the answer says how much."""
    chief = _chief(world)
    villages = sorted(world.villages)[:_MOST_VILLAGES]
    with unit_of_work():
        documents = [_document(chief, world, *each) for each in DOCUMENTS]
        newest = documents[0]
        text = DOCUMENTS[0][2] + "自本月起，补贴直接打到“一卡通”。（模拟）"
        content = Content(DOCUMENTS[0][0], DOCUMENTS[0][1], text, valid_from=_day(world, 300))
        renew_document(chief, newest, content, version=1, note="补贴改为一卡通发放")
        _experts(chief, world, villages)
        supplies = [number for village in villages for number in _supplies(chief, world, village)]
        figures = [number for village in villages for number in _figures(chief, world, village)]
    checks = _checked(chief)
    return {
        "diary_policies": len(documents),
        "diary_supplies": len(supplies),
        "diary_indicators": len(figures),
        "diary_spot_checks": checks,
    }


def _chief(world: SeedWorld) -> Actor:
    (accounts,) = [found for (role, _), found in sorted(world.accounts.items()) if role == "county_admin"]
    return actor_for(accounts[0])


def _day(world: SeedWorld, ago: int) -> Any:
    return world.started_at.date() - timedelta(days=ago)


def _document(chief: Actor, world: SeedWorld, title: str, category: str, text: str, is_public: bool) -> int:
    content = Content(title, category, f"{text}（模拟）", valid_from=_day(world, 330))
    return add_document(chief, county().settings.county_code, content, Audience(is_public=is_public))


def _experts(chief: Actor, world: SeedWorld, villages: list[str]) -> None:
    towns = sorted({village[:9] for village in villages})
    listed = [(county().settings.county_code, each) for each in COUNTY_EXPERTS]
    listed += [(town, each) for town in towns for each in TOWN_EXPERTS]
    for place, (area_code, (name, field, speciality, unit, available)) in enumerate(listed):
        phone = f"139{world.random.randrange(10**8):08d}" if place % 3 else ""
        add_expert(
            chief, area_code, ExpertDetails(f"{name}（模拟）", field, speciality, unit, phone, available)
        )


def _supplies(chief: Actor, world: SeedWorld, village: str) -> list[int]:
    opened: list[int] = []
    for name, unit, came, low_mark in STORES:
        number = open_supply(chief, village, SupplyDetails(name, unit, "村部库房", low_mark))
        receive_supply(chief, number, quantity=came, who="镇应急办", day=_day(world, 60))
        taken = world.random.randrange(1, came)
        household = world.households[village][len(opened)]
        door = household_brief(chief.scope("people.view"), household)
        what = ("household", door.number) if door is not None else ("", "")
        issue_supply(chief, number, Issue(taken, "户主", *what, note="模拟", day=_day(world, 20)))
        opened.append(number)
    return opened


def _figures(chief: Actor, world: SeedWorld, village: str) -> list[int]:
    name = area_names([village]).get(village, "")
    source = Source("年度财务公开表（模拟）", f"{name}会计", today())
    year, entered = today().year, []
    income, disputes, green = world.random.randrange(8, 60), world.random.randrange(4, 30), 28.0
    for back in (3, 2, 1):
        income = round(income * (1 + world.random.randrange(2, 20) / 100))
        disputes = max(1, disputes - world.random.randrange(0, 4))
        green = round(green + world.random.randrange(1, 20) / 10, 1)
        for code, value in (("collective_income", income), ("disputes", disputes), ("greening", green)):
            period = str(year - back)
            entered.append(
                record_value(chief, village, indicator=code, period=period, value=str(value), source=source)
            )
    return entered


def _checked(chief: Actor) -> int:
    """A spot check of visits, announced two days ago, drawn and half looked into; one that waits."""
    code, day = county().settings.county_code, today()
    new = NewCheck(
        code, "visit", day - timedelta(days=40), day - timedelta(days=3), _DRAWN, "阳光走访（模拟）"
    )
    waiting = NewCheck(
        code,
        "small",
        day - timedelta(days=90),
        day - timedelta(days=1),
        1,
        "小事也要真（模拟）",
        "上证指数收盘",
    )
    try:
        with frozen(now() - timedelta(days=2)):
            number = announce_check(chief, new)
        draw_check(chief, number)
        items = spot_check(chief.scope("diary.view"), number).items
        for item, (result, remark) in zip(
            items, (("true", ""), ("true", ""), ("unreachable", "外出务工")), strict=False
        ):
            record_result(chief, item.id, result=result, remark=remark)
        announce_check(chief, waiting)
    except NothingToDraw:
        return 0  # a county without visits
    return 2
