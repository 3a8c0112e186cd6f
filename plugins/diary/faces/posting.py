"""Postings and teams on other people's pages: menus, and the team's day among what waits today."""

from collections.abc import Iterable

from flask import url_for

from core.clock import today
from core.hookspecs import LATE, SOON, TODAY, DayItem, MenuItem
from core.security import Actor
from core.text import N_
from core.web import say
from plugins.diary.queries.postings import my_postings, work_items
from plugins.diary.queries.teams import my_teams

P = "diary."
MOST_ITEMS = 5


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Cadres have their posting on the phone; who posts them, all of them at the desk."""
    if actor.may(P + "write") and actor.may(P + "team_view"):
        yield MenuItem(N_("我的派驻"), P + "my_posting", "phone", "user", 24)
    if actor.may(P + "team_view"):
        yield MenuItem(N_("派驻干部"), P + "postings", "office", "user", 300)
        yield MenuItem(N_("联村团队"), P + "teams", "office", "people", 301)


def day_items(actor: Actor) -> Iterable[DayItem]:
    """Lines of the work list that are due, and the day on which one's team is in the village."""
    if not actor.may(P + "write"):
        return
    mine = my_postings(actor)
    for posting in mine:
        for item in work_items(posting.id)[:MOST_ITEMS]:
            if item.done_on is None and item.due is not None:
                urgency = LATE if item.late else TODAY if item.due == today() else SOON
                yield DayItem(
                    N_("工作清单"),
                    item.text,
                    url_for("diary.my_posting"),
                    due=item.due,
                    urgency=urgency,
                    icon="list",
                )
    for team in my_teams(actor):
        if team.next_day == today():
            yield DayItem(
                N_("联村日"),
                team.name,
                url_for("diary.my_posting"),
                say("%(hours)s 在%(place)s", hours=team.hours, place=team.place),
                N_("查看"),
                TODAY,
                icon="people",
            )
