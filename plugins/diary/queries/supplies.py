"""Supplies in store, and their ledger."""

from collections.abc import Sequence
from datetime import date, datetime

from core.accounts.api import account_names
from core.areas.api import area_names
from core.db import contains
from core.errors import NotFound
from core.scope import AFTER_DIGITS, AreaScope
from core.value_classes import value_class
from plugins.diary.models.supplies import Supply, SupplyEntry

VIEW, KEEP = "diary.view", "diary.supplies"
_NAMED = "names of items whose entries were found in scope"
_STANDS = "whether lines of the ledger name a household"


@value_class
class SupplyView:
    """An item in one store."""

    id: int
    area_code: str
    area_name: str
    name: str
    unit: str
    place: str
    low_mark: int
    balance: int
    is_closed: bool

    @property
    def is_low(self) -> bool:
        """Whether less is left than should be kept."""
        return not self.is_closed and self.balance < self.low_mark


@value_class
class EntryView:
    """A line of the ledger. `quantity`: above zero came in, below went out."""

    id: int
    supply_id: int
    supply_name: str
    unit: str
    area_code: str
    kind: str
    quantity: int
    balance: int
    who: str
    for_kind: str
    for_id: int | None
    for_label: str
    corrects: int | None
    note: str
    day: date
    account_name: str
    at: datetime


def list_supplies(
    scope: AreaScope,
    *,
    area_code: str = "",
    search: str = "",
    low: bool = False,
    closed: bool = False,
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[SupplyView], int]:
    """Items by store and name; `low`: only those that run short."""
    query = Supply.within(scope).where(Supply.closed_at.is_null(not closed))
    if area_code:
        column = Supply.area_code
        query = query.where((column >= area_code) & (column < area_code + AFTER_DIGITS))
    if low:
        query = query.where(Supply.balance < Supply.low_mark)
    if text := search.strip()[:60]:
        query = query.where(contains(Supply.name, text))
    found = list(query.order_by(Supply.area_code, Supply.name, Supply.id).paginate(page, page_size))
    return supply_views(found), query.count()


def supply(scope: AreaScope, supply_id: int) -> SupplyView:
    """One item, a closed one too. Raises NotFound."""
    return supply_views([supply_row(scope, supply_id)])[0]


def same_elsewhere(scope: AreaScope, view: SupplyView, *, most: int = 500) -> list[SupplyView]:
    """The same item in the other stores of a scope, by store: where it can be transferred to."""
    query = Supply.within(scope).where(
        (Supply.name == view.name)
        & (Supply.unit == view.unit)
        & (Supply.id != view.id)
        & Supply.closed_at.is_null()
    )
    return supply_views(list(query.order_by(Supply.area_code).limit(most)))


def supply_row(scope: AreaScope, supply_id: int) -> Supply:
    """The row. Raises NotFound."""
    row: Supply | None = Supply.within(scope).where(Supply.id == supply_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def supply_entries(
    scope: AreaScope, supply_id: int, *, page: int = 1, page_size: int = 20
) -> tuple[list[EntryView], int]:
    """An item's ledger, the newest line first. Raises NotFound."""
    supply_row(scope, supply_id)
    query = SupplyEntry.within(scope).where(SupplyEntry.supply_id == supply_id)
    found = list(query.order_by(SupplyEntry.id.desc()).paginate(page, page_size))
    return entry_views(found), query.count()


def supply_entry(scope: AreaScope, entry_id: int) -> EntryView:
    """One line. Raises NotFound."""
    row: SupplyEntry | None = SupplyEntry.within(scope).where(SupplyEntry.id == entry_id).get_or_none()
    if row is None:
        raise NotFound
    return entry_views([row])[0]


def stand_on(households: range) -> bool:
    """Whether something was issued for one of these households."""
    query = SupplyEntry.unscoped(_STANDS, SupplyEntry.id).where(
        (SupplyEntry.for_kind == "household")
        & (SupplyEntry.for_id >= households.start)
        & (SupplyEntry.for_id < households.stop)
    )
    return bool(query.exists())


def supply_views(found: Sequence[Supply]) -> list[SupplyView]:
    """Rows that were found in scope, in words."""
    areas = area_names({row.area_code for row in found})
    return [
        SupplyView(
            id=row.id,
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            name=row.name,
            unit=row.unit,
            place=row.place,
            low_mark=row.low_mark,
            balance=row.balance,
            is_closed=row.closed_at is not None,
        )
        for row in found
    ]


def entry_views(found: Sequence[SupplyEntry]) -> list[EntryView]:
    """Rows that were found in scope, in words."""
    ids = {row.supply_id for row in found}
    items = {row.id: row for row in Supply.unscoped(_NAMED).where(Supply.id.in_(list(ids)))}
    names = account_names([row.account_id for row in found if row.account_id])
    return [
        EntryView(
            id=row.id,
            supply_id=row.supply_id,
            supply_name=items[row.supply_id].name,
            unit=items[row.supply_id].unit,
            area_code=row.area_code,
            kind=row.kind,
            quantity=row.quantity,
            balance=row.balance,
            who=row.who,
            for_kind=row.for_kind,
            for_id=row.for_id,
            for_label=row.for_label,
            corrects=row.corrects,
            note=row.note,
            day=row.day,
            account_name=names.get(row.account_id or 0, ""),
            at=row.at,
        )
        for row in found
    ]
