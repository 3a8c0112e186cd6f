"""Points that change hands keep their days; stopped wallets redeem nothing; shares add up."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from core.clock import CHINA
from core.errors import Invalid, NotFound
from core.people import services as people
from core.people.api import PersonRow, persons_of
from plugins.points_store.errors import (
    InsufficientPoints,
    NotOneHousehold,
    NoWallet,
    OwnAffair,
    SharesDiffer,
    WalletActive,
    WalletStopped,
)
from plugins.points_store.models import HANDOVER, LedgerAccount, Transfer, WalletStop
from plugins.points_store.queries.books import village_books
from plugins.points_store.services import awards, holders, lots
from plugins.points_store.services.expiry import expire_points
from tests.plugins.points_store.test_races import at_once
from tests.plugins.points_store.village import SIBLING, VILLAGE, acting, household_in


@pytest.fixture
def county_sections():
    """Points are good to the end of their year."""
    return '[plugin.points_store]\nexpiry = "year_end"\n'


def days_of(wallet_id):
    balance = LedgerAccount.unscoped("test").where(LedgerAccount.id == wallet_id).get().balance
    return [(left.points, left.expires_on) for left in lots.lots_left(wallet_id, balance)]


def wallet_of(household):
    return LedgerAccount.unscoped("test").where(LedgerAccount.household_id == household).get()


def test_heirs_get_the_oldest_points_with_their_days(world):
    wallet = world.award(40)
    world.move_clock(datetime(2027, 1, 1, 0, 1, tzinfo=CHINA))
    world.award(20)
    world.move_clock(datetime(2026, 12, 31, 23, 0, tzinfo=CHINA))
    left = holders.hand_points_over(
        world.secretary, wallet_id=wallet, household_id=world.other_household, points=50, reason="户主去世"
    )
    assert left == 10
    heir = wallet_of(world.other_household)
    assert days_of(heir.id) == [(40, date(2026, 12, 31)), (10, date(2027, 12, 31))]
    assert days_of(wallet) == [(10, date(2027, 12, 31))]
    assert Transfer.unscoped("test").where(Transfer.kind == HANDOVER).get().reason == "户主去世"
    with pytest.raises(InsufficientPoints):
        holders.hand_points_over(
            world.secretary, wallet_id=wallet, household_id=world.other_household, points=11, reason="多了"
        )


def test_a_split_shares_out_every_point_and_not_one_more(world):
    wallet = world.award(100)
    new = household_in(VILLAGE, "003", "张小三")
    for shares in ({new: 60}, {new: 60, world.household: 41}, {new: 101, world.household: -1}):
        with pytest.raises(SharesDiffer):
            holders.split_wallet(world.secretary, wallet_id=wallet, shares=shares, reason="分户")
    holders.split_wallet(
        world.secretary, wallet_id=wallet, shares={new: 60, world.household: 40}, reason="分户"
    )
    assert (world.balance(), world.balance(new)) == (40, 60)


def test_a_merge_joins_two_wallets_and_the_old_household_may_end(world):
    world.award(30)
    source = world.award(70, world.other_household)
    assert (
        holders.merge_wallets(world.secretary, wallet_id=source, household_id=world.household, reason="并户")
        == 70
    )
    assert (world.balance(), world.balance(world.other_household)) == (100, 0)


def test_between_villages_points_go_out_of_one_book_and_into_the_other(world):
    wallet = world.award(100)
    holders.merge_wallets(world.admin, wallet_id=wallet, household_id=world.sibling_household, reason="并户")
    books = {book.area_code: book for book in village_books(world.admin.scope("points_store.view"))}
    assert (books[VILLAGE].moved, books[SIBLING].moved) == (-100, 100)
    assert all(book.balanced for book in books.values())
    assert days_of(wallet_of(world.sibling_household).id) == [(100, date(2026, 12, 31))]


def test_a_village_hands_nothing_to_the_next_and_nobody_to_themselves(world):
    wallet = world.award(100)
    with pytest.raises(NotFound):
        holders.hand_points_over(
            world.secretary, wallet_id=wallet, household_id=world.sibling_household, points=1, reason="转"
        )
    own = acting(30, "secretary", VILLAGE, world.other_household)
    with pytest.raises(OwnAffair):
        holders.hand_points_over(
            own, wallet_id=wallet, household_id=world.other_household, points=1, reason="转"
        )
    for household, reason in ((world.household, "转"), (world.other_household, " ")):
        with pytest.raises(Invalid):
            holders.hand_points_over(
                world.secretary, wallet_id=wallet, household_id=household, points=1, reason=reason
            )


def test_a_stopped_wallet_receives_and_redeems_nothing_until_it_is_opened_again(world):
    wallet = world.award(50)
    holders.stop_wallet(world.secretary, wallet_id=wallet, reason="户主去世，待村里议定")
    with pytest.raises(WalletStopped):
        world.redeem(world.code().code, (world.bus, 1))
    with pytest.raises(WalletStopped):
        holders.stop_wallet(world.secretary, wallet_id=wallet, reason="再停")
    world.award(5)
    assert world.balance() == 55
    holders.resume_wallet(world.secretary, wallet_id=wallet, reason="继承人已定")
    assert world.redeem(world.code().code, (world.bus, 1)).balance_after == 45
    with pytest.raises(WalletActive):
        holders.resume_wallet(world.secretary, wallet_id=wallet, reason="再开")
    (stop,) = WalletStop.select()
    assert (stop.reason, stop.resume_reason) == ("户主去世，待村里议定", "继承人已定")


def test_a_wallet_that_is_stopped_while_eight_redeem_is_stopped_for_all_who_come_later(world):
    wallet = world.award(500)
    codes = [world.code().code for _ in range(8)]

    def work(number):
        if number == 3:
            holders.stop_wallet(world.secretary, wallet_id=wallet, reason="停用")
            return "stopped"
        return world.redeem(codes[number], (world.bus, 1))

    results = at_once(work)
    served = sum(not isinstance(each, WalletStopped | str) for each in results)
    assert world.balance() == 500 - 10 * served
    stop = WalletStop.select().get()
    late = Transfer.unscoped("test").where((Transfer.kind == "redemption") & (Transfer.at > stop.stopped_at))
    assert late.count() == 0


def test_on_the_day_after_the_last_a_move_books_the_expiry_where_the_points_came_from(world):
    wallet = world.award(100)
    world.move_clock(datetime(2027, 1, 1, 0, 1, tzinfo=CHINA))
    people.update_household(world.admin, world.household, area_code=SIBLING, number="001b")
    expire_points()
    books = {book.area_code: book for book in village_books(world.admin.scope("points_store.view"))}
    assert (books[VILLAGE].expired, books[VILLAGE].fund) == (100, 1_000)
    assert books[SIBLING].moved == 0
    assert days_of(wallet) == []


def test_moved_points_keep_their_days_and_promises(world):
    wallet = world.award(100)
    LedgerAccount.update(held=30).where(LedgerAccount.id == wallet).execute()
    people.update_household(world.admin, world.household, area_code=SIBLING, number="001b")
    assert days_of(wallet) == [(100, date(2026, 12, 31))]
    assert LedgerAccount.unscoped("test").where(LedgerAccount.id == wallet).get().held == 30
    # Nobody has really promised them, which the proof of the ledger would say.
    LedgerAccount.update(held=0).where(LedgerAccount.id == wallet).execute()


class TestWalletAPerson:
    """Where the county keeps a wallet a person, people of one household hand points over themselves."""

    @pytest.fixture
    def county_sections(self):
        """A wallet a person."""
        return '[plugin.points_store]\nwallet_per = "person"\n'

    def award(self, world, person_id, points):
        """Credit a person."""
        awards.award(
            world.reviewer,
            household_id=world.household,
            person_id=person_id,
            rule_id=world.rule.id,
            points=points,
            reason="清扫",
        )

    def test_within_the_household_and_nowhere_else(self, world):
        (head,) = persons_of(world.household)
        (stranger,) = persons_of(world.other_household)
        son = people.add_person(world.admin, world.household, PersonRow(name="张小三"))
        resident = replace(world.resident, person_id=head.id)
        with pytest.raises(NoWallet):
            holders.give_to_kin(resident, person_id=son, points=1, reason="")
        self.award(world, head.id, 20)
        for person in (stranger.id, head.id):
            with pytest.raises(NotOneHousehold):
                holders.give_to_kin(resident, person_id=person, points=1, reason="")
        assert holders.give_to_kin(resident, person_id=son, points=15).balance == 5
        with pytest.raises(InsufficientPoints):
            holders.give_to_kin(resident, person_id=son, points=6, reason="")
        wallet = LedgerAccount.unscoped("test").where(LedgerAccount.person_id == son).get()
        assert wallet.balance == 15
