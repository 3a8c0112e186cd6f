"""Visits on other people's pages: who is due today, the round of the year, a household's years."""

from collections.abc import Iterable

from flask import url_for

from core.areas.api import area_names
from core.clock import today
from core.hookspecs import LATE, SOON, TODAY, Card, DayItem, MenuItem, Panel
from core.people.api import household_area
from core.security import Actor
from core.text import N_
from core.web import say
from plugins.diary.queries.care import care_of, coverage, list_due, marks_of
from plugins.diary.queries.postings import my_postings
from plugins.diary.queries.timeline import household_timeline
from plugins.diary.queries.visits import stand_on
from plugins.diary.words import MUST

P = "diary."
MOST_DUE, MOST_MOMENTS = 8, 5


def menu_items(actor: Actor) -> Iterable[MenuItem]:
    """Who visits has the list on the phone; who answers for it sees the round at the desk."""
    if actor.may(P + "write"):
        yield MenuItem(N_("走访"), P + "due", "phone", "home", 3)
    if actor.may(P + "view"):
        yield MenuItem(N_("走访覆盖"), P + "rounds", "office", "chart", 303)
        yield MenuItem(N_("走访记录"), P + "visits", "office", "list", 304)
        yield MenuItem(N_("市场主体"), P + "establishments", "office", "store", 305)


def day_items(actor: Actor) -> Iterable[DayItem]:
    """Doors that are due in the places where one is stationed, the most urgent first."""
    if not actor.may(P + "write"):
        return
    scope, left = actor.scope(P + "view"), MOST_DUE
    for code in [code for posting in my_postings(actor) for code, _ in posting.places]:
        found, _ = list_due(scope, code, page_size=left)
        for door in found:
            urgency = LATE if door.late else TODAY if door.due_on == today() else SOON
            yield DayItem(
                N_("走访"),
                door.name or door.number,
                url_for("diary.visit_form", household_id=door.id),
                say(door.reason_text, what=say(door.reason_what) if door.reason_what else ""),
                N_("记走访"),
                urgency,
                due=door.due_on,
                icon="home",
            )
        left -= len(found)
        if left <= 0:
            return


def home_cards(actor: Actor) -> Iterable[Card]:
    """How far the round of the year has come, for whoever answers for an area."""
    if not actor.may(P + "view") or not (actor.may(P + "post") or actor.may(P + "register")):
        return
    scope = actor.scope(P + "view")
    area_code = scope.prefixes[0]
    found = coverage(scope, area_code, digits=max(len(area_code), 6))
    doors, visited, late = (sum(getattr(row, name) for row in found) for name in ("doors", "visited", "late"))
    if doors:
        name = area_names([area_code]).get(area_code, area_code)
        values = {"area_code": area_code, "area_name": name, "doors": doors, "visited": visited, "late": late}
        yield Card("diary/_home_round.html", values, 60)


def household_panels(actor: Actor, household_id: int) -> Iterable[Panel]:
    """How the household stands, and the last of what was written and done for it."""
    area_code = household_area(household_id)
    if area_code is None or not actor.may(P + "view", area_code):
        return
    yield Panel(
        "diary/_household_panel.html",
        {
            "household_id": household_id,
            "care": care_of(household_id),
            "marks": marks_of(household_id),
            "kinds": MUST,
            "moments": household_timeline(actor, household_id, limit=MOST_MOMENTS),
            "may_write": actor.may(P + "write", area_code),
            "may_register": actor.may(P + "register", area_code),
        },
    )


def veto_import_undo(households: range, _persons: range) -> str | None:
    """Households that were visited, marked or written about are not taken off the register again."""
    return say("这一批户里已有走访、必访登记或日记") if stand_on(households) else None
