"""Whatever people do in whatever order: Hypothesis drives the services and holds the book to its promises."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from core.db import database
from core.people.services import update_household
from plugins.points_store.errors import (
    BudgetExceeded,
    CardLimit,
    CardStopped,
    CodeForeign,
    InsufficientPoints,
    MonthClosed,
    MonthNotOver,
    OpeningSpent,
    OpeningTwice,
    OutOfStock,
    StoreShort,
    TooLateToReverse,
    WalletStopped,
)
from plugins.points_store.models import LedgerAccount, OpeningLine
from plugins.points_store.queries.books import village_books
from plugins.points_store.queries.months import month_to_close
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services import awards, cards, holders, lots, openings
from plugins.points_store.services.closings import close_month
from plugins.points_store.services.expiry import expire_points
from plugins.points_store.services.reversal import reverse_redemption
from tests.plugins.points_store.lot_model import LotModel, merged
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, acting
from tests.proofs import truth
from tests.proofs.sizes import SIZE

WHO = ("household", "other_household")
HOUSEHOLDS = st.sampled_from(WHO)
# Days that points live, in these tests.
LIFE = 20


def select(sql):
    """A statement of the independent look at the book, on this county's connection."""
    return database.execute_sql(sql).fetchall()


def refusal(expected, action, *values, **named):
    """The refusal among `expected` that `action` ended in, or None when it was done."""
    try:
        action(*values, **named)
    except expected as refused:
        return refused
    return None


def lots_of(world, who):
    """What a household's wallet really holds, lot by lot."""
    holder = LedgerAccount.household_id == getattr(world, who)
    wallet = LedgerAccount.unscoped("test").where(holder).first()
    left = lots.lots_left(wallet.id, wallet.balance) if wallet else []
    return [(each.points, each.expires_on) for each in left]


