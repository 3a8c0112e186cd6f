"""Indicators by village and period; resolution and satisfaction with the cases that they are made of."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from peewee import fn

from core.accounts.api import account_names
from core.areas.api import area_names, list_areas
from core.cases.api import Figures, figures_by_area
from core.clock import today
from core.db import rows
from core.errors import NotFound
from core.scope import AFTER_DIGITS, AreaScope
from core.value_classes import value_class
from plugins.diary.library_words import INDICATORS
from plugins.diary.models.indicators import Indicator, IndicatorValue

VIEW = "diary.view"
OWN = "own:"
MOST_EXPORTED = 50_000
# One step down from an area's code.
_BELOW = {4: 6, 6: 9, 9: 12, 12: 15, 15: 15}
_VERSIONS = "the versions of a figure that the caller was allowed to see"


@value_class
class IndicatorKind:
    """What can be entered: title and unit are texts of the catalogue, or the county's own words."""

    code: str
    title: str
    unit: str
    is_open: bool = True

    @property
    def is_own(self) -> bool:
        """Whether the county added it."""
        return self.code.startswith(OWN)

    @property
    def id(self) -> int:
        """The county's own one's key."""
        return int(self.code.removeprefix(OWN))


@value_class
class ValueView:
    """A figure as one version; `value` has two decimals at most."""

    id: int
    area_code: str
    area_name: str
    indicator: str
    title: str
    unit: str
    period: str
    value: str
    hundredths: int
    version: int
    document: str
    person: str
    day: date
    reason: str
    account_name: str
    at: datetime


@value_class
class VillageLine:
    """A village's figures of one indicator: a value, or None, for each period of the table."""

    area_code: str
    area_name: str
    values: tuple[ValueView | None, ...]


@value_class
class Evaluation:
    """What became of an area's cases of a period: every rate with what it is made of."""

    area_code: str
    area_name: str
    numbers: Figures

    @property
    def id(self) -> str:
        """The area's code."""
        return self.area_code

    @property
    def due(self) -> int:
        """Cases that had to be answered: what came in, without what was taken back."""
        return self.numbers.received - self.numbers.cancelled

    @property
    def resolution(self) -> int | None:
        """Answered of those that had to be, in tenths of a percent; None where there are none."""
        return round(self.numbers.answered * 1000 / self.due) if self.due else None

    @property
    def satisfaction(self) -> int | None:
        """Satisfied of those rated, in tenths of a percent; None where nobody rated."""
        return round(self.numbers.satisfied * 1000 / self.numbers.rated) if self.numbers.rated else None


def evaluations(scope: AreaScope, area_code: str, since: date, until: date) -> list[Evaluation]:
    """The areas just below `area_code` in which cases were reported; by code."""
    if not scope.covers(area_code):
        raise NotFound
    found = figures_by_area(AreaScope((area_code,)), since, until, digits=_BELOW[len(area_code)])
    names = area_names(found)
    return [Evaluation(code, names.get(code, code), found[code]) for code in sorted(found)]


def indicator_kinds(*, ended: bool = False) -> list[IndicatorKind]:
    """The usual ones first, then the county's own by title; with `ended` those kept no longer too."""
    known = [IndicatorKind(code, title, unit) for code, (title, unit) in INDICATORS.items()]
    query = Indicator.select() if ended else Indicator.select().where(Indicator.ended_at.is_null())
    for row in query.order_by(Indicator.title):
        known.append(IndicatorKind(f"{OWN}{row.id}", row.title, row.unit, row.ended_at is None))
    return known


def amount(hundredths: int) -> str:
    """Hundredths as people write them: 12, 12.5, -0.05."""
    sign, whole, part = "-" if hundredths < 0 else "", abs(hundredths) // 100, abs(hundredths) % 100
    return f"{sign}{whole}.{part:02d}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"


