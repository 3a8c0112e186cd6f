"""Showing one sensitive field in clear: a permission, a purpose, a line in the record."""

from core import audit
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.errors import NothingStored
from core.people.models import Household, Person
from core.people.sealing import open_address, open_citizen_id, open_phone
from core.people.words import FIELDS, PURPOSES
from core.security import Actor
from core.text import N_


def reveal_field(actor: Actor, person_id: int, *, field: str, purpose: str) -> str:
    """The clear text of `field` (a key of `words.FIELDS`) for `purpose` (a key of `words.PURPOSES`).

    The record keeps who looked, at which field of whom and why, never the value; nothing is shown
    that could not be recorded. `address` is that of the person's household. Raises NotFound,
    NothingStored, Invalid.
    """
    scope = actor.demand("people.reveal")
    if field not in FIELDS:
        raise Invalid(fields={"field": [N_("没有这一项。")]})
    if purpose not in PURPOSES:
        raise Invalid(fields={"purpose": [N_("请选择用途。")]})
    with unit_of_work():
        person: Person | None = Person.within(scope).where(Person.id == person_id).get_or_none()
        if person is None:
            raise NotFound
        text = _clear(person, field)
        if not text:
            raise NothingStored
        audit.record(
            actor,
            "people.reveal_field",
            area_code=person.area_code,
            subject=f"person:{person_id}",
            field=field,
            purpose=purpose,
        )
    return text


def _clear(person: Person, field: str) -> str:
    if field == "citizen_id":
        return open_citizen_id(person.citizen_id_sealed)
    if field == "phone":
        return open_phone(person.phone_sealed)
    home = Household.unscoped("the home of a person who was found in scope")
    row = home.where(Household.id == person.household_id).get()
    return open_address(row.address_sealed)
