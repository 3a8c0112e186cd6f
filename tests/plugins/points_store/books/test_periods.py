"""Money for a period: the county's fund feeds the villages, what is left goes back, years do not mix."""

from datetime import date, datetime

import pytest

from core.clock import CHINA
from core.errors import NotFound
from plugins.points_store.errors import (
    BudgetExceeded,
    CountyFundShort,
    PeriodClosed,
    PeriodMissing,
    PeriodNotOver,
    PeriodNotReturned,
    PeriodOverlaps,
)
from plugins.points_store.models import BUDGET_BACK, Transfer
from plugins.points_store.queries.books import ledger_sum, village_books
from plugins.points_store.services import awards, ledger, periods
from tests.plugins.points_store.village import SIBLING, VILLAGE, acting

COUNTY = "341504"
NEXT_YEAR = datetime(2027, 1, 2, 9, 0, tzinfo=CHINA)


def this_year(world):
    return periods.declare_period(
        world.admin, title="2026年", begins=date(2026, 1, 1), ends=date(2026, 12, 31)
    )


def funds():
    return ledger.county_fund(COUNTY).balance, ledger.fund(VILLAGE).balance, ledger.fund(SIBLING).balance


def test_within_a_period_villages_are_fed_by_the_countys_own_fund(world):
    this_year(world)
    with pytest.raises(CountyFundShort) as refusal:
        awards.grant_budget(world.admin, area_code=SIBLING, points=10, reason="预算")
    assert refusal.value.params == {"needed": 10, "balance": 0}
    periods.fill_county_fund(world.admin, points=500, reason="县级预算")
    awards.grant_budget(world.admin, area_code=SIBLING, points=200, reason="预算")
    assert funds() == (300, 1_000, 200)
    with pytest.raises(CountyFundShort):
        awards.grant_budget(world.admin, area_code=SIBLING, points=301, reason="预算")
    assert ledger_sum() == 0


def test_the_countys_fund_is_no_villages_book(world):
    this_year(world)
    periods.fill_county_fund(world.admin, points=500, reason="县级预算")
    books = village_books(world.admin.scope("points_store.view"))
    assert [book.area_code for book in books] == [VILLAGE]
    assert all(book.balanced for book in books)


def test_without_a_period_budgets_come_from_the_mint_as_ever(world):
    awards.grant_budget(world.admin, area_code=SIBLING, points=10, reason="预算")
    assert funds() == (0, 1_000, 10)
    with pytest.raises(PeriodMissing):
        periods.fill_county_fund(world.admin, points=1, reason="县级预算")


def test_when_the_year_is_over_what_is_left_goes_back_before_new_money_comes(world):
    period = this_year(world)
    periods.fill_county_fund(world.admin, points=500, reason="县级预算")
    world.award(300)
    with pytest.raises(PeriodNotOver):
        periods.return_budgets(world.admin, period_id=period.id, reason="年终")
    world.move_clock(NEXT_YEAR)
    new = periods.declare_period(
        world.admin, title="2027年", begins=date(2027, 1, 1), ends=date(2027, 12, 31)
    )
    for deed in (
        lambda: periods.fill_county_fund(world.admin, points=1, reason="县级预算"),
        lambda: awards.grant_budget(world.admin, area_code=VILLAGE, points=1, reason="预算"),
    ):
        with pytest.raises(PeriodNotReturned):
            deed()
    assert periods.return_budgets(world.admin, period_id=period.id, reason="年终") == 1_200
    assert funds() == (0, 0, 0)
    assert Transfer.unscoped("test").where(Transfer.kind == BUDGET_BACK).count() == 2
    with pytest.raises(PeriodClosed):
        periods.return_budgets(world.admin, period_id=period.id, reason="年终")
    # What people hold stays good, and nothing new is given before the new year's money is there.
    assert world.redeem(world.code().code, (world.bus, 1)).balance_after == 290
    with pytest.raises(BudgetExceeded):
        world.award(1)
    periods.fill_county_fund(world.admin, points=50, reason="县级预算")
    awards.grant_budget(world.admin, area_code=VILLAGE, points=50, reason="预算")
    world.award(50)
    (book,) = [book for book in village_books(world.admin.scope("points_store.view")) if book.issued]
    assert (book.granted, book.fund, book.outstanding, book.balanced) == (350, 0, 340, True)
    assert new.id != period.id


def test_a_day_belongs_to_one_period_and_only_the_county_declares_one(world):
    this_year(world)
    with pytest.raises(PeriodOverlaps):
        periods.declare_period(world.admin, title="下半年", begins=date(2026, 7, 1), ends=date(2027, 6, 30))
    town_admin = acting(99, "county_admin", VILLAGE[:9])
    with pytest.raises(NotFound):
        periods.declare_period(town_admin, title="明年", begins=date(2027, 1, 1), ends=date(2027, 2, 1))
    with pytest.raises(NotFound):
        periods.fill_county_fund(town_admin, points=1, reason="预算")
