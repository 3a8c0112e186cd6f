"""One call with all that helps whoever takes it: contacts, who lives there, what there was before."""

from datetime import datetime
from typing import Final

from core.accounts.api import account_names
from core.county import county
from core.people.api import PersonBrief, mask_name, mask_phone, persons_of
from core.security import Actor
from core.value_classes import value_class
from plugins.call_button.models.calls import Call, CallStep
from plugins.call_button.models.devices import DeviceContact
from plugins.call_button.queries.board import CallLine, lines
from plugins.call_button.queries.call_reach import VIEW, call_for

SEALED: Final = "call_button_contact"
_PAST = 5


@value_class
class Contact:
    """Whom to ring besides. Name and phone are masked unless they were revealed."""

    id: int
    relation: str
    name: str
    phone: str


@value_class
class StepLine:
    """A line of the history; nobody's name where the device or the system did it."""

    number: int
    at: datetime
    deed: str
    who: str
    words: str


@value_class
class CallSheet:
    """`past`: the household's last calls before this one, newest first, of `past_count`."""

    line: CallLine
    reason: str
    result: str
    case_id: int | None
    cancelled_at: datetime | None
    contacts: tuple[Contact, ...]
    members: tuple[PersonBrief, ...]
    steps: tuple[StepLine, ...]
    past: tuple[CallLine, ...]
    past_count: int


def call_sheet(actor: Actor, call_id: int) -> CallSheet:
    """All of one call. Raises Forbidden, NotFound."""
    row = call_for(actor, call_id)
    before = Call.within(actor.scope(VIEW)).where(
        (Call.household_id == row.household_id) & (Call.id != row.id)
    )
    past = list(before.order_by(Call.rung_at.desc(), Call.id.desc()).limit(_PAST))
    return CallSheet(
        line=lines([row])[0],
        reason=row.reason,
        result=row.result,
        case_id=row.case_id,
        cancelled_at=row.cancelled_at,
        contacts=contacts_of(row),
        members=tuple(persons_of(row.household_id)),
        steps=_steps(row.id),
        past=lines(past),
        past_count=before.count() if len(past) == _PAST else len(past),
    )


def contacts_of(row: Call, *, revealed: bool = False) -> tuple[Contact, ...]:
    """The contacts of the device of a call that was reached; in clear for whoever leaves a line in the
    record (`services.contact_reveal`)."""
    query = DeviceContact.select().where(DeviceContact.device_id == row.device_id)
    return tuple(
        _contact(each, revealed=revealed) for each in query.order_by(DeviceContact.position, DeviceContact.id)
    )


def _contact(row: DeviceContact, *, revealed: bool) -> Contact:
    unseal = county().keys.unseal
    name, phone = unseal(bytes(row.name), SEALED), unseal(bytes(row.phone), SEALED)
    if not revealed:
        name, phone = mask_name(name), mask_phone(phone)
    return Contact(row.id, row.relation, name, phone)


def _steps(call_id: int) -> tuple[StepLine, ...]:
    query = CallStep.select().where(CallStep.call_id == call_id)
    found = list(query.order_by(CallStep.number))
    names = account_names(row.account_id for row in found)
    return tuple(
        StepLine(row.number, row.at, row.deed, names.get(row.account_id or 0, ""), row.words) for row in found
    )
