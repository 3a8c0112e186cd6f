"""Adding a person to a household and changing one, with tags and risk level."""

from typing import Any

from core import audit
from core.clock import today
from core.db import unit_of_work
from core.errors import NotFound
from core.people.errors import PersonLeft
from core.people.models import MEMBER, Person, PersonTag
from core.people.rows import HouseholdRow, PersonChanges, PersonRow
from core.people.sealing import open_citizen_id, open_phone, seal_citizen_id, seal_phone
from core.people.services.bulk import write_persons
from core.people.services.households import open_household
from core.people.services.input import checked_person
from core.security import Actor

_SAME_HOUSEHOLD = "persons of a household that was found in scope"
_TAGS = "tags of persons that were found in scope"


def add_person(actor: Actor, household_id: int, person: PersonRow) -> int:
    """Register a person in a household; returns the person's id. A new head takes the old one's place.

    Raises NotFound, HouseholdEnded, Invalid (fields), CitizenIdTaken, CitizenIdOfLeft.
    """
    scope = actor.demand("people.edit")
    with unit_of_work():
        household = open_household(scope, household_id)
        checked = checked_person(scope, person)
        if not _members(household_id):
            checked.is_head = True
        if checked.is_head:
            unhead(household_id)
        row = HouseholdRow(household.area_code, "", synthetic=household.synthetic, persons=[checked])
        write_persons(household_id, row)
        person_id = max(_members(household_id))
        audit.record(
            actor,
            "people.add_person",
            area_code=household.area_code,
            subject=f"person:{person_id}",
            household_id=household_id,
        )
    return person_id


def update_person(actor: Actor, person_id: int, changes: PersonChanges) -> None:
    """Change what is given. The audit line names the changed fields, never their values.

    A head cannot lay the role down, only another member can take it up. Raises NotFound,
    HouseholdEnded, PersonLeft, Invalid (fields), CitizenIdTaken, CitizenIdOfLeft.
    """
    scope = actor.demand("people.edit")
    with unit_of_work():
        row: Person | None = Person.within(scope).where(Person.id == person_id).get_or_none()
        if row is None:
            raise NotFound
        open_household(scope, row.household_id)
        if row.left_at is not None:
            raise PersonLeft
        before = _as_row(row)
        wished = PersonRow(
            name=before.name if changes.name is None else changes.name,
            citizen_id=before.citizen_id if changes.citizen_id is None else changes.citizen_id,
            phone=before.phone if changes.phone is None else changes.phone,
            is_head=before.is_head or bool(changes.is_head),
            risk_level=before.risk_level if changes.risk_level is None else changes.risk_level,
            tags=before.tags if changes.tags is None else changes.tags,
        )
        after = checked_person(scope, wished, but=person_id)
        changed = [name for name in PersonRow.__slots__ if getattr(before, name) != getattr(after, name)]
        if "is_head" in changed:
            unhead(row.household_id)
        _store(row, after, changed)
        audit.record(
            actor,
            "people.update_person",
            area_code=row.area_code,
            subject=f"person:{person_id}",
            fields=changed,
        )


def current_tags(person_id: int) -> tuple[str, ...]:
    """The tags that hold today. `until` is the first day on which a tag no longer held."""
    rows = PersonTag.unscoped(_TAGS).where((PersonTag.person_id == person_id) & PersonTag.until.is_null())
    return tuple(row.tag for row in rows.order_by(PersonTag.id))


def _as_row(row: Person) -> PersonRow:
    return PersonRow(
        name=row.name,
        citizen_id=open_citizen_id(row.citizen_id_sealed),
        phone=open_phone(row.phone_sealed),
        is_head=row.is_head,
        risk_level=row.risk_level,
        tags=current_tags(row.id),
    )


def _store(row: Person, after: PersonRow, changed: list[str]) -> None:
    values: dict[str, Any] = {
        name: getattr(after, name) for name in ("name", "is_head", "risk_level") if name in changed
    }
    if "citizen_id" in changed:
        values["citizen_id_sealed"], values["citizen_id_index"] = seal_citizen_id(after.citizen_id)
    if "phone" in changed:
        values["phone_sealed"], values["phone_index"] = seal_phone(after.phone)
    if values:
        Person.update(values).where(Person.id == row.id).execute()
    if "tags" in changed:
        _store_tags(row.id, row.area_code, set(after.tags))


def _store_tags(person_id: int, area_code: str, wished: set[str]) -> None:
    held = set(current_tags(person_id))
    ended = (PersonTag.person_id == person_id) & PersonTag.until.is_null() & PersonTag.tag.in_(held - wished)
    PersonTag.update(until=today()).where(ended).execute()
    for tag in sorted(wished - held):
        PersonTag.create(person_id=person_id, area_code=area_code, tag=tag, since=today())


def _members(household_id: int) -> list[int]:
    rows = Person.unscoped(_SAME_HOUSEHOLD, Person.id).where((Person.household_id == household_id) & MEMBER)
    return [row.id for row in rows]


def unhead(household_id: int) -> None:
    """Nobody of a household is head for now; inside the unit of work that names another one."""
    Person.update(is_head=False).where((Person.household_id == household_id) & Person.is_head).execute()
