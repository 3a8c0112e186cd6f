"""Whoever gives and ends seats shapes the roll: the town hears of a village's changes, and so does who they
concern, so that no seat comes or goes unseen before a vote.
"""

from core.accounts.api import accounts_of_person
from core.areas.api import path_name
from core.hookspecs import NoticeKind
from core.notices.api import Accounts, Holders, notify
from core.security import Actor
from core.text import N_
from plugins.supervision.decision_words import SEAT_TITLES
from plugins.supervision.models.decisions import Voter

SEAT_ENDED, CHANGED = "supervision.seat_ended", "supervision.voters_changed"
KINDS = {
    SEAT_ENDED: NoticeKind(N_("您的表决身份有变动")),
    CHANGED: NoticeKind(N_("表决名册有变动"), digest=True),
}


def tell_ended(row: Voter) -> int:
    """Say to somebody that their seat ends."""
    values = {"place": path_name(row.area_code), "seat": SEAT_TITLES[row.seat], "day": f"{row.until}"}
    text = N_("您在%(place)s的表决身份（%(seat)s）到 %(day)s 为止。有异议，请向镇街反映。")
    to = Accounts(tuple(accounts_of_person(row.person_id)))
    return notify(to, SEAT_ENDED, text, values, subject=_subject(row.area_code), area_code=row.area_code)


def tell_town(actor: Actor, area_code: str, *, given: int = 0, ended: int = 0) -> int:
    """Say to the town what a village changes in its own table; what the town changes itself it knows."""
    if any(len(prefix) < 12 for prefix in actor.scope("supervision.voters").prefixes):
        return 0
    values: dict[str, str | int] = {"place": path_name(area_code), "given": given, "ended": ended}
    return notify(
        Holders("town_official", area_code[:9]),
        CHANGED,
        N_("%(place)s的表决名册有变动：登记 %(given)d 人次，终止 %(ended)d 人次，请核实。"),
        values,
        subject=_subject(area_code),
        url=f"/supervision/voters?area={area_code}",
        area_code=area_code,
    )


def _subject(area_code: str) -> str:
    return f"area:{area_code}"
