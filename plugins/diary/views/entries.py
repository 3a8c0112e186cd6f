"""Reading at the desk: what cadres wrote, found by words, people, places, days and kinds."""

from datetime import date

from flask import render_template, request

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.people.api import household_brief, person_brief
from core.security import current_actor
from core.web import page_number
from plugins.diary.lines import lines
from plugins.diary.queries import entries as queries
from plugins.diary.queries.former import widened
from plugins.diary.queries.signs import is_more
from plugins.diary.views import pages
from plugins.diary.words import KINDS, STATES

VIEW = "diary.view"
PAGE_SIZE = 20


@pages.get("/entries")
@demands(VIEW)
def entries() -> str:
    """Published entries of an area, the newest day first."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    area_code = chosen_area(widened(scope))
    kind, line = request.args.get("kind", ""), request.args.get("line", "")
    wanted = queries.Wanted(
        search=request.args.get("q", ""),
        area_code=area_code,
        person_id=_number("person"),
        household_id=_number("household"),
        kind=kind if kind in KINDS else "",
        line=line if line in lines() else "",
        word=request.args.get("word", "")[:20].strip(),
        since=_day("since"),
        until=_day("until"),
    )
    found, total = queries.list_entries(actor, wanted, page=page_number(), page_size=PAGE_SIZE)
    return render_template(
        "diary/entries.html",
        entries=found,
        total=total,
        is_more=is_more(total),
        page=page_number(),
        page_size=PAGE_SIZE,
        wanted=wanted,
        about=_about(wanted),
        kinds=KINDS,
        lines=lines(),
        states=STATES,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code) if len(area_code) < 12 else [],
    )


def _number(name: str) -> int | None:
    raw = request.args.get(name, "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= 15 else None


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _about(wanted: queries.Wanted) -> str:
    """The name of the person or household whose entries these are, where the reader may see it."""
    scope = current_actor().scope("people.view")
    if wanted.person_id is not None and (person := person_brief(scope, wanted.person_id)) is not None:
        return person.name
    if wanted.household_id is not None and (door := household_brief(scope, wanted.household_id)) is not None:
        return door.head_name or door.number
    return ""