def list_values(
    scope: AreaScope,
    *,
    area_code: str = "",
    indicator: str = "",
    period: str = "",
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[ValueView], int]:
    """Figures as they stand now (the newest version of each), by area, indicator and period."""
    query = _standing(scope)
    if area_code:
        query = query.where(_in(area_code))
    if indicator:
        query = query.where(IndicatorValue.indicator == indicator)
    if period:
        query = query.where(IndicatorValue.period == period)
    order = (IndicatorValue.area_code, IndicatorValue.indicator, IndicatorValue.period)
    return value_views(list(query.order_by(*order).paginate(page, page_size))), query.count()


def periods_of(scope: AreaScope, area_code: str, indicator: str, *, most: int = 6) -> list[str]:
    """The newest periods that have a figure of an area, the oldest of them first."""
    query = IndicatorValue.within(scope, IndicatorValue.period).where(
        _in(area_code) & (IndicatorValue.indicator == indicator)
    )
    newest = query.distinct().order_by(IndicatorValue.period.desc()).limit(most)
    return sorted(period for (period,) in rows(newest))


def village_lines(
    scope: AreaScope,
    area_code: str,
    indicator: str,
    periods: Sequence[str],
    *,
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[VillageLine], int]:
    """The villages of an area with their figures of some periods."""
    if not scope.covers(area_code):
        raise NotFound
    here = AreaScope((area_code[:12],))
    villages, total = list_areas(here, level="village", on_date=today(), page=page, page_size=page_size)
    codes = [row.code for row in villages]
    query = _standing(scope).where(
        IndicatorValue.area_code.in_(codes)
        & (IndicatorValue.indicator == indicator)
        & IndicatorValue.period.in_(list(periods))
    )
    found = {(view.area_code, view.period): view for view in value_views(list(query))}
    return [
        VillageLine(row.code, row.name, tuple(found.get((row.code, period)) for period in periods))
        for row in villages
    ], total


def value_row(scope: AreaScope, value_id: int) -> IndicatorValue:
    """The row. Raises NotFound."""
    row: IndicatorValue | None = (
        IndicatorValue.within(scope).where(IndicatorValue.id == value_id).get_or_none()
    )
    if row is None:
        raise NotFound
    return row


def versions_of(scope: AreaScope, value_id: int) -> list[ValueView]:
    """A figure with all its versions, the newest first. Raises NotFound."""
    row = value_row(scope, value_id)
    query = IndicatorValue.unscoped(_VERSIONS).where(
        (IndicatorValue.area_code == row.area_code)
        & (IndicatorValue.indicator == row.indicator)
        & (IndicatorValue.period == row.period)
    )
    return value_views(list(query.order_by(IndicatorValue.version.desc())))


def value_views(found: Sequence[IndicatorValue]) -> list[ValueView]:
    """Rows that were found in scope, in words."""
    areas = area_names({row.area_code for row in found})
    names = account_names([row.account_id for row in found if row.account_id])
    kinds = {kind.code: kind for kind in indicator_kinds(ended=True)} if found else {}
    return [
        ValueView(
            id=row.id,
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            indicator=row.indicator,
            title=kinds[row.indicator].title,
            unit=kinds[row.indicator].unit,
            period=row.period,
            value=amount(row.hundredths),
            hundredths=row.hundredths,
            version=row.version,
            document=row.document,
            person=row.person,
            day=row.day,
            reason=row.reason,
            account_name=names.get(row.account_id or 0, ""),
            at=row.at,
        )
        for row in found
    ]


def _standing(scope: AreaScope) -> Any:
    """The newest version of each figure."""
    newest = IndicatorValue.unscoped(_VERSIONS, fn.MAX(IndicatorValue.id)).group_by(
        IndicatorValue.area_code, IndicatorValue.indicator, IndicatorValue.period
    )
    return IndicatorValue.within(scope).where(IndicatorValue.id.in_(newest))


def _in(area_code: str) -> Any:
    column = IndicatorValue.area_code
    return (column >= area_code) & (column < area_code + AFTER_DIGITS)
