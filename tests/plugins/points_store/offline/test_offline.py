"""The store without a line: what was promised is booked once, whatever comes late, twice or in pieces."""

import json
from datetime import timedelta

import pytest

from core.clock import today
from core.errors import Invalid, NotFound
from core.people.api import leave_register, persons_of
from core.people.services import update_household
from plugins.points_store.errors import (
    ConflictNotBookable,
    ConflictSettled,
    DeviceBehind,
    DeviceStopped,
    DeviceUnknown,
    DeviceWaiting,
    InsufficientPoints,
    NotYourDevice,
    QueueNotSent,
)
from plugins.points_store.models import (
    Device,
    LedgerAccount,
    OfflineConflict,
    OfflineEntry,
    Product,
    Provider,
    Quota,
    Redemption,
)
from plugins.points_store.services import cards, devices, quotas
from plugins.points_store.services.offline_booking import shelf_of
from plugins.points_store.services.offline_conflicts import settle_conflict
from tests.plugins.points_store.offline.devices import card_of, held, later, new_phone
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, acting, household_in

BOOKED = ("booked", "")


def conflicts():
    return list(OfflineConflict.unscoped("test").order_by(OfflineConflict.id))


def test_what_a_device_took_along_is_held_and_spent_only_there(world):
    card, phone = card_of(world), new_phone(world)
    taken = phone.reserve()
    assert (taken.wallets, taken.points) == (1, 50)
    assert held(card.wallet_id) == 50
    world.redeem(world.code().code, (world.oil, 1))
    with pytest.raises(InsufficientPoints) as refusal:
        world.redeem(world.code().code, (world.oil, 1))
    assert refusal.value.params == {"needed": 30, "balance": 20}
    assert phone.write(card, (world.bus, 3))
    assert phone.write(card, (world.oil, 1)) is None, "the quota is exhausted"
    assert phone.states() == [BOOKED]
    assert (world.balance(), held(card.wallet_id)) == (40, 20)


def test_of_a_household_of_nobody_no_more_is_sold_and_what_was_sold_before_counts(world):
    card, other = card_of(world), card_of(world, world.other_household)
    near, far = new_phone(world), new_phone(world, world.second_clerk)
    near.reserve()
    assert far.reserve().points == 100
    register = acting(90, "secretary", VILLAGE)
    (head,) = persons_of(world.household)
    leave_register(register, head.id, left_for="died", left_on=today())
    assert held(card.wallet_id) == 100, "the devices may have sold on it already"
    near.write(card, (world.salt, 1))
    near.write(other, (world.salt, 1))
    # It was sold before the device heard: it counts, and the village sees why.
    assert near.states() == [("booked", "deserted"), BOOKED]
    near.hear()
    assert list(near.quotas) == [other.wallet_id]
    assert near.hear() == []
    assert held(card.wallet_id) == 50, "only what the far device holds"
    near.write(other, (world.salt, 1))
    assert near.states()[-1] == BOOKED
    near.reserve()
    assert list(near.quotas) == [other.wallet_id], "nothing is taken along for nobody"
    later(world, NOON, days=8)
    quotas.release_over()
    assert held(card.wallet_id) == 0
    far.write(card, (world.bus, 1))
    assert far.states() == [("conflict", "released")]
    assert world.balance() == 97


def test_a_service_that_needs_a_voucher_is_not_taken_along(world):
    provider = Provider.create(area_code=VILLAGE, name="理发店")
    Product.update(provider_id=provider.id).where(Product.id == world.bus.id).execute()
    card_of(world)
    shelf = shelf_of(new_phone(world).reserve().reservation)
    assert world.salt.id in shelf
    assert world.bus.id not in shelf


def test_what_is_over_is_given_back_in_portions(world, monkeypatch):
    monkeypatch.setattr(quotas, "RELEASED_AT_ONCE", 1)
    own, other = card_of(world), card_of(world, world.other_household)
    assert new_phone(world).reserve().wallets == 2
    later(world, NOON, days=8)
    assert quotas.release_over() == 100
    assert (held(own.wallet_id), held(other.wallet_id)) == (0, 0)
    assert quotas.release_over() == 0


