"""Days and months of a store: closed once, by the right people, with figures of the book."""

import json
import threading
from datetime import datetime, timedelta

import pytest
from peewee import IntegrityError

from core.audit import AuditLine
from core.clock import CHINA
from core.db import database, unit_of_work
from core.errors import Forbidden, Invalid, NotFound
from plugins.points_store.errors import (
    BookDiffers,
    DayClosed,
    DayToCome,
    MonthNotOver,
    MonthSettled,
    NothingToSettle,
    NotYourStore,
    OwnStore,
    PaidAlready,
)
from plugins.points_store.models import (
    SETTLEMENT,
    DayClose,
    LedgerAccount,
    Redemption,
    Settlement,
    StoreClerk,
    Transfer,
)
from plugins.points_store.queries.books import village_books
from plugins.points_store.queries.settlements import open_months, settlement, unsettled_stores
from plugins.points_store.queries.store_days import closed_days, corrections
from plugins.points_store.services import ledger, reversal, settlements, stores, vouchers
from plugins.points_store.services.day_closes import close_day
from plugins.points_store.services.day_figures import BEGINNING
from plugins.points_store.services.ledger import Leg
from tests.plugins.points_store.test_races import THREADS, at_once
from tests.plugins.points_store.village import NOON, VILLAGE, acting

DAY = NOON.date()


def at(world, **later):
    moment = NOON + timedelta(**later)
    world.move_clock(moment)
    return moment.date()


def close(world, day=None, actor=None):
    return close_day(actor or world.clerk, store_id=world.store.id, day=day or DAY)


def settle(world, month="2026-11", actor=None):
    return settlements.settle_store(actor or world.secretary, store_id=world.store.id, month=month)


def takings(world):
    return LedgerAccount.unscoped("test").where(LedgerAccount.store_id == world.store.id).get().balance


def test_a_day_is_closed_with_what_the_book_says_and_once(world):
    world.award(100)
    world.redeem(world.code().code, (world.salt, 2), (world.bus, 1))
    receipt = world.redeem(world.code().code, (world.oil, 1))
    reversal.reverse_redemption(world.second_clerk, redemption_id=receipt.redemption_id, reason="点错")
    stores.count_stock(world.clerk, product_id=world.salt.id, counted=7, note="破损")
    stores.take_in(world.clerk, product_id=world.oil.id, quantity=5)
    stores.take_in(world.clerk, product_id=world.oil.id, quantity=-5, note="退给供货商")
    changed = corrections(world.store.id, BEGINNING)
    by_hand = [(move.product, move.quantity, move.points, move.note) for move in changed]
    assert by_hand == [("食用油", -5, -150, "退给供货商"), ("食盐", -1, -3, "破损")]
    at(world, hours=6)
    row = close(world)
    assert (row.redemptions, row.points_in, row.returns, row.points_back) == (2, 46, 1, 30)
    assert (row.pieces_out, row.pieces_in, row.short, row.over) == (2, 12, 1, 0)
    for again in (DAY, DAY - timedelta(days=1)):
        with pytest.raises(DayClosed):
            close(world, again)


def test_what_comes_after_the_close_belongs_to_the_next_one(world):
    world.award(100)
    receipt = world.redeem(world.code().code, (world.oil, 1))
    at(world, hours=6)
    close(world)
    world.redeem(world.code().code, (world.salt, 1))
    reversal.reverse_redemption(world.second_clerk, redemption_id=receipt.redemption_id, reason="点错")
    next_day = at(world, days=1)
    row = close(world, next_day)
    assert (row.redemptions, row.points_in, row.returns, row.points_back) == (1, 3, 1, 30)
    total = DayClose.unscoped("test")
    assert sum(row.points_in - row.points_back for row in total) == takings(world) == 3


