"""Reading months: the book by village and month, and what of it is closed."""

from dataclasses import asdict
from datetime import datetime

from core.accounts.api import account_names
from core.areas.api import area_names, list_areas
from core.clock import today
from core.county import county
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.points_store.equation import FIGURES, NOTHING, Figures, month_of, next_month
from plugins.points_store.models import Closing
from plugins.points_store.services.months import closing_of, last_closed, village_figures


@value_class
class MonthBook:
    """A month of a village or of the whole county. `closed_at`, `head` and `transfers`: once it is closed."""

    area_code: str
    area_name: str
    month: str
    figures: Figures
    closed_at: datetime | None = None
    closed_by: str = ""
    transfers: int = 0
    head: str = ""

    def as_row(self) -> dict[str, object]:
        """Flat, as the JSON interface shows it."""
        return asdict(self.figures) | {
            "id": f"{self.area_code}-{self.month}",
            "area_code": self.area_code,
            "area_name": self.area_name,
            "month": self.month,
            "balanced": self.figures.balanced,
            "closed_at": self.closed_at,
            "transfers": self.transfers,
            "head": self.head,
        }

    def as_summary(self) -> dict[str, object]:
        """Under the names of the book by village: what was open before the month stands in `opening`."""
        values = asdict(self.figures)
        return values | {
            "area_code": self.area_code,
            "area_name": self.area_name,
            "fund": values["fund_after"],
            "outstanding": values["closing"],
            "stores_held": None,
            "balanced": self.figures.balanced,
        }


def month_books(scope: AreaScope, month: str) -> list[MonthBook]:
    """The month of every village in `scope` that has ever booked anything until its end, by code.

    What is closed is shown as it was closed.
    """
    closed = {row.area_code: row for row in Closing.within(scope).where(Closing.month == month)}
    figures = village_figures(scope, month)
    names = area_names(figures)
    people = account_names([row.account_id for row in closed.values()])
    return [
        _book(code, names.get(code, code), month, found, closed.get(code), people)
        for code, found in figures.items()
    ]


def area_book(area_code: str, month: str) -> tuple[MonthBook, list[MonthBook]]:
    """A month's sheet: of one village alone, or of the county with its villages, which add up to it."""
    villages = month_books(AreaScope((area_code,)), month)
    closing = closing_of(area_code, month)
    people = account_names([closing.account_id]) if closing else {}
    name = area_names([area_code]).get(area_code, area_code)
    total = sum((village.figures for village in villages), NOTHING)
    own = _book(area_code, name, month, total, closing, people)
    return own, [village for village in villages if village.area_code != area_code]


def list_closings(
    scope: AreaScope, month: str | None, page: int, page_size: int
) -> tuple[list[MonthBook], int]:
    """Closed months in `scope`, the newest first, and how many there are."""
    query = Closing.within(scope)
    if month:
        query = query.where(Closing.month == month)
    found = list(query.order_by(Closing.month.desc(), Closing.area_code).paginate(page, page_size))
    names = area_names(row.area_code for row in found)
    people = account_names([row.account_id for row in found])
    return [
        _book(row.area_code, names.get(row.area_code, row.area_code), row.month, NOTHING, row, people)
        for row in found
    ], query.count()


def closable_areas(scope: AreaScope) -> list[tuple[str, str]]:
    """What the actor may close: the county, if it is all theirs, and up to 1,000 villages; code and name."""
    code = str(county().settings.county_code)
    own = [code] if scope.covers(code) else []
    villages, _ = list_areas(scope, level="village", on_date=today(), page_size=1000)
    names = area_names(own)
    return [(each, names.get(each, each)) for each in own] + [(row.code, row.name) for row in villages]


def month_to_close(area_code: str) -> str:
    """The month that is to be closed next: after the last one, else the one that is over."""
    last = last_closed(area_code)
    return next_month(last) if last else next_month(month_of(today()), -1)


def _book(
    code: str, name: str, month: str, found: Figures, closing: Closing | None, people: dict[int, str]
) -> MonthBook:
    if closing is None:
        return MonthBook(code, name, month, found)
    return MonthBook(
        code,
        name,
        month,
        Figures(*(getattr(closing, column) for column in FIGURES)),
        closing.at,
        people.get(closing.account_id or 0, ""),
        closing.transfers,
        closing.head,
    )
