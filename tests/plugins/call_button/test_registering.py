"""Hanging devices up: registered, paired, replaced, revoked, moved; contacts, secrets, and walls."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core.accounts.api import operator
from core.clock import now
from core.devices import DeviceInput
from core.errors import Forbidden, Invalid, NotFound
from core.people.api import move_households
from core.people.errors import HouseholdKept
from core.people.services.households import end_household
from core.scope import AreaScope
from core.security import Actor
from core.testing import FAR_VILLAGE, SISTER_VILLAGE, VILLAGE
from plugins.call_button.errors.devices import DeviceEnded, DeviceTaken, NoSecret
from plugins.call_button.models import devices as models
from plugins.call_button.queries import devices as queries
from plugins.call_button.queries import drills
from plugins.call_button.queries.contacts import contacts_of
from plugins.call_button.queries.refused import list_refused
from plugins.call_button.services import drill_days, homes
from plugins.call_button.services.readings import press_for, source_of, take
from plugins.call_button.services.registering import (
    Contact,
    Hardware,
    NewDevice,
    change_device,
    move_device,
    pair_device,
    register_device,
    renew_secret,
    replace_device,
    reveal_contacts,
    revoke_device,
    set_contacts,
)
from tests.plugins.call_button.device_people import Wall, press_count, refused, signed

Z2M, HTTP, SMS = "call_button.zigbee2mqtt", "call_button.http", "call_button.sms"
GENERIC = "call_button.generic_mqtt"
REMOTE = Hardware(Z2M, "TS0044", "Li")


@pytest.fixture
def secretary(actor: Callable[..., Actor]) -> Actor:
    return actor("secretary", VILLAGE)


@pytest.fixture
def stranger(actor: Callable[..., Actor]) -> Actor:
    return actor("secretary", FAR_VILLAGE)


def row(device_id: int) -> models.Device:
    return models.Device.unscoped("a test looks").where(models.Device.id == device_id).get()


def pressed(source: str = "Li", key: str = "1") -> list[Any]:
    message = DeviceInput(f"zigbee2mqtt/{source}", b'{"action":"%s_single"}' % key.encode(), now())
    return take(Z2M, message)


def test_a_registered_remote_calls(wall: Wall, secretary: Actor) -> None:
    done = register_device(secretary, NewDevice(REMOTE, wall.homes[0].id, place="床头"))
    assert done.secret == ""
    (outcome,) = pressed()
    assert (outcome.kind, outcome.device_id) == ("pressed", done.device_id)
    view = queries.device(secretary.scope("call_button.view"), done.device_id)
    assert (view.kind, view.place, view.head_name, view.light) == ("button", "床头", "赵大山", "well")
    assert view.meanings == {"1": "call", "2": "cancel", "3": "satisfied", "4": "dissatisfied"}


def test_a_device_that_signs_gets_a_secret_once(wall: Wall, secretary: Actor) -> None:
    done = register_device(secretary, NewDevice(Hardware(HTTP, "http_4"), wall.homes[0].id))
    assert len(done.secret) == 64
    device = row(done.device_id)
    assert done.secret.encode() not in bytes(device.secret)
    assert take(HTTP, signed(device, 1, secret=done.secret))[0].kind == "pressed"
    fresh = renew_secret(secretary, done.device_id)
    assert take(HTTP, signed(device, 2, secret=done.secret))[0].why == "forged"
    assert take(HTTP, signed(device, 1, secret=fresh))[0].kind == "repeated"
    assert take(HTTP, signed(device, 3, secret=fresh))[0].kind == "pressed"
    remote = register_device(secretary, NewDevice(REMOTE, wall.homes[0].id))
    with pytest.raises(NoSecret):
        renew_secret(secretary, remote.device_id)


def test_pairing_shows_who_was_pressed_just_now_newest_first(wall: Wall, secretary: Actor) -> None:
    pressed("old")
    wall.wait(minutes=11)
    pressed("Li")
    wall.wait(seconds=5)
    pressed("Wang", "3")
    take(Z2M, DeviceInput("zigbee2mqtt/quiet", b'{"battery":5}', now()))
    kept = DeviceInput("zigbee2mqtt/kept", b'{"action":"1_single"}', now(), retained=True)
    take(Z2M, kept)
    found = queries.strangers()
    assert [(each.source, each.last_key) for each in found] == [("Wang", "3"), ("Li", "1")]
    done = pair_device(secretary, found[0].id, NewDevice(Hardware("", "TS0044"), wall.homes[0].id))
    assert row(done.device_id).source == "Wang"
    assert [each.source for each in queries.strangers()] == ["Li"]
    with pytest.raises(NotFound):
        pair_device(secretary, found[0].id, NewDevice(Hardware("", "TS0044"), wall.homes[0].id))


def test_only_who_was_pressed_within_ten_minutes_is_paired(wall: Wall, secretary: Actor) -> None:
    pressed("Li")
    (found,) = queries.strangers()
    wall.wait(minutes=10, seconds=1)
    take(Z2M, DeviceInput("zigbee2mqtt/Li", b'{"battery":5}', now()))
    with pytest.raises(NotFound):
        pair_device(secretary, found.id, NewDevice(Hardware("", "TS0044"), wall.homes[0].id))
    pressed("Li")
    assert pair_device(secretary, found.id, NewDevice(Hardware("", "TS0044"), wall.homes[0].id))


def test_a_number_that_sends_texts_is_paired_without_being_written_down(wall: Wall, secretary: Actor) -> None:
    take(SMS, DeviceInput("13900005678", b"1", now()))
    (found,) = queries.strangers()
    assert "13900005678" not in found.source
    assert found.source.endswith("5678")
    done = pair_device(secretary, found.id, NewDevice(Hardware("", "sms_4"), wall.homes[0].id))
    assert take(SMS, DeviceInput("+8613900005678", b"", now()))[0].device_id == done.device_id
    typed = register_device(secretary, NewDevice(Hardware(SMS, "sms_4", "139 1111 2222"), wall.homes[0].id))
    assert row(typed.device_id).source == source_of(SMS, "13911112222")


def test_an_address_belongs_to_one_working_device(wall: Wall, secretary: Actor) -> None:
    first = register_device(secretary, NewDevice(REMOTE, wall.homes[0].id))
    with pytest.raises(DeviceTaken):
        register_device(secretary, NewDevice(REMOTE, wall.homes[1].id))
    revoke_device(secretary, first.device_id)
    again = register_device(secretary, NewDevice(REMOTE, wall.homes[1].id))
    assert pressed()[0].device_id == again.device_id


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (Hardware("call_button.none", "TS0044", "a"), "driver"),
        (Hardware(Z2M, "TS9999", "a"), "model"),
        (Hardware(Z2M, "TS0044", ""), "source"),
        (Hardware(Z2M, "TS0044", "a" * 121), "source"),
        (Hardware(SMS, "sms_4", "12"), "source"),
        (Hardware(Z2M, "TS0044", "a", "9" * 61), "serial"),
        *((Hardware(GENERIC, "generic_4", name), "source") for name in ("a/b", "a+b", "a#", "a b", "呼叫器")),
        *(
            (Hardware(GENERIC, "generic_4", name), "source")
            for name in ("zigbee2mqtt", "chirpstack", "gridgov")
        ),
    ],
)
def test_what_is_wrong_is_said_by_field(wall: Wall, secretary: Actor, new: Hardware, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        register_device(secretary, NewDevice(new, wall.homes[0].id))
    assert list(caught.value.fields) == [field]


def test_a_name_no_broker_takes_is_refused_when_pairing_and_replacing(wall: Wall, secretary: Actor) -> None:
    take(GENERIC, DeviceInput("gridgov/a b/press", b'{"key":"1"}', now()))
    (found,) = queries.strangers()
    old = register_device(secretary, NewDevice(REMOTE, wall.homes[0].id))
    deeds: list[Callable[[], object]] = [
        lambda: pair_device(secretary, found.id, NewDevice(Hardware("", "generic_4"), wall.homes[0].id)),
        lambda: replace_device(secretary, old.device_id, Hardware(GENERIC, "generic_4", "chirpstack")),
    ]
    for deed in deeds:
        with pytest.raises(Invalid) as caught:
            deed()
        assert list(caught.value.fields) == ["source"]
    assert register_device(
        secretary, NewDevice(Hardware(GENERIC, "generic_4", "cb-1"), wall.homes[0].id)
    ).secret


def test_keys_that_differ_and_those_that_are_none(wall: Wall, secretary: Actor) -> None:
    keys = {"1": "call", "4": "call"}
    done = register_device(secretary, NewDevice(REMOTE, wall.homes[0].id, keys=keys))
    # What is the county's word is not pinned.
    assert row(done.device_id).keys == '{"4": "call"}'
    change_device(secretary, done.device_id, place="客厅", keys={"4": "cancel"})
    view = queries.device(secretary.scope("call_button.view"), done.device_id)
    assert (view.place, view.meanings["4"]) == ("客厅", "cancel")
    for wrong in ({"9": "call"}, {"1": "explode"}):
        with pytest.raises(Invalid):
            change_device(secretary, done.device_id, place="", keys=wrong)


def test_a_button_keeps_a_key_that_calls(wall: Wall, secretary: Actor) -> None:
    mute, home = {"1": "cancel"}, wall.homes[0].id
    one_key = Hardware(HTTP, "http_1")
    wrong: list[Callable[[], object]] = [
        lambda: register_device(secretary, NewDevice(REMOTE, home, keys=mute)),
        lambda: register_device(secretary, NewDevice(one_key, home, keys=mute)),
    ]
    done = register_device(secretary, NewDevice(REMOTE, home, keys={"1": "cancel", "3": "call"}))
    wrong.append(lambda: change_device(secretary, done.device_id, place="", keys={**mute, "3": "cancel"}))
    for deed in wrong:
        with pytest.raises(Invalid) as caught:
            deed()
        assert list(caught.value.fields) == ["keys"]
    models.Device.update(keys='{"1": "cancel"}').where(models.Device.id == done.device_id).execute()
    with pytest.raises(Invalid) as caught:
        replace_device(secretary, done.device_id, Hardware(Z2M, "TS0044", "Li2"))
    assert list(caught.value.fields) == ["keys"]
    assert row(done.device_id).state == "active"


def test_contacts_are_sealed_masked_and_shown_on_record(wall: Wall, secretary: Actor) -> None:
    contacts = [Contact("child", "赵小山", "13812345678"), Contact("neighbour", "钱大婶", "0564-1234567")]
    done = register_device(secretary, NewDevice(REMOTE, wall.homes[0].id, contacts=contacts))
    stored = models.DeviceContact.select().order_by(models.DeviceContact.position)
    assert all("小山".encode() not in bytes(each.name) for each in stored)
    masked = contacts_of(AreaScope((VILLAGE,)), done.device_id)
    assert [each.relation for each in masked] == ["child", "neighbour"]
    assert "13812345678" not in masked[0].phone
    assert "小山" not in masked[0].name
    assert reveal_contacts(secretary, done.device_id)[0].phone == "13812345678"
    set_contacts(secretary, done.device_id, contacts[1:])
    assert len(contacts_of(AreaScope((VILLAGE,)), done.device_id)) == 1
    for wrong in ([Contact("child", "", "13812345678")], [Contact("child", "赵", "12")], contacts * 3):
        with pytest.raises(Invalid):
            set_contacts(secretary, done.device_id, wrong)
    from core.audit import details

    assert len(list(details(["call_button.reveal_contacts"]))) == 1


def test_a_revoked_device_rings_nowhere_from_the_next_message_on(wall: Wall, secretary: Actor) -> None:
    done = register_device(secretary, NewDevice(REMOTE, wall.homes[0].id))
    assert pressed()[0].kind == "pressed"
    revoke_device(secretary, done.device_id, why="丢失")
    wall.wait(seconds=10)
    assert pressed()[0].why == "revoked"
    assert (press_count(), refused()) == (1, [("revoked", 1)])
    revoke_device(secretary, done.device_id)
    assert row(done.device_id).ended_why == "丢失"
    with pytest.raises(DeviceEnded):
        change_device(secretary, done.device_id, place="")


def test_a_replaced_device_hands_over_place_contacts_and_history(wall: Wall, secretary: Actor) -> None:
    new = NewDevice(
        REMOTE,
        wall.homes[0].id,
        place="床头",
        keys={"4": "call"},
        contacts=[Contact("kin", "赵二", "13812345678")],
    )
    old = register_device(secretary, new)
    pressed()
    wall.wait(minutes=1)
    fresh = replace_device(secretary, old.device_id, Hardware(Z2M, "TS0044", "Li2"), why="坏了")
    view = queries.device(secretary.scope("call_button.view"), fresh.device_id)
    assert (view.place, view.household_id, view.meanings["4"]) == ("床头", wall.homes[0].id, "call")
    assert row(old.device_id).state == "replaced"
    assert len(contacts_of(AreaScope((VILLAGE,)), fresh.device_id)) == 1
    assert pressed("Li")[0].kind == "refused"
    pressed("Li2", "3")
    history = queries.history(secretary.scope("call_button.view"), fresh.device_id)
    assert [line.key for line in history] == ["3", "1"]
    with pytest.raises(DeviceEnded):
        replace_device(secretary, old.device_id, Hardware(Z2M, "TS0044", "Li3"))
    with pytest.raises(DeviceEnded):
        revoke_device(secretary, old.device_id)


def test_outside_ones_areas_a_device_does_not_exist(wall: Wall, secretary: Actor, stranger: Actor) -> None:
    done = register_device(secretary, NewDevice(REMOTE, wall.homes[0].id))
    far = stranger.scope("call_button.view")
    deeds: list[Callable[[], object]] = [
        lambda: register_device(stranger, NewDevice(Hardware(Z2M, "TS0044", "b"), wall.homes[0].id)),
        lambda: revoke_device(stranger, done.device_id),
        lambda: replace_device(stranger, done.device_id, Hardware(Z2M, "TS0044", "b")),
        lambda: change_device(stranger, done.device_id, place=""),
        lambda: set_contacts(stranger, done.device_id, []),
        lambda: reveal_contacts(stranger, done.device_id),
        lambda: renew_secret(stranger, done.device_id),
        lambda: move_device(stranger, done.device_id, wall.homes[0].id),
        lambda: queries.device(far, done.device_id),
        lambda: queries.history(far, done.device_id),
        lambda: drill_days.arrange_test_day(stranger, VILLAGE, now(), now() + timedelta(hours=1)),
    ]
    for deed in deeds:
        with pytest.raises(NotFound):
            deed()
    assert queries.list_devices(far, queries.Wanted()) == ([], 0)
    assert sum(queries.light_counts(far).values()) == 0
    revoke_device(secretary, done.device_id)
    pressed()
    assert list_refused(far) == ([], 0)
    assert list_refused(secretary.scope("call_button.devices"))[1] == 1


def test_what_belongs_to_no_device_is_for_the_county(wall: Wall, secretary: Actor) -> None:
    take(Z2M, DeviceInput("zigbee2mqtt/Li", b"nonsense", now()))
    assert list_refused(secretary.scope("call_button.devices")) == ([], 0)
    (found,), total = list_refused(operator().scope("call_button.devices"))
    assert (found.payload, found.why, total) == ("nonsense", "unreadable", 1)


def test_who_may_not_register_is_told_so(wall: Wall, actor: Callable[..., Actor]) -> None:
    with pytest.raises(Forbidden):
        register_device(actor("supervisor", VILLAGE), NewDevice(REMOTE, wall.homes[0].id))
    with pytest.raises(Forbidden):
        press_for(actor("secretary", VILLAGE), 1, "1", "single", "a")


def test_devices_follow_their_household(wall: Wall, secretary: Actor, actor: Callable[..., Actor]) -> None:
    done = register_device(secretary, NewDevice(REMOTE, wall.homes[0].id))
    mover = operator()
    move_households(mover, mover.scope("people.edit"), {wall.homes[0].id: SISTER_VILLAGE})
    assert row(done.device_id).area_code == SISTER_VILLAGE
    assert pressed()[0].device_id == done.device_id
    with pytest.raises(NotFound):
        queries.device(secretary.scope("call_button.view"), done.device_id)
    sister = actor("secretary", SISTER_VILLAGE)
    assert queries.device(sister.scope("call_button.view"), done.device_id).area_code == SISTER_VILLAGE


def test_a_household_with_a_working_caller_is_not_ended_by_tidying_up(wall: Wall, secretary: Actor) -> None:
    home = wall.homes[0]
    done = register_device(secretary, NewDevice(REMOTE, home.id))
    with pytest.raises(HouseholdKept, match="呼叫器"):
        end_household(operator(), home.id)
    assert homes.veto_undo(range(home.id, home.id + 1), range(0))
    move_device(secretary, done.device_id, wall.homes[1].id, place="东屋")
    end_household(operator(), home.id)
    moved = row(done.device_id)
    assert (moved.household_id, moved.place) == (wall.homes[1].id, "东屋")
    assert homes.veto_undo(range(home.id, home.id + 1), range(0)) is None


def test_where_a_household_ends_all_the_same_its_device_rings_nowhere(wall: Wall, secretary: Actor) -> None:
    from core.db import unit_of_work

    done = register_device(secretary, NewDevice(REMOTE, wall.homes[0].id))
    with unit_of_work():
        homes.end_devices(wall.homes[0].id)
    assert row(done.device_id).state == "revoked"
    assert pressed()[0].why == "revoked"


def test_an_account_presses_for_a_device_on_record(
    wall: Wall, secretary: Actor, actor: Callable[..., Actor]
) -> None:
    from core.testing import COUNTY_CODE

    done = register_device(secretary, NewDevice(REMOTE, wall.homes[0].id))
    admin = actor("county_admin", COUNTY_CODE)
    first = press_for(admin, done.device_id, "1", "single", "n1")
    again = press_for(admin, done.device_id, "1", "single", "n1")
    assert (first.kind, again.kind, again.press_id) == ("pressed", "repeated", first.press_id)
    with pytest.raises(Invalid):
        press_for(admin, done.device_id, "7", "single", "n2")


def test_a_test_day_says_who_has_not_pressed(wall: Wall, secretary: Actor) -> None:
    first = register_device(secretary, NewDevice(REMOTE, wall.homes[0].id))
    second = register_device(secretary, NewDevice(Hardware(Z2M, "TS0044", "Wang"), wall.homes[1].id))
    register_device(secretary, NewDevice(Hardware(Z2M, "smoke", "Smoke"), wall.homes[1].id))
    day = drill_days.arrange_test_day(secretary, VILLAGE, now(), now() + timedelta(hours=2))
    assert pressed("Li")[0].call_id is None
    wall.wait(minutes=5)
    assert pressed("Li", "2")[0].kind == "pressed"
    scope = secretary.scope("call_button.devices")
    view, missing = drills.not_pressed(scope, day)
    assert (view.devices, view.pressed, [each.id for each in missing]) == (2, 1, [second.device_id])
    assert row(first.device_id).tested_at == now()
    drill_days.end_test_day(secretary, day)
    assert pressed("Wang")[0].call_id is not None
    assert drills.not_pressed(scope, day)[0].pressed == 1
    with pytest.raises(Exception, match="call_button_test_day_over"):
        drill_days.end_test_day(secretary, day)
    for begins, ends in ((0, 0), (0, 13), (-1, 1)):
        at = now()
        with pytest.raises(Invalid):
            drill_days.arrange_test_day(
                secretary, VILLAGE, at + timedelta(hours=begins), at + timedelta(hours=ends)
            )


def test_a_test_press_that_comes_again_after_the_day_rings_nobody(wall: Wall, secretary: Actor) -> None:
    done = register_device(secretary, NewDevice(Hardware(HTTP, "http_4"), wall.homes[0].id))
    drill_days.arrange_test_day(secretary, VILLAGE, now(), now() + timedelta(minutes=1))
    message = signed(row(done.device_id), 1, secret=done.secret)
    assert take(HTTP, message)[0].kind == "pressed"
    wall.wait(minutes=2)
    later = DeviceInput(message.topic, message.payload, now())
    assert take(HTTP, later)[0].kind == "repeated"
    assert press_count() == 1