def test_a_day_that_was_forgotten_is_closed_up_to_its_midnight(world):
    world.award(100)
    world.redeem(world.code().code, (world.salt, 1))
    at(world, hours=12)  # midnight: the next day
    world.redeem(world.code().code, (world.oil, 1))
    at(world, hours=13)
    assert close(world, DAY).points_in == 3
    assert close(world, DAY + timedelta(days=1)).points_in == 30
    with pytest.raises(DayToCome):
        close(world, DAY + timedelta(days=2))


def test_only_a_clerk_of_the_store_signs(world):
    with pytest.raises(Forbidden):
        close(world, actor=world.secretary)
    with pytest.raises(NotYourStore):
        close(world, actor=acting(55, "clerk", VILLAGE))
    with pytest.raises(NotFound):
        close(world, actor=world.sibling_clerk)


def test_a_counter_that_differs_from_the_ledger_is_not_signed(world):
    world.award(100)
    receipt = world.redeem(world.code().code, (world.salt, 1))
    mine = Redemption.id == receipt.redemption_id
    Redemption.update(points=2).where(mine).execute()
    try:
        at(world, hours=1)
        with pytest.raises(BookDiffers):
            close(world)
        at(world, days=20)
        with pytest.raises(BookDiffers):
            settle(world)
    finally:
        Redemption.update(points=3).where(mine).execute()
    assert settle(world).points == 3


def test_many_who_close_one_day_at_once_close_it_once(world):
    results = at_once(lambda _: close(world))
    assert sum(isinstance(result, DayClosed) for result in results) == THREADS - 1


def test_a_month_is_settled_with_donors_goods_and_vouchers_apart(world, barber, haircut):
    world.award(300)
    rice = stores.add_product(
        world.clerk, store_id=world.store.id, name="大米", kind="goods", points=35, stock=4, donor="爱心企业"
    )
    done = world.redeem(world.code().code, (world.salt, 2), (world.bus, 1), (rice, 2))
    world.redeem(world.code().code, (haircut, 2))
    from plugins.points_store.models import Voucher

    first = Voucher.unscoped("test").order_by(Voucher.id).get()
    vouchers.use_voucher(barber, raw_code=first.code)
    reversal.return_lines(
        world.secretary, redemption_id=done.redemption_id, quantities=_one_of(done, "食盐"), reason="退"
    )
    at(world, days=11)  # 1 December
    row = settle(world)
    assert (row.redemptions, row.points_in, row.points_back) == (2, 106, 3)
    assert (row.own, row.donated, row.vouchers, row.points) == (13, 70, 10, 93)
    assert (row.rate, row.fen, row.provider_fen) == (100, 1300, 1000)
    assert takings(world) == 10  # the voucher that nobody has used yet
    sheet = settlement(world.admin.scope("points_store.view"), row.id)
    assert [(line.kind, line.party, line.name, line.quantity, line.points) for line in sheet.lines] == [
        ("own", "", "公交", 1, 10),
        ("own", "", "食盐", 1, 3),
        ("donated", "爱心企业", "大米", 2, 70),
        ("voucher", "村口理发店", "理发一次", 1, 10),
    ]
    book = village_books(world.admin.scope("points_store.view"))[0]
    assert (book.balanced, book.stores_held) == (True, 10)


def _one_of(receipt, name):
    from plugins.points_store.models import RedemptionLine

    mine = (RedemptionLine.redemption_id == receipt.redemption_id) & (RedemptionLine.name == name)
    return {RedemptionLine.select().where(mine).get().id: 1}


def test_a_voucher_is_settled_in_the_month_of_its_use(world, barber, bought):
    code = bought()
    at(world, days=11)
    assert settle(world).points == 0
    vouchers.use_voucher(barber, raw_code=code)
    at(world, days=45)
    assert settle(world, "2026-12").vouchers == 10
    assert takings(world) == 0


