"""The shelf: last good days, orders, donors, goods between stores, counts of the whole shelf."""

from datetime import timedelta

import pytest

from core.errors import Forbidden, Invalid, NotFound
from plugins.points_store.errors import (
    CountAgain,
    NotYourStore,
    OutOfDate,
    OutOfStock,
    ReceivedAlready,
    ReceivedTooMuch,
    SameStore,
    SecondCounter,
    StocktakeDone,
    StocktakeOpen,
    StoreClosed,
)
from plugins.points_store.models import GoodsTransferLine, Product, StockMove, StoreClerk
from plugins.points_store.queries.shelf import to_order
from plugins.points_store.services import goods_transfers, stocktakes, stores
from plugins.points_store.services.goods_transfers import Arrived
from plugins.points_store.services.redemption import Pick
from plugins.points_store.services.stocktakes import Counted
from tests.plugins.points_store.test_races import THREADS, at_once
from tests.plugins.points_store.village import NOON, VILLAGE, acting


def stock(product):
    return Product.get_by_id(product.id).stock


def day(days):
    return (NOON + timedelta(days=days)).date()


@pytest.fixture
def milk(world):
    """Five pieces good for two days, then five more that are good for ten."""
    product = stores.add_product(
        world.clerk,
        store_id=world.store.id,
        name="牛奶",
        kind="goods",
        points=4,
        stock=5,
        best_before=day(2),
    )
    stores.take_in(world.clerk, product_id=product.id, quantity=5, best_before=day(10))
    return product


@pytest.fixture
def west(world):
    """A second store of the village, with a clerk of its own."""
    store = stores.create_store(world.secretary, area_code=VILLAGE, name="西店")
    StoreClerk.create(store_id=store.id, account_id=9)
    return store, acting(9, "clerk", VILLAGE)


def test_goods_over_their_day_are_not_handed_out_until_they_are_taken_off(world, milk):
    world.award(100)
    world.redeem(world.code().code, (milk, 2))  # the oldest go first
    world.move_clock(NOON + timedelta(days=2))
    world.redeem(world.code().code, (milk, 1))
    world.move_clock(NOON + timedelta(days=3))
    with pytest.raises(OutOfDate) as refusal:
        world.redeem(world.code().code, (milk, 1))
    assert refusal.value.params == {"name": "牛奶", "over": 2}
    assert stores.take_off_spoiled(world.clerk, product_id=milk.id) == 2
    assert (stock(milk), Product.get_by_id(milk.id).best_before) == (5, day(10))
    world.redeem(world.code().code, (milk, 5))
    assert stores.take_off_spoiled(world.clerk, product_id=milk.id) == 0
    kinds = [row.kind for row in StockMove.select().where(StockMove.product_id == milk.id)]
    assert kinds == ["intake", "intake", "redemption", "redemption", "spoiled", "redemption"]


def test_a_shelf_whose_old_goods_are_gone_goes_on_without_anybodys_help(world, milk):
    world.award(100)
    world.redeem(world.code().code, (milk, 5))
    world.move_clock(NOON + timedelta(days=3))
    assert world.redeem(world.code().code, (milk, 1)).points == 4


def test_what_is_low_gone_or_over_its_day_is_named(world, milk):
    stores.set_reorder_level(world.clerk, product_id=world.oil.id, level=2)
    stores.set_reorder_level(world.clerk, product_id=world.salt.id, level=9)
    world.move_clock(NOON + timedelta(days=3))
    hints = {(hint.name, hint.kind) for hint in to_order(world.store.id)}
    assert hints == {("食用油", "low"), ("牛奶", "over")}
    world.award(100)
    world.redeem(world.code().code, (world.salt, 1), (world.oil, 2))
    hints = {(hint.name, hint.kind) for hint in to_order(world.store.id)}
    assert hints == {("食用油", "gone"), ("食盐", "low"), ("牛奶", "over")}


