"""Very many deeds at random, refused ones among them, and the equation holds (a million in the soak).

After each deed what it booked is added up in plain SQL (equation_after_each.py); every `FULL_EVERY` deeds,
and at the end of a book, the whole of it is proven: every entry, lot, hold, shelf, closing and the record.
"""

import gc

import pytest

from core.db import database
from plugins.points_store.models import Closing
from plugins.points_store.queries.books import ledger_sum, village_books
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services import stores
from tests.plugins.points_store.books.deeds import OFTEN, Deeds
from tests.plugins.points_store.books.equation_after_each import EquationAfterEach
from tests.proofs.sizes import SIZE

# A book of 50,000 deeds covers some twenty years of twelve households; a county lives no longer before
# the form of a month (20YY) is at its end.
FULL_EVERY = 5_000


@pytest.fixture
def county_sections():
    """Points are good for sixty days."""
    return '[plugin.points_store]\nexpiry = "days"\nexpiry_days = 60\nredeem_within = "county"\n'


@pytest.mark.grows
@pytest.mark.parametrize("book", range(SIZE.deed_books))
def test_many_deeds_at_random_keep_the_equation(world, record_property, book):
    deeds, equation = Deeds(world, seed=20261120 + book), EquationAfterEach()
    stores.change_product(world.clerk, product_id=world.bus.id, points=10, active=True)
    # What stands already is not looked through again and again for garbage.
    gc.freeze()
    proofs = 0
    for number in range(1, SIZE.deeds + 1):
        deeds.one()
        equation.holds()
        if number % FULL_EVERY == 0 or number == SIZE.deeds:
            _prove_the_whole(world, number)
            proofs += 1
    gc.unfreeze()
    record_property(
        "figures",
        f"book {book + 1} of {SIZE.deed_books}: {equation.looks} deeds, the equation after each of them,"
        f" {equation.bookings} bookings, {proofs} proofs of the whole; {dict(deeds.counted.most_common())}",
    )
    assert {name for name in OFTEN if deeds.counted[name]} >= {"award", "redeem", "move", "hand_over"}
    assert equation.looks == SIZE.deeds
    assert Closing.unscoped("test").count() > 0


def _prove_the_whole(world, number):
    assert ledger_sum() == 0
    assert verify_ledger().mistakes == [], number
    assert all(book.balanced for book in village_books(world.admin.scope("points_store.view")))


def test_a_point_that_nobody_booked_is_seen_at_the_next_look(world):
    wallet, equation = world.award(5), EquationAfterEach()
    equation.holds()
    # Taken from the mint, so that the sum of all balances stays zero.
    slip = "UPDATE points_store_ledger_account SET balance = balance {} WHERE {}"
    database.execute_sql(slip.format("+ 1", f"id = {wallet}"))
    database.execute_sql(slip.format("- 1", "kind = 'mint'"))
    with pytest.raises(AssertionError, match="-1001, -1000"):
        equation.holds()
    database.execute_sql(slip.format("- 1", f"id = {wallet}"))
    database.execute_sql(slip.format("+ 1", "kind = 'mint'"))
    equation.holds()