def test_midnight_between_two_months_parts_what_belongs_to_which(world):
    world.award(100)
    world.move_clock(datetime(2026, 11, 30, 23, 59, 59, tzinfo=CHINA))
    world.redeem(world.code().code, (world.salt, 1))
    with pytest.raises(MonthNotOver):
        settle(world)
    world.move_clock(datetime(2026, 12, 1, 0, 0, 0, tzinfo=CHINA))
    world.redeem(world.code().code, (world.oil, 1))
    assert settle(world).points == 3
    with pytest.raises(MonthNotOver):
        settle(world, "2026-12")
    world.move_clock(datetime(2027, 1, 1, 0, 0, 0, tzinfo=CHINA))
    assert settle(world, "2026-12").points == 30


def test_a_month_before_the_first_redemption_is_no_month_of_the_store(world):
    with pytest.raises(NothingToSettle):
        settle(world, "2026-10")
    world.award(100)
    world.redeem(world.code().code, (world.salt, 1))
    at(world, days=11)
    for month in ("2020-01", "2026-10"):
        with pytest.raises(NothingToSettle):
            settle(world, month)
    assert settle(world).points == 3


def test_a_month_is_settled_by_many_at_once_only_once(world):
    world.award(100)
    world.redeem(world.code().code, (world.oil, 1))
    at(world, days=11)
    results = at_once(lambda _: settle(world))
    assert sum(isinstance(result, Settlement) for result in results) == 1
    assert sum(isinstance(result, MonthSettled) for result in results) == THREADS - 1
    assert Transfer.unscoped("test").where(Transfer.kind == "settlement").count() == 1
    assert takings(world) == 0


def test_control_looking_first_and_settling_later_settles_more_than_once(world):
    """The same booking, without the turn and the unique index: the harness catches it."""
    world.award(100)
    world.redeem(world.code().code, (world.oil, 1))
    store_account, mint = ledger.takings(world.store.id, VILLAGE).id, ledger.mint("341504").id
    gap = threading.Barrier(THREADS, timeout=10)

    def careless(_):
        settled = Transfer.unscoped("control").where(Transfer.kind == SETTLEMENT).exists()
        gap.wait()  # everybody has looked before anybody writes
        if settled:
            return "refused"
        with unit_of_work():
            legs = [Leg(store_account, -1), Leg(mint, 1)]
            ledger.post(world.admin, SETTLEMENT, legs, area_code=VILLAGE, reason="control")
        return "settled"

    assert at_once(careless).count("settled") > 1


def test_settlements_closed_days_and_payments_are_never_changed(world):
    world.award(100)
    world.redeem(world.code().code, (world.salt, 1))
    at(world, days=11)
    row = settle(world)
    close(world)
    settlements.pay_settlement(world.admin, settlement_id=row.id, paid_on=row.at.date(), document="记-12")
    for table, column in (
        ("settlement", "fen"),
        ("day_close", "points_in"),
        ("settlement_payment", "settlement_id"),
    ):
        for verb in (f"UPDATE points_store_{table} SET {column} = 1", f"DELETE FROM points_store_{table}"):
            with pytest.raises(IntegrityError), database.atomic():
                database.execute_sql(verb)


def test_who_serves_does_not_settle_and_who_settled_does_not_pay(world):
    world.award(100)
    world.redeem(world.code().code, (world.salt, 1))
    at(world, days=11)
    StoreClerk.create(store_id=world.store.id, account_id=world.secretary.account_id)
    with pytest.raises(OwnStore):
        settle(world)
    with pytest.raises(Forbidden):
        settle(world, actor=world.clerk)
    with pytest.raises(NotFound):
        settle(world, actor=acting(8, "secretary", "341504001002"))
    with pytest.raises(NotFound):
        settle(world, month="2026-13")
    row = settle(world, actor=world.admin)
    with pytest.raises(MonthSettled):
        settle(world, actor=world.admin)

    settled_on = row.at.date()

    def pay(actor, paid_on=settled_on):
        return settlements.pay_settlement(actor, settlement_id=row.id, paid_on=paid_on, document="记-12")

    with pytest.raises(OwnStore):
        pay(world.admin)
    second = acting(77, "county_admin", "341504")
    for wrong in (DAY, DAY + timedelta(days=30)):
        with pytest.raises(Invalid):
            pay(second, wrong)
    pay(second)
    with pytest.raises(PaidAlready):
        pay(second)
    shown = settlement(world.admin.scope("points_store.view"), row.id)
    assert (shown.paid_on, shown.document) == (row.at.date(), "记-12")


