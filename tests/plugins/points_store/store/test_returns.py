"""Taking back later: by the village, line by line, once each, until the month is settled."""

from datetime import timedelta

import pytest

from core.errors import Forbidden, NotFound
from plugins.points_store.errors import (
    AlreadyReversed,
    NothingPicked,
    OwnAffair,
    ReturnTooMuch,
    SecondPersonNeeded,
    StoreShort,
    TooLateToReturn,
)
from plugins.points_store.models import Product, RedemptionLine, Return, ReturnLine, Transfer
from plugins.points_store.queries.books import village_books
from plugins.points_store.queries.store import today_figures
from plugins.points_store.queries.wallets import statement
from plugins.points_store.services import reversal, settlements
from tests.plugins.points_store.test_races import THREADS, at_once
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, acting


@pytest.fixture
def sold(world):
    """Two of salt, one of oil and a ride, on the day before: 46 points of 100."""
    world.award(100)
    receipt = world.redeem(world.code().code, (world.salt, 2), (world.oil, 1), (world.bus, 1))
    world.move_clock(NOON + timedelta(days=1))
    return receipt.redemption_id


def lines(redemption_id):
    rows = RedemptionLine.select().where(RedemptionLine.redemption_id == redemption_id)
    return {row.name: row.id for row in rows}


def give_back(world, redemption_id, actor=None, restock=True, **pieces):
    ids = lines(redemption_id)
    return reversal.return_lines(
        actor or world.secretary,
        redemption_id=redemption_id,
        quantities={ids[name]: quantity for name, quantity in pieces.items()},
        reason="不合用",
        restock=restock,
    )


def stock(product):
    return Product.get_by_id(product.id).stock


def test_the_village_takes_some_lines_back_and_both_bookings_stay(world, sold):
    wallet = give_back(world, sold, 食盐=1, 食用油=1).wallet_id
    assert world.balance() == 54 + 33
    assert (stock(world.salt), stock(world.oil)) == (9, 2)
    newest = statement(wallet, 1, 1)[0][0]
    assert (newest.points, newest.detail) == (33, "食盐×1、食用油×1：不合用")
    book = village_books(world.admin.scope("points_store.view"))[0]
    assert (book.redeemed, book.reversed, book.balanced) == (46, 33, True)


def test_the_rest_can_follow_but_no_piece_goes_back_twice(world, sold):
    give_back(world, sold, 食盐=1)
    give_back(world, sold, 食盐=1)
    with pytest.raises(ReturnTooMuch):
        give_back(world, sold, 食盐=1)
    give_back(world, sold, 食用油=1, 公交=1)
    assert world.balance() == 100
    with pytest.raises(AlreadyReversed):
        give_back(world, sold, 公交=1)
    with pytest.raises(ReturnTooMuch):
        give_back(world, world.redeem(world.code().code, (world.bus, 1)).redemption_id, 公交=-1)


def test_all_of_it_at_once_names_the_old_booking_as_a_reversal_of_the_day_does(world, sold):
    receipt = give_back(world, sold, 食盐=2, 食用油=1, 公交=1)
    row = Transfer.unscoped("test").where(Transfer.id == receipt.transfer_id).get()
    assert row.reverses_id is not None
    assert row.reason == "不合用"


def test_broken_goods_do_not_go_back_onto_the_shelf(world, sold):
    give_back(world, sold, restock=False, 食用油=1)
    assert (world.balance(), stock(world.oil)) == (84, 1)


def test_only_the_village_and_never_for_oneself_or_by_who_served(world, sold):
    for refused in (world.clerk, world.second_clerk, world.reviewer):
        with pytest.raises(Forbidden):
            give_back(world, sold, refused, 食盐=1)
    with pytest.raises(OwnAffair):
        give_back(world, sold, acting(2, "secretary", VILLAGE, world.household), 食盐=1)
    with pytest.raises(SecondPersonNeeded):
        give_back(world, sold, acting(world.clerk.account_id, "secretary", VILLAGE), 食盐=1)
    with pytest.raises(NotFound):
        give_back(world, sold, acting(8, "secretary", SIBLING), 食盐=1)
    with pytest.raises(NothingPicked):
        give_back(world, sold, 食盐=0)
    other = world.redeem(world.code().code, (world.bus, 1)).redemption_id
    with pytest.raises(NotFound):
        reversal.return_lines(
            world.secretary, redemption_id=sold, quantities={lines(other)["公交"]: 1}, reason="别家的"
        )


def test_after_the_countys_days_or_the_settlement_nothing_is_taken_back(world, sold):
    world.move_clock(NOON + timedelta(days=30))
    give_back(world, sold, 食盐=1)
    world.move_clock(NOON + timedelta(days=31))
    with pytest.raises(TooLateToReturn):
        give_back(world, sold, 食盐=1)
    world.move_clock(NOON + timedelta(days=20))
    settlements.settle_store(world.admin, store_id=world.store.id, month="2026-11")
    with pytest.raises(StoreShort) as refusal:
        give_back(world, sold, 食盐=1)
    assert refusal.value.code == "store_settled"


def test_what_was_taken_back_in_part_is_taken_back_whole_on_the_same_day(world):
    world.award(100)
    receipt = world.redeem(world.code().code, (world.salt, 2), (world.bus, 1))
    assert today_figures(world.store.id) == (1, 16)
    give_back(world, receipt.redemption_id, 食盐=1)
    assert today_figures(world.store.id) == (1, 13)
    rest = reversal.reverse_redemption(
        world.second_clerk, redemption_id=receipt.redemption_id, reason="点错了"
    )
    assert (rest.points, world.balance()) == (13, 100)
    assert today_figures(world.store.id) == (0, 0)


def test_one_piece_that_many_take_back_at_once_goes_back_once(world, sold):
    results = at_once(lambda _: give_back(world, sold, 食用油=1))
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert sum(isinstance(result, ReturnTooMuch) for result in results) == THREADS - 1
    assert (world.balance(), stock(world.oil)) == (84, 2)
    assert Return.unscoped("test").count() == ReturnLine.select().count() == 1
