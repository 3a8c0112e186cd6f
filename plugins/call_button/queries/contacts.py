"""Whom to ring besides: the contacts of devices, masked or in clear, and which of them have left."""

from collections.abc import Iterable

from core.county import county
from core.people.api import LEAVINGS, left_among_named, mask_name, mask_phone
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.call_button.models.devices import Device, DeviceContact

NAME_SEALED, PHONE_SEALED = "call_button_contact_name", "call_button_contact_phone"
_OF_DEVICES = "the contacts of a device that the caller has found"


@value_class
class ContactView:
    """Whom to ring besides. `left_for`: where the register says that they left it, why (died, moved)."""

    id: int
    position: int
    relation: str
    name: str
    phone: str
    left_for: str = ""

    @property
    def left_title(self) -> str:
        """`left_for` in words, empty of whoever has not left."""
        return LEAVINGS.get(self.left_for, "")


def contacts_of(scope: AreaScope, device_id: int) -> tuple[ContactView, ...]:
    """The contacts of a device, in order and masked; the caller has checked that it may be seen.

    `scope`: where the reader may know who has left.
    """
    return tuple(
        ContactView(
            each.id, each.position, each.relation, mask_name(each.name), mask_phone(each.phone), each.left_for
        )
        for each in revealed_contacts(scope, device_id)
    )


def revealed_contacts(scope: AreaScope, device_id: int) -> tuple[ContactView, ...]:
    """The same in clear, for whoever leaves a line in the record."""
    found = _of_devices(scope, Device.unscoped(_OF_DEVICES).where(Device.id == device_id))
    return tuple(found.get(device_id, ()))  # a call may outlive its device


def with_contacts_left(scope: AreaScope, devices: Iterable[Device]) -> frozenset[int]:
    """Those of the devices that have a contact who has left the register."""
    found = _of_devices(scope, devices)
    return frozenset(key for key, contacts in found.items() if any(each.left_for for each in contacts))


def _of_devices(scope: AreaScope, devices: Iterable[Device]) -> dict[int, list[ContactView]]:
    homes = {row.id: row.household_id for row in devices}
    query = DeviceContact.select().where(DeviceContact.device_id.in_(sorted(homes)))
    unseal = county().keys.unseal
    read = [
        (row, unseal(bytes(row.name), NAME_SEALED), unseal(bytes(row.phone), PHONE_SEALED))
        for row in query.order_by(DeviceContact.position, DeviceContact.id)
    ]
    left = left_among_named(scope, ((name, phone, homes[row.device_id]) for row, name, phone in read))
    found: dict[int, list[ContactView]] = {key: [] for key in homes}
    for row, name, phone in read:
        left_for = left.get((name, phone, homes[row.device_id]), "")
        found[row.device_id].append(ContactView(row.id, row.position, row.relation, name, phone, left_for))
    return found