def test_a_queue_is_booked_once_however_often_and_in_whatever_order_it_comes(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    entries = [phone.write(card, (world.salt, 1)) for _ in range(4)]
    first = phone.send([entries[2]]).entries
    torn = phone.send(entries[1:3]).entries
    again = phone.send([*reversed(entries), entries[0]]).entries
    assert first[0] == torn[1] == again[1]
    assert again[3] == again[4]
    assert Redemption.unscoped("test").count() == 4
    assert (world.balance(), held(card.wallet_id)) == (88, 38)
    row = OfflineEntry.unscoped("test").where(OfflineEntry.seq == 3).get()
    assert row.text == entries[2].text


def test_the_servers_time_is_the_bookings_and_the_devices_stands_beside_it(world):
    card, phone = card_of(world), new_phone(world, off=timedelta(days=-1, minutes=-3))
    phone.reserve()
    phone.write(card, (world.salt, 1))
    world.move_clock(NOON + timedelta(hours=5))
    answer = phone.send()
    assert answer.drift == (24 * 60 + 3) * 60_000
    entry = OfflineEntry.unscoped("test").get()
    assert entry.claimed_at == NOON - timedelta(days=1, minutes=3)
    assert entry.claimed_at + timedelta(milliseconds=entry.drift) == NOON
    assert Redemption.unscoped("test").get().at == NOON + timedelta(hours=5)


def test_a_copy_of_a_device_is_refused_and_stops_it(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    phone.write(card, (world.salt, 1))
    words = json.loads(phone.queue[0].text)
    words |= {"items": [[world.bus.id, 1, 10]], "points": 10}
    copy = phone.signed(words)
    assert phone.states() == [BOOKED]
    assert phone.states([copy]) == [("refused", "clone")]
    assert phone.states([copy]) == [("refused", "clone")]
    assert [row.reason for row in conflicts()] == ["clone"]
    assert Device.unscoped("test").get().stopped_why == "clone"
    assert phone.states([phone.queue[0]]) == [BOOKED], "what was booked stays booked"
    phone.write(card, (world.salt, 1))
    assert phone.states([phone.queue[1]]) == [("conflict", "stopped")]
    assert (world.balance(), held(card.wallet_id)) == (97, 47)
    with pytest.raises(DeviceStopped):
        phone.reserve()
    with pytest.raises(ConflictNotBookable):
        settle_conflict(world.secretary, conflict_id=conflicts()[0].id, outcome="wallet", note="")


def test_a_history_that_forks_is_a_copy_too(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    phone.write(card, (world.salt, 1))
    phone.write(card, (world.salt, 1), previous="1" * 64)
    assert phone.states() == [BOOKED, ("conflict", "chain")]
    assert Device.unscoped("test").get().stopped_why == "clone"


def test_words_that_were_altered_or_signed_by_another_are_refused(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    genuine = phone.write(card, (world.salt, 1))
    dearer = type(genuine)(genuine.text.replace('"points": 3', '"points": 1'), genuine.signature)
    assert phone.states([dearer]) == [("refused", "signature")]
    assert phone.states([type(genuine)(genuine.text[:-9], genuine.signature)]) == [("refused", "malformed")]
    assert phone.states([type(genuine)(genuine.text, b"\0" * 64)]) == [("refused", "signature")]
    assert world.balance() == 100


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"quota": "ABCDEFGHJKMN"}, "no_quota"),
        ({"card": "k.ABCDEFGHJK.1.7fffffff.AAAA"}, "card"),
        ({"points": 2}, "sum"),
        ({"items": [[1, 1, 1]], "points": 1}, "price"),
        ({"items": [[999, 1, 3]]}, "price"),
    ],
)
def test_what_no_promise_covers_is_put_before_the_village(world, change, reason):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    phone.write(card, (world.salt, 1), words=change)
    assert phone.states() == phone.states() == [("conflict", reason)]
    assert [row.reason for row in conflicts()] == [reason]
    assert (world.balance(), held(card.wallet_id)) == (100, 50)


