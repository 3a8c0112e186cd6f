"""Reading the power list: an item as of any day, the list of the county or of a village, its history."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from peewee import Case, fn

from core.clock import today
from core.db import contains, rows
from core.errors import NotFound
from core.value_classes import value_class
from plugins.supervision.models.powers import PowerItem, PowerVersion, VillagePower
from plugins.supervision.power_words import CLASSES

PUBLIC = "the power list is posted up for everybody"


@value_class
class Step:
    """One step: what, who is responsible, which documents, within how many working days (None: none set).

    `back_to`: the number of an earlier step to which it may be sent back, `back_when`: in which case.
    """

    title: str
    who: str
    documents: str = ""
    days: int | None = None
    back_to: int | None = None
    back_when: str = ""


@value_class
class PowerView:
    """An item as of a day. `until`: the last day it holds, if its end is set."""

    id: int
    code: str
    power_class: str
    class_title: str
    title: str
    post: str
    ground: str
    steps: tuple[Step, ...]
    version: int
    valid_from: date
    until: date | None
    note: str

    @property
    def days(self) -> int:
        """Working days of all steps that have a limit."""
        return sum(step.days or 0 for step in self.steps)


@value_class
class VersionView:
    """A version in an item's history."""

    number: int
    valid_from: date
    title: str
    note: str
    at: datetime


def power(code: str, on: date) -> PowerView | None:
    """The item of the county's list as of a day; None where there is none, or none any more."""
    found, _ = _as_of(on, PowerItem.code == code, 1, 1)
    return found[0] if found else None


def power_class(code: str) -> str:
    """The class of an item (party, assets, works, subsidies, deliberation, others), ended or not.

    Raises NotFound.
    """
    return str(_item(code).power_class)


def power_version(code: str, number: int) -> PowerView:
    """A version of an item, whatever day it is. Raises NotFound."""
    item = _item(code)
    row: PowerVersion | None = (
        PowerVersion.select()
        .where((PowerVersion.power_id == item.id) & (PowerVersion.number == number))
        .get_or_none()
    )
    if row is None:
        raise NotFound
    return _view(item, row)


def last_version(code: str) -> PowerView:
    """The newest version of an item, also one that holds only from a later day. Raises NotFound."""
    item = _item(code)
    row = (
        PowerVersion.select()
        .where(PowerVersion.power_id == item.id)
        .order_by(PowerVersion.number.desc())
        .first()
    )
    return _view(item, row)


def versions(code: str) -> list[VersionView]:
    """All versions of an item, the newest first. Raises NotFound."""
    query = PowerVersion.select().where(PowerVersion.power_id == _item(code).id)
    return [
        VersionView(row.number, row.valid_from, row.title, row.note, row.at)
        for row in query.order_by(PowerVersion.number.desc())
    ]


def list_powers(
    *,
    area_code: str = "",
    power_class: str = "",
    on: date | None = None,
    search: str = "",
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[PowerView], int]:
    """Items as of a day (today): of the county, or those that are on in a village; by class and code."""
    day = on or today()
    condition = PowerItem.power_class == power_class if power_class else PowerItem.id.is_null(False)
    if search:
        condition &= contains(PowerVersion.title, search) | (PowerItem.code == search)
    if area_code:
        condition &= PowerItem.id.in_(_on_in(area_code, day))
    return _as_of(day, condition, page, page_size)


def counts_by_class(*, area_code: str = "", on: date | None = None) -> dict[str, int]:
    """How many items of each class hold on a day (today), in the county or a village."""
    day = on or today()
    query = PowerItem.select(PowerItem.power_class, fn.COUNT(PowerItem.id)).where(
        _holds(day)
        & PowerItem.id.in_(PowerVersion.select(PowerVersion.power_id).where(PowerVersion.valid_from <= day))
    )
    if area_code:
        query = query.where(PowerItem.id.in_(_on_in(area_code, day)))
    found = dict(rows(query.group_by(PowerItem.power_class)))
    return {name: int(found.get(name, 0)) for name in CLASSES}


def known_codes() -> set[str]:
    """The codes of all items, ended ones too."""
    return {code for (code,) in rows(PowerItem.select(PowerItem.code))}


def newest() -> dict[str, PowerView]:
    """The newest version of every item, by code: what an import is held against."""
    last = PowerVersion.select(PowerVersion.power_id, fn.MAX(PowerVersion.number)).group_by(
        PowerVersion.power_id
    )
    numbers = {int(key): int(number) for key, number in rows(last)}
    items = {item.id: item for item in PowerItem.select()}
    found = PowerVersion.select()
    return {
        items[row.power_id].code: _view(items[row.power_id], row)
        for row in found
        if numbers[row.power_id] == row.number
    }


def item_row(code: str) -> PowerItem:
    """The row. Raises NotFound."""
    return _item(code)


def steps_text(steps: Iterable[Step]) -> str:
    """Steps as canonical JSON, as they are stored and compared."""
    listed = [
        {
            "title": step.title,
            "who": step.who,
            "documents": step.documents,
            "days": step.days,
            "back_to": step.back_to,
            "back_when": step.back_when,
        }
        for step in steps
    ]
    return json.dumps(listed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def steps_of(text: str) -> tuple[Step, ...]:
    """Stored steps."""
    return tuple(Step(**each) for each in json.loads(text))


def _item(code: str) -> PowerItem:
    row: PowerItem | None = PowerItem.select().where(PowerItem.code == code).get_or_none()
    if row is None:
        raise NotFound
    return row


def _holds(day: date) -> Any:
    return PowerItem.until.is_null() | (PowerItem.until >= day)


def _on_in(area_code: str, day: date) -> Any:
    return VillagePower.unscoped(PUBLIC, VillagePower.power_id).where(
        (VillagePower.area_code == area_code)
        & (VillagePower.since <= day)
        & (VillagePower.until.is_null() | (VillagePower.until >= day))
    )


def _as_of(day: date, condition: Any, page: int, page_size: int) -> tuple[list[PowerView], int]:
    # Versions begin in the order of their numbers: the highest that has begun is the one that holds.
    begun: Any = PowerVersion.alias()
    newest_begun = begun.select(fn.MAX(begun.number)).where(
        (begun.power_id == PowerItem.id) & (begun.valid_from <= day)
    )
    query: Any = (
        PowerVersion.select(PowerVersion, PowerItem)
        .join(PowerItem, on=(PowerVersion.power_id == PowerItem.id), attr="item")
        .where(_holds(day) & condition & (PowerVersion.number == newest_begun))
    )
    order = Case(PowerItem.power_class, [(name, place) for place, name in enumerate(CLASSES)])
    found = list(query.order_by(order, PowerItem.code).paginate(page, page_size))
    return [_view(row.item, row) for row in found], query.count()


def _view(item: PowerItem, row: PowerVersion) -> PowerView:
    return PowerView(
        id=item.id,
        code=item.code,
        power_class=item.power_class,
        class_title=CLASSES[item.power_class],
        title=row.title,
        post=row.post,
        ground=row.ground,
        steps=steps_of(row.steps),
        version=row.number,
        valid_from=row.valid_from,
        until=item.until,
        note=row.note,
    )
