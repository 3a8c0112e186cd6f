"""Redemption: what goes through, what is refused and why, and that a refusal is stored."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core import qr
from core.audit import AuditLine
from core.county import county
from core.db import unit_of_work
from core.errors import DomainError, NotFound, TooManyTries
from plugins.points_store.errors import (
    CodeExpired,
    CodeForeign,
    CodeUnknown,
    CodeUsed,
    InsufficientPoints,
    NothingPicked,
    NotYourStore,
    OutOfStock,
    OwnAffair,
    PriceChanged,
    ProductNotHere,
    SecondPersonNeeded,
    StoreClosed,
    WalletStopped,
)
from plugins.points_store.models import LedgerAccount, Product, Redemption, Refusal, StoreClerk
from plugins.points_store.services import cards, codes, redemption, reversal, stores
from plugins.points_store.services.guesses import GUESS_WINDOW, GUESSES
from tests.plugins.points_store.village import NOON, VILLAGE, acting


def refusals():
    return [row.reason for row in Refusal.unscoped("test").order_by(Refusal.id)]


def stock(product):
    return Product.get_by_id(product.id).stock


def test_goods_and_services_are_handed_out_against_a_shown_code(world):
    world.award(100)
    receipt = world.redeem(world.code().token, (world.salt, 2), (world.bus, 1))
    assert (receipt.points, receipt.balance_after) == (16, 84)
    assert world.balance() == 84
    assert stock(world.salt) == 8
    assert stock(world.bus) is None
    assert Redemption.unscoped("test").count() == 1
    assert AuditLine.unscoped("test").where(AuditLine.action == "points_store.redeem_points").count() == 1


def test_a_typed_code_may_have_full_width_signs_spaces_small_letters_and_a_hyphen(world):
    world.award(100)
    code = world.code().code
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code[:4])
    assert world.redeem(f"  {wide} -{code[4:].lower()} ", (world.salt, 1)).points == 3


def test_a_scanned_url_is_read_to_its_token(world):
    world.award(100)
    issued = world.code()
    assert world.redeem(f"http://10.0.0.1/points-store/q/{issued.token}", (world.salt, 1)).points == 3


def test_a_code_is_used_once_whatever_form_it_comes_back_in(world):
    world.award(100)
    issued = world.code()
    world.redeem(issued.code, (world.salt, 1))
    for form in (issued.code, issued.token, issued.code.lower(), f"{issued.code[:4]} {issued.code[4:]}"):
        with pytest.raises(CodeUsed):
            world.redeem(form, (world.salt, 1))
    assert world.balance() == 97
    assert refusals() == ["code_used"] * 4


def test_a_code_ends_after_its_seconds_and_never_after_sixty(world):
    world.award(100)
    issued = world.code()
    assert issued.seconds <= 60
    world.move_clock(NOON + timedelta(seconds=issued.seconds))
    with pytest.raises(CodeExpired):
        world.redeem(issued.token, (world.salt, 1))
    with pytest.raises(CodeExpired):
        world.redeem(issued.code, (world.salt, 1))
    assert refusals() == ["code_expired", "code_expired"]


def test_a_clock_that_was_set_back_does_not_bring_a_used_or_future_code_to_life(world):
    world.award(100)
    used, unused = world.code(), world.code()
    world.redeem(used.code, (world.salt, 1))
    world.move_clock(NOON - timedelta(minutes=10))
    with pytest.raises(CodeUsed):
        world.redeem(used.token, (world.salt, 1))
    with pytest.raises(CodeExpired):
        world.redeem(unused.token, (world.salt, 1))


@pytest.mark.parametrize(
    "raw", ["", "ABCD", "ABCDEFGH", "r.ABCDEFGH.ffffffff.00", "......", "💥" * 8, "x" * 400]
)
def test_a_mistyped_or_forged_code_is_unknown(world, raw):
    with pytest.raises(CodeUnknown):
        world.redeem(raw, (world.salt, 1))
    assert refusals() == ["code_unknown"]


def test_a_code_signed_for_another_purpose_or_with_another_key_is_unknown(world):
    world.award(100)
    issued = world.code()
    later = NOON + timedelta(hours=1)
    assert qr.sign(county().keys, "c", issued.code, later) != issued.token
    with pytest.raises(CodeUnknown):
        world.redeem(qr.sign(county().keys, "c", issued.code, later), (world.salt, 1))
    forged = issued.token.rsplit(".", 2)[0] + f".{int(later.timestamp()):x}." + issued.token.rsplit(".")[-1]
    with pytest.raises(CodeUnknown):
        world.redeem(forged, (world.salt, 1))


def test_guessing_codes_ends_after_ten_tries(world):
    world.award(100)
    for number in range(GUESSES):
        with pytest.raises(CodeUnknown):
            world.redeem(f"AAAA{number:04d}", (world.salt, 1))
    with pytest.raises(TooManyTries):
        world.redeem(world.code().code, (world.salt, 1))
    world.move_clock(NOON + GUESS_WINDOW + timedelta(seconds=1))
    assert world.redeem(world.code().code, (world.salt, 1)).points == 3


def test_a_code_from_another_village_is_foreign_and_says_nothing_of_its_holder(world):
    world.award(100)
    issued = world.code()
    with pytest.raises(CodeForeign) as refusal:
        world.redeem(issued.code, (world.salt, 1), actor=world.sibling_clerk, store_id=world.sibling_store.id)
    assert "张三" not in str(refusal.value)
    assert world.balance() == 100


def test_a_clerk_of_another_store_is_refused_and_the_try_is_stored(world):
    world.award(100)
    StoreClerk.delete().where(StoreClerk.account_id == world.clerk.account_id).execute()
    with pytest.raises(NotYourStore):
        world.redeem(world.code().code, (world.salt, 1))
    assert refusals() == ["not_your_store"]


def test_a_store_beyond_the_wall_does_not_exist(world):
    with pytest.raises(NotFound):
        world.redeem(world.code().code, (world.salt, 1), actor=world.sibling_clerk)
    assert refusals() == []


def test_too_few_points_are_refused_and_nothing_moves(world):
    world.award(20)
    code = world.code().code
    with pytest.raises(InsufficientPoints) as refusal:
        world.redeem(code, (world.oil, 1))
    assert refusal.value.params == {"needed": 30, "balance": 20}
    assert (world.balance(), stock(world.oil)) == (20, 2)
    # The code is still good: the clerk takes something off and goes on.
    assert world.redeem(code, (world.salt, 1)).balance_after == 17


def test_the_shelf_cannot_go_below_zero(world):
    world.award(500)
    with pytest.raises(OutOfStock):
        world.redeem(world.code().code, (world.oil, 3))
    assert stock(world.oil) == 2
    assert world.balance() == 500


def test_goods_of_another_store_or_off_the_shelf_are_refused(world):
    world.award(500)
    stores.change_product(world.clerk, product_id=world.salt.id, points=3, active=False)
    with pytest.raises(ProductNotHere):
        world.redeem(world.code().code, (world.salt, 1))
    elsewhere = stores.add_product(
        world.sibling_clerk, store_id=world.sibling_store.id, name="盐", kind="goods", points=1, stock=5
    )
    with pytest.raises(ProductNotHere):
        world.redeem(world.code().code, (elsewhere, 1))


@pytest.mark.parametrize("quantity", [0, -1, 1000, 10**18])
def test_no_quantity_outside_the_limits_is_booked(world, quantity):
    world.award(500)
    with pytest.raises(ProductNotHere):
        world.redeem(world.code().code, (world.salt, quantity))
    assert world.balance() == 500


def test_the_same_product_twice_is_added_up_so_that_stock_holds(world):
    world.award(500)
    with pytest.raises(OutOfStock):
        world.redeem(world.code().code, (world.oil, 2), (world.oil, 1))


def test_nothing_picked_and_a_changed_price_are_refused(world):
    world.award(500)
    with pytest.raises(NothingPicked):
        world.redeem(world.code().code)
    with pytest.raises(PriceChanged) as refusal:
        world.redeem(world.code().code, (world.salt, 1), agreed_points=2)
    assert refusal.value.params == {"total": 3}


def test_a_stopped_wallet_and_a_closed_store_are_refused(world):
    wallet = world.award(500)
    code = world.code().code
    stores.switch_store(world.secretary, store_id=world.store.id, active=False)
    with pytest.raises(StoreClosed):
        world.redeem(code, (world.salt, 1))
    stores.switch_store(world.secretary, store_id=world.store.id, active=True)
    LedgerAccount.update(stopped_at=NOON).where(LedgerAccount.id == wallet).execute()
    with pytest.raises(WalletStopped):
        world.redeem(code, (world.salt, 1))


def test_a_clerk_does_not_serve_their_own_household(world):
    world.award(500)
    own = acting(5, "clerk", VILLAGE, world.household)
    with pytest.raises(OwnAffair):
        world.redeem(world.code().code, (world.salt, 1), actor=own)


def test_every_reason_to_refuse_is_stored_with_clerk_store_and_time(world):
    world.award(20)
    with pytest.raises(InsufficientPoints):
        world.redeem(world.code().code, (world.oil, 1))
    row = Refusal.unscoped("test").get()
    assert (row.reason, row.account_id, row.store_id, row.at) == (
        "insufficient_points",
        world.clerk.account_id,
        world.store.id,
        NOON,
    )
    assert len(row.scanned) <= 6


def test_a_counter_that_opened_the_code_in_time_may_take_longer_over_the_shelf(world):
    world.award(100)
    issued = world.code()
    redemption.open_code(world.clerk, store_id=world.store.id, raw_code=issued.token)
    world.move_clock(NOON + timedelta(minutes=3))
    with pytest.raises(CodeExpired):
        world.redeem(issued.token, (world.salt, 1), actor=world.second_clerk)
    assert world.redeem(issued.token, (world.salt, 1)).points == 3
    with pytest.raises(CodeUsed):
        world.redeem(issued.code, (world.salt, 1))


def test_a_code_that_nobody_opened_in_time_or_held_too_long_is_expired(world):
    world.award(100)
    late, held = world.code(), world.code()
    redemption.open_code(world.clerk, store_id=world.store.id, raw_code=held.code)
    world.move_clock(NOON + timedelta(seconds=61))
    with pytest.raises(CodeExpired):
        redemption.open_code(world.clerk, store_id=world.store.id, raw_code=late.code)
    redemption.open_code(world.clerk, store_id=world.store.id, raw_code=held.code)
    world.move_clock(NOON + codes.HELD)
    with pytest.raises(CodeExpired):
        world.redeem(held.code, (world.salt, 1))


def test_a_second_account_of_the_same_person_is_no_second_person(world):
    world.award(100)
    first = replace(world.clerk, person_id=77)
    receipt = world.redeem(world.code().code, (world.bus, 1), actor=first)
    second = replace(world.secretary, person_id=77)
    with pytest.raises(SecondPersonNeeded):
        reversal.reverse_redemption(second, redemption_id=receipt.redemption_id, reason="点错")


def test_nobody_makes_a_card_for_their_own_household(world):
    own = acting(2, "secretary", VILLAGE, world.household)
    with pytest.raises(OwnAffair):
        cards.issue_card(own, household_id=world.household)


def test_a_code_is_for_ones_own_wallet_only(world):
    wallet = world.award(10, world.other_household)
    with pytest.raises(NotFound):
        codes.issue_code(world.resident, wallet)
    with pytest.raises(DomainError):
        codes.issue_code(acting(99, "resident", VILLAGE))


def test_a_refused_redemption_inside_a_request_keeps_its_refusal(world):
    with unit_of_work(housekeeping="the request"), pytest.raises(CodeUnknown):
        world.redeem("ABCDEFGH", (world.salt, 1))
    assert refusals() == ["code_unknown"]
