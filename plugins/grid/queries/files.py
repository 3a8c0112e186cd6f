"""A household's file as people see it: sections, values (sensitive ones masked), history."""

from collections.abc import Mapping
from datetime import datetime

from core.accounts.api import account_names
from core.db import milliseconds
from core.errors import NotFound
from core.people.api import HouseholdBrief, Left, PersonBrief, household_brief, left_of, persons_of
from core.scope import AreaScope
from core.text import N_
from core.value_classes import value_class
from plugins.grid.file_values import in_words, open_history
from plugins.grid.models.files import NEVER, FileChange, FileValue, HouseholdFile
from plugins.grid.queries.items import list_items, sections
from plugins.grid.shipped import HOUSEHOLD, Item

MASKED = N_("已登记（打码）")
__all__ = ["NEVER", "ChangeView", "FileView", "Section", "Shown", "changes_of", "file_head", "file_of"]
_FOUND = "the household was found in scope"


@value_class
class Shown:
    """A value as it may be shown; of a sensitive one `text` says only that it is there, `value` is empty."""

    item: Item
    person_id: int
    value: str
    text: str
    at: datetime | None
    account_id: int | None


@value_class
class Section:
    """A part of the file: values of the household, and of each person in the register's order.

    `filled` of `asked`: how many values there are of those that could be.
    """

    code: str
    title: str
    household: tuple[Shown, ...]
    persons: tuple[tuple[PersonBrief, tuple[Shown, ...]], ...]
    filled: int
    asked: int
    at: datetime | None


@value_class
class FileView:
    """A household's file. `updated_at` None: nobody has written in it yet."""

    household: HouseholdBrief
    persons: tuple[PersonBrief, ...]
    sections: tuple[Section, ...]
    updated_at: datetime | None
    updated_by: str
    filled: int
    left: tuple[Left, ...] = ()

    @property
    def seen_at(self) -> int:
        """The newest change in milliseconds: what a form has shown."""
        moments = [section.at for section in self.sections if section.at]
        return milliseconds(max(moments)) if moments else 0


def file_of(scope: AreaScope, household_id: int) -> FileView:
    """The file of a household in `scope`. Raises NotFound."""
    household = household_brief(scope, household_id)
    if household is None:
        raise NotFound
    persons = tuple(persons_of(household_id))
    rows = FileValue.unscoped(_FOUND).where(FileValue.household_id == household_id)
    stored = {(row.item, row.person_id): row for row in rows}
    items = list_items(retired=True)
    head = file_head(household_id)
    parts = [_section(code, title, items, persons, stored) for code, title in sections()]
    return FileView(
        household=household,
        persons=persons,
        sections=tuple(part for part in parts if part.asked or part.filled),
        updated_at=head.updated_at if head and head.updated_at > NEVER else None,
        updated_by=account_names([head.account_id]).get(head.account_id or 0, "") if head else "",
        filled=sum(part.filled for part in parts),
        left=tuple(left_of(scope, household_id)),
    )


def file_head(household_id: int) -> HouseholdFile | None:
    """The head of a file; the caller has found the household in scope."""
    found: HouseholdFile | None = (
        HouseholdFile.unscoped(_FOUND).where(HouseholdFile.household_id == household_id).get_or_none()
    )
    return found


def _section(
    code: str,
    title: str,
    items: list[Item],
    persons: tuple[PersonBrief, ...],
    stored: Mapping[tuple[str, int], FileValue],
) -> Section:
    here = [item for item in items if item.section == code]
    of_household = _row(here, HOUSEHOLD, 0, stored)
    of_persons = [(person, _row(here, "person", person.id, stored)) for person in persons]
    every = [*of_household, *(shown for _, row in of_persons for shown in row)]
    moments = [shown.at for shown in every if shown.at]
    return Section(
        code=code,
        title=title,
        household=of_household,
        persons=tuple((person, row) for person, row in of_persons if row),
        filled=len(moments),
        asked=sum(not shown.item.retired for shown in every),
        at=max(moments) if moments else None,
    )


def _row(
    items: list[Item], owner: str, person_id: int, stored: Mapping[tuple[str, int], FileValue]
) -> tuple[Shown, ...]:
    shown = [
        _shown(item, person_id, stored.get((item.code, person_id))) for item in items if item.owner == owner
    ]
    # What is asked no more is shown where it was answered.
    return tuple(each for each in shown if each.at or not each.item.retired)


def _shown(item: Item, person_id: int, row: FileValue | None) -> Shown:
    if row is None:
        return Shown(item, person_id, "", "", None, None)
    hidden = row.sealed is not None or item.sensitive
    text = MASKED if hidden else in_words(item, row.value)
    return Shown(item, person_id, "" if hidden else row.value, text, row.at, row.account_id)


@value_class
class ChangeView:
    """One change in words; of a sensitive item only that it changed."""

    at: datetime
    account_name: str
    person_name: str
    title: str
    sensitive: bool
    old: str
    new: str


def changes_of(
    scope: AreaScope, household_id: int, *, page: int = 1, page_size: int = 50
) -> tuple[list[ChangeView], int]:
    """The history of a file, newest first, and how long it is. Raises NotFound."""
    if household_brief(scope, household_id) is None:
        raise NotFound
    query = FileChange.unscoped(_FOUND).where(FileChange.household_id == household_id)
    rows = list(query.order_by(FileChange.id.desc()).paginate(page, page_size))
    items = {item.code: item for item in list_items(retired=True)}
    names = {person.id: person.name for person in persons_of(household_id)}
    accounts = account_names([row.account_id for row in rows])
    return [_change(row, items[row.item], names, accounts) for row in rows], query.count()


def _change(row: FileChange, item: Item, names: Mapping[int, str], accounts: Mapping[int, str]) -> ChangeView:
    old, new = (open_history(sealed) for sealed in (row.old_sealed, row.new_sealed))
    if item.sensitive:
        old, new = (MASKED if text else "" for text in (old, new))
    else:
        old, new = in_words(item, old), in_words(item, new)
    return ChangeView(
        at=row.at,
        account_name=accounts.get(row.account_id or 0, ""),
        person_name=names.get(row.person_id, ""),
        title=item.title,
        sensitive=item.sensitive,
        old=old,
        new=new,
    )
