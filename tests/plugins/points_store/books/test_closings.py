"""A month is closed once, keeps its figures and the ledger's head for good, and is held to both."""

from datetime import datetime, timedelta

import pytest
from peewee import DatabaseError

from core.clock import CHINA
from core.db import database
from core.errors import Forbidden, NotFound
from core.people.api import move_households
from core.scope import AreaScope
from plugins.points_store.chain import GENESIS, bookings, current_head, link
from plugins.points_store.equation import NOTHING, Figures
from plugins.points_store.errors import BookUneven, MonthClosed, MonthNotOver, MonthOutOfOrder
from plugins.points_store.models import Closing, Transfer
from plugins.points_store.queries.months import area_book, list_closings, month_books, month_to_close
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services import awards, ledger
from plugins.points_store.services.closings import close_month
from tests.plugins.points_store.test_races import at_once
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, acting
from tests.tampering import undone, without_triggers

DECEMBER, JANUARY = datetime(2026, 12, 1, tzinfo=CHINA), datetime(2027, 1, 1, tzinfo=CHINA)
COUNTY = "341504"


@pytest.fixture
def accountant(world):
    """The village's accountant."""
    return acting(20, "accountant", VILLAGE)


def figures(code, month):
    return area_book(code, month)[0].figures


def close(actor, month="2026-11", code=VILLAGE):
    return close_month(actor, area_code=code, month=month)


def busy_november(world):
    world.award(100)
    world.redeem(world.code().code, (world.bus, 2))


def test_a_month_opens_with_what_the_last_one_left(world):
    busy_november(world)
    world.move_clock(DECEMBER + timedelta(days=3))
    world.award(50)
    november, december = figures(VILLAGE, "2026-11"), figures(VILLAGE, "2026-12")
    assert (november.opening, november.issued, november.redeemed, november.closing) == (0, 100, 20, 80)
    assert (december.opening, december.issued, december.redeemed, december.closing) == (80, 50, 0, 130)
    assert (november.fund_before, november.granted, november.fund_after) == (0, 1_000, 900)
    assert (december.fund_before, december.granted, december.fund_after) == (900, 0, 850)
    assert all(each.balanced for each in (november, december))
    assert figures(COUNTY, "2026-12") == december
    assert month_books(world.admin.scope("points_store.view"), "2026-10") == []


def test_a_booking_belongs_to_the_month_of_its_moment_to_the_millisecond(world):
    world.move_clock(DECEMBER - timedelta(milliseconds=1))
    world.award(7)
    world.move_clock(DECEMBER)
    world.award(11)
    assert (figures(VILLAGE, "2026-11").issued, figures(VILLAGE, "2026-12").issued) == (7, 11)


def test_a_closed_month_keeps_its_figures_and_the_head_of_the_ledger(world, accountant):
    busy_november(world)
    world.move_clock(DECEMBER)
    closing = close(accountant)
    assert (closing.opening, closing.closing, closing.fund_after) == (0, 80, 900)
    assert (closing.transfers, closing.head) == (3, current_head().hash)
    head = GENESIS
    for booked in bookings():
        head = link(head, booked)
    assert closing.head == head
    assert verify_ledger().mistakes == []
    with pytest.raises(MonthClosed):
        close(accountant)
    (shown,), total = list_closings(accountant.scope("points_store.view"), None, 1, 20)
    assert (shown.head, total) == (head, 1)
    assert month_to_close(VILLAGE) == "2026-12"


def test_heads_are_carried_on_from_the_last_closing(world, accountant):
    busy_november(world)
    world.move_clock(DECEMBER)
    close(accountant)
    world.award(5)
    world.redeem(world.code().code, (world.salt, 1))
    head = GENESIS
    for booked in bookings():
        head = link(head, booked)
    assert current_head().hash == head
    assert current_head().transfers == 5


def test_months_are_closed_when_they_are_over_and_one_after_the_other(world, accountant):
    busy_november(world)
    with pytest.raises(MonthNotOver):
        close(accountant)
    world.move_clock(JANUARY)
    close(accountant)
    world.move_clock(JANUARY + timedelta(days=40))
    with pytest.raises(MonthOutOfOrder) as refusal:
        close(accountant, "2027-01")
    assert refusal.value.params == {"month": "2026-12"}
    close(accountant, "2026-12")
    close(accountant, "2027-01")
    assert verify_ledger().mistakes == []


def test_the_county_closes_what_its_villages_add_up_to(world):
    busy_november(world)
    awards.grant_budget(world.admin, area_code=SIBLING, points=300, reason="预算")
    awards.award(
        acting(33, "reviewer", SIBLING),
        household_id=world.sibling_household,
        rule_id=world.rule.id,
        points=40,
        reason="清扫",
    )
    world.move_clock(DECEMBER)
    closing = close(world.admin, code=COUNTY)
    assert (closing.issued, closing.closing, closing.fund_after) == (140, 120, 1_160)
    own, villages = area_book(COUNTY, "2026-11")
    assert own.head == closing.head
    assert [village.area_code for village in villages] == [VILLAGE, SIBLING]
    assert verify_ledger().mistakes == []


