"""Reading what villages published of funds, assets and resources, and who has not published when due."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from peewee import fn

from core.accounts.api import account_names
from core.areas.api import area_names, list_areas
from core.cases.api import without_numbers
from core.clock import today
from core.county import plugin_settings
from core.db import rows
from core.errors import NotFound
from core.scope import AFTER_DIGITS, AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.supervision.models.assets import AssetsRow, AssetsSheet
from plugins.supervision.periods import before, due_on, last_due, last_over
from plugins.supervision.power_words import INCOME, SPENDING

VIEW, PUBLISH = "supervision.view", "supervision.assets"
PUBLIC = "what a village published is there for everybody"
SUBJECT = "supervision_assets"
_ALL = 5000


@value_class
class SheetView:
    """A published period. Amounts in fen; `is_newest`: no later version corrects it."""

    id: int
    area_code: str
    area_name: str
    period: str
    since: date
    until: date
    version: int
    opening_fen: int
    income_fen: int
    spending_fen: int
    closing_fen: int
    note: str
    digest: str
    at: datetime
    account_name: str
    is_newest: bool
    due_on: date

    @property
    def is_late(self) -> bool:
        """Whether its first version came after the day on which it was due."""
        return self.version == 1 and self.at.date() > self.due_on


@value_class
class RowView:
    """A line of a publication; phones and ID numbers are blotted out. Amounts in fen."""

    place: int
    kind: str
    category: str
    text: str
    fen: int
    day: date | None
    note: str


@value_class
class OverdueView:
    """A village that has not published a period when it was due."""

    area_code: str
    area_name: str
    period: str
    due_on: date
    days_late: int
    is_monthly: bool

    @property
    def id(self) -> str:
        """A village has one line."""
        return self.area_code


def is_monthly(area_code: str) -> bool:
    """Whether a village publishes every month."""
    return area_code.startswith(tuple(plugin_settings("supervision")["assets_monthly"]) or ("-",))


def list_sheets(
    scope: AreaScope, *, area_code: str = "", page: int = 1, page_size: int = 20
) -> tuple[list[SheetView], int]:
    """The newest version of each period published in an area, the newest period first."""
    query = AssetsSheet.within(scope).where(_is_newest(scope))
    if area_code:
        query = query.where(
            (AssetsSheet.area_code >= area_code) & (AssetsSheet.area_code < area_code + AFTER_DIGITS)
        )
    order = (AssetsSheet.until.desc(), AssetsSheet.since.desc(), AssetsSheet.area_code)
    return _views(list(query.order_by(*order).paginate(page, page_size))), query.count()


def sheet(scope: AreaScope, sheet_id: int) -> SheetView:
    """One publication in scope. Raises NotFound."""
    return _views([_row(scope, sheet_id)])[0]


def sheet_of_village(area_code: str, sheet_id: int | None = None) -> SheetView | None:
    """What a village published, as everybody may read it: one version, or the newest of all.

    Raises NotFound for an id that is none of the village's.
    """
    found = village_sheets(area_code, sheet_id)
    return found[0] if found else None


def village_sheets(area_code: str, sheet_id: int | None = None) -> list[SheetView]:
    """The same, and behind it all versions of its period, the newest first; empty where there is none.

    Raises NotFound for an id that is none of the village's.
    """
    village = AreaScope((area_code,))
    row: AssetsSheet | None
    if sheet_id is not None:
        row = _row(village, sheet_id)
    else:
        order = (AssetsSheet.until.desc(), AssetsSheet.version.desc())
        row = AssetsSheet.within(village).order_by(*order).first()
    if row is None:
        return []
    versions = _versions(row.area_code, row.period)
    return [next(each for each in versions if each.id == row.id), *versions]


def periods_of(area_code: str, most: int) -> list[tuple[int, str]]:
    """The newest version's id of each period that a village published, and the period; the newest first."""
    village = AreaScope((area_code,))
    query = AssetsSheet.within(village, AssetsSheet.id, AssetsSheet.period).where(_is_newest(village))
    return list(rows(query.order_by(AssetsSheet.until.desc(), AssetsSheet.since.desc()).limit(most)))


def versions_of(view: SheetView) -> list[SheetView]:
    """All versions of a period, the newest first."""
    return _versions(view.area_code, view.period)


def newest_row(area_code: str, period: str) -> AssetsSheet | None:
    """The row of a period's newest version; None where it is not published."""
    found: AssetsSheet | None = (
        AssetsSheet.within(AreaScope((area_code,)))
        .where((AssetsSheet.area_code == area_code) & (AssetsSheet.period == period))
        .order_by(AssetsSheet.version.desc())
        .first()
    )
    return found


def sheet_rows(view: SheetView, most: int = 1000) -> tuple[list[RowView], int]:
    """The first lines of a publication that was reached, in the order of the workbook; how many are left."""
    query = AssetsRow.unscoped("lines of a publication that was reached").where(AssetsRow.sheet_id == view.id)
    found = list(query.order_by(AssetsRow.place).limit(most))
    left = query.count() - most if len(found) == most else 0
    return [
        RowView(
            row.place,
            row.kind,
            row.category,
            without_numbers(row.text),
            row.fen,
            row.day,
            without_numbers(row.note),
        )
        for row in found
    ], left


