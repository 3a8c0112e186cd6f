"""Who acts in tests of the power list and of publications."""

from dataclasses import dataclass
from typing import Any

from core.security import Actor
from core.sheets import Upload, xlsx_bytes
from core.testing import COUNTY_CODE, FAR_VILLAGE, SISTER_VILLAGE, TOWN, VILLAGE
from plugins.supervision.queries.powers import Step
from plugins.supervision.services.powers import PowerText

STEPS = (
    Step("提出申请", "经办人", "用款申请", None),
    Step("集体研究", "村“两委”会议", "会议记录", 5, 1, "预算不清"),
    Step("支付", "村报账员", "凭证", 3),
)
HEADING = ("类型", "类别", "摘要", "金额（元）", "日期", "备注")
# 1000.00 + 500.25 - 200.10 = 1300.15
QUARTER: tuple[tuple[Any, ...], ...] = (
    ("期初结余", "", "", "1000"),
    ("收入", "发包收入", "鱼塘承包款", "500.25", "2025-10-08", "承包人电话 13800138000"),
    ("支出", "公益支出", "路灯维修", "200.1", "2025-11-02"),
    ("资产", "固定资产", "村部办公楼", "350000"),
    ("资源", "水面", "东塘 12 亩，租给三组", "0"),
    ("期末结余", "", "", "1300.15"),
)


def book(*lines: tuple[Any, ...], heading: tuple[str, ...] = HEADING) -> Upload:
    """A workbook of a period."""
    padded = [(*line, *[""] * (len(heading) - len(line))) for line in lines]
    return Upload("2025-Q4.xlsx", xlsx_bytes("三资", [heading, *padded]))


def text(**changes: Any) -> PowerText:
    """What an item says."""
    return PowerText(**({"title": "大额资金支出", "post": "村委会主任", "steps": STEPS} | changes))


@dataclass
class Cast:
    """A county's admin, a town's official, two secretaries, residents of two villages."""

    chief: Actor
    town: Actor
    secretary: Actor
    neighbour: Actor
    resident: Actor
    far_resident: Actor


def make_cast(actor: Any, people: Any) -> Cast:
    """All of them; the resident is the first person of the first household."""
    return Cast(
        chief=actor("county_admin", COUNTY_CODE),
        town=actor("town_official", TOWN),
        secretary=actor("secretary", VILLAGE),
        neighbour=actor("secretary", SISTER_VILLAGE),
        resident=actor("resident", VILLAGE, person_id=people[0].person_ids[0]),
        far_resident=actor("resident", FAR_VILLAGE),
    )
