"""Printed cards: PIN, limit a day, stop, replacement."""

import re
from datetime import timedelta

import pytest

from core.errors import NotFound
from plugins.points_store.errors import (
    CardLimit,
    CardLocked,
    CardStopped,
    FaceLimit,
    OwnAffair,
    PinWrong,
)
from plugins.points_store.models import Redemption
from plugins.points_store.queries.wallets import receipt_view
from plugins.points_store.services import awards, cards
from plugins.points_store.services.reversal import reverse_redemption
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, acting


@pytest.mark.parametrize("county_sections", ["[plugin.points_store]\ncard_day_limit = 100\n"])
def test_a_printed_card_with_its_pin_redeems_up_to_its_limit_a_day(world):
    world.award(500)
    issued = cards.issue_card(world.secretary, household_id=world.household)
    assert world.redeem(issued.token, (world.oil, 2), raw_pin=issued.pin).points == 60
    with pytest.raises(CardLimit) as refusal:
        world.redeem(issued.serial, (world.bus, 5), raw_pin=issued.pin)
    assert refusal.value.params == {"limit": 100, "used": 60}
    renewed = cards.issue_card(world.secretary, household_id=world.household)
    with pytest.raises(CardLimit):
        world.redeem(renewed.token, (world.bus, 5), raw_pin=renewed.pin)
    world.move_clock(NOON + timedelta(days=1))
    assert world.redeem(renewed.token, (world.bus, 5), raw_pin=renewed.pin).points == 50


@pytest.mark.parametrize(
    "county_sections", ["[plugin.points_store]\ncard_day_limit = 60\nknown_face_limit = 60\n"]
)
def test_what_was_taken_back_as_a_mistake_counts_against_no_limit(world):
    world.award(500)
    issued = cards.issue_card(world.secretary, household_id=world.household)
    for by in ({"raw_pin": issued.pin}, {"known_face": True}):
        mistake = world.redeem(issued.token, (world.bus, 6), **by)
        reverse_redemption(world.second_clerk, redemption_id=mistake.redemption_id, reason="选错了")
    assert world.redeem(issued.token, (world.bus, 6), known_face=True).points == 60
    with pytest.raises(CardLimit):
        world.redeem(issued.token, (world.salt, 1), raw_pin=issued.pin)


def test_without_a_word_of_the_county_a_card_is_good_for_500_points_a_day(world):
    awards.grant_budget(world.admin, area_code=VILLAGE, points=1_000, reason="追加")
    world.award(1_000)
    issued = cards.issue_card(world.secretary, household_id=world.household)
    assert world.redeem(issued.serial, (world.bus, 50), raw_pin=issued.pin).points == 500
    with pytest.raises(CardLimit) as refusal:
        world.redeem(issued.serial, (world.bus, 1), raw_pin=issued.pin)
    assert refusal.value.params == {"limit": 500, "used": 500}


def test_five_wrong_pins_lock_the_card_and_a_right_one_clears_the_count(world):
    world.award(500)
    issued = cards.issue_card(world.secretary, household_id=world.household)
    wrong = "000000" if issued.pin != "000000" else "111111"
    for left in (4, 3):
        with pytest.raises(PinWrong) as refusal:
            world.redeem(issued.token, (world.salt, 1), raw_pin=wrong)
        assert refusal.value.params == {"left": left}
    world.redeem(issued.token, (world.salt, 1), raw_pin=issued.pin)
    for _ in range(4):
        with pytest.raises(PinWrong):
            world.redeem(issued.token, (world.salt, 1), raw_pin=wrong)
    with pytest.raises(CardLocked):
        world.redeem(issued.token, (world.salt, 1), raw_pin=wrong)
    with pytest.raises(CardLocked):
        world.redeem(issued.token, (world.salt, 1), raw_pin=issued.pin)


def test_a_stopped_or_replaced_card_is_refused(world):
    world.award(500)
    first = cards.issue_card(world.secretary, household_id=world.household)
    second = cards.issue_card(world.secretary, household_id=world.household)
    with pytest.raises(CardStopped):
        world.redeem(first.token, (world.salt, 1), raw_pin=first.pin)
    cards.stop_card(world.secretary, card_id=second.card_id)
    with pytest.raises(CardStopped):
        world.redeem(second.serial, (world.salt, 1), raw_pin=second.pin)


def test_a_card_of_a_neighbouring_village_cannot_be_issued_or_stopped(world):
    issued = cards.issue_card(world.secretary, household_id=world.household)
    far = acting(8, "secretary", SIBLING)
    with pytest.raises(NotFound):
        cards.issue_card(far, household_id=world.household)
    with pytest.raises(NotFound):
        cards.stop_card(far, card_id=issued.card_id)


def test_the_resident_stops_their_own_lost_card_in_one_step(world, as_role):
    world.award(500)
    issued = cards.issue_card(world.secretary, household_id=world.household)
    browser = as_role("resident", VILLAGE, person_id=world.household)
    page = browser.get("/points-store/").text
    assert issued.serial in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    for _ in range(2):
        assert browser.post("/points-store/card/stop", data={"csrf_token": token}).status_code == 303
    with pytest.raises(CardStopped):
        world.redeem(issued.token, (world.salt, 1), raw_pin=issued.pin)
    assert world.balance() == 500


def test_no_face_takes_the_place_of_a_pin_where_the_county_has_not_said_so(world):
    world.award(500)
    issued = cards.issue_card(world.secretary, household_id=world.household)
    with pytest.raises(FaceLimit):
        world.redeem(issued.token, (world.salt, 1), known_face=True)


class TestKnownFace:
    """Where the county lets clerks vouch for who they know."""

    @pytest.fixture
    def county_sections(self):
        return "[plugin.points_store]\nknown_face_limit = 20\n"

    def test_a_clerk_vouches_up_to_a_limit_a_day_and_it_stands_on_the_receipt(self, world):
        world.award(500)
        issued = cards.issue_card(world.secretary, household_id=world.household)
        receipt = world.redeem(issued.token, (world.bus, 1), known_face=True)
        row = Redemption.unscoped("test").where(Redemption.id == receipt.redemption_id).get()
        assert receipt_view(row).known_face
        with pytest.raises(FaceLimit) as refusal:
            world.redeem(issued.serial, (world.salt, 4), known_face=True)
        assert refusal.value.params == {"limit": 20, "used": 10}
        by_pin = world.redeem(issued.serial, (world.salt, 4), raw_pin=issued.pin)
        row = Redemption.unscoped("test").where(Redemption.id == by_pin.redemption_id).get()
        assert not receipt_view(row).known_face
        world.move_clock(NOON + timedelta(days=1))
        assert world.redeem(issued.token, (world.bus, 2), known_face=True).points == 20

    def test_nobody_vouches_for_their_own_household(self, world):
        world.award(500)
        issued = cards.issue_card(world.secretary, household_id=world.household)
        with pytest.raises(OwnAffair):
            world.redeem(
                issued.token,
                (world.salt, 1),
                known_face=True,
                actor=acting(5, "clerk", VILLAGE, world.household),
            )
