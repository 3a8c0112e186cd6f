"""Two at once: exactly one wins. Each race comes with a control that shows the race is real."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.db import database, unit_of_work
from core.errors import DomainError
from plugins.points_store.errors import CodeUsed, InsufficientPoints, OutOfStock
from plugins.points_store.models import LedgerAccount, Product, Redemption
from plugins.points_store.queries import proof
from plugins.points_store.services import redemption, reversal

THREADS = 8


def at_once(work, count=THREADS):
    """Run `work(number)` in threads that begin together; returns results or refusals."""
    start = threading.Barrier(count)

    def one(number):
        with database.connection_context():
            start.wait(10)
            try:
                return work(number)
            except DomainError as refusal:
                return refusal

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_one_code_scanned_by_many_is_redeemed_once(world):
    world.award(500)
    code = world.code().code
    results = at_once(lambda _: world.redeem(code, (world.salt, 1)))
    assert sum(isinstance(result, redemption.Receipt) for result in results) == 1
    assert sum(isinstance(result, CodeUsed) for result in results) == THREADS - 1
    assert world.balance() == 497


def test_a_balance_is_spent_to_its_floor_and_not_below(world):
    world.award(7 * 10)
    codes = [world.code().code for _ in range(2 * THREADS)]
    results = at_once(lambda number: world.redeem(codes[number], (world.bus, 1)), 2 * THREADS)
    assert sum(isinstance(result, redemption.Receipt) for result in results) == 7
    assert sum(isinstance(result, InsufficientPoints) for result in results) == 2 * THREADS - 7
    assert world.balance() == 0


def test_the_last_pieces_go_to_as_many_as_there_are(world):
    world.award(500)
    codes = [world.code().code for _ in range(THREADS)]
    at_once(lambda number: world.redeem(codes[number], (world.oil, 1)))
    assert Redemption.unscoped("test").count() == 2
    assert world.balance() == 440


def test_the_last_piece_goes_to_one_of_two_clerks_and_the_other_takes_no_points(world):
    world.award(500)
    world.redeem(world.code().code, (world.oil, 1))
    codes = [world.code().code for _ in range(2)]
    clerks = (world.clerk, world.second_clerk)
    results = at_once(lambda n: world.redeem(codes[n], (world.salt, 1), (world.oil, 1), actor=clerks[n]), 2)
    assert sum(isinstance(result, redemption.Receipt) for result in results) == 1
    assert sum(isinstance(result, OutOfStock) for result in results) == 1
    assert Product.get_by_id(world.oil.id).stock == 0
    assert (Product.get_by_id(world.salt.id).stock, world.balance()) == (9, 500 - 30 - 33)


def test_two_reversals_of_one_redemption_give_back_once(world):
    world.award(100)
    receipt = world.redeem(world.code().code, (world.bus, 1))
    results = at_once(
        lambda _: reversal.reverse_redemption(
            world.second_clerk, redemption_id=receipt.redemption_id, reason="点错"
        )
    )
    assert sum(isinstance(result, redemption.Receipt) for result in results) == 1
    assert world.balance() == 100


def test_control_checking_first_and_writing_later_does_oversell(world):
    """The same wallet, without the conditional update and the turn: the harness catches it."""
    wallet = world.award(50)
    gap = threading.Barrier(THREADS, timeout=10)

    def careless(_):
        balance = LedgerAccount.unscoped("control").where(LedgerAccount.id == wallet).get().balance
        gap.wait()  # everybody has checked before anybody writes
        if balance >= 50:
            with unit_of_work(housekeeping="control"):
                LedgerAccount.update(balance=balance - 50).where(LedgerAccount.id == wallet).execute()
            return "sold"
        return "refused"

    assert at_once(careless).count("sold") > 1
    LedgerAccount.update(balance=50).where(LedgerAccount.id == wallet).execute()


@pytest.mark.parametrize("first_wins", range(3))
def test_opening_a_wallet_for_the_first_time_by_many_opens_one(world, first_wins):
    at_once(lambda _: world.award(1, world.other_household))
    rows = LedgerAccount.unscoped("test").where(LedgerAccount.household_id == world.other_household)
    assert rows.count() == 1
    assert world.balance(world.other_household) == THREADS


def proven_while_somebody_books(world, monkeypatch):
    """The proof, with points booked by another thread after the balances were added up."""
    added = proof.unbalanced_accounts

    def book_after():
        found = added()
        at_once(lambda _: world.award(10), 1)
        return found

    monkeypatch.setattr(proof, "unbalanced_accounts", book_after)
    return proof.verify_ledger()


def test_a_booking_while_the_ledger_is_proven_is_no_mistake(world, monkeypatch):
    world.award(50)
    proven = proven_while_somebody_books(world, monkeypatch)
    assert proven.mistakes == []
    monkeypatch.undo()
    assert proof.verify_ledger().entries == proven.entries + 2


def test_control_without_one_view_the_ledger_counts_what_came_in_between(world, monkeypatch):
    world.award(50)
    before = proof.verify_ledger()
    monkeypatch.setattr(proof, "one_view", contextlib.nullcontext)
    assert proven_while_somebody_books(world, monkeypatch).entries == before.entries + 2
