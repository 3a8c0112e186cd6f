"""Reports of demo and test counties: from received to ended, one that climbed. All made up, and says so."""

from datetime import timedelta
from typing import Any

from core.accounts.api import actor_for, holdings
from core.clock import frozen, now
from core.county import county
from core.hookspecs import SeedWorld
from core.security import ANONYMOUS, Actor
from plugins.supervision.models.reports import MisconductReport
from plugins.supervision.queries.report_reach import OFFICER
from plugins.supervision.queries.report_tracking import row_of_number
from plugins.supervision.report_words import OFFICER_TITLE
from plugins.supervision.services.report_handling import answer_report, assign_report
from plugins.supervision.services.report_rating import rate_report
from plugins.supervision.services.reports import NewReport, report_misconduct

_MOST_VILLAGES = 12
# Kind, what is reported, how far it came (0 received, 1 assigned, 2 answered, 3 solved, 4 not solved).
_TEXTS = (
    ("taking", "办低保时要送两条烟才给盖章。（模拟）", 3),
    ("accounts", "村口修路的账目一直没有张贴。（模拟）", 2),
    ("favour", "公益岗位给了亲戚，没有公示。（模拟）", 4),
    ("neglect", "反映了三次水渠堵塞，没有人管。（模拟）", 1),
    ("diverting", "去年的种粮补贴少了一半。（模拟）", 0),
)
_ANSWER = "经走访村民、查看账目，情况已查清，处理结果在村务公开栏张贴。（模拟）"


def seed_reports(world: SeedWorld) -> dict[str, Any]:
    """A few for each village that has a discipline officer above it; the answer says how many."""
    numbers: list[str] = []
    code = county().settings.county_code
    for place, village in enumerate(sorted(world.villages)[:_MOST_VILLAGES]):
        office = [each.account_id for each in holdings(at=[village[:9], code]) if each.role == OFFICER]
        secretaries = world.accounts.get(("secretary", village), [])
        if not office or not secretaries:
            continue
        # On one day: the posts of a county that was just made begin today.
        begun = world.started_at.replace(hour=0, minute=5)
        for turn, (kind, text, reach) in enumerate(_TEXTS):
            with frozen(begun + timedelta(minutes=10 * turn + place)) as move:
                new = NewReport(village, kind, text, account_ids=secretaries[:1])
                receipt = report_misconduct(ANONYMOUS, new, key=f"seed-{village}-{turn}")
                numbers.append(receipt.number)
                _go_on(receipt.number, reach, move)
    return {
        "misconduct_reports": len(numbers),
        "demo_duties": {OFFICER: "分办、答复镇里的监督反映"},
        "demo_accounts": [
            {"account_id": str(account), "title": f"{OFFICER_TITLE}（县区，镇里没有解决的由这里办）"}
            for account in world.accounts.get((OFFICER, code), [])[:1]
        ],
    }


def _go_on(number: str, reach: int, move: Any) -> None:
    row = row_of_number(number)
    if reach < 1:
        return
    officer = _officer(row)
    move(now() + timedelta(minutes=10))
    assign_report(officer, row.id, int(officer.account_id or 0))
    if reach < 2:
        return
    move(now() + timedelta(minutes=30))
    answer_report(officer, row.id, "partly" if reach == 4 else "substantiated", _ANSWER)
    if reach < 3:
        return
    move(now() + timedelta(minutes=30))
    rate_report(number, is_solved=reach == 3, thumb="up" if reach == 3 else "down")


def _officer(row: MisconductReport) -> Actor:
    held = [each for each in holdings(at=[row.level_code]) if each.role == OFFICER]
    return actor_for(held[0].account_id)
