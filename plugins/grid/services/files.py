"""Writing in a household's file: a section at a time, each change with who, when, old and new."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from core import audit
from core.clock import now, today
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.api import HouseholdBrief, household_brief, persons_of
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.grid.errors.files import FileClosed, FileMovedOn, ItemRetired
from plugins.grid.file_values import BadValue, canonical, open_value, pick_of, seal_history, seal_value
from plugins.grid.models.files import NEVER, DayRefresh, FileChange, FileValue, HouseholdFile
from plugins.grid.queries.items import list_items
from plugins.grid.shipped import PERSON, Item

P = "grid.file_edit"
_FOUND = "the household was found in scope"
Key = tuple[str, int]


@value_class
class Entry:
    """One value that is written: item, person (0: the household), what was typed or picked."""

    item: str
    person_id: int
    raw_value: str | Sequence[str]


def update_file(
    actor: Actor, household_id: int, entries: Sequence[Entry], *, seen_at: datetime | None = None
) -> int:
    """Write `entries`; returns how many values changed. With none changed it is confirmed as of now.

    `seen_at`: the newest change that the form showed; a value that somebody changed since is not
    overwritten. Raises NotFound, FileClosed, Invalid (fields `item` or `item.person`), FileMovedOn.
    """
    scope = actor.demand(P)
    with unit_of_work():
        household = _open_household(scope, household_id)
        checked = _checked(household, entries)
        stored = _stored(household_id)
        changes = {key: value for key, value in checked.items() if value[1] != _clear(stored.get(key))}
        _demand_not_moved_on(changes, stored, seen_at)
        moment = now()
        for (item, person_id), (what, value) in changes.items():
            old = _clear(stored.get((item, person_id)))
            _write(actor, household, what, person_id, value, moment)
            _keep(actor, household, item, person_id, old, value, moment)
        _touch(actor, household, len(changes), moment)
        audit.record(
            actor,
            "grid.update_file",
            area_code=household.area_code,
            subject=f"household:{household_id}",
            items=sorted({item for item, _ in changes}),
            changes=len(changes),
        )
    return len(changes)


def _open_household(scope: AreaScope, household_id: int) -> HouseholdBrief:
    household = household_brief(scope, household_id)
    if household is None:
        raise NotFound
    if household.ended_at is not None:
        raise FileClosed
    return household


def _checked(household: HouseholdBrief, entries: Sequence[Entry]) -> dict[Key, tuple[Item, str]]:
    items = {item.code: item for item in list_items(retired=True)}
    members = {person.id for person in persons_of(household.id)}
    wrong: dict[str, list[str]] = {}
    checked: dict[Key, tuple[Item, str]] = {}
    for entry in entries:
        item = items.get(entry.item)
        if item is None or (entry.person_id not in members if item.owner == PERSON else entry.person_id):
            raise Invalid(fields={field_name(entry.item, entry.person_id): [N_("没有这一项。")]})
        if item.retired:
            raise ItemRetired(title=item.title)
        try:
            checked[entry.item, entry.person_id] = item, canonical(item, entry.raw_value)
        except BadValue as error:
            wrong[field_name(entry.item, entry.person_id)] = [error.reason]
    if wrong:
        raise Invalid(fields=wrong)
    return checked


def field_name(item: str, person_id: int) -> str:
    """What a value is called in a form: `item`, or `item.person`."""
    return f"{item}.{person_id}" if person_id else item


def _stored(household_id: int) -> dict[Key, FileValue]:
    rows = FileValue.unscoped(_FOUND).where(FileValue.household_id == household_id)
    return {(row.item, row.person_id): row for row in rows}


def _clear(row: FileValue | None) -> str:
    if row is None:
        return ""
    return open_value(row.sealed) if row.sealed is not None else str(row.value)


def _demand_not_moved_on(
    changes: Mapping[Key, Any], stored: Mapping[Key, FileValue], seen_at: datetime | None
) -> None:
    if seen_at is None:
        return
    newer = [key for key in changes if key in stored and stored[key].at > seen_at]
    if newer:
        said = [N_("刚被别人改过，请核对。")]
        raise FileMovedOn(fields={field_name(item, person_id): said for item, person_id in newer})


def _write(
    actor: Actor, household: HouseholdBrief, item: Item, person_id: int, value: str, moment: datetime
) -> None:
    place = {"household_id": household.id, "person_id": person_id, "item": item.code}
    if not value:
        here = [getattr(FileValue, name) == wanted for name, wanted in place.items()]
        FileValue.delete().where(*here).execute()
        return
    stored = {
        "area_code": household.area_code,
        "pick": pick_of(item, value),
        "value": "" if item.sensitive else value,
        "sealed": seal_value(value) if item.sensitive else None,
        "at": moment,
        "account_id": actor.account_id,
    }
    keys = [FileValue.household_id, FileValue.person_id, FileValue.item]
    changed = [getattr(FileValue, name) for name in stored]
    FileValue.insert(**place, **stored).on_conflict(conflict_target=keys, preserve=changed).execute()


def _keep(
    actor: Actor,
    household: HouseholdBrief,
    item: str,
    person_id: int,
    old: str,
    new: str,
    moment: datetime,
) -> None:
    FileChange.insert(
        household_id=household.id,
        person_id=person_id,
        item=item,
        area_code=household.area_code,
        at=moment,
        account_id=actor.account_id,
        old_sealed=seal_history(old),
        new_sealed=seal_history(new),
    ).execute()


def _touch(actor: Actor, household: HouseholdBrief, changes: int, moment: datetime) -> None:
    """The head of the file is as of now; the grid's day counts each file once."""
    here = FileValue.unscoped(_FOUND).where(FileValue.household_id == household.id)
    before = HouseholdFile.unscoped(_FOUND).where(HouseholdFile.household_id == household.id).get_or_none()
    row = HouseholdFile.insert(
        household_id=household.id,
        area_code=household.area_code,
        updated_at=moment,
        account_id=actor.account_id,
        filled=here.count(),
    )
    row.on_conflict(
        conflict_target=[HouseholdFile.household_id],
        preserve=[HouseholdFile.updated_at, HouseholdFile.account_id, HouseholdFile.filled],
    ).execute()
    first_today = before is None or before.updated_at.date() < today()
    day = DayRefresh.insert(
        area_code=household.area_code, day=today(), files=int(first_today), changes=changes
    )
    day.on_conflict(
        conflict_target=[DayRefresh.area_code, DayRefresh.day],
        update={
            DayRefresh.files: DayRefresh.files + int(first_today),
            DayRefresh.changes: DayRefresh.changes + changes,
        },
    ).execute()


def open_files(household_ids: Sequence[tuple[int, str]]) -> int:
    """Heads for households (id, area) that have none yet, never updated; inside the caller's unit of work."""
    values = [
        {"household_id": key, "area_code": area, "updated_at": NEVER, "filled": 0}
        for key, area in household_ids
    ]
    for start in range(0, len(values), 1_000):
        HouseholdFile.insert_many(values[start : start + 1_000]).on_conflict_ignore().execute()
    return len(values)


def move_file(household_id: int, area_code: str) -> None:
    """The file follows its household into another area; inside the unit of work that moves it."""
    for model in (HouseholdFile, FileValue):
        model.update(area_code=area_code).where(model.household_id == household_id).execute()


def close_file(household_id: int) -> None:
    """The household has ended: its file counts in no figure any more, and can be read."""
    HouseholdFile.update(ended_at=now()).where(HouseholdFile.household_id == household_id).execute()
