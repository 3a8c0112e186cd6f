"""Patrols on other people's pages: menus, and one's own round among what waits today."""

from collections.abc import Iterable

from flask import url_for

from core.hookspecs import SOME_DAY, TODAY, DayItem, MenuItem
from core.security import Actor
from core.text import N_
from core.web import say
from plugins.grid.queries.patrols import minutes_today, patrol_under_way, target_minutes

P = "grid."


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Who walks has it on the phone, who answers for it at the desk."""
    if actor.may(P + "patrol"):
        yield MenuItem(N_("巡查"), P + "patrol", "phone", "map", 5)
    if actor.may(P + "patrol_view"):
        yield MenuItem(N_("网格巡查"), P + "patrols", "office", "clock", 235)
    if actor.may(P + "patrol_points"):
        yield MenuItem(N_("巡查点"), P + "points", "office", "qr", 236)


def day_items(actor: Actor) -> Iterable[DayItem]:
    """The round that is under way, or today's that has not been walked."""
    if not actor.may(P + "patrol"):
        return
    walking = patrol_under_way(actor)
    if walking:
        text = say(
            "%(time)s 开始，发现 %(count)d 件", time=f"{walking.started_at:%H:%M}", count=walking.findings
        )
        yield DayItem(
            N_("巡查"), say("正在巡查"), url_for("grid.patrol"), text, N_("继续"), urgency=TODAY, icon="map"
        )
        return
    done, target = minutes_today(actor), target_minutes()
    if done < target:
        text = say("已巡查 %(done)d 分钟，目标 %(target)d 分钟", done=done, target=target)
        yield DayItem(
            N_("巡查"),
            say("今天的巡查"),
            url_for("grid.patrol"),
            text,
            N_("开始"),
            urgency=SOME_DAY if done else TODAY,
            icon="map",
        )