def test_the_months_that_wait_are_listed_until_they_are_settled(world):
    scope = world.admin.scope("points_store.view")
    world.award(100)
    world.redeem(world.code().code, (world.salt, 1))
    assert [it.months for it in open_months(scope, 1, 20)[0]] == [[], []]
    at(world, days=20)
    world.redeem(world.code().code, (world.salt, 1))
    at(world, days=45)
    assert open_months(scope, 1, 20)[0][0].months == ["2026-11", "2026-12"]
    settle(world)
    assert open_months(scope, 1, 20)[0][0].months == ["2026-12"]


def test_a_month_without_a_deed_does_not_wait_but_one_with_a_used_voucher_does(world, barber, bought):
    """A store that rests, or closed for good, is not open for ever."""
    scope, code = world.admin.scope("points_store.view"), bought()

    def waits(day):
        world.move_clock(datetime(*day, 9, tzinfo=CHINA))
        assert open_months(scope, 1, 20)[0][1].months == []  # the other store never sold anything
        return open_months(scope, 1, 20)[0][0].months, unsettled_stores(scope)

    assert waits((2026, 12, 2)) == (["2026-11"], 1)
    settle(world)
    assert waits((2027, 1, 2)) == ([], 0), "December had no deed"
    vouchers.use_voucher(barber, raw_code=code)
    assert waits((2027, 2, 2)) == (["2027-01"], 1)
    world.award(100)
    world.redeem(world.code().code, (world.salt, 1))
    assert waits((2029, 5, 2)) == (["2027-01", "2027-02"], 0), "years of rest leave what is owed, no more"
    assert settle(world, "2026-12").points == 0, "whoever wants a sheet of it may have one"
    assert settle(world, "2027-01").vouchers == 10
    assert waits((2029, 5, 3)) == (["2027-02"], 0)


def test_a_day_closed_too_early_is_closed_once_more_with_a_reason_and_nothing_is_undone(world):
    world.award(100)
    world.redeem(world.code().code, (world.salt, 1))
    at(world, hours=1)
    close(world)
    world.redeem(world.code().code, (world.oil, 1))
    late = at(world, hours=6)
    with pytest.raises(Invalid):
        close_day(world.clerk, store_id=world.store.id, day=late, again=True)
    close_day(world.clerk, store_id=world.store.id, day=late, again=True, remark="中午误点了日结")
    with pytest.raises(Invalid):  # nothing came since: nothing to sign
        close_day(world.clerk, store_id=world.store.id, day=late, again=True, remark="再点一次")
    found = [(row.day, row.number, row.points_in, row.remark) for row in DayClose.unscoped("test")]
    assert found == [(DAY, 1, 3, ""), (DAY, 2, 30, "中午误点了日结")]
    shown = closed_days(world.store.id, 1, 20)[0]
    assert [row.row.number for row in shown] == [2, 1]
    assert takings(world) == 33
    next_day = at(world, days=1)
    assert close(world, next_day).points_in == 0
    with pytest.raises(DayClosed):
        close_day(world.clerk, store_id=world.store.id, day=DAY, again=True, remark="昨天的")
    lines = AuditLine.unscoped("test").where(AuditLine.action == "points_store.close_day")
    assert [json.loads(row.detail).get("number") for row in lines.order_by(AuditLine.seq)] == [1, 2, 1]
