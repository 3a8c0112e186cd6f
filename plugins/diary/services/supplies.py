"""Supplies come in, go out and are corrected: a ledger that only grows, a balance never below zero."""

from datetime import date
from typing import Any

from peewee import IntegrityError

from core import audit
from core.areas.api import area_names, is_current
from core.cases.api import list_cases
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.people.api import find_households
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.diary.errors.supplies import (
    EntryNotOfSupply,
    ForWhatUnknown,
    NotTheSameItem,
    SupplyClosed,
    SupplyLeft,
    SupplyShort,
    SupplyThere,
)
from plugins.diary.library_words import CAME_IN, CORRECTED, FOR, MOVED_IN, MOVED_OUT, OTHER_STORE, WENT_OUT
from plugins.diary.models.supplies import Supply, SupplyEntry
from plugins.diary.queries.supplies import KEEP, supply_row
from plugins.diary.queries.visits import visit

MOST = 1_000_000


@value_class
class SupplyDetails:
    """What is known of an item: what is counted, where it stands, how much should be left."""

    name: str
    unit: str
    place: str = ""
    low_mark: int = 0


@value_class
class Issue:
    """How much goes out, who received it, for what.

    `for_kind`: case, household, visit or empty; `for_number`: a case's or household's number, a visit's id;
    where households of several villages have the same number, that of the store's village is meant.
    """

    quantity: int
    who: str
    for_kind: str = ""
    for_number: str = ""
    note: str = ""
    day: date | None = None


def open_supply(actor: Actor, area_code: str, details: SupplyDetails) -> int:
    """Keep an item in the store of a village, town or county; returns its id.

    Raises NotFound, Invalid (fields), SupplyThere.
    """
    actor.demand(KEEP, area_code)
    values = _checked(details)
    if len(area_code) not in (6, 9, 12) or not is_current(area_code):
        raise Invalid(fields={"area_code": [N_("请选择现有的县区、镇街或村社。")]})
    with unit_of_work():
        try:
            with unit_of_work(housekeeping="the item's line follows"):
                row = Supply.create(area_code=area_code, opened_at=now(), **values)
        except IntegrityError:
            raise SupplyThere(fields={"name": [SupplyThere.text]}) from None
        _record(actor, "diary.open_supply", row)
    return int(row.id)


def change_supply(actor: Actor, supply_id: int, details: SupplyDetails) -> None:
    """Correct what is known; the ledger stays. Raises NotFound, SupplyClosed, SupplyThere, Invalid."""
    values = _checked(details)
    with unit_of_work():
        row = _open(actor, supply_id)
        try:
            with unit_of_work(housekeeping="the item's line follows"):
                Supply.update(**values).where(Supply.id == row.id).execute()
        except IntegrityError:
            raise SupplyThere(fields={"name": [SupplyThere.text]}) from None
        _record(actor, "diary.change_supply", row, fields=sorted(values))


def close_supply(actor: Actor, supply_id: int) -> None:
    """It is kept no longer; its ledger stays. Raises NotFound, SupplyClosed, SupplyLeft."""
    with unit_of_work():
        row = _open(actor, supply_id)
        closed = Supply.update(closed_at=now()).where((Supply.id == row.id) & (Supply.balance == 0)).execute()
        if not closed:
            raise SupplyLeft(balance=row.balance, unit=row.unit)
        _record(actor, "diary.close_supply", row)


def receive_supply(
    actor: Actor, supply_id: int, *, quantity: int, who: str, note: str = "", day: date | None = None
) -> int:
    """So many came in from somebody; returns the line's id. Raises NotFound, SupplyClosed, Invalid."""
    values = _line(quantity, who, note, day)
    with unit_of_work():
        return _book(actor, _open(actor, supply_id), CAME_IN, quantity, values)


def issue_supply(actor: Actor, supply_id: int, issue: Issue) -> int:
    """So many go out to somebody; returns the line's id.

    Raises NotFound, SupplyClosed, SupplyShort, ForWhatUnknown, Invalid.
    """
    values = _line(issue.quantity, issue.who, issue.note, issue.day)
    with unit_of_work():
        row = _open(actor, supply_id)
        values |= _for(actor, row.area_code, issue.for_kind, cleaned(issue.for_number))
        return _book(actor, row, WENT_OUT, -issue.quantity, values)


def correct_supply(
    actor: Actor, supply_id: int, *, quantity: int, note: str, corrects: int | None = None
) -> int:
    """Add (above zero) or take off (below) what a count or a slip of the pen asks for; returns the line's id.

    `corrects`: the line that was wrong. Raises NotFound, SupplyClosed, SupplyShort, EntryNotOfSupply,
    Invalid.
    """
    values = _line(abs(quantity), "", note, None, needs_who=False)
    if not values["note"]:
        raise Invalid(fields={"note": [N_("请写明为什么更正。")]})
    with unit_of_work():
        row = _open(actor, supply_id)
        if corrects is not None:
            wrong = SupplyEntry.unscoped("whether a line is of this item", SupplyEntry.id).where(
                (SupplyEntry.id == corrects) & (SupplyEntry.supply_id == row.id)
            )
            if not wrong.exists():
                raise EntryNotOfSupply(fields={"corrects": [EntryNotOfSupply.text]})
        return _book(actor, row, CORRECTED, quantity, values | {"corrects": corrects})


@value_class
class Transfer:
    """How much goes to the same item in another store (`to_id`)."""

    to_id: int
    quantity: int
    note: str = ""
    day: date | None = None


