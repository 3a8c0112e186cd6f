"""Ballots on other people's pages: the vote that waits today, and the ways in."""

from collections.abc import Iterable

from flask import url_for

from core.hookspecs import SOON, TODAY, DayItem, MenuItem
from core.security import Actor
from core.text import N_
from core.web import say
from plugins.supervision.queries.ballot_reach import COLLECT, VOTE
from plugins.supervision.queries.own_votes import open_votes

P = "supervision."


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Voters have their votes on the phone; who gathers ballots has their list at the desk."""
    if actor.may(VOTE):
        yield MenuItem(N_("我的表决"), P + "my_votes", "phone", "check", 40)
    if actor.may(COLLECT) or actor.may(P + "ballots"):
        yield MenuItem(N_("表决计票"), P + "ballot_decisions", "office", "check", 420)


def day_items(actor: Actor) -> Iterable[DayItem]:
    """Decisions on whose roll one stands and has not voted, until they close."""
    if not actor.may(VOTE):
        return
    for vote in open_votes(actor):
        left = vote.days_left
        yield DayItem(
            N_("表决"),
            vote.title,
            url_for("supervision.vote", decision_id=vote.id),
            say("还剩 %(days)s 天", days=left) if left else say("今天截止"),
            N_("去表决"),
            SOON if left else TODAY,
            due=vote.closes_at.date(),
            icon="check",
        )
