"""The numbers of the cockpit (数字驾驶舱): one look at an area, in fewer than a dozen statements."""

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from time import monotonic

from peewee import SQL, fn

from core.areas.api import area_names, children
from core.cases.api import Figures, Lights, figures, lights_by_area
from core.clock import today
from core.county import county
from core.db import rows
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.diary.models.entries import Entry, is_published
from plugins.diary.models.visits import Care, Visit
from plugins.diary.queries.care import standing
from plugins.diary.queries.entries import read_by_day
from plugins.diary.queries.former import now_in, widened
from plugins.diary.queries.words import HotWord, hot_words
from plugins.diary.words import KINDS

DAYS, MOST_WORDS = 30, 12
_NO_LIGHTS = Lights(0, 0)
WORDS_SECONDS, _MOST_KEPT = 60.0, 500
_kept: dict[tuple[str, str, date], tuple[float, tuple[HotWord, ...]]] = {}
# The next smaller areas: city, county, town, village.
_BELOW = {4: 6, 6: 9, 9: 12, 12: 15, 15: 15}


@value_class
class Place:
    """An area of the next smaller level this month; `visited` of `doors` since 1 January, `late` today.

    `latitude`, `longitude`: the middle of the doors whose place is known.
    """

    code: str
    name: str
    visits: int
    entries: int
    doors: int
    visited: int
    late: int
    open: int
    overdue: int
    latitude: float | None
    longitude: float | None


@value_class
class Cockpit:
    """All numbers; days are the last thirty, the month begins on the 1st."""

    area_code: str
    day: date
    month_since: date
    days_since: date
    visits_today: int
    visits_month: int
    entries_month: int
    doors: int
    visited: int
    late: int
    open: int
    overdue: int
    cases: Figures
    by_day: tuple[tuple[date, int, int], ...]
    by_kind: tuple[tuple[str, int], ...]
    words: tuple[HotWord, ...]
    places: tuple[Place, ...]


def cockpit(scope: AreaScope, area_code: str) -> Cockpit:
    """The cockpit of an area within `scope`; the caller has checked that it lies there."""
    here, digits = AreaScope((area_code,)), _BELOW[len(area_code)]
    day = today()
    month, since = day.replace(day=1), day - timedelta(days=DAYS - 1)
    reach = widened(here)
    visits, visits_by_day = _visits(reach, digits, min(month, since), month)
    entries, entries_by_day, by_kind = _entries(reach, digits, min(month, since), month)
    round_ = _round(here, area_code, digits)
    lights = lights_by_area(here, digits=digits)
    found = figures(here, month, day)
    words = _words(here, area_code, since, day)
    below = {row.code for row in children(scope, area_code)}
    for counts in (visits, entries):
        _fold(counts, area_code, below)
    codes = sorted({*below, *visits, *entries, *round_, *lights})
    names = area_names(codes)
    places = tuple(
        _place(code, names.get(code, code), visits, entries, round_, lights.get(code, _NO_LIGHTS))
        for code in codes
    )
    return Cockpit(
        area_code=area_code,
        day=day,
        month_since=month,
        days_since=since,
        visits_today=visits_by_day[day],
        visits_month=sum(visits.values()),
        entries_month=sum(entries.values()),
        doors=sum(place.doors for place in places),
        visited=sum(place.visited for place in places),
        late=sum(place.late for place in places),
        open=sum(place.open for place in places),
        overdue=sum(place.overdue for place in places),
        cases=found,
        by_day=tuple(
            (each, visits_by_day[each], entries_by_day[each])
            for each in (since + timedelta(days=number) for number in range(DAYS))
        ),
        by_kind=tuple((kind, by_kind[kind]) for kind in KINDS),
        words=words,
        places=places,
    )


def _fold(counts: Counter[str], area_code: str, below: Collection[str]) -> None:
    """What old places have is counted where their successors' lists show it."""
    for code in [code for code in counts if code not in below]:
        count = counts.pop(code)
        counts[now_in(area_code, code)] += count


def _words(here: AreaScope, area_code: str, since: date, day: date) -> tuple[HotWord, ...]:
    """The hot words, at most a minute old: half of the work, and words are cut every five."""
    key = (str(county().data), area_code, day)
    at, words = _kept.get(key, (0.0, ()))
    if not at or monotonic() - at > WORDS_SECONDS:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        words = hot_words(here, area_code, since, day).words[:MOST_WORDS]
        _kept[key] = (monotonic(), words)
    return words


def _head(digits: int) -> SQL:
    # Written out: PostgreSQL takes the same expression with two parameters for two expressions.
    return SQL(f"SUBSTR(t1.area_code, 1, {int(digits)})")


def _visits(here: AreaScope, digits: int, since: date, month: date) -> tuple[Counter[str], Counter[date]]:
    query = Visit.within(here, _head(digits), Visit.day, fn.COUNT(Visit.id)).where(Visit.day >= since)
    by_place, by_day = Counter[str](), Counter[date]()
    for code, day, count in rows(query.group_by(SQL("1"), Visit.day)):
        by_day[day] += count
        if day >= month:
            by_place[code] += count
    return by_place, by_day


def _entries(
    here: AreaScope, digits: int, since: date, month: date
) -> tuple[Counter[str], Counter[date], Counter[str]]:
    columns = (_head(digits), Entry.day, Entry.kind, fn.COUNT(Entry.id))
    query = Entry.unscoped("the scope is a part of the condition", *columns).where(
        here.where(read_by_day(Entry.area_code, here)) & is_published & (Entry.day >= since)
    )
    by_place, by_day, by_kind = Counter[str](), Counter[date](), Counter[str]()
    for code, day, kind, count in rows(query.group_by(SQL("1"), Entry.day, Entry.kind)):
        by_day[day] += count
        if day >= month:
            by_place[code] += count
            by_kind[kind] += count
    return by_place, by_day, by_kind


_Round = tuple[int, int, int, float | None, float | None]


def _round(here: AreaScope, area_code: str, digits: int) -> dict[str, _Round]:
    """Place -> doors, visited since 1 January, late today, and the middle of the doors."""
    middle = Care.within(here, _head(digits), fn.AVG(Care.latitude), fn.AVG(Care.longitude)).where(
        Care.latitude.is_null(False)
    )
    middles = {code: (latitude, longitude) for code, latitude, longitude in rows(middle.group_by(SQL("1")))}
    return {
        code: (*counts, *middles.get(code, (None, None)))
        for code, counts in standing(here, area_code, digits=digits).items()
    }


def _place(
    code: str,
    name: str,
    visits: Counter[str],
    entries: Counter[str],
    round_: dict[str, _Round],
    lights: Lights,
) -> Place:
    doors, visited, late, latitude, longitude = round_.get(code, (0, 0, 0, None, None))
    return Place(
        code,
        name,
        visits[code],
        entries[code],
        doors,
        visited,
        late,
        lights.open,
        lights.red,
        latitude,
        longitude,
    )
