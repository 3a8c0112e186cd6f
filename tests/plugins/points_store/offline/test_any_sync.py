"""Devices, copies, wrong clocks, lost phones, any order: no overdraft, nothing twice, all promises kept.

Hypothesis drives the real services. Two controls take one wall away each and show that the machine finds it.
"""

import random
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from peewee import fn

from core.clock import now, today
from core.db import unit_of_work
from core.errors import NotFound
from core.people.api import leave_register, left_of, persons_of, take_leaving_back
from core.people.services import update_household
from core.scope import AreaScope
from plugins.points_store.errors import (
    BudgetExceeded,
    CardLimit,
    CardStopped,
    CodeForeign,
    DeviceBehind,
    DeviceStopped,
    HouseholdDeserted,
    InsufficientPoints,
    QueueNotSent,
)
from plugins.points_store.models import (
    DEDUCTION,
    Device,
    LedgerAccount,
    OfflineEntry,
    Quota,
    Redemption,
)
from plugins.points_store.queries.held import wrong_holds
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services import awards, cards, ledger, offline_sync, quotas
from tests.plugins.points_store.offline.devices import Phone, card_of, new_phone
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, acting
from tests.proofs.sizes import SIZE

PHONES = st.integers(0, 2)
HOMES = st.sampled_from(["household", "other_household"])
REFUSED = (InsufficientPoints, CardLimit, CardStopped, CodeForeign, HouseholdDeserted)


def empty(world, household):
    """Take all points of a household away, so that promises and balances lie close together."""
    wallet = LedgerAccount.unscoped("test").where(LedgerAccount.household_id == household).first()
    if wallet is not None and wallet.balance:
        with unit_of_work():
            legs = [
                ledger.Leg(wallet.id, -wallet.balance),
                ledger.Leg(ledger.fund(VILLAGE).id, wallet.balance),
            ]
            ledger.post(world.admin, DEDUCTION, legs, area_code=VILLAGE, reason="清零")


