"""One call with all that helps whoever takes it: contacts, who lives there, what there was before."""

from core.people.api import PersonBrief, has_left, is_deserted, persons_of
from core.security import Actor
from core.value_classes import value_class
from plugins.call_button.models.calls import Call
from plugins.call_button.models.devices import Device
from plugins.call_button.queries.call_reach import VIEW
from plugins.call_button.queries.calls import CallView, call, views

_PAST = 5


@value_class
class CallSheet:
    """`past`: the household's last calls besides this one, newest first, of `past_count`.

    `holder_left`: whom to expect, or everybody of the home, has left the register.
    """

    call: CallView
    holder_left: bool
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
    members = tuple(persons_of(found.household_id))
    expected = Device.unscoped("the device of a call that was found", Device.person_id)
    person_id = expected.where(Device.id == found.device_id).scalar()
    holder_left = is_deserted(found.household_id) or (person_id is not None and has_left(person_id))
    return CallSheet(found, holder_left, members, tuple(views(past)), count)
