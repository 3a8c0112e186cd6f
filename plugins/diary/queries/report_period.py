"""What a report is about: an area, a month, and where villages that were merged since are counted.

What happened in a village that was merged, split or redrawn later is counted under its successor, so that a
table has today's villages; where the successor lies outside the report's area (a village that went to another
town) it is counted where it happened, under the name that it had. Either way once, and in one town only.
"""

from collections.abc import Iterable
from dataclasses import field
from datetime import date

from core.areas.api import area_names, current_code, list_areas
from core.clock import today
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.diary.queries.index import month_days

TOWN_DIGITS, VILLAGE_DIGITS = 9, 12
_EVERY = 100_000


@value_class
class Period:
    """An area and the days of a month, up to today where it is not over.

    `moved`: old village or town -> where it is counted; `digits`: by what tables are made (towns in a county,
    villages in a town).
    """

    area_code: str
    area_name: str
    month: str
    since: date
    until: date
    digits: int
    moved: dict[str, str] = field(default_factory=dict)

    @property
    def scope(self) -> AreaScope:
        """The area with all below it."""
        return AreaScope((self.area_code,))

    @property
    def year(self) -> date:
        """The first day of the round of the year."""
        return date(self.since.year, 1, 1)

    def village(self, area_code: str) -> str:
        """The village in which something is counted."""
        code = area_code[:VILLAGE_DIGITS]
        return self.moved.get(code, code)

    def place(self, area_code: str) -> str:
        """The line of a table to which something belongs."""
        code = self.village(area_code)[: self.digits]
        return self.moved.get(code, code)

    def merged_into(self, code: str) -> list[str]:
        """Old villages and towns that are counted here."""
        return sorted(old for old, new in self.moved.items() if new == code and old != code)

    def days(self) -> dict[str, str]:
        """The days as an address takes them."""
        return {"since": self.since.isoformat(), "until": self.until.isoformat()}


def period_of(area_code: str, month: str) -> Period:
    """The period of an area (county or town) and month. Raises NotFound for what is no month."""
    since, last = month_days(month)
    digits = TOWN_DIGITS if len(area_code) < TOWN_DIGITS else VILLAGE_DIGITS
    name = area_names([area_code]).get(area_code, area_code)
    return Period(area_code, name, month, since, min(last, today()), digits, _moved(area_code))


def _moved(area_code: str) -> dict[str, str]:
    """Old places of an area whose successor lies in it."""
    moved: dict[str, str] = {}
    for level in ("village", "town"):
        found, _ = list_areas(AreaScope((area_code,)), level=level, page_size=_EVERY)
        for row in found:
            if row.successor_code is None:
                continue
            now = current_code(row.code)
            if now != row.code and now.startswith(area_code):
                moved[row.code] = now
    return moved


def labels(codes: Iterable[str]) -> dict[str, str]:
    """Names of places, of old ones too."""
    wanted = list(codes)
    names = area_names(wanted)
    return {code: names.get(code, code) for code in wanted}
