"""What a person or household must fulfil before it is written."""

from core.areas.api import is_current
from core.errors import Invalid
from core.people.errors import (
    BadCitizenId,
    BadPhone,
    CitizenIdOfLeft,
    CitizenIdTaken,
    NoSuchArea,
    NumberTaken,
)
from core.people.identity import check_citizen_id, check_phone
from core.people.models import Household, Person
from core.people.rows import PersonRow
from core.people.sealing import index_citizen_id
from core.people.words import RISK_LEVELS, TAGS
from core.scope import AreaScope
from core.text import N_

LONGEST_NAME, LONGEST_NUMBER, LONGEST_ADDRESS = 60, 30, 200
HOUSEHOLD_DIGITS = (12, 15)


def checked_area(scope: AreaScope, area_code: str) -> str:
    """The code of a village or grid in which the actor may register. Raises NoSuchArea."""
    if len(area_code) not in HOUSEHOLD_DIGITS or not scope.covers(area_code) or not is_current(area_code):
        raise NoSuchArea(fields={"area_code": [NoSuchArea.text]})
    return area_code


def checked_number(area_code: str, number: str, *, but: int | None = None) -> str:
    """A household number that is free in its area (or belongs to household `but`). Raises NumberTaken."""
    if not 1 <= len(number) <= LONGEST_NUMBER:
        raise Invalid(fields={"number": [N_("户编号应为 1 到 30 个字。")]})
    taken = Household.unscoped("a number is unique in its area").where(
        (Household.area_code == area_code) & (Household.number == number)
    )
    if (taken.where(Household.id != but) if but is not None else taken).exists():
        raise NumberTaken(fields={"number": [NumberTaken.text]})
    return number


def checked_person(scope: AreaScope, person: PersonRow, *, but: int | None = None) -> PersonRow:
    """`person` with normal numbers; its ID number is free (or belongs to person `but`).

    Raises Invalid with the sentence by field, CitizenIdTaken, or CitizenIdOfLeft of somebody who died in
    `scope`.
    """
    wrong: dict[str, list[str]] = {}
    name = person.name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        wrong["name"] = [N_("姓名应为 1 到 60 个字。")]
    if person.risk_level not in RISK_LEVELS:
        wrong["risk_level"] = [N_("没有这个风险等级。")]
    if set(person.tags) - set(TAGS):
        wrong["tags"] = [N_("没有这个标签。")]
    citizen_id = phone = ""
    try:
        citizen_id = check_citizen_id(person.citizen_id) if person.citizen_id else ""
    except BadCitizenId as error:
        wrong["citizen_id"] = [error.text]
    try:
        phone = check_phone(person.phone) if person.phone else ""
    except BadPhone as error:
        wrong["phone"] = [error.text]
    if wrong:
        raise Invalid(fields=wrong)
    if citizen_id:
        demand_free_number(scope, citizen_id, but=but)
    tags = tuple(tag for tag in TAGS if tag in person.tags)
    return PersonRow(name, citizen_id, phone, person.is_head, person.risk_level, tags)


def demand_free_number(scope: AreaScope, citizen_id: str, *, but: int | None) -> None:
    """Raises CitizenIdOfLeft of who died in `scope`, CitizenIdTaken of all others but person `but`."""
    same = Person.unscoped("an ID number is unique in the county").where(
        Person.citizen_id_index == index_citizen_id(citizen_id)
    )
    holder: Person | None = (same.where(Person.id != but) if but is not None else same).first()
    if holder is None:
        return
    # Of somebody beyond the wall not even this is told.
    if holder.left_at is not None and scope.covers(holder.area_code):
        raise CitizenIdOfLeft(fields={"citizen_id": [CitizenIdOfLeft.text]})
    raise CitizenIdTaken(fields={"citizen_id": [CitizenIdTaken.text]})