def send(world, west, *picks, actor=None):
    return goods_transfers.send_goods(
        actor or world.clerk,
        store_id=world.store.id,
        to_store_id=west[0].id,
        picks=[Pick(product.id, quantity) for product, quantity in picks],
    )


def lines(transfer):
    rows = GoodsTransferLine.select().where(GoodsTransferLine.goods_transfer_id == transfer.id)
    return list(rows.order_by(GoodsTransferLine.id))


def test_goods_go_to_another_store_with_their_day_and_donor_and_a_difference_has_a_reason(world, west, milk):
    rice = stores.add_product(
        world.clerk, store_id=world.store.id, name="大米", kind="goods", points=35, stock=4, donor="爱心企业"
    )
    transfer = send(world, west, (milk, 4), (rice, 3))
    assert (stock(milk), stock(rice)) == (6, 1)
    first, second = lines(transfer)
    arrived = [Arrived(first.id, 4), Arrived(second.id, 2)]
    with pytest.raises(Invalid):
        goods_transfers.receive_goods(west[1], goods_transfer_id=transfer.id, arrived=arrived)
    arrived[1] = Arrived(second.id, 2, "路上破了一袋")
    goods_transfers.receive_goods(west[1], goods_transfer_id=transfer.id, arrived=arrived)
    there = {row.name: row for row in Product.select().where(Product.store_id == west[0].id)}
    assert (there["牛奶"].stock, there["牛奶"].points, there["牛奶"].best_before) == (4, 4, day(2))
    assert (there["大米"].stock, there["大米"].donor) == (2, "爱心企业")
    with pytest.raises(ReceivedAlready):
        goods_transfers.receive_goods(west[1], goods_transfer_id=transfer.id, arrived=arrived)
    again = send(world, west, (milk, 1))
    goods_transfers.receive_goods(
        west[1], goods_transfer_id=again.id, arrived=[Arrived(lines(again)[0].id, 1)]
    )
    assert Product.get_by_id(there["牛奶"].id).stock == 5


def test_a_transfer_is_received_once_however_many_try(world, west):
    transfer = send(world, west, (world.salt, 5))
    arrived = [Arrived(lines(transfer)[0].id, 5)]
    results = at_once(
        lambda _: goods_transfers.receive_goods(west[1], goods_transfer_id=transfer.id, arrived=arrived)
    )
    assert sum(isinstance(result, ReceivedAlready) for result in results) == THREADS - 1
    (there,) = Product.select().where(Product.store_id == west[0].id)
    assert there.stock == 5


def test_nothing_is_sent_or_received_that_is_not_there_or_not_ones_own(world, west):
    with pytest.raises(OutOfStock):
        send(world, west, (world.oil, 3))
    with pytest.raises(NotYourStore):
        send(world, west, (world.oil, 1), actor=west[1])
    with pytest.raises(SameStore):
        send(world, (world.store,), (world.oil, 1))
    with pytest.raises(NotFound):
        send(world, (world.sibling_store,), (world.oil, 1))  # another village is another world
    transfer = send(world, west, (world.oil, 1))
    with pytest.raises(NotYourStore):
        goods_transfers.receive_goods(world.clerk, goods_transfer_id=transfer.id, arrived=[])
    with pytest.raises(NotFound):
        goods_transfers.receive_goods(world.sibling_clerk, goods_transfer_id=transfer.id, arrived=[])
    with pytest.raises(ReceivedTooMuch):
        goods_transfers.receive_goods(
            west[1], goods_transfer_id=transfer.id, arrived=[Arrived(lines(transfer)[0].id, 2)]
        )
    with pytest.raises(Invalid):
        goods_transfers.receive_goods(west[1], goods_transfer_id=transfer.id, arrived=[])


