"""Reversals: the same day, by a second person, once."""

from datetime import timedelta

import pytest

from core.errors import NotFound
from plugins.points_store.errors import (
    AlreadyReversed,
    OwnAffair,
    SecondPersonNeeded,
    TooLateToReverse,
)
from plugins.points_store.models import Product, Refusal, StockMove
from plugins.points_store.services import reversal
from tests.plugins.points_store.village import NOON, VILLAGE, acting


def refusals():
    return [row.reason for row in Refusal.unscoped("test").order_by(Refusal.id)]


def stock(product):
    return Product.get_by_id(product.id).stock


def test_a_reversal_returns_points_and_goods_and_both_bookings_stay(world):
    world.award(100)
    receipt = world.redeem(world.code().code, (world.oil, 1), (world.bus, 1))
    reversed_ = reversal.reverse_redemption(
        world.second_clerk, redemption_id=receipt.redemption_id, reason="点错了"
    )
    assert reversed_.balance_after == 100
    assert stock(world.oil) == 2
    moves = [
        (row.kind, row.quantity) for row in StockMove.select().where(StockMove.product_id == world.oil.id)
    ]
    assert moves == [("intake", 2), ("redemption", -1), ("reversal", 1)]


def test_whoever_served_cannot_reverse_and_nobody_reverses_twice_or_late(world):
    world.award(100)
    receipt = world.redeem(world.code().code, (world.bus, 1))
    with pytest.raises(SecondPersonNeeded):
        reversal.reverse_redemption(world.clerk, redemption_id=receipt.redemption_id, reason="点错")
    with pytest.raises(OwnAffair):
        reversal.reverse_redemption(
            acting(6, "clerk", VILLAGE, world.household), redemption_id=receipt.redemption_id, reason="点错"
        )
    with pytest.raises(NotFound):
        reversal.reverse_redemption(world.sibling_clerk, redemption_id=receipt.redemption_id, reason="点错")
    reversal.reverse_redemption(world.second_clerk, redemption_id=receipt.redemption_id, reason="点错")
    with pytest.raises(AlreadyReversed):
        reversal.reverse_redemption(world.second_clerk, redemption_id=receipt.redemption_id, reason="点错")
    late = world.redeem(world.code().code, (world.bus, 1))
    world.move_clock(NOON + timedelta(days=1))
    with pytest.raises(TooLateToReverse):
        reversal.reverse_redemption(world.second_clerk, redemption_id=late.redemption_id, reason="点错")
