"""Lots end on their day, the oldest points are spent first, and a model of explicit lots agrees."""

import itertools
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import CHINA
from core.db import database, unit_of_work
from plugins.points_store.errors import InsufficientPoints
from plugins.points_store.models import EXPIRY, ExpiryNotice, LedgerAccount, Lot, Transfer
from plugins.points_store.queries.books import village_books
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services import awards, codes, ledger, lots
from plugins.points_store.services.expiry import expire_points
from plugins.points_store.services.expiry_notices import ending_points, tell_of_expiry
from plugins.points_store.services.reversal import reverse_redemption
from tests.plugins.points_store.lot_model import LotModel
from tests.plugins.points_store.test_races import at_once
from tests.plugins.points_store.village import NOON, VILLAGE, acting, household_in
from tests.tampering import undone, without_triggers

NEW_YEAR = datetime(2027, 1, 1, 0, 5, tzinfo=CHINA)


@pytest.fixture
def county_sections():
    """Points are good to the end of their year."""
    return '[plugin.points_store]\nexpiry = "year_end"\n'


def wallet_of(wallet_id):
    return LedgerAccount.unscoped("test").where(LedgerAccount.id == wallet_id).get()


def hold(wallet_id, points):
    LedgerAccount.update(held=points).where(LedgerAccount.id == wallet_id).execute()


def expiries():
    return [row.points for row in Transfer.unscoped("test").where(Transfer.kind == EXPIRY)]


def left_of(wallet_id):
    left = lots.lots_left(wallet_id, wallet_of(wallet_id).balance)
    return [(each.points, each.expires_on) for each in left]


@pytest.mark.parametrize(
    ("rule", "credited", "last"),
    [
        ("none", date(2026, 5, 3), None),
        ("month_end", date(2028, 2, 1), date(2028, 2, 29)),
        ("month_end", date(2026, 12, 31), date(2026, 12, 31)),
        ("year_end", date(2026, 1, 1), date(2026, 12, 31)),
        ("days", date(2026, 12, 30), date(2027, 1, 9)),
    ],
)
def test_the_last_day_follows_the_countys_rule(monkeypatch, rule, credited, last):
    monkeypatch.setattr(lots, "plugin_settings", lambda name: {"expiry": rule, "expiry_days": 10})
    assert lots.last_day(credited) == last


def test_points_count_through_their_last_day_and_until_the_expiry_is_booked(world):
    wallet = world.award(100)
    world.move_clock(datetime(2026, 12, 31, 23, 59, tzinfo=CHINA))
    expire_points()
    assert (world.balance(), expiries()) == (100, [])
    world.move_clock(NEW_YEAR - timedelta(minutes=4))
    assert world.redeem(world.code().code, (world.bus, 1)).balance_after == 90
    world.move_clock(NEW_YEAR)
    expire_points()
    assert (world.balance(), expiries(), left_of(wallet)) == (0, [90], [])
    with pytest.raises(InsufficientPoints):
        world.redeem(world.code().code, (world.bus, 1))
    (book,) = [b for b in village_books(world.admin.scope("points_store.view")) if b.issued]
    assert (book.expired, book.fund, book.balanced) == (90, 990, True)


def test_the_expiry_is_booked_once_however_late_and_often_the_job_runs(world):
    world.award(100)
    world.award(40, world.other_household)
    world.move_clock(NEW_YEAR + timedelta(days=40))
    for _ in range(3):
        expire_points()
    assert sorted(expiries()) == [40, 100]


def test_the_oldest_points_are_spent_first_and_only_old_ones_end(world):
    wallet = world.award(50)
    world.move_clock(NEW_YEAR)
    # The job has not run yet: old and new points lie side by side.
    world.award(30)
    world.redeem(world.code().code, (world.bus, 2))
    assert left_of(wallet) == [(30, date(2026, 12, 31)), (30, date(2027, 12, 31))]
    expire_points()
    assert left_of(wallet) == [(30, date(2027, 12, 31))]
    assert expiries() == [30]


def test_points_that_are_promised_wait_until_they_are_free(world):
    wallet = world.award(100)
    hold(wallet, 35)
    world.move_clock(NEW_YEAR)
    expire_points()
    assert (world.balance(), expiries()) == (35, [65])
    expire_points()
    assert expiries() == [65]
    hold(wallet, 0)
    expire_points()
    assert (world.balance(), expiries()) == (0, [65, 35])


def test_a_reversal_brings_points_back_as_a_lot_of_their_own(world):
    wallet = world.award(100)
    receipt = world.redeem(world.code().code, (world.bus, 3))
    reverse_redemption(world.second_clerk, redemption_id=receipt.redemption_id, reason="点错了")
    assert [points for points, _ in left_of(wallet)] == [70, 30]
    assert Lot.select().count() == 2


def test_people_are_told_once_for_each_stage_and_once_when_days_were_missed(world, monkeypatch):
    told = []
    monkeypatch.setattr(
        "plugins.points_store.services.expiry_notices.notify",
        lambda to, kind, text, values, **_: told.append(values),
    )
    world.award(120)
    for day in (
        date(2026, 11, 30),
        date(2026, 12, 2),
        date(2026, 12, 3),
        date(2026, 12, 26),
        date(2026, 12, 27),
    ):
        world.move_clock(datetime(day.year, day.month, day.day, 8, 30, tzinfo=CHINA))
        tell_of_expiry()
        tell_of_expiry()
    assert [values["points"] for values in told] == [120, 120]
    assert told[0]["day"] == "2026年12月31日"
    assert {row.days for row in ExpiryNotice.select()} == {30, 7}


