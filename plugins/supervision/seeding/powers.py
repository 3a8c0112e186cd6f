"""The power list and publications of demo and test counties: the shipped list on, two quarters, questions.

The acceptance county has the last class of the list and the newest quarter still to do.
"""

from datetime import datetime, time, timedelta
from typing import Any

from core.accounts.api import actor_for
from core.clock import CHINA, frozen, now, today
from core.db import unit_of_work
from core.hookspecs import SeedWorld
from core.security import Actor
from core.sheets import Upload, xlsx_bytes
from plugins.supervision.periods import before, days_of, last_over
from plugins.supervision.power_words import OTHERS, ROW_KINDS
from plugins.supervision.services.assets import COLUMNS, publish_assets
from plugins.supervision.services.power_table import shipped
from plugins.supervision.services.powers import add_power
from plugins.supervision.services.questions import answer, ask
from plugins.supervision.services.village_powers import switch_on

_MOST_VILLAGES = 30
# Every so many villages one has not published the newest quarter.
_LATE_EVERY = 7
_INCOME = (
    ("发包及上交收入", "鱼塘承包款", 800_000, 3_000_000),
    ("补助收入", "上级运转补助", 2_000_000, 6_000_000),
    ("投资收益", "光伏电站分红", 300_000, 1_500_000),
)
_SPENDING = (
    ("公益支出", "路灯和道路维修", 300_000, 1_800_000),
    ("管理费用", "办公和水电费", 100_000, 600_000),
    ("人工支出", "保洁员工资", 600_000, 1_500_000),
    ("福利支出", "慰问困难老人", 100_000, 500_000),
)
_STANDING = (
    ("asset", "固定资产", "村部办公楼", 42_000_000),
    ("resource", "水面", "东塘十二亩，承包到年底", 0),
)
_ASKED = (
    ("路灯维修的钱是怎么用的？", "换了十二盏路灯，发票和验收单在村务公开栏旁的柜子里，随时可以看。", True),
    ("保洁员工资是按什么标准发的？", "按村民代表会议定的标准，每人每月五百元。", True),
    ("光伏分红什么时候分到户？", "", False),
)


def seed_powers(world: SeedWorld) -> dict[str, Any]:
    """Everything by the real services; the answer says how much."""
    (chiefs,) = [found for (role, _), found in sorted(world.accounts.items()) if role == "county_admin"]
    chief, started = actor_for(chiefs[0]), world.started_at.date() - timedelta(days=365)
    villages, is_acceptance = sorted(world.villages)[:_MOST_VILLAGES], world.profile == "acceptance"
    listed = [each for each in shipped() if not (is_acceptance and each.power_class == OTHERS)]
    codes = [each.code for each in listed]
    with unit_of_work():
        for each in listed:
            add_power(chief, each.code, each.power_class, each.text, valid_from=started)
        for village in villages:
            switch_on(chief, village, codes, since=today())
    newest = last_over(today(), monthly=False)
    if is_acceptance:
        newest = before(newest)
    published = asked = 0
    for place, village in enumerate(villages, 1):
        late = place % _LATE_EVERY == 0
        sheet_id, closing = None, world.random.randrange(5_000_000, 30_000_000)
        for period in (before(newest),) if late else (before(newest), newest):
            sheet_id, closing = _publish(world, chief, village, period, closing)
            published += 1
        asked += _ask(world, chief, village, sheet_id) if sheet_id else 0
    return {
        "supervision_powers": len(listed),
        "supervision_assets_sheets": published,
        "supervision_questions": asked,
    }


def _publish(
    world: SeedWorld, actor: Actor, village: str, period: str, opening: int
) -> tuple[int | None, int]:
    days = days_of(period)
    assert days is not None
    since, until = days
    lines, closing = [("opening", "", "", opening, "")], opening
    for kind, sign, offered in (("income", 1, _INCOME), ("spending", -1, _SPENDING)):
        for category, text, least, most in offered:
            fen = world.random.randrange(least, most)
            day = since + timedelta(days=world.random.randrange(80))
            lines.append((kind, category, text, fen, day.isoformat()))
            closing += sign * fen
    lines += [(kind, category, text, fen, "") for kind, category, text, fen in _STANDING]
    lines.append(("closing", "", "", closing, ""))
    cells = [
        (ROW_KINDS[kind], category, text, f"{fen // 100}.{fen % 100:02d}", day, "模拟")
        for kind, category, text, fen, day in lines
    ]
    book = Upload(f"{period}.xlsx", xlsx_bytes("三资公开", [[column.title for column in COLUMNS], *cells]))
    moment = datetime.combine(until + timedelta(days=5), time(10), CHINA)
    with frozen(min(moment, now())):
        outcome = publish_assets(actor, book, area_code=village, period=period, dry_run=False)
    assert outcome.clean, outcome.mistakes
    return outcome.batch, closing


def _ask(world: SeedWorld, chief: Actor, village: str, sheet_id: int) -> int:
    residents = [
        account
        for (role, area), found in sorted(world.accounts.items())
        if role == "resident" and area.startswith(village)
        for account in found
    ]
    count = 0
    for account, (text, said, is_public) in zip(residents, _ASKED, strict=False):
        number = ask(actor_for(account), village, sheet_id, text=f"{text}（模拟）")
        if said:
            answer(chief, number, text=f"{said}（模拟）", is_public=is_public)
        count += 1
    return count
