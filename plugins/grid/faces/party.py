"""The branch on other people's pages: menus, visits that are due, people who need attention."""

from collections.abc import Iterable
from datetime import timedelta

from flask import url_for

from core.clock import now, today
from core.hookspecs import LATE, SOON, TODAY, DayItem, MenuItem, Panel
from core.people.api import RISK_LEVELS, TAGS, PersonBrief, special_persons
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.web import say
from plugins.grid.models.files import NEVER
from plugins.grid.party_words import COLOURS
from plugins.grid.queries.freshness import heads_of
from plugins.grid.queries.party import NEAR, link_row, member_names, my_links

P = "grid."
# How old the file of somebody who needs attention may grow, in days, before a visit is due.
_ATTENTION_DAYS = {"high": 7, "mid_high": 30}
_MOST_PEOPLE = 20


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Members have their households, residents their member, those at a desk the branch."""
    if actor.may(P + "link"):
        yield MenuItem(N_("我联系的户"), P + "my_households", "phone", "people", 33)
    if actor.may(P + "choose_member"):
        yield MenuItem(N_("联户党员"), P + "my_member", "phone", "people", 40)
    if actor.may(P + "party_view"):
        yield MenuItem(N_("网格党建"), P + "party_overview", "office", "medal", 238)


def day_items(actor: Actor) -> Iterable[DayItem]:
    """Linked households whose visit is due, then people of one's grid who need attention."""
    for link in my_links(actor, due_within=NEAR, limit=30):
        assert link.next_due is not None
        urgency = LATE if link.next_due < today() else TODAY if link.next_due == today() else SOON
        yield DayItem(
            N_("联户走访"),
            link.head_name,
            url_for("grid.party_link", link_id=link.id),
            f"{say(COLOURS[link.colour])} · {link.area_name}",
            N_("去走访"),
            urgency=urgency,
            due=link.next_due,
            icon="people",
        )
    yield from _attention(actor)


def _attention(actor: Actor) -> Iterable[DayItem]:
    """Those at high risk in one's own grids, whose file nobody has looked at for too long."""
    grids = tuple(prefix for prefix in actor.scope(P + "file_edit").prefixes if len(prefix) == 15)
    if not grids:
        return
    found, _ = special_persons(AreaScope(grids), risk_levels=tuple(_ATTENTION_DAYS), page_size=_MOST_PEOPLE)
    heads = heads_of([person.household_id for person in found])
    for person in found:
        head = heads.get(person.household_id)
        seen_at = head.updated_at if head else NEVER
        if now() - seen_at >= timedelta(days=_ATTENTION_DAYS[person.risk_level]):
            yield _visit(person, never=seen_at == NEVER)


def _visit(person: PersonBrief, *, never: bool) -> DayItem:
    tags = "、".join(say(TAGS[tag]) for tag in person.tags if tag in TAGS)
    risk = say("%(level)s风险", level=say(RISK_LEVELS[person.risk_level]))
    return DayItem(
        N_("重点走访"),
        person.name,
        url_for("grid.file_page", household_id=person.household_id),
        " · ".join(part for part in (risk, tags, say("还没有建档") if never else "") if part),
        N_("去看看"),
        urgency=TODAY if person.risk_level == "high" else SOON,
        icon="user",
    )


def household_panels(actor: Actor, household_id: int) -> Iterable[Panel]:
    """Who visits the household."""
    link = link_row(household_id)
    if link is None or not actor.may(P + "party_view", link.area_code):
        return []
    name = member_names([link.member_id]).get(link.member_id, "")
    return [Panel("grid/_link_panel.html", {"link": link, "name": name, "colours": COLOURS})]
