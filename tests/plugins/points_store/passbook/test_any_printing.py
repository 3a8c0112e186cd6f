"""Whatever happens in whatever order: every booking is printed once, in order, at a place of its own."""

from contextlib import suppress
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.points_store.errors import PassbookUpToDate
from plugins.points_store.models import LINES_A_PAGE, Entry, Passbook, PassbookPrint
from plugins.points_store.queries.passbooks import lines_of
from plugins.points_store.services import awards, codes, passbooks
from tests.plugins.points_store.village import VILLAGE, acting, household_in


@pytest.fixture
def numbers():
    """A new household for each example."""
    return count(1)


DEEDS = st.lists(st.sampled_from(["award", "many", "redeem", "print", "lost", "full"]), max_size=12)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_every_booking_is_printed_once_whatever_happens(world, numbers, deeds):
    home = household_in(VILLAGE, f"9{next(numbers):03}", "孙八")
    resident = acting(50, "resident", VILLAGE, home)
    awards.grant_budget(world.admin, area_code=VILLAGE, points=1_000, reason="追加")
    wallet = world.award(200, home)
    book = passbooks.open_passbook(world.secretary, wallet_id=wallet)
    before = Entry.select().where(Entry.ledger_account_id == wallet).count()
    for deed in [*deeds, *["print"] * 6]:
        if deed in ("award", "many"):
            for _ in range(9 if deed == "many" else 1):
                world.award(1, home)
        elif deed == "redeem":
            world.redeem(codes.issue_code(resident).code, (world.bus, 1))
        elif deed == "print":
            with suppress(PassbookUpToDate):
                passbooks.print_page(world.secretary, passbook_id=book.id)
        else:
            book = passbooks.replace_passbook(world.secretary, passbook_id=book.id, why=deed)
    assert_printed_once(wallet, before)


def assert_printed_once(wallet: int, before: int) -> None:
    booked = Entry.select().where(Entry.ledger_account_id == wallet).order_by(Entry.id)
    expected = [(entry.points, entry.balance_after) for entry in booked][before:]
    lines, places = [], []
    for book in Passbook.select().where(Passbook.wallet_id == wallet).order_by(Passbook.number):
        balance = book.brought_forward
        prints = PassbookPrint.select().where(PassbookPrint.passbook_id == book.id)
        for row in prints.order_by(PassbookPrint.id):
            found = lines_of(row, book)
            assert [line.line for line in found] == list(range(row.first_line, row.last_line + 1))
            places += [(book.number, row.page, line.line) for line in found]
            for line in found:
                balance += line.points or 0
                assert line.balance == balance
            lines += [(line.points, line.balance) for line in found if line.points is not None]
    assert lines == expected
    assert len(set(places)) == len(places)
    assert all(1 <= line <= LINES_A_PAGE for *_, line in places)