def test_more_than_the_quota_is_never_booked_by_itself(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    phone.write(card, (world.oil, 1))
    phone.write(card, (world.oil, 1), careless=True)
    assert phone.states() == [BOOKED, ("conflict", "exceeded")]
    (conflict,) = conflicts()
    with pytest.raises(NotFound):
        settle_conflict(acting(9, "secretary", SIBLING), conflict_id=conflict.id, outcome="store", note="")
    settle_conflict(world.secretary, conflict_id=conflict.id, outcome="wallet", note="户主认可")
    with pytest.raises(ConflictSettled):
        settle_conflict(world.secretary, conflict_id=conflict.id, outcome="store", note="")
    assert (world.balance(), held(card.wallet_id)) == (40, 20)


def test_the_village_books_a_conflict_only_as_far_as_the_balance_goes(world):
    card, phone = card_of(world, points=55), new_phone(world)
    phone.reserve()
    phone.write(card, (world.oil, 2), careless=True)
    assert phone.states() == [("conflict", "exceeded")]
    with pytest.raises(InsufficientPoints):
        settle_conflict(world.secretary, conflict_id=conflicts()[0].id, outcome="wallet", note="")
    settle_conflict(world.secretary, conflict_id=conflicts()[0].id, outcome="store", note="超市承担")
    assert (world.balance(), held(card.wallet_id)) == (55, 50)


def test_a_conflict_that_does_not_add_up_or_is_the_clerks_own_is_borne_by_the_store(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    unknown = {"quota": "ABCDEFGHJKMN"}
    salt, provider = world.salt.id, Provider.create(area_code=VILLAGE, name="理发店")
    Product.update(provider_id=provider.id).where(Product.id == world.oil.id).execute()
    own_home = household_in(VILLAGE, "099", "店员")
    Device.update(household_id=own_home).where(Device.id == phone.id).execute()
    own = card_of(world, own_home, 20)
    for picks, by, words in (
        ((world.salt, 1), card, {"points": 2}),
        ((world.salt, 3), card, {"points": 10, "items": [[salt, 3, 10]]}),
        ((world.oil, 1), card, {}),
        ((world.salt, 1), own, {}),
    ):
        phone.quotas[by.wallet_id] = ["ABCDEFGHJKMN", 50]
        phone.write(by, picks, careless=True, words=unknown | words)
    assert phone.states() == [("conflict", "no_quota")] * 4
    for conflict in conflicts():
        with pytest.raises(ConflictNotBookable):
            settle_conflict(world.admin, conflict_id=conflict.id, outcome="wallet", note="补记")
        settle_conflict(world.admin, conflict_id=conflict.id, outcome="store", note="超市承担")
    assert (world.balance(), world.balance(own_home)) == (100, 20)


def test_a_quota_that_was_given_back_is_spent_by_nobody_again(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    assert quotas.release(world.clerk, mark=phone.mark, sent_through=0) == 50
    assert quotas.release(world.clerk, mark=phone.mark, sent_through=0) == 0, "released twice"
    assert held(card.wallet_id) == 0
    phone.write(card, (world.salt, 1))
    assert phone.states() == [("conflict", "released")]
    assert (world.balance(), held(card.wallet_id)) == (100, 0)


def test_a_quota_is_over_only_after_its_grace(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    early, late = phone.write(card, (world.salt, 1)), phone.write(card, (world.salt, 1))
    world.move_clock(NOON + timedelta(days=7, minutes=-1))
    assert quotas.release_over() == 0
    assert phone.states([early]) == [BOOKED]
    world.move_clock(NOON + timedelta(days=7))
    assert quotas.release_over() == 47
    assert quotas.release_over() == 0
    assert phone.states([late]) == [("conflict", "released")]
    assert (world.balance(), held(card.wallet_id)) == (97, 0)


def test_points_are_taken_anew_only_after_all_was_sent(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    phone.write(card, (world.oil, 1))
    with pytest.raises(QueueNotSent) as refusal:
        phone.reserve()
    assert refusal.value.params == {"missing": 1}
    phone.send()
    assert phone.reserve().points == 50
    assert Quota.unscoped("test").where(Quota.released_at.is_null()).count() == 1
    with pytest.raises(DeviceBehind):
        quotas.reserve(world.clerk, mark=phone.mark, sent_through=0)
    assert held(card.wallet_id) == 50


def test_a_lost_devices_points_stay_held_until_its_grace_is_over(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    spent = phone.write(card, (world.salt, 1))
    phone.lost()
    phone.lost()
    assert held(card.wallet_id) == 50
    assert phone.states([spent]) == [("booked", "device_lost")]
    world.move_clock(NOON + timedelta(days=7))
    assert quotas.release_over() == 47
    assert held(card.wallet_id) == 0


def test_a_card_stopped_meanwhile_is_honoured_up_to_the_quota_and_shown(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    phone.write(card, (world.oil, 1))
    cards.stop_card(world.secretary, card_id=card.card_id)
    phone.write(card, (world.oil, 1), careless=True)
    assert phone.states() == [("booked", "card_stopped"), ("conflict", "exceeded")]
    assert (world.balance(), held(card.wallet_id)) == (70, 20)


def test_a_new_card_opens_the_same_quota(world):
    old, phone = card_of(world), new_phone(world)
    phone.reserve()
    new = cards.issue_card(world.secretary, household_id=world.household)
    assert new.wallet_id == old.wallet_id
    phone.write(new, (world.salt, 1))
    assert phone.states() == [BOOKED]


def test_a_household_that_moved_or_a_wallet_that_was_stopped_meanwhile_pays_what_was_promised(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    update_household(world.admin, world.household, area_code=SIBLING, number="009")
    assert held(card.wallet_id) == 50
    phone.write(card, (world.salt, 1))
    assert phone.states() == [("booked", "moved")]
    LedgerAccount.update(stopped_at=NOON).where(LedgerAccount.id == card.wallet_id).execute()
    phone.write(card, (world.salt, 1))
    assert phone.states()[1] == ("booked", "wallet_stopped")
    assert (world.balance(), held(card.wallet_id)) == (94, 44)


def test_stock_that_was_not_on_the_books_is_found_and_handed_out(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    phone.write(card, (world.salt, 12))
    assert phone.states() == [BOOKED]
    assert type(world.salt).get_by_id(world.salt.id).stock == 0


def test_the_clerks_own_household_is_left_out_and_refused(world):
    card = card_of(world)
    related = acting(5, "clerk", "341504001001", world.household)
    phone = new_phone(world, clerk=related)
    assert phone.reserve().wallets == 0
    other, phone2 = card_of(world, world.other_household), new_phone(world, clerk=related)
    phone2.reserve()
    assert card.wallet_id not in phone2.quotas
    phone2.write(other, (world.salt, 1))
    assert phone2.states() == [BOOKED]


def test_a_device_is_let_in_by_the_village_and_belongs_to_its_clerk(world):
    card_of(world)
    phone = new_phone(world)
    assert phone.enrol().id == phone.id, "the same key is the same device"
    with pytest.raises(NotYourDevice):
        quotas.reserve(world.second_clerk, mark=phone.mark, sent_through=0)
    with pytest.raises(DeviceUnknown):
        quotas.reserve(world.sibling_clerk, mark=phone.mark, sent_through=0)
    with pytest.raises(NotFound):
        devices.approve_device(acting(9, "secretary", SIBLING), device_id=phone.id)
    with pytest.raises(Invalid):
        devices.enrol_device(
            world.clerk, store_id=world.store.id, name="x", public_key=phone.public_key, proof=b"\0" * 64
        )
    Device.update(approved_at=None).where(Device.id == phone.id).execute()
    with pytest.raises(DeviceWaiting):
        phone.reserve()
    with pytest.raises(DeviceWaiting):
        phone.send([])


def test_a_queue_may_be_handed_in_by_a_colleague_or_the_village_but_by_no_stranger(world):
    card, phone = card_of(world), new_phone(world)
    phone.reserve()
    for actor in (world.second_clerk, world.secretary):
        entry = phone.write(card, (world.salt, 1))
        (settled,) = phone.send([entry], actor).entries
        assert settled.state == "booked"
    assert {row.clerk_id for row in Redemption.unscoped("test")} == {5}
    with pytest.raises(DeviceUnknown):
        phone.send(actor=world.sibling_clerk)