def test_a_store_that_is_closed_with_stock_serves_nobody_but_its_goods_can_go_elsewhere(world, west):
    world.award(100)
    stores.switch_store(world.secretary, store_id=world.store.id, active=False)
    with pytest.raises(StoreClosed):
        world.redeem(world.code().code, (world.salt, 1))
    transfer = send(world, west, (world.salt, 10), (world.oil, 2), actor=world.secretary)
    goods_transfers.receive_goods(
        west[1],
        goods_transfer_id=transfer.id,
        arrived=[Arrived(line.id, line.quantity) for line in lines(transfer)],
    )
    assert (stock(world.salt), stock(world.oil)) == (0, 0)
    with pytest.raises(StoreClosed):
        goods_transfers.send_goods(
            west[1], store_id=west[0].id, to_store_id=world.store.id, picks=[Pick(world.salt.id, 1)]
        )


def count(world, salt, oil, reason="破损", actor=None):
    sheet = [Counted(world.salt.id, salt, reason), Counted(world.oil.id, oil, reason)]
    return stocktakes.submit_stocktake(actor or world.clerk, store_id=world.store.id, counted=sheet)


def test_a_whole_shelf_is_counted_by_one_and_confirmed_by_another(world):
    world.award(100)
    sheet = count(world, 8, 2)
    assert stock(world.salt) == 10  # nothing changes yet
    world.redeem(world.code().code, (world.salt, 1))
    for same in (world.clerk, acting(5, "secretary", VILLAGE)):
        with pytest.raises(SecondCounter):
            stocktakes.confirm_stocktake(same, stocktake_id=sheet.id)
    stocktakes.confirm_stocktake(world.second_clerk, stocktake_id=sheet.id)
    assert (stock(world.salt), stock(world.oil)) == (7, 2)
    last = StockMove.select().order_by(StockMove.id.desc()).get()
    assert (last.kind, last.quantity, last.note) == ("count", -2, "破损")
    with pytest.raises(StocktakeDone):
        stocktakes.confirm_stocktake(world.second_clerk, stocktake_id=sheet.id)


def test_a_sheet_needs_every_product_and_a_reason_for_each_difference(world):
    with pytest.raises(Invalid):
        count(world, 8, 2, reason=" ")
    with pytest.raises(Invalid):
        stocktakes.submit_stocktake(
            world.clerk, store_id=world.store.id, counted=[Counted(world.salt.id, 10)]
        )
    with pytest.raises(Invalid):
        count(world, -1, 2)
    assert count(world, 10, 2, reason="").id


def test_one_sheet_at_a_time_and_one_that_can_not_be_true_is_counted_anew(world):
    world.award(500)
    sheet = count(world, 1, 2)
    with pytest.raises(StocktakeOpen):
        count(world, 10, 2)
    world.redeem(world.code().code, (world.salt, 5))
    with pytest.raises(CountAgain):
        stocktakes.confirm_stocktake(world.second_clerk, stocktake_id=sheet.id)
    stocktakes.drop_stocktake(world.clerk, stocktake_id=sheet.id)
    with pytest.raises(StocktakeDone):
        stocktakes.drop_stocktake(world.clerk, stocktake_id=sheet.id)
    assert stock(world.salt) == 5
    count(world, 5, 2)


def test_two_sheets_handed_in_at_once_are_one(world):
    results = at_once(lambda _: count(world, 10, 2))
    assert sum(isinstance(result, StocktakeOpen) for result in results) == THREADS - 1


def test_confirming_by_many_at_once_changes_the_stock_once(world):
    sheet = count(world, 8, 2)
    at_once(lambda _: stocktakes.confirm_stocktake(world.second_clerk, stocktake_id=sheet.id))
    assert stock(world.salt) == 8


def test_only_those_who_keep_the_stock_count_it(world):
    with pytest.raises(Forbidden):
        count(world, 10, 2, actor=world.reviewer)
    with pytest.raises(NotFound):
        count(world, 10, 2, actor=world.sibling_clerk)