def machine(world, points):
    """The state machine over one village; every run begins with new phones and cards and so many points."""

    class Partitions(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            last = max((row.at for row in Redemption.unscoped("test")), default=NOON)
            world.move_clock(max(last, now()) + timedelta(days=30))
            quotas.release_over()
            Device.update(stopped_at=now(), stopped_why="retired").execute()
            self.deserted = set()
            for name in ("household", "other_household"):
                self.come_back(name)
                self.move(name, VILLAGE)
                empty(world, getattr(world, name))
            awards.grant_budget(world.admin, area_code=VILLAGE, points=500, reason="追加")
            self.cards = {
                name: card_of(world, getattr(world, name), points)
                for name in ("household", "other_household")
            }
            self.phones = [
                new_phone(world, clerk, off=timedelta(minutes=off))
                for clerk, off in ((world.clerk, 0), (world.clerk, -1500), (world.second_clerk, 7))
            ]
            self.held_in = [phone.reserve() for phone in self.phones]
            self.balance = {name: world.balance(getattr(world, name)) for name in self.cards}
            self.booked = {}

        @rule(who=HOMES, points=st.integers(1, 60))
        def award(self, who, points):
            try:
                world.award(points, getattr(world, who))
            except (BudgetExceeded, NotFound, HouseholdDeserted):
                return
            assert who not in self.deserted
            self.balance[who] += points

        @rule(which=PHONES, who=HOMES, rides=st.integers(1, 3), careless=st.booleans())
        def spend_without_a_line(self, which, who, rides, careless):
            phone, card = self.phones[which], self.cards[who]
            if card.wallet_id in phone.quotas:
                phone.write(card, (world.bus, rides), careless=careless)

        @rule(which=PHONES, who=HOMES)
        def spend_by_a_copy_of_the_phone(self, which, who):
            phone, card = self.phones[which], self.cards[who]
            if card.wallet_id not in phone.quotas:
                return
            copy = Phone(world, phone.clerk, phone.store_id, phone.key, phone.off, phone.id)
            copy.queue, copy.quotas = phone.queue[:-1], {w: list(q) for w, q in phone.quotas.items()}
            copy.write(card, (world.salt, 1), careless=True)
            self.send(copy, copy.queue[-1:])

        @rule(which=PHONES, part=st.randoms())
        def sync_some(self, which, part):
            queue = self.phones[which].queue
            chosen = part.choices(queue, k=part.randint(1, 2 * len(queue))) if queue else []
            self.send(self.phones[which], chosen)

        @rule(which=PHONES)
        def sync_all(self, which):
            self.send(self.phones[which], self.phones[which].queue)

        def send(self, phone, entries):
            for entry, settled in zip(entries, phone.send(entries).entries, strict=True):
                if settled.state != "booked":
                    continue
                # Once booked it stays booked, with the same answer.
                before = self.booked.setdefault((phone.mark, settled.seq), settled)
                assert before == settled
                if before is settled:
                    row = Redemption.unscoped("test").where(Redemption.id == settled.redemption_id).get()
                    (who,) = [n for n, card in self.cards.items() if card.wallet_id == row.wallet_id]
                    self.balance[who] -= row.points
                    assert f'"points": {row.points}' in entry.text

        @rule(which=PHONES)
        def take_anew(self, which):
            try:
                self.phones[which].reserve()
            except (QueueNotSent, DeviceBehind, DeviceStopped):
                return
            taken = self.phones[which].quotas
            assert not [who for who in self.deserted if self.cards[who].wallet_id in taken]

        @rule(which=PHONES)
        def hear(self, which):
            phone = self.phones[which]
            self.send(phone, phone.queue)
            try:
                heard = phone.hear()
            except (DeviceBehind, DeviceStopped):
                return
            assert not Quota.unscoped("test").where(Quota.mark.in_(heard) & Quota.released_at.is_null())

        @rule(which=PHONES)
        def give_back(self, which):
            phone = self.phones[which]
            try:
                quotas.release(phone.clerk, mark=phone.mark, sent_through=len(phone.queue))
            except (QueueNotSent, DeviceBehind, DeviceStopped):
                return

        @rule(who=HOMES)
        def everybody_leaves(self, who):
            register = acting(90, "secretary", VILLAGE[:6])
            for person in persons_of(getattr(world, who)):
                leave_register(register, person.id, left_for="died", left_on=today())
            self.deserted.add(who)

        @rule(who=HOMES)
        def come_back(self, who):
            register = acting(90, "secretary", VILLAGE[:6])
            for person in left_of(AreaScope((VILLAGE[:6],)), getattr(world, who)):
                take_leaving_back(register, person.person_id, reason="登记错了")
            self.deserted.discard(who)

        @rule(which=PHONES)
        def lose(self, which):
            self.phones[which].lost()

        @rule(hours=st.integers(1, 60))
        def time_passes(self, hours):
            world.move_clock(now() + timedelta(hours=hours))
            quotas.release_over()

        @rule(who=HOMES)
        def new_card(self, who):
            self.cards[who] = cards.issue_card(world.admin, household_id=getattr(world, who))

        @rule(who=HOMES, village=st.sampled_from([VILLAGE, SIBLING]))
        def move(self, who, village):
            update_household(world.admin, getattr(world, who), area_code=village, number=who)

        @rule(who=HOMES, rides=st.integers(1, 5))
        def redeem_with_a_line(self, who, rides):
            card = self.cards[who]
            try:
                world.redeem(card.token, (world.bus, rides), raw_pin=card.pin)
            except REFUSED:
                return
            assert who not in self.deserted
            self.balance[who] -= 10 * rides

        @invariant()
        def sound(self):
            assert list(wrong_holds()) == []
            wrong = (LedgerAccount.held > LedgerAccount.balance) & (LedgerAccount.kind == "wallet")
            assert not LedgerAccount.unscoped("test").where(wrong).exists()
            assert not Quota.unscoped("test").where(Quota.spent > Quota.points).exists()
            for name, points in self.balance.items():
                assert world.balance(getattr(world, name)) == points
            stopped = Quota.released_at.is_null() & Quota.stopped_at.is_null()
            of_nobody = [self.cards[who].wallet_id for who in self.deserted]
            assert not Quota.unscoped("test").where(stopped & Quota.wallet_id.in_(of_nobody)).exists()
            once = Redemption.unscoped("test", fn.COUNT(Redemption.id)).where(
                Redemption.id.in_([settled.redemption_id for settled in self.booked.values()])
            )
            assert once.scalar() == len(self.booked)

        def teardown(self):
            assert verify_ledger().mistakes == []

    return Partitions


def run(world, examples, *, points=110, **more):
    run_state_machine_as_test(
        machine(world, points),
        settings=settings(
            max_examples=examples,
            stateful_step_count=SIZE.steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
            **more,
        ),
    )


@pytest.mark.grows
def test_no_partition_copy_or_order_overdraws_a_wallet_or_books_twice(world):
    run(world, max(5, SIZE.books // 2))


def test_control_without_holding_points_the_machine_finds_a_broken_promise(world, monkeypatch):
    """Points that a device may spend are not kept for it: somebody else spends them."""

    class Nothing:
        def run(self, **_):
            return 1

    monkeypatch.setattr(quotas, "_HOLD", Nothing())
    for module in (quotas, offline_sync):
        monkeypatch.setattr(module, "release_points", lambda *_: None)
    monkeypatch.setattr("tests.plugins.points_store.offline.test_any_sync.wrong_holds", list)
    monkeypatch.setattr("plugins.points_store.queries.proof.wrong_holds", list)
    with pytest.raises(InsufficientPoints):
        run(world, 300, points=20, phases=[Phase.generate], database=None)
    Quota.update(released_at=now()).where(Quota.released_at.is_null()).execute()


def test_control_without_looking_for_the_number_the_machine_finds_a_second_booking(world, monkeypatch):
    """An entry that came before is booked again: only the database's own wall stands then."""
    monkeypatch.setattr(offline_sync, "_entry", lambda _device, _seq: None)
    with pytest.raises(Exception, match=r"(?i)unique"):
        run(world, 200, phases=[Phase.generate], database=None)


class Undo(Exception):
    """Back to before the delivery."""


@pytest.mark.parametrize("seed", range(4))
def test_every_order_of_delivery_ends_in_the_same_book(world, seed):
    """Three devices that keep to their quotas; the network tears, repeats and shuffles what they send."""
    dice = random.Random(seed)
    holders = [card_of(world, household, 90) for household in (world.household, world.other_household)]
    phones = [
        new_phone(world, clerk, off=timedelta(hours=dice.randint(-30, 30)))
        for clerk in (world.clerk, world.clerk, world.second_clerk)
    ]
    for phone in phones:
        phone.reserve()
    for _ in range(24):
        phone, card = dice.choice(phones), dice.choice(holders)
        if card.wallet_id in phone.quotas:
            phone.write(card, (dice.choice([world.salt, world.bus]), dice.randint(1, 2)))
    letters = [(phone, entry) for phone in phones for entry in phone.queue]

    def outcome():
        # By what an account is, not by its number: what was undone has used numbers up on PostgreSQL.
        wallets = [
            (f"{row.kind} {row.household_id} {row.area_code}", row.balance, row.held)
            for row in LedgerAccount.unscoped("test")
        ]
        entries = [(row.device_id, row.seq, row.state, row.hash) for row in OfflineEntry.unscoped("test")]
        return sorted(wallets), sorted(entries)

    def tried(order):
        """What an order of delivery leads to; all of it is undone."""
        with suppress(Undo), unit_of_work(housekeeping="tried and undone"):
            for phone, entry in order:
                phone.send([entry])
            found.append(outcome())
            raise Undo

    found = []
    for _ in range(4):
        order = letters + dice.choices(letters, k=10)
        dice.shuffle(order)
        tried(order)
    for phone, entry in letters:
        phone.send([entry])
    assert found == [outcome()] * 4
    assert {state for _, _, state, _ in outcome()[1]} == {"booked"}
    assert len(outcome()[1]) == len(letters)
