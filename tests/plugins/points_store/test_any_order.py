"""Whatever people do in whatever order: Hypothesis drives the services and holds the book to its promises."""

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
    OutOfStock,
    StoreShort,
)
from plugins.points_store.queries.books import village_books
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services import awards, cards
from plugins.points_store.services.reversal import reverse_redemption
from tests.plugins.points_store.village import SIBLING, VILLAGE
from tests.proofs import truth
from tests.proofs.sizes import SIZE

HOUSEHOLDS = st.sampled_from(["household", "other_household"])


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


@pytest.mark.grows
def test_any_order_of_deeds_keeps_the_book_sound(world):
    """Award, budget, redeem by code and card, stop a card, reverse, move away and back."""

    class Book(RuleBasedStateMachine):
        @initialize()
        def begin(self):
            self.done, self.cards = [], {}
            self.held = {
                name: world.balance(getattr(world, name)) for name in ("household", "other_household")
            }
            self.home = dict.fromkeys(self.held, VILLAGE)
            for name in self.held:
                self.move(name, VILLAGE)

        def book(self, who, receipt, sign):
            self.held[who] += sign * receipt.points
            assert receipt.balance_after == self.held[who]

        @rule(who=HOUSEHOLDS, points=st.integers(1, 400))
        def award(self, who, points):
            if self.home[who] != VILLAGE:
                return
            if not refusal(BudgetExceeded, world.award, points, getattr(world, who)):
                self.held[who] += points

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
                (InsufficientPoints, OutOfStock, CodeForeign, CardLimit, CardStopped),
                lambda: done.append(world.redeem(code, *picks, **more)),
            )
            if refused is None:
                self.book(who, done[0], -1)
                self.done.append((who, done[0]))
            elif isinstance(refused, InsufficientPoints):
                assert self.held[who] < points
            elif isinstance(refused, CodeForeign):
                assert self.home[who] != VILLAGE

        @rule(who=HOUSEHOLDS)
        def stop_card(self, who):
            if who in self.cards:
                card = self.cards.pop(who)
                cards.stop_card(world.admin, card_id=card.card_id)
                assert refusal(CardStopped, world.redeem, card.serial, (world.bus, 1), raw_pin=card.pin)

        @rule(data=st.data())
        def reverse(self, data):
            if not self.done:
                return
            who, receipt = self.done.pop(data.draw(st.integers(0, len(self.done) - 1)))
            done = []
            refused = refusal(
                StoreShort,
                lambda: done.append(
                    reverse_redemption(
                        world.second_clerk, redemption_id=receipt.redemption_id, reason="点错了"
                    )
                ),
            )
            if refused is None:
                self.book(who, done[0], 1)

        @rule(who=HOUSEHOLDS, village=st.sampled_from([VILLAGE, SIBLING]))
        def move(self, who, village):
            update_household(world.admin, getattr(world, who), area_code=village, number=who)
            self.home[who] = village

        @invariant()
        def sound(self):
            assert truth.mistakes(select) == []
            assert verify_ledger().mistakes == []
            assert all(book.balanced for book in village_books(world.admin.scope("points_store.view")))
            for who, points in self.held.items():
                assert world.balance(getattr(world, who)) == points

    run_state_machine_as_test(
        Book,
        settings=settings(
            max_examples=SIZE.books,
            stateful_step_count=SIZE.steps,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
