"""A person leaves the register: died, or moved away alone. Taken back when it was a mistake."""

import json
from datetime import date

from core import audit
from core.clock import now, today
from core.county import plugins
from core.db import unit_of_work
from core.errors import Invalid, NotFound
from core.people.errors import HeadNeeded, NotLeft, PersonLeft
from core.people.models import MEMBER, Leaving, Person, PersonTag
from core.people.sealing import index_citizen_id, index_of_moved, open_citizen_id
from core.people.services.households import open_household
from core.people.services.input import demand_free_number
from core.people.services.persons import current_tags, unhead
from core.people.words import LEAVINGS, MOVED
from core.scope import AreaScope
from core.security import Actor
from core.text import N_

LONGEST_NOTE = 200
_SAME_HOUSEHOLD = "members of a household that was found in scope"


def leave_register(
    actor: Actor,
    person_id: int,
    *,
    left_for: str,
    left_on: date,
    note: str = "",
    new_head_id: int | None = None,
) -> None:
    """Say that a person died or moved away (`left_for`: a code of LEAVINGS) on a day.

    From now on they are a member no more; the past still names them. `new_head_id`: who becomes head when
    the head leaves and others remain. The last one who leaves ends no household: people do that. Plugins
    close in the same unit what waits for this person. Whoever moved away can be registered in another
    household with the same ID number; whoever died cannot. Raises NotFound, HouseholdEnded, PersonLeft,
    HeadNeeded, Invalid (left_for, left_on, note, new_head_id), PluginRefused.
    """
    scope = actor.demand("people.edit")
    note = note.strip()
    with unit_of_work():
        row = _found(scope, person_id)
        if row.left_at is not None:
            raise PersonLeft
        _demand_right(left_for, left_on, note)
        others = _other_members(row)
        changes: dict[str, object] = {"left_at": now()}
        if row.is_head and others:
            _hand_head_on(row, others, new_head_id)
            changes["is_head"] = False
        if left_for == MOVED and (number := open_citizen_id(row.citizen_id_sealed)):
            changes["citizen_id_index"] = index_of_moved(number, person_id)
        tags = current_tags(person_id)
        Leaving.create(
            person_id=person_id,
            left_for=left_for,
            left_on=left_on,
            note=note,
            tags=json.dumps(tags),
            recorded_at=now(),
            recorded_by=actor.account_id,
        )
        PersonTag.update(until=today()).where(
            (PersonTag.person_id == person_id) & PersonTag.until.is_null()
        ).execute()
        Person.update(changes).where(Person.id == person_id).execute()
        plugins().tell("person_left", person_id=person_id)
        audit.record(
            actor,
            "people.leave_register",
            area_code=row.area_code,
            subject=f"person:{person_id}",
            household_id=row.household_id,
            left_for=left_for,
            left_on=left_on.isoformat(),
            members_left=len(others),
            **({"new_head": new_head_id} if "is_head" in changes else {}),
        )


def take_leaving_back(actor: Actor, person_id: int, *, reason: str) -> None:
    """The person is a member again, with the tags they held: it was a mistake, or they came back.

    Head only where nobody is now. What was closed for them (account, mandates) stays closed. Raises
    NotFound, HouseholdEnded, NotLeft, Invalid (reason), and CitizenIdTaken where their ID number was
    registered elsewhere in the meantime.
    """
    scope = actor.demand("people.edit")
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_NOTE:
        raise Invalid(fields={"reason": [N_("请写明撤回的原因，最多 200 个字。")]})
    with unit_of_work():
        row = _found(scope, person_id)
        taken = Leaving.get_or_none((Leaving.person_id == person_id) & Leaving.taken_back_at.is_null())
        if row.left_at is None or taken is None:
            raise NotLeft
        Leaving.update(taken_back_at=now(), taken_back_by=actor.account_id, taken_back_why=reason).where(
            Leaving.id == taken.id
        ).execute()
        is_alone = not _other_members(row)
        if is_alone:
            unhead(row.household_id)
        changes: dict[str, object] = {"left_at": None, "is_head": is_alone}
        if number := open_citizen_id(row.citizen_id_sealed):
            demand_free_number(scope, number, but=person_id)
            changes["citizen_id_index"] = index_citizen_id(number)
        Person.update(changes).where(Person.id == person_id).execute()
        for tag in json.loads(taken.tags):
            PersonTag.create(person_id=person_id, area_code=row.area_code, tag=tag, since=today())
        audit.record(
            actor,
            "people.take_leaving_back",
            area_code=row.area_code,
            subject=f"person:{person_id}",
            household_id=row.household_id,
            reason=reason,
        )


def _found(scope: AreaScope, person_id: int) -> Person:
    row: Person | None = Person.within(scope).where(Person.id == person_id).get_or_none()
    if row is None:
        raise NotFound
    open_household(scope, row.household_id)
    return row


def _demand_right(left_for: str, left_on: date, note: str) -> None:
    wrong: dict[str, list[str]] = {}
    if left_for not in LEAVINGS:
        wrong["left_for"] = [N_("请选择去世或迁出。")]
    if not date(1900, 1, 1) <= left_on <= today():
        wrong["left_on"] = [N_("离开日期不能晚于今天。")]
    if len(note) > LONGEST_NOTE:
        wrong["note"] = [N_("说明最多 200 个字。")]
    if wrong:
        raise Invalid(fields=wrong)


def _other_members(row: Person) -> list[int]:
    rows = Person.unscoped(_SAME_HOUSEHOLD, Person.id).where(
        (Person.household_id == row.household_id) & (Person.id != row.id) & MEMBER
    )
    return [other.id for other in rows]


def _hand_head_on(row: Person, others: list[int], new_head_id: int | None) -> None:
    if new_head_id is None:
        raise HeadNeeded(fields={"new_head_id": [N_("请选定新户主。")]})
    if new_head_id not in others:
        raise Invalid(fields={"new_head_id": [N_("新户主应是户里的其他成员。")]})
    unhead(row.household_id)
    Person.update(is_head=True).where(Person.id == new_head_id).execute()