@pytest.mark.grows
def test_any_order_of_deeds_keeps_the_book_sound(world, monkeypatch):
    """Award, budget, redeem by code and card, stop a card, reverse, move away and back; days that pass.

    Points that end, opening balances taken back, wallets stopped, shared out, joined; months closed.
    """
    monkeypatch.setattr(lots, "last_day", lambda day: day + timedelta(days=LIFE))
    clock = [NOON]
    accountant = acting(20, "accountant", VILLAGE)

    class Book(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            self.done, self.cards, self.entered = [], {}, []
            self.model = {name: LotModel(lots_of(world, name)) for name in WHO}
            self.home = dict.fromkeys(WHO, VILLAGE)
            for name in WHO:
                self.move(name, VILLAGE)

        @property
        def last(self):
            return clock[0].date() + timedelta(days=LIFE)

        def wallet(self, who):
            holder = LedgerAccount.household_id == getattr(world, who)
            return LedgerAccount.unscoped("test").where(holder).first()

        @rule(days=st.integers(1, 25))
        def days_pass(self, days):
            clock[0] += timedelta(days=days)
            world.move_clock(clock[0])

        @rule()
        def expire(self):
            expire_points()
            for model in self.model.values():
                model.expire(clock[0].date())

        @rule(village=st.sampled_from([VILLAGE, SIBLING, VILLAGE[:6]]))
        def close(self, village):
            refusal(
                (MonthNotOver, MonthClosed),
                close_month,
                world.admin,
                area_code=village,
                month=month_to_close(village),
            )

        @rule(who=HOUSEHOLDS, points=st.integers(1, 60))
        def enter_opening(self, who, points):
            line = openings.Holding(getattr(world, who), points)
            if self.home[who] != VILLAGE:
                return
            done = []
            if not refusal(
                OpeningTwice,
                lambda: done.append(
                    openings.enter_opening(accountant, area_code=VILLAGE, source="第1页", holdings=[line])
                ),
            ):
                if refusal(BudgetExceeded, openings.confirm_opening, world.admin, sheet_id=done[0].id):
                    openings.refuse_opening(world.admin, sheet_id=done[0].id, reason="预算不足")
                else:
                    self.model[who].credit(points, self.last)
                    self.entered.append((who, done[0].id))

        @rule()
        def take_opening_back(self):
            if self.entered:
                who, sheet_id = self.entered.pop()
                line = OpeningLine.get(OpeningLine.sheet_id == sheet_id)
                deed = {"line_id": line.id, "reason": "登错"}
                if not refusal(OpeningSpent, openings.withdraw_opening, world.admin, **deed):
                    self.model[who].spend(line.points)

        @rule(who=HOUSEHOLDS)
        def stop_and_resume(self, who):
            wallet = self.wallet(who)
            if wallet is not None:
                deed = holders.resume_wallet if wallet.stopped_at else holders.stop_wallet
                deed(world.admin, wallet_id=wallet.id, reason="议定")

        @rule(who=HOUSEHOLDS, points=st.integers(1, 80))
        def hand_over(self, who, points):
            self.give(
                who,
                lambda wallet, other: holders.hand_points_over(
                    world.admin, wallet_id=wallet.id, household_id=other, points=points, reason="转"
                ),
                points,
            )

        @rule(who=HOUSEHOLDS, share=st.integers(0, 100))
        def split(self, who, share):
            if self.wallet(who) is None:
                return
            self.model[who].expire(clock[0].date())
            balance = self.model[who].balance
            given = balance * share // 100

            def shares(wallet, other):
                parts = {other: given, getattr(world, who): balance - given}
                holders.split_wallet(world.admin, wallet_id=wallet.id, shares=parts, reason="分户")

            self.give(who, shares, given)

        @rule(who=HOUSEHOLDS)
        def join(self, who):
            self.give(
                who,
                lambda wallet, other: holders.merge_wallets(
                    world.admin, wallet_id=wallet.id, household_id=other, reason="并户"
                ),
                None,
            )

        def give(self, who, deed, points):
            wallet = self.wallet(who)
            if wallet is None:
                return
            (other,) = (name for name in WHO if name != who)
            if refusal(InsufficientPoints, deed, wallet, getattr(world, other)):
                # Nothing was booked, what is over neither.
                return
            self.model[who].expire(clock[0].date())
            moved = self.model[who].balance if points is None else points
            for part, last in self.model[who].spend(moved):
                self.model[other].credit(part, last)

        @rule(who=HOUSEHOLDS, points=st.integers(1, 400))
        def award(self, who, points):
            if self.home[who] != VILLAGE:
                return
            if not refusal(BudgetExceeded, world.award, points, getattr(world, who)):
                self.model[who].credit(points, self.last)

        @rule(points=st.integers(1, 300))
        def grant(self, points):
            awards.grant_budget(world.admin, area_code=VILLAGE, points=points, reason="追加")

        @rule(salt=st.integers(0, 3), rides=st.integers(0, 3))
        def redeem(self, salt, rides):
            picks = [(product, n) for product, n in ((world.salt, salt), (world.bus, rides)) if n]
            if picks:
                self.serve("household", world.code().code, picks, 3 * salt + 10 * rides)

        @rule(who=HOUSEHOLDS, pick=st.sampled_from(["salt", "bus"]), quantity=st.integers(1, 4))
        def redeem_by_card(self, who, pick, quantity):
            if who not in self.cards:
                self.cards[who] = cards.issue_card(world.admin, household_id=getattr(world, who))
            card, product = self.cards[who], getattr(world, pick)
            self.serve(who, card.serial, [(product, quantity)], product.points * quantity, raw_pin=card.pin)

        def serve(self, who, code, picks, points, **more):
            done = []
            refused = refusal(
                (InsufficientPoints, OutOfStock, CodeForeign, CardLimit, CardStopped, WalletStopped),
                lambda: done.append(world.redeem(code, *picks, **more)),
            )
            if refused is None:
                self.model[who].spend(points)
                assert done[0].balance_after == self.model[who].balance
                self.done.append((who, done[0]))
            elif isinstance(refused, InsufficientPoints):
                assert self.model[who].balance < points
            elif isinstance(refused, CodeForeign):
                assert self.home[who] != VILLAGE

        @rule(who=HOUSEHOLDS)
        def stop_card(self, who):
            if who in self.cards:
                card = self.cards.pop(who)
                cards.stop_card(world.admin, card_id=card.card_id)
                assert refusal(CardStopped, world.redeem, card.serial, (world.bus, 1), raw_pin=card.pin)

        @rule(place=st.integers(0, 1_000))
        def reverse(self, place):
            if not self.done:
                return
            who, receipt = self.done.pop(place % len(self.done))
            done = []
            refused = refusal(
                (StoreShort, TooLateToReverse),
                lambda: done.append(
                    reverse_redemption(
                        world.second_clerk, redemption_id=receipt.redemption_id, reason="点错了"
                    )
                ),
            )
            if refused is None:
                self.model[who].credit(receipt.points, self.last)
                if self.home[who] != VILLAGE:
                    # Booked where it was redeemed, and carried on to where the household lives now.
                    for part, last in self.model[who].spend(receipt.points):
                        self.model[who].credit(part, last)

        @rule(who=HOUSEHOLDS, village=st.sampled_from([VILLAGE, SIBLING]))
        def move(self, who, village):
            if self.home[who] != village or (self.wallet(who) and self.wallet(who).area_code != village):
                self.model[who].expire(clock[0].date())
            update_household(world.admin, getattr(world, who), area_code=village, number=who)
            self.home[who] = village

        @invariant()
        def sound(self):
            # Codes are forgotten after a week, and here weeks pass.
            assert [it for it in truth.mistakes(select) if "codes are used" not in it] == []
            assert verify_ledger().mistakes == []
            assert all(book.balanced for book in village_books(world.admin.scope("points_store.view")))
            for who, model in self.model.items():
                assert merged(lots_of(world, who)) == merged(lot for lot in model.lots if lot[0])

    run_state_machine_as_test(
        Book,
        settings=settings(
            max_examples=SIZE.books,
            stateful_step_count=SIZE.steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
