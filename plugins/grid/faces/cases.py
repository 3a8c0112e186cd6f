"""Cases on one's desk among what waits today."""

from collections.abc import Iterable

from core.cases.api import CaseView, desk
from core.clock import today
from core.hookspecs import LATE, SOME_DAY, SOON, TODAY, DayItem
from core.security import Actor
from core.text import N_
from core.web import say

_SHOWN, _LETTERS = 30, 40
_URGENCY = {"red": LATE, "yellow": TODAY, "green": SOON}


def day_items(actor: Actor) -> Iterable[DayItem]:
    """What stands on the actor's own desks, the first due first."""
    if not actor.may("cases.work"):
        return
    view = desk(actor, limit=_SHOWN)
    for case in view.cases:
        yield _item(case)
    if view.total > len(view.cases):
        text = say("事项台上还有 %(count)d 件", count=view.total - len(view.cases))
        yield DayItem(N_("事项"), text, case_url(), action=N_("去看"), icon="list")


def _item(case: CaseView) -> DayItem:
    due = case.due_at.date() if case.due_at else None
    urgency = _URGENCY.get(case.light, SOME_DAY)
    said = case.headline or say("照片反馈（%(at)s）", at=f"{case.reported_at:%m-%d %H:%M}")
    text = said if len(said) <= _LETTERS else said[:_LETTERS] + "…"
    return DayItem(
        N_("事项"),
        text,
        case_url(case.id),
        f"{case.number} · {case.area_name}",
        N_("办理"),
        urgency=TODAY if urgency > TODAY and (case.urgent or due == today()) else urgency,
        due=due,
        icon="bell",
    )


def case_url(case_id: int | None = None) -> str:
    """The page of a case, or of the desk."""
    return "/cases/desk" if case_id is None else f"/cases/{case_id}"