def test_nobody_closes_the_month_of_others(world, accountant):
    world.move_clock(DECEMBER)
    for actor, code, refusal in (
        (accountant, SIBLING, NotFound),
        (accountant, COUNTY, NotFound),
        (world.admin, VILLAGE[:9], NotFound),
        (world.reviewer, VILLAGE, Forbidden),
    ):
        with pytest.raises(refusal):
            close(actor, code=code)


def test_of_eight_who_close_at_once_one_does(world, accountant):
    busy_november(world)
    world.move_clock(DECEMBER)
    results = at_once(lambda _: close(accountant))
    assert sum(isinstance(each, Closing) for each in results) == 1
    assert sum(isinstance(each, MonthClosed) for each in results) == 7


def test_while_bookings_go_on_the_head_is_that_of_a_whole_ledger(world, accountant):
    world.award(500)
    world.move_clock(DECEMBER)
    codes = [world.code().code for _ in range(8)]
    results = at_once(
        lambda number: close(accountant) if number == 4 else world.redeem(codes[number], (world.bus, 1))
    )
    assert sum(isinstance(each, Closing) for each in results) == 1
    assert Transfer.unscoped("test").count() == 9
    assert verify_ledger().mistakes == []


def test_with_the_clock_set_back_no_booking_falls_into_a_closed_month(world, accountant):
    busy_november(world)
    world.move_clock(DECEMBER + timedelta(hours=1))
    close(accountant)
    world.move_clock(NOON)
    world.award(9)
    booked = Transfer.unscoped("test").order_by(Transfer.id.desc()).first()
    assert booked.at == DECEMBER
    assert figures(VILLAGE, "2026-11").issued == 100
    assert verify_ledger().mistakes == []


def test_control_without_that_floor_a_booking_changes_a_closed_month(world, accountant, monkeypatch):
    busy_november(world)
    world.move_clock(DECEMBER)
    close(accountant)
    world.move_clock(NOON)
    monkeypatch.setattr(ledger, "_moment", lambda moment: moment)
    monkeypatch.setattr(ledger._TRANSFER, "_handle", None)
    world.award(9)
    assert any("数字与账上重新加总的不符" in mistake for mistake in verify_ledger().mistakes)
    monkeypatch.undo()
    monkeypatch.setattr(ledger._TRANSFER, "_handle", None)
    with without_triggers("points_store_closing"):
        database.execute_sql("DELETE FROM points_store_closing")


@pytest.mark.parametrize("change", ["UPDATE {} SET issued = 0", "DELETE FROM {}"])
def test_the_database_refuses_to_change_a_closing(world, accountant, change):
    world.move_clock(DECEMBER)
    close(accountant)
    with pytest.raises(DatabaseError, match="stays as it is"), database.atomic():
        database.execute_sql(change.format("points_store_closing"))


CLOSING_TAMPERING = [
    ("UPDATE points_store_closing SET issued = issued + 1", "数字"),
    ("UPDATE points_store_closing SET fund_after = fund_after - 1", "数字"),
    ("UPDATE points_store_closing SET head = '" + "a" * 64 + "'", "校验码"),
    ("UPDATE points_store_closing SET transfers = transfers + 1", "校验码"),
    ("UPDATE points_store_closing SET last_transfer_id = 1", "校验码"),
    ("UPDATE points_store_transfer SET reason = '别的' WHERE kind = 'award'", "校验码"),
]


@pytest.mark.parametrize(("change", "word"), CLOSING_TAMPERING)
def test_verify_finds_a_closing_that_does_not_hold(world, accountant, change, word):
    busy_november(world)
    world.move_clock(DECEMBER)
    close(accountant)
    with undone(), without_triggers("points_store_closing", "points_store_transfer"):
        database.execute_sql(change)
        assert any("结账" in mistake and word in mistake for mistake in verify_ledger().mistakes)


def test_a_village_that_is_merged_in_mid_month_closes_and_so_does_the_other(world, accountant):
    busy_november(world)
    move_households(
        world.admin, AreaScope((COUNTY,)), {world.household: SIBLING, world.other_household: SIBLING}
    )
    world.move_clock(DECEMBER)
    old, new = close(accountant), close(acting(21, "accountant", SIBLING), code=SIBLING)
    assert (old.moved, old.closing, new.moved, new.closing) == (-80, 0, 80, 80)
    assert figures(COUNTY, "2026-11").moved == 0
    assert verify_ledger().mistakes == []


def test_a_month_whose_equation_does_not_hold_is_not_closed(world, accountant, monkeypatch):
    world.move_clock(DECEMBER)
    broken = Figures(**{**vars(NOTHING), "closing": 1})
    monkeypatch.setattr("plugins.points_store.services.closings.area_month", lambda *_: broken)
    with pytest.raises(BookUneven):
        close(accountant)