def test_the_page_knows_what_ends_and_when(world):
    wallet = world.award(120)
    assert ending_points(wallet, 120) == {date(2026, 12, 31): 120}
    world.move_clock(NEW_YEAR)
    world.award(10)
    assert ending_points(wallet, 130) == {date(2026, 12, 31): 120, date(2027, 12, 31): 10}


_HOMES = itertools.count()


DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("award"), st.integers(1, 60)),
        st.tuples(st.just("redeem"), st.integers(1, 4)),
        st.tuples(st.just("hold"), st.integers(0, 40)),
        st.tuples(st.just("days"), st.integers(1, 9)),
        st.tuples(st.just("expire"), st.just(0)),
    ),
    max_size=25,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=DEEDS, life=st.integers(0, 8))
def test_any_order_of_deeds_agrees_with_explicit_lots(world, deeds, life):
    model, number_of_home = LotModel(), f"L{next(_HOMES)}"
    home = household_in(VILLAGE, number_of_home, "赵六")
    resident = acting(10, "resident", VILLAGE, home)
    world.move_clock(NOON)
    awards.grant_budget(world.admin, area_code=VILLAGE, points=2_000, reason="追加")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lots, "last_day", lambda day: day + timedelta(days=life))
        moment, wallet = NOON, world.award(5, home)
        model.credit(5, NOON.date() + timedelta(days=life))
        for deed, number in deeds:
            if deed == "award":
                world.award(number, home)
                model.credit(number, moment.date() + timedelta(days=life))
            elif deed == "redeem" and model.balance - model.held >= 10 * number:
                world.redeem(codes.issue_code(resident).code, (world.bus, number))
                model.spend(10 * number)
            elif deed == "hold":
                model.held = min(number, model.balance)
                hold(wallet, model.held)
            elif deed == "days":
                moment += timedelta(days=number)
                world.move_clock(moment)
            elif deed == "expire":
                expire_points()
                model.expire(moment.date())
            assert left_of(wallet) == [tuple(lot) for lot in model.lots if lot[0]]
    hold(wallet, 0)
    assert verify_ledger().mistakes == []


def test_at_midnight_redemptions_and_the_expiry_never_spend_a_point_twice(world):
    world.award(100)
    world.move_clock(NEW_YEAR - timedelta(minutes=5, seconds=-1))
    world.award(5)
    shown = [world.code().code for _ in range(6)]

    def work(number):
        if number < 2:
            expire_points()
            return "expired"
        return world.redeem(shown[number - 2], (world.bus, 1))

    results = at_once(work, 8)
    served = sum(not isinstance(each, InsufficientPoints | str) for each in results)
    assert world.balance() == 105 - 10 * served - sum(expiries())
    assert world.balance() in (5, 0)
    assert verify_ledger().mistakes == []


def test_control_an_expiry_that_looks_first_and_books_later_takes_too_much(world):
    wallet = world.award(100)
    balance = wallet_of(wallet).balance
    world.redeem(world.code().code, (world.bus, 2))

    def careless():
        with unit_of_work(housekeeping="control"):
            # What was looked at before the redemption is not there any more.
            legs = [ledger.Leg(wallet, -balance), ledger.Leg(ledger.fund(VILLAGE).id, balance)]
            ledger.post(world.admin, EXPIRY, legs, area_code=VILLAGE)

    with pytest.raises(InsufficientPoints):
        careless()


LOT_TAMPERING = [
    "UPDATE points_store_lot SET points = points + 1",
    "UPDATE points_store_lot SET expired = 7",
    "DELETE FROM points_store_lot WHERE id = (SELECT MAX(id) FROM points_store_lot)",
    "INSERT INTO points_store_lot (wallet_id, transfer_id, points, expired, done) "
    "SELECT MIN(wallet_id), 99999, 5, 0, FALSE FROM points_store_lot",
]


@pytest.mark.parametrize("change", LOT_TAMPERING)
def test_verify_finds_lots_that_were_altered(world, change):
    world.award(50)
    awards.award(world.reviewer, household_id=world.household, rule_id=world.rule.id, points=9, reason="清扫")
    assert verify_ledger().mistakes == []
    with undone(), without_triggers("points_store_lot"):
        database.execute_sql(change)
        assert any("批次" in mistake for mistake in verify_ledger().mistakes)


def test_the_database_refuses_to_change_a_lot(world):
    world.award(5)
    for change in ("UPDATE points_store_lot SET points = 9", "DELETE FROM points_store_lot"):
        with pytest.raises(Exception, match="keeps its wallet"), database.atomic():
            database.execute_sql(change)


def test_an_award_that_expired_is_not_taken_back_out_of_what_came_later(world):
    mistake, booked = awards.award(
        world.reviewer, household_id=world.household, rule_id=world.rule.id, points=30, reason="发错了"
    )
    world.redeem(world.code().code, (world.bus, 1))
    world.move_clock(NEW_YEAR)
    expire_points()
    world.award(50)
    other = acting(98, "reviewer", VILLAGE)
    back = awards.withdraw_award(other, transfer_id=booked.transfer_id, reason="发错了")
    # Ten were spent and are owed; twenty are the fund's already.
    assert (back.points, back.short) == (10, 20)
    assert wallet_of(mistake.id).balance == 40
    assert verify_ledger().mistakes == []
