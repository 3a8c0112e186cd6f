"""What accounts ask of the people module."""

from core.people.models import Person


def household_of_person(person_id: int) -> int | None:
    """The household of a person."""
    row = Person.unscoped("one's own household").where(Person.id == person_id).get_or_none()
    return row.household_id if row else None


def area_of_person(person_id: int) -> str | None:
    """Where a person is registered."""
    row = Person.unscoped("the caller checks the area").where(Person.id == person_id).get_or_none()
    return row.area_code if row else None
