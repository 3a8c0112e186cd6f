"""Showing one sensitive value of a file in clear: a permission, a purpose, a line in the record."""

from core import audit
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.api import PURPOSES
from core.security import Actor
from core.text import N_
from plugins.grid.file_values import in_words, open_value
from plugins.grid.models.files import FileValue
from plugins.grid.queries.items import find_item


def reveal_value(actor: Actor, household_id: int, *, item: str, person_id: int, purpose: str) -> str:
    """The value in words. The record keeps who looked at which item of whom and why, never the value.

    Raises NotFound, Invalid (no such purpose).
    """
    scope = actor.demand("grid.file_reveal")
    if purpose not in PURPOSES:
        raise Invalid(fields={"purpose": [N_("请选择用途。")]})
    with unit_of_work():
        row: FileValue | None = (
            FileValue.within(scope)
            .where(FileValue.household_id == household_id)
            .where((FileValue.person_id == person_id) & (FileValue.item == item))
            .get_or_none()
        )
        known = find_item(item)
        if row is None or known is None or row.sealed is None:
            raise NotFound
        audit.record(
            actor,
            "grid.reveal_value",
            area_code=row.area_code,
            subject=f"household:{household_id}",
            item=item,
            person_id=person_id,
            purpose=purpose,
        )
    return in_words(known, open_value(row.sealed))
