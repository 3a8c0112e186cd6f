"""Prices are those of the moment at which the code was scanned."""

from datetime import timedelta

import pytest

from core import qr
from core.county import county
from core.db import database
from plugins.points_store.errors import PriceChanged, ProductNotHere
from plugins.points_store.models import Price, Product
from plugins.points_store.services import cards, codes, prices, redemption, stores
from tests.plugins.points_store.village import NOON


def change(world, points, *, active=True):
    stores.change_product(world.clerk, product_id=world.salt.id, points=points, active=active)


def look(world, raw_code):
    return redemption.open_code(world.clerk, store_id=world.store.id, raw_code=raw_code)


def later(world, minutes):
    world.move_clock(NOON + timedelta(minutes=minutes))


def test_a_cart_that_was_open_keeps_its_prices_and_the_next_scan_gets_the_new_ones(world):
    world.award(100)
    cart, latecomer = world.code().code, world.code().code
    look(world, cart)
    later(world, 0.1)
    change(world, 5)
    later(world, 0.2)
    look(world, latecomer)
    assert world.redeem(cart, (world.salt, 2), agreed_points=6).points == 6
    assert world.redeem(latecomer, (world.salt, 2), agreed_points=10).points == 10
    assert world.balance() == 84


def test_after_several_changes_each_scan_has_the_price_of_its_moment(world):
    world.award(100)
    carts = []
    for step, points in enumerate((4, 7, 6)):
        carts.append(world.code().code)
        look(world, carts[-1])
        later(world, 0.2 * (step + 1))
        change(world, points)
    assert [world.redeem(cart, (world.salt, 1)).points for cart in carts] == [3, 4, 7]
    assert world.redeem(world.code().code, (world.salt, 1)).points == 6
    assert Price.select().count() == 3


def test_another_clerks_open_cart_is_no_open_cart_of_mine(world):
    world.award(100)
    code = world.code().code
    look(world, code)
    later(world, 0.1)
    change(world, 5)
    assert world.redeem(code, (world.salt, 1), actor=world.second_clerk).points == 5


def test_a_cart_that_stays_open_too_long_is_closed_and_its_prices_with_it(world):
    world.award(100)
    issued = cards.issue_card(world.secretary, household_id=world.household)
    found = look(world, issued.serial)
    mark = prices.scan_mark(found, prices.scanned_at(world.clerk, found))
    later(world, 1)
    change(world, 5)
    pick = {"raw_pin": issued.pin, "raw_scan": mark}
    assert world.redeem(issued.serial, (world.salt, 1), **pick, agreed_points=3).points == 3
    later(world, codes.HELD.total_seconds() / 60)
    with pytest.raises(PriceChanged) as refusal:
        world.redeem(issued.serial, (world.salt, 1), **pick, agreed_points=3)
    assert refusal.value.params == {"total": 5}


def test_a_scan_of_another_card_or_a_forged_one_buys_no_old_price(world):
    world.award(100)
    world.award(100, world.other_household)
    mine = cards.issue_card(world.secretary, household_id=world.household)
    theirs = cards.issue_card(world.secretary, household_id=world.other_household)
    found = look(world, theirs.serial)
    foreign = prices.scan_mark(found, NOON)
    to_come = qr.sign(county().keys, prices.SCANNED, f"{mine.serial}-{2**45:x}", NOON + timedelta(days=1))
    other_purpose = qr.sign(county().keys, "c", f"{mine.serial}-0", None)
    later(world, 1)
    change(world, 5)
    for mark in (foreign, "", "x", foreign[:-1], to_come, other_purpose, "t.A.0.", "💥"):
        done = world.redeem(mine.serial, (world.salt, 1), raw_pin=mine.pin, raw_scan=mark)
        assert done.points == 5, mark


def test_a_product_that_never_changed_its_price_costs_no_statement_more(world, monkeypatch):
    world.award(500)
    seen = []
    run = database.obj.run
    monkeypatch.setattr(database.obj, "run", lambda sql, values: (seen.append(sql), run(sql, values))[1])

    def count(*picks):
        for statement in (prices._THEN, redemption._PRODUCT):
            statement._handle = None  # compiled anew, with the counting run
        code = world.code().code
        look(world, code)
        seen.clear()
        world.redeem(code, *picks)
        return [
            sql for sql in seen if "points_store_price" in sql or ("stock_move" in sql and "SELECT" in sql)
        ]

    assert count((world.salt, 1), (world.oil, 1)) == []
    change(world, 5)
    later(world, 0.1)
    assert count((world.salt, 1)) == []  # changed before the scan


def test_a_product_taken_off_in_mid_cart_is_refused_and_the_rest_goes_through(world):
    world.award(100)
    code = world.code().code
    look(world, code)
    later(world, 0.5)
    change(world, 3, active=False)
    with pytest.raises(ProductNotHere):
        world.redeem(code, (world.salt, 1), (world.bus, 1))
    assert world.balance() == 100
    assert world.redeem(code, (world.bus, 1)).points == 10


def test_two_clerks_change_a_price_one_after_the_other_and_no_step_is_lost(world):
    change(world, 4)
    change(world, 4)
    stores.change_product(world.second_clerk, product_id=world.salt.id, points=5, active=True)
    assert [row.points for row in Price.select().order_by(Price.id)] == [3, 4]
    assert Product.get_by_id(world.salt.id).points == 5