def transfer_supply(actor: Actor, supply_id: int, transfer: Transfer) -> tuple[int, int]:
    """So many go to another store that the actor keeps too: both ledgers in one deed, or none.

    Returns the ids of the line that goes out and of the one that comes in. Raises NotFound, SupplyClosed,
    SupplyShort, NotTheSameItem, Invalid.
    """
    values = _line(transfer.quantity, "", transfer.note, transfer.day, needs_who=False)
    with unit_of_work():
        source, target = _open(actor, supply_id), _open(actor, transfer.to_id)
        if source.id == target.id or (source.name, source.unit) != (target.name, target.unit):
            raise NotTheSameItem(fields={"to_id": [NotTheSameItem.text]})
        gone = _book(actor, source, MOVED_OUT, -transfer.quantity, values | _other(target))
        come = _book(actor, target, MOVED_IN, transfer.quantity, values | _other(source))
    return gone, come


def _other(row: Supply) -> dict[str, Any]:
    label = area_names([row.area_code]).get(row.area_code, row.area_code)
    return {"for_kind": OTHER_STORE, "for_id": row.id, "for_label": label[:40]}


def _book(actor: Actor, row: Supply, kind: str, quantity: int, values: dict[str, Any]) -> int:
    # One conditional update: of two who take the last piece, one finds it gone.
    taken = (
        Supply.update(balance=Supply.balance + quantity)
        .where((Supply.id == row.id) & Supply.closed_at.is_null() & (Supply.balance + quantity >= 0))
        .execute()
    )
    left = supply_row(actor.scope(KEEP), row.id).balance
    if not taken:
        raise SupplyShort(balance=left, unit=row.unit)
    entry = SupplyEntry.create(
        supply_id=row.id,
        area_code=row.area_code,
        kind=kind,
        quantity=quantity,
        balance=left,
        account_id=actor.account_id,
        at=now(),
        **values,
    )
    named = {name: values[name] for name in ("for_kind", "for_id", "corrects") if values.get(name)}
    _record(actor, _ACTIONS[kind], row, entry=entry.id, quantity=quantity, balance=left, **named)
    return int(entry.id)


_ACTIONS = {
    CAME_IN: "diary.receive_supply",
    WENT_OUT: "diary.issue_supply",
    CORRECTED: "diary.correct_supply",
    MOVED_OUT: "diary.move_supply_out",
    MOVED_IN: "diary.move_supply_in",
}


def _for(actor: Actor, store: str, kind: str, number: str) -> dict[str, Any]:
    """What an issue is for, as the ledger keeps it. Raises ForWhatUnknown."""
    if not kind:
        return {}
    found: tuple[int, str] | None = None
    if kind == "case" and number:
        cases, _ = list_cases(actor, search=number, page_size=2)
        found = next(((each.id, each.number) for each in cases if each.number == number.upper()), None)
    elif kind == "household":
        doors = find_households(actor.scope("people.view"), number, limit=100)
        doors = [door for door in doors if door.number == number and door.area_code.startswith(store)]
        found = (doors[0].id, number) if len(doors) == 1 else None
    elif kind == "visit" and number.isascii() and number.isdigit() and len(number) <= 15:
        try:
            view = visit(actor, int(number))
        except NotFound:
            raise ForWhatUnknown(fields={"for_number": [ForWhatUnknown.text]}) from None
        found = (view.id, f"{view.day.isoformat()} #{view.id}")
    if kind not in FOR or found is None:
        raise ForWhatUnknown(fields={"for_number": [ForWhatUnknown.text]})
    return {"for_kind": kind, "for_id": found[0], "for_label": found[1]}


def _open(actor: Actor, supply_id: int) -> Supply:
    row = supply_row(actor.demand(KEEP), supply_id)
    if row.closed_at is not None:
        raise SupplyClosed
    return row


def _line(quantity: int, who: str, note: str, day: date | None, *, needs_who: bool = True) -> dict[str, Any]:
    words, name = cleaned(note), cleaned(who)
    wrong: dict[str, list[str]] = {}
    if not 1 <= quantity <= MOST:
        wrong["quantity"] = [N_("数量应为 1 到 1000000 的整数。")]
    if len(name) > 60 or (needs_who and not name):
        wrong["who"] = [N_("请写明由谁交来或领走，至多 60 个字。")]
    if len(words) > 200:
        wrong["note"] = [N_("至多 200 个字。")]
    if day is not None and day > today():
        wrong["day"] = [N_("日期不能在以后。")]
    if wrong:
        raise Invalid(fields=wrong)
    return {"who": name, "note": words, "day": day or today()}


def _checked(details: SupplyDetails) -> dict[str, Any]:
    name, unit, place = cleaned(details.name), cleaned(details.unit), cleaned(details.place)
    wrong: dict[str, list[str]] = {}
    if not 1 <= len(name) <= 60:
        wrong["name"] = [N_("请写名称，至多 60 个字。")]
    if not 1 <= len(unit) <= 10:
        wrong["unit"] = [N_("请写计量单位，至多 10 个字。")]
    if len(place) > 100:
        wrong["place"] = [N_("至多 100 个字。")]
    if not 0 <= details.low_mark <= MOST:
        wrong["low_mark"] = [N_("应为 0 到 1000000 的整数。")]
    if wrong:
        raise Invalid(fields=wrong)
    return {"name": name, "unit": unit, "place": place, "low_mark": details.low_mark}


def _record(actor: Actor, action: str, row: Supply, **detail: Any) -> None:
    audit.record(actor, action, area_code=row.area_code, subject=f"diary_supply:{row.id}", **detail)
