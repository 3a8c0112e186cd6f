"""One call with all that helps whoever takes it: contacts, who lives there, what there was before."""

from core.county import county
from core.people.api import PersonBrief, persons_of
from core.security import Actor
from core.value_classes import value_class
from plugins.call_button.models.calls import Call
from plugins.call_button.models.devices import DeviceContact
from plugins.call_button.queries.call_reach import VIEW
from plugins.call_button.queries.calls import CallView, call, views
from plugins.call_button.queries.devices import NAME_SEALED, PHONE_SEALED, ContactView

_PAST = 5


@value_class
class CallSheet:
    """`past`: the household's last calls besides this one, newest first, of `past_count`."""

    call: CallView
    members: tuple[PersonBrief, ...]
    past: tuple[CallView, ...]
    past_count: int


def call_sheet(actor: Actor, call_id: int) -> CallSheet:
    """All of one call. Raises Forbidden, NotFound."""
    found = call(actor, call_id)
    same_home = (Call.household_id == found.household_id) & (Call.id != call_id)
    others = Call.within(actor.scope(VIEW)).where(same_home)
    past = list(others.order_by(Call.rung_at.desc(), Call.id.desc()).limit(_PAST))
    count = others.count() if len(past) == _PAST else len(past)
    return CallSheet(found, tuple(persons_of(found.household_id)), tuple(views(past)), count)


def revealed_contacts(device_id: int) -> tuple[ContactView, ...]:
    """The contacts of a device in clear, for whoever leaves a line in the record
    (`services.contact_reveal`)."""
    unseal = county().keys.unseal
    query = DeviceContact.select().where(DeviceContact.device_id == device_id)
    return tuple(
        ContactView(
            each.id,
            each.position,
            each.relation,
            unseal(bytes(each.name), NAME_SEALED),
            unseal(bytes(each.phone), PHONE_SEALED),
        )
        for each in query.order_by(DeviceContact.position, DeviceContact.id)
    )