def sums_by_category(view: SheetView) -> dict[str, list[tuple[str, int]]]:
    """Income and spending of a publication by category, the largest first; in fen."""
    query = (
        AssetsRow.unscoped(
            "sums of a publication that was reached",
            AssetsRow.kind,
            AssetsRow.category,
            fn.SUM(AssetsRow.fen),
        )
        .where((AssetsRow.sheet_id == view.id) & AssetsRow.kind.in_((INCOME, SPENDING)))
        .group_by(AssetsRow.kind, AssetsRow.category)
    )
    sums: dict[str, list[tuple[str, int]]] = {INCOME: [], SPENDING: []}
    for kind, category, fen in rows(query):
        sums[kind].append((category, int(fen)))
    return {kind: sorted(found, key=lambda pair: (-pair[1], pair[0])) for kind, found in sums.items()}


def overdue(
    scope: AreaScope, *, area_code: str = "", page: int = 1, page_size: int = 20
) -> tuple[list[OverdueView], int]:
    """Villages that have not published the newest period that is due; by code."""
    villages, _ = list_areas(scope, level="village", on_date=today(), page_size=_ALL)
    due_days, day = int(plugin_settings("supervision")["assets_due_days"]), today()
    due = {monthly: last_due(day, due_days, monthly=monthly) for monthly in (False, True)}
    published = set(
        rows(
            AssetsSheet.within(scope, AssetsSheet.area_code, AssetsSheet.period).where(
                AssetsSheet.period.in_(list(due.values()))
            )
        )
    )
    found = [
        OverdueView(
            village.code,
            village.name,
            period,
            due_on(period, due_days),
            (day - due_on(period, due_days)).days,
            is_monthly(village.code),
        )
        for village in villages
        if village.code.startswith(area_code)
        and (village.code, period := due[is_monthly(village.code)]) not in published
    ]
    return found[(page - 1) * page_size : page * page_size], len(found)


def next_period(area_code: str) -> str:
    """The newest period that a village can publish."""
    return last_over(today(), monthly=is_monthly(area_code))


def sees_file(actor: Actor, subject: str) -> bool:
    """Whether somebody may fetch the workbook of a publication: whoever sees its village at the desk."""
    key, scope = subject.partition(":")[2], actor.scope(VIEW)
    if not key.isdecimal() or len(key) > 15:
        return False
    return bool(AssetsSheet.within(scope).where(AssetsSheet.id == int(key)).exists())


def opening_gap(view: SheetView) -> int:
    """By how much a publication opens above what the period before closes with now; in fen, 0 without one.

    Not 0 where the earlier period was corrected afterwards.
    """
    earlier = newest_row(view.area_code, before(view.period))
    return view.opening_fen - earlier.closing_fen if earlier else 0


def _is_newest(scope: AreaScope) -> Any:
    # A later version has a higher id.
    return AssetsSheet.id.in_(
        AssetsSheet.within(scope, fn.MAX(AssetsSheet.id)).group_by(AssetsSheet.area_code, AssetsSheet.period)
    )


def _row(scope: AreaScope, sheet_id: int) -> AssetsSheet:
    row: AssetsSheet | None = AssetsSheet.within(scope).where(AssetsSheet.id == sheet_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def _versions(area_code: str, period: str) -> list[SheetView]:
    query = AssetsSheet.within(AreaScope((area_code,))).where(AssetsSheet.period == period)
    found = list(query.order_by(AssetsSheet.version.desc()))
    return _views(found, {(area_code, period): found[0].version})


def _newest_versions(found: Sequence[AssetsSheet]) -> dict[tuple[str, str], int]:
    query = AssetsSheet.unscoped(
        "versions of periods that were reached",
        AssetsSheet.area_code,
        AssetsSheet.period,
        fn.MAX(AssetsSheet.version),
    ).where(
        AssetsSheet.area_code.in_([row.area_code for row in found])
        & AssetsSheet.period.in_([row.period for row in found])
    )
    grouped = rows(query.group_by(AssetsSheet.area_code, AssetsSheet.period))
    return {(area_code, period): int(number) for area_code, period, number in grouped}


def _views(found: Sequence[AssetsSheet], newest: dict[tuple[str, str], int] | None = None) -> list[SheetView]:
    names = area_names([row.area_code for row in found])
    people = account_names([row.account_id for row in found if row.account_id is not None])
    due_days = int(plugin_settings("supervision")["assets_due_days"])
    newest = newest or _newest_versions(found)
    return [
        SheetView(
            id=row.id,
            area_code=row.area_code,
            area_name=names.get(row.area_code, row.area_code),
            period=row.period,
            since=row.since,
            until=row.until,
            version=row.version,
            opening_fen=row.opening_fen,
            income_fen=row.income_fen,
            spending_fen=row.spending_fen,
            closing_fen=row.closing_fen,
            note=row.note,
            digest=row.digest,
            at=row.at,
            account_name=people.get(row.account_id or 0, ""),
            is_newest=newest[(row.area_code, row.period)] == row.version,
            due_on=due_on(row.period, due_days),
        )
        for row in found
    ]
