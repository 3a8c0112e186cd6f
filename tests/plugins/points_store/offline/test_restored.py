"""The server came back from a backup: devices hand in again; what it lost is decided by people."""

from contextlib import contextmanager, suppress

import pytest

from core.db import unit_of_work
from plugins.points_store.errors import DeviceUnknown, QueueNotSent
from plugins.points_store.models import OfflineConflict, Redemption
from plugins.points_store.services.offline_conflicts import settle_conflict
from tests.plugins.points_store.offline.devices import Phone, card_of, held, new_phone


class Restored(Exception):
    """Everything since the backup is gone."""


@contextmanager
def lost_by_a_restore():
    """What happens in here is not in the backup."""
    with suppress(Restored), unit_of_work(housekeeping="gone with the restore"):
        yield
        raise Restored


def test_a_queue_that_was_handed_in_after_the_backup_is_handed_in_again(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    phone.write(card, (world.salt, 1))
    phone.send()
    phone.write(card, (world.bus, 1))
    with lost_by_a_restore():
        assert phone.send().last_seq == 2
    assert phone.send([]).last_seq == 1, "the device sees that the server knows less"
    with pytest.raises(QueueNotSent):
        phone.reserve()
    assert phone.states() == [("booked", "")] * 2
    assert (world.balance(), held(card.wallet_id)) == (87, 37)
    assert phone.reserve().points == 50


def test_a_reservation_that_the_backup_did_not_know_never_overdraws(world):
    card, phone = card_of(world, points=20), new_phone(world)
    with lost_by_a_restore():
        phone.reserve()
    phone.write(card, (world.bus, 1))
    world.redeem(card.token, (world.bus, 1), raw_pin=card.pin)
    assert phone.states() == [("conflict", "no_quota")]
    assert (world.balance(), held(card.wallet_id)) == (10, 0)
    conflict = OfflineConflict.unscoped("test").get()
    settle_conflict(world.secretary, conflict_id=conflict.id, outcome="wallet", note="恢复前预留")
    assert world.balance() == 0
    assert Redemption.unscoped("test").count() == 2


def test_a_device_that_the_backup_did_not_know_enrols_with_the_same_key(world):
    card = card_of(world)
    with lost_by_a_restore():
        lost = new_phone(world)
        lost.reserve()
        lost.write(card, (world.salt, 1))
    with pytest.raises(DeviceUnknown):
        lost.send()
    again = Phone(world, lost.clerk, lost.store_id, lost.key).enrol().approved()
    assert again.mark == lost.mark
    again.queue = lost.queue
    assert again.states() == [("conflict", "no_quota")]
    assert again.reserve().points == 50
