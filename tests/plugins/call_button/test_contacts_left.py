"""Somebody to be rung besides has died or moved away: seen wherever the device and its calls are shown."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from core.clock import today
from core.people.api import PersonRow, leave_register, take_leaving_back
from core.people.services import add_person
from core.scope import AreaScope
from core.testing import GRID, VILLAGE
from plugins.call_button.queries.contacts import contacts_of
from plugins.call_button.queries.devices import Wanted, list_devices
from plugins.call_button.services.readings import take
from plugins.call_button.services.registering import Contact, Hardware, NewDevice, register_device
from tests.plugins.call_button.device_people import Wall, signed

PHONE = "13812345678"
HERE = AreaScope((VILLAGE,))


def test_a_contact_who_left_is_shown_with_device_and_call(
    wall: Wall, actor: Callable[..., Any], as_role: Callable[..., FlaskClient]
) -> None:
    secretary, (home, next_door, _) = actor("secretary", VILLAGE), wall.homes
    neighbour = add_person(secretary, next_door.id, PersonRow("郑大婶", "", PHONE))
    # Of the same name, or with the same phone, and still there: neither is the neighbour.
    add_person(secretary, next_door.id, PersonRow("孙奶奶", "", PHONE))
    contacts = [
        Contact("neighbour", "郑大婶", PHONE),
        Contact("kin", "钱小梅", "13900000001"),
        Contact("other", "孙奶奶", PHONE),
        Contact("child", "郑大婶", "13900000002"),
    ]
    hardware = Hardware("call_button.http", "http_4")
    device_id = register_device(secretary, NewDevice(hardware, home.id, contacts=contacts)).device_id

    def left(scope: AreaScope = HERE) -> list[str]:
        return [each.left_for for each in contacts_of(scope, device_id)]

    def shown() -> bool:
        ((device,), _) = list_devices(HERE, Wanted())
        return device.contact_left

    browser = as_role("secretary", VILLAGE)
    pages = ["/call-button/devices", f"/call-button/devices/{device_id}", f"/people/households/{home.id}"]
    assert (left(), shown()) == ([""] * 4, False)
    assert not any("联系人已" in browser.get(page).text for page in pages)

    leave_register(secretary, neighbour, left_for="died", left_on=today())
    leave_register(secretary, home.person_ids[1], left_for="moved", left_on=today())
    assert left() == ["died", "moved", "", ""]
    assert left(AreaScope((GRID,))) == [""] * 4, "outside of one's areas the register says nothing"
    for page in pages:
        assert "联系人已" in browser.get(page).text
    device = row(device_id)
    call_id = take("call_button.http", signed(device, 1))[0].call_id
    for page in (f"/call-button/calls/{call_id}", f"/call-button/board/calls/{call_id}"):
        text = browser.get(page).text
        assert ("去世" in text, "迁出" in text, "按键的可能是别人" in text) == (True, True, False)

    take_leaving_back(secretary, neighbour, reason="登记错了")
    assert (left(), shown()) == (["", "moved", "", ""], True)


def test_a_call_of_somebody_who_left_says_so(
    wall: Wall, actor: Callable[..., Any], as_role: Callable[..., FlaskClient]
) -> None:
    secretary, home = actor("secretary", VILLAGE), wall.homes[0]
    new = NewDevice(Hardware("call_button.http", "http_4"), home.id, person_id=home.person_ids[1])
    device = row(register_device(secretary, new).device_id)
    leave_register(secretary, home.person_ids[1], left_for="died", left_on=today())
    call_id = take("call_button.http", signed(device, 1))[0].call_id
    browser = as_role("secretary", VILLAGE)
    assert "按键的可能是别人" in browser.get(f"/call-button/calls/{call_id}").text
    assert "使用人已离开" in browser.get("/call-button/devices").text


def row(device_id: int) -> Any:
    """A device as it stands in its table."""
    from plugins.call_button.models.devices import Device

    return Device.unscoped("a test looks").where(Device.id == device_id).get()
