"""Opening, changing and ending a household."""

from dataclasses import replace

from core import audit
from core.clock import now, today
from core.county import plugins
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.errors import HouseholdEnded, HouseholdKept
from core.people.models import Household
from core.people.rows import HouseholdRow
from core.people.sealing import seal_address
from core.people.services.bulk import write_households
from core.people.services.input import LONGEST_ADDRESS, checked_area, checked_number, checked_person
from core.people.services.residence import end_residences, move_persons, move_residences
from core.scope import AreaScope
from core.security import Actor
from core.text import N_


def create_household(actor: Actor, household: HouseholdRow) -> int:
    """Register a household with its persons; returns its id.

    Without a head the first person becomes it. Raises Invalid (fields), NoSuchArea, NumberTaken,
    CitizenIdTaken, CitizenIdOfLeft.
    """
    scope = actor.demand("people.edit")
    with unit_of_work():
        area_code = checked_area(scope, household.area_code)
        number = checked_number(area_code, household.number.strip())
        persons = [checked_person(scope, person) for person in household.persons]
        _demand_one_head(household)
        if persons and not any(person.is_head for person in persons):
            persons[0].is_head = True
        numbers = [person.citizen_id for person in persons if person.citizen_id]
        if len(set(numbers)) < len(numbers):
            raise Invalid(fields={"citizen_id": [N_("两位成员的公民身份号码相同。")]})
        row = replace(
            household,
            area_code=area_code,
            number=number,
            address=_address(household.address),
            persons=persons,
        )
        (household_id,), count = write_households([row])
        audit.record(
            actor,
            "people.create_household",
            area_code=area_code,
            subject=f"household:{household_id}",
            persons=count,
        )
    return household_id


def update_household(
    actor: Actor,
    household_id: int,
    *,
    area_code: str | None = None,
    number: str | None = None,
    address: str | None = None,
) -> None:
    """Change what is given (an empty address clears it).

    Its persons, and what plugins keep for it, follow it into another area; a plugin that fails
    there refuses the whole change. Raises NotFound, HouseholdEnded, NoSuchArea, NumberTaken,
    Invalid, PluginRefused.
    """
    scope = actor.demand("people.edit")
    with unit_of_work():
        row = open_household(scope, household_id)
        target = checked_area(scope, area_code) if area_code not in (None, row.area_code) else row.area_code
        checked = checked_number(target, row.number if number is None else number.strip(), but=household_id)
        changes = {"area_code": target, "number": checked}
        changed = [name for name, value in changes.items() if getattr(row, name) != value]
        values: dict[str, object] = {name: changes[name] for name in changed}
        if address is not None:
            values["address_sealed"] = seal_address(_address(address))
            changed.append("address")
        if values:
            Household.update(values).where(Household.id == household_id).execute()
        if "area_code" in changed:
            move_persons([household_id], target)
            move_residences({household_id: target}, today())
            plugins().tell("household_moved", household_id=household_id, area_code=target)
        audit.record(
            actor,
            "people.update_household",
            area_code=target,
            subject=f"household:{household_id}",
            fields=changed,
            **({"from_area": row.area_code} if "area_code" in changed else {}),
        )


def end_household(actor: Actor, household_id: int) -> None:
    """End a household: it leaves the lists, nothing is deleted.

    Plugins are asked first: a wallet with points, say, keeps it. Raises HouseholdKept with the
    reasons, HouseholdEnded, NotFound.
    """
    scope = actor.demand("people.edit")
    with unit_of_work():
        row = open_household(scope, household_id)
        reasons = plugins().ask_vetoes("veto_household_end", household_id=household_id)
        if reasons:
            raise HouseholdKept(reasons="；".join(reasons))
        Household.update(ended_at=now()).where(Household.id == household_id).execute()
        plugins().tell("household_ended", household_id=household_id)
        end_residences([household_id], today())
        audit.record(
            actor, "people.end_household", area_code=row.area_code, subject=f"household:{household_id}"
        )


def open_household(scope: AreaScope, household_id: int) -> Household:
    """A household in `scope` that has not ended. Raises NotFound, HouseholdEnded."""
    row: Household | None = Household.within(scope).where(Household.id == household_id).get_or_none()
    if row is None:
        raise NotFound
    if row.ended_at is not None:
        raise HouseholdEnded
    return row


def _demand_one_head(household: HouseholdRow) -> None:
    if sum(person.is_head for person in household.persons) > 1:
        raise Invalid(fields={"is_head": [N_("一户只有一位户主。")]})


def _address(text: str) -> str:
    address = text.strip()
    if len(address) > LONGEST_ADDRESS:
        raise Invalid(fields={"address": [N_("住址最多 200 个字。")]})
    return address
