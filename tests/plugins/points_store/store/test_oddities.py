"""What looks odd is asked about with figures and bookings; other villages are not seen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.accounts.api import create_account
from core.errors import Forbidden, NotFound
from core.people.api import add_kinship, persons_of
from plugins.points_store.errors import OwnAffair
from plugins.points_store.models import OddityNote, StoreClerk
from plugins.points_store.queries.oddities import list_oddities
from plugins.points_store.services import awards, cards, codes, reversal, stores
from plugins.points_store.services.oddities import note_oddity
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, acting, household_in


def found(world, actor=None):
    scope = (actor or world.admin).scope("points_store.view")
    return {oddity.mark.split(":")[0]: oddity for oddity in list_oddities(scope)}


def later(world, **span):
    world.move_clock(NOON + timedelta(**span))


def test_a_quiet_month_asks_nothing(world):
    world.award(500)
    for day in range(3):
        later(world, days=day, minutes=day)
        world.redeem(world.code().code, (world.salt, 1))
    assert found(world) == {}


def test_scanning_ones_own_code_is_counted_though_it_was_refused(world):
    world.award(100)
    own = acting(5, "clerk", VILLAGE, world.household)
    for _ in range(2):
        with pytest.raises(OwnAffair):
            world.redeem(world.code().code, (world.salt, 1), actor=own)
    oddity = found(world)["own"]
    assert (oddity.values["count"], oddity.redemption_ids) == (2, [])


def test_many_cards_in_a_row_are_shown_with_their_bookings(world):
    for number in range(5):
        home = household_in(VILLAGE, f"1{number}", f"户{number}")
        world.award(10, home)
        card = cards.issue_card(world.secretary, household_id=home)
        later(world, minutes=2 * number)
        world.redeem(card.serial, (world.salt, 1), raw_pin=card.pin)
        assert ("cards" in found(world)) == (number == 4)
    oddity = found(world)["cards"]
    assert (oddity.values["count"], len(oddity.redemption_ids)) == (5, 5)


def test_always_the_same_minute_and_sums_just_under_the_limit(world):
    awards.grant_budget(world.admin, area_code=VILLAGE, points=5_000, reason="追加")
    world.award(2_000)
    card = cards.issue_card(world.secretary, household_id=world.household)
    cloth = stores.add_product(
        world.clerk, store_id=world.store.id, name="毛毯", kind="goods", points=240, stock=9
    )
    for day in range(4):
        later(world, days=day, seconds=10 * day)
        world.redeem(card.serial, (cloth, 2 if day < 3 else 1), raw_pin=card.pin)
    shown = found(world)
    assert shown["minute"].values["count"] == 4
    assert (shown["limit"].values["count"], shown["limit"].values["limit"]) == (3, 500)


@pytest.fixture
def kin_at_counter(world):
    """A clerk with an account and a place in the register, their own household, and that of their son."""
    home, son = household_in(VILLAGE, "010", "店员甲"), household_in(VILLAGE, "011", "甲之子")
    (parent,), (child,) = persons_of(home), persons_of(son)
    add_kinship(world.secretary, person_id=parent.id, kin_id=child.id, relation="child")
    made = create_account(
        world.admin, username="dianyuanjia", name="店员甲", area_code=VILLAGE, person_id=parent.id
    )
    StoreClerk.create(store_id=world.store.id, account_id=made.id)
    return replace(acting(made.id, "clerk", VILLAGE, home), person_id=parent.id), home, son


def test_who_serves_kin_is_shown_and_asked_and_nothing_is_refused(world, kin_at_counter):
    clerk, home, son = kin_at_counter
    for household, quantity in ((son, 2), (world.other_household, 3), (son, 1)):
        world.award(9, household)
        card = cards.issue_card(world.secretary, household_id=household)
        world.redeem(card.serial, (world.salt, quantity), raw_pin=card.pin, actor=clerk)
    shown = list_oddities(world.admin.scope("points_store.view"))
    (oddity,) = shown  # a stranger's redemption is nobody's business
    assert oddity.mark.startswith("kin:")
    assert (oddity.values["clerk"], oddity.values["holder"]) == ("店员甲", "甲之子")
    assert (oddity.values["count"], oddity.values["points"], len(oddity.redemption_ids)) == (2, 9, 2)
    assert world.balance(son) == 18 - 9
    # Another clerk may serve the same household, and the clerk's own, without a question.
    for household in (son, home):
        world.award(9, household)
        card = cards.issue_card(world.secretary, household_id=household)
        world.redeem(card.serial, (world.salt, 1), raw_pin=card.pin)
    assert list_oddities(world.admin.scope("points_store.view")) == shown


@pytest.mark.parametrize("county_sections", ['[plugin.points_store]\nwallet_per = "person"\n'])
def test_kin_are_found_where_each_person_has_a_wallet_too(world, kin_at_counter):
    clerk, _, son = kin_at_counter
    (child,) = persons_of(son)
    awards.award(
        world.reviewer,
        household_id=son,
        person_id=child.id,
        rule_id=world.rule.id,
        points=30,
        reason="清理河道",
    )
    code = codes.issue_code(replace(acting(31, "resident", VILLAGE, son), person_id=child.id))
    world.redeem(code.code, (world.salt, 2), actor=clerk)
    (oddity,) = list_oddities(world.admin.scope("points_store.view"))
    assert (oddity.values["holder"], oddity.values["points"]) == ("甲之子", 6)


def test_the_same_two_people_who_take_back_again_and_again(world):
    world.award(100)
    for _ in range(3):
        receipt = world.redeem(world.code().code, (world.salt, 1))
        reversal.reverse_redemption(world.second_clerk, redemption_id=receipt.redemption_id, reason="点错")
    oddity = found(world)["pair"]
    assert (oddity.values["count"], oddity.values["points"]) == (3, 9)
    later(world, days=31)
    assert found(world) == {}


def test_an_answer_is_noted_by_those_who_watch_and_nothing_of_another_village_is_seen(world):
    world.award(100)
    own = acting(5, "clerk", VILLAGE, world.household)
    with pytest.raises(OwnAffair):
        world.redeem(world.code().code, (world.salt, 1), actor=own)
    mark = found(world)["own"].mark
    note = {"mark": mark, "area_code": VILLAGE, "text": "问过本人：给家里老人演示，没有办理", "settled": True}
    with pytest.raises(Forbidden):
        note_oddity(world.secretary, **note)
    far = acting(9, "supervisor", SIBLING)
    assert found(world, far) == {}
    with pytest.raises(NotFound):
        note_oddity(far, **note)
    note_oddity(acting(8, "supervisor", "341504"), **note)
    oddity = found(world)["own"]
    assert (oddity.settled, oddity.notes[0].text) == (True, note["text"])
    assert OddityNote.unscoped("test").count() == 1
