"""Who is due: the list on the phone, a day's route with its map, the round of the year at the desk."""

from flask import render_template, request
from markupsafe import Markup

from core.access import demands
from core.areas.api import LEVEL_DIGITS, path_name
from core.areas.choices import chosen_area, way_up, ways_down
from core.clock import today
from core.security import current_actor
from core.web import page_number
from plugins.diary.queries import care
from plugins.diary.queries.care import DueView
from plugins.diary.views import pages
from plugins.diary.views.choosing import my_places, place_of

VIEW, WRITE = "diary.view", "diary.write"
PAGE_SIZE = 20
# So many doors can be visited in a day.
ROUTE = 12


@pages.get("/due")
@demands(WRITE)
def due() -> str:
    """Doors that are due where one is stationed, and why; those not yet visited this year; establishments."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    places, tab = my_places(actor, WRITE), request.args.get("tab", "due")
    place = place_of(places, actor.scope(WRITE), request.args.get("area", ""))
    lists = {
        "due": care.list_due,
        "unvisited": care.list_unvisited,
        "establishments": care.due_establishments,
    }
    listed = lists.get(tab, care.list_due)
    found, total = listed(scope, place, page=page_number(), page_size=PAGE_SIZE) if place else ([], 0)
    return render_template(
        "diary/due.html",
        doors=found,
        total=total,
        page=page_number(),
        page_size=PAGE_SIZE,
        tab=tab if tab in lists else "due",
        places=places,
        place=place,
        path=path_name(place) if place else "",
    )


@pages.get("/route")
@demands(WRITE)
def route() -> str:
    """A day's round: the doors that are most urgent, in the order of grids and numbers, to take along."""
    actor = current_actor()
    scope = actor.demand(VIEW)
    place = place_of(my_places(actor, WRITE), actor.scope(WRITE), request.args.get("area", ""))
    doors = care.day_route(scope, place, ROUTE) if place else []
    return render_template(
        "diary/route.html",
        doors=doors,
        place=place,
        path=path_name(place) if place else "",
        today=today(),
        map=drawn_map(doors),
    )


def drawn_map(doors: list[DueView], size: int = 600) -> Markup | None:
    """The doors whose place is known on a plain drawing, north above, numbered as in the list.

    Drawn on paper as on the screen; None where fewer than two places are known.
    """
    places = [
        (number, door) for number, door in enumerate(doors, start=1) if door.latitude and door.longitude
    ]
    if len(places) < 2:
        return None
    lat = [float(door.latitude or 0) for _, door in places]
    lng = [float(door.longitude or 0) for _, door in places]
    # One degree of longitude is shorter than one of latitude: by a sixth at 31 degrees north.
    span = max(max(lat) - min(lat), (max(lng) - min(lng)) * 0.86) or 1e-6
    inner = size - 120
    dots = []
    for (number, _), north, east in zip(places, lat, lng, strict=True):
        x = 60 + inner * (east - min(lng)) * 0.86 / span
        y = size - 60 - inner * (north - min(lat)) / span
        dots.append(
            f'<g><circle cx="{x:.0f}" cy="{y:.0f}" r="20"/>'
            f'<text x="{x:.0f}" y="{y + 8:.0f}" text-anchor="middle">{number}</text></g>'
        )
    return Markup(f'<svg class="route-map" viewBox="0 0 {size} {size}">{"".join(dots)}</svg>')  # noqa: S704


@pages.get("/rounds")
@demands(VIEW)
def rounds() -> str:
    """How far the round of the year has come, by town, village and grid; what is late."""
    scope = current_actor().demand(VIEW)
    area_code = chosen_area(scope)
    digits = {4: 6, 6: 9, 9: 12, 12: LEVEL_DIGITS["grid"]}.get(len(area_code), len(area_code))
    found = care.coverage(scope, area_code, digits=digits)
    missing: list[DueView] = []
    missing_total = 0
    if len(area_code) >= LEVEL_DIGITS["village"]:
        missing, missing_total = care.list_unvisited(
            scope, area_code, page=page_number(), page_size=PAGE_SIZE
        )
    return render_template(
        "diary/rounds.html",
        rows=found,
        doors=sum(row.doors for row in found),
        visited=sum(row.visited for row in found),
        late=sum(row.late for row in found),
        missing=missing,
        missing_total=missing_total,
        page=page_number(),
        page_size=PAGE_SIZE,
        year=today().year,
        area_code=area_code,
        area_name=path_name(area_code),
        up=way_up(scope, area_code),
        areas=ways_down(scope, area_code),
    )
