"""The cockpit: a wall screen of an area. Every number leads to its list; the page asks again by itself."""

from typing import Any

from flask import Response, current_app, json, render_template, url_for

from core.access import demands
from core.areas.api import path_name
from core.areas.choices import chosen_area, way_up
from core.clock import now
from core.scope import AreaScope
from core.security import current_actor
from core.web import bracketed, say
from plugins.diary.queries import cockpit as queries
from plugins.diary.report_shape import share
from plugins.diary.views import pages
from plugins.diary.words import KIND_POSTS

COCKPIT = "diary.cockpit"
# The page asks for new numbers so often.
EVERY_SECONDS = 60
_SMALLEST = 12


@pages.get("/cockpit")
@demands(COCKPIT)
def cockpit() -> str:
    """The numbers as a page; with JavaScript as charts and a map."""
    scope = current_actor().demand(COCKPIT)
    area_code = chosen_area(scope)
    return render_template(
        "diary/cockpit.html",
        found=numbers(scope, area_code),
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        layer=_layer(area_code),
        seconds=EVERY_SECONDS,
    )


@pages.get("/cockpit.json")
@demands(COCKPIT)
def cockpit_numbers() -> Response:
    """The same numbers, asked for by the open page."""
    scope = current_actor().demand(COCKPIT)
    found = numbers(scope, chosen_area(scope))
    return Response(json.dumps(found, ensure_ascii=False), mimetype="application/json")


def _layer(area_code: str) -> str:
    """Where the borders of the area are, if the grid plugin is on and the actor may see them."""
    if "grid.layer" not in current_app.view_functions or not current_actor().may("grid.view", area_code):
        return ""
    return url_for("grid.layer", area=area_code)


def numbers(scope: AreaScope, area_code: str) -> dict[str, Any]:
    """All of the page as plain values, each with the address of its rows."""
    view = queries.cockpit(scope, area_code)
    day, month, since = view.day.isoformat(), view.month_since.isoformat(), view.days_since.isoformat()
    cases = view.cases

    def visits(first: str, code: str = area_code, last: str = day) -> str:
        return url_for("diary.visits", area=code, since=first, until=last)

    def entries(first: str, code: str = area_code, last: str = day, **more: Any) -> str:
        return url_for("diary.entries", area=code, since=first, until=last, **more)

    def rounds(code: str = area_code) -> str:
        return url_for("diary.rounds", area=code)

    def waiting(code: str = area_code, **more: Any) -> str:
        asked: dict[str, Any] = more or {"state": "open"}
        return url_for("cases.list_page", area=code, **asked)

    period = url_for("cases.show_figures", area=area_code, since=month, until=day)
    return {
        "at": f"{now():%H:%M:%S}",
        "facts": [
            _fact("visits_today", say("今天走访"), view.visits_today, visits(day)),
            _fact("visits_month", say("本月走访"), view.visits_month, visits(month)),
            _fact("coverage", say("今年走访覆盖"), view.visited, rounds(), view.doors),
            _fact("late", say("该访未访"), view.late, rounds()),
            _fact("entries", say("本月日记"), view.entries_month, entries(month)),
            _fact("open", say("在办事项"), view.open, waiting()),
            _fact("overdue", say("超期事项"), view.overdue, waiting(light="red")),
            _fact("satisfied", say("本月满意"), cases.satisfied, period, cases.rated),
        ],
        "days": [
            {
                "day": each.strftime("%m-%d"),
                "visits": _number(seen, visits(each.isoformat(), last=each.isoformat())),
                "entries": _number(told, entries(each.isoformat(), last=each.isoformat())),
            }
            for each, seen, told in view.by_day
        ],
        "kinds": [
            {"name": say(KIND_POSTS[kind]), **_number(count, entries(month, kind=kind))}
            for kind, count in view.by_kind
        ],
        "words": [
            {"name": word.word, **_number(word.entries, entries(since, word=word.word)), "rise": word.rise}
            for word in view.words
        ],
        "places": [
            {
                "code": place.code,
                "name": place.name,
                "href": _down(place.code),
                "visits": _number(place.visits, visits(month, place.code)),
                "entries": _number(place.entries, entries(month, place.code)),
                "covered": _number(place.visited, rounds(place.code), place.doors),
                "open": _number(place.open, waiting(place.code)),
                "overdue": _number(place.overdue, waiting(place.code, light="red")),
                "point": [place.latitude, place.longitude] if place.latitude is not None else None,
            }
            for place in view.places
        ],
    }


def _down(code: str) -> str:
    """One level further down; a grid has no cockpit of its own."""
    if len(code) > _SMALLEST:
        return url_for("diary.rounds", area=code)
    return url_for("diary.cockpit", area=code)


def _number(number: int, href: str, of: int | None = None) -> dict[str, Any]:
    return {"number": number, "of": of, "text": share(number, of, bracketed), "href": href}


def _fact(name: str, title: str, number: int, href: str, of: int | None = None) -> dict[str, Any]:
    return {"name": name, "title": title, **_number(number, href, of)}
