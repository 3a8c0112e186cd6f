"""A household that moves takes its points and card along, and both villages' books still close."""

import pytest

from core.db import unit_of_work
from core.errors import NotFound
from core.people import services
from core.people.api import find_households
from core.people.errors import ImportKept
from core.scope import AreaScope
from core.sheets import Upload
from plugins.points_store.models import LedgerAccount
from plugins.points_store.queries.books import village_books
from plugins.points_store.queries.wallets import statement, visible_wallet
from plugins.points_store.services import cards
from plugins.points_store.services.reversal import reverse_redemption
from plugins.points_store.services.wallets import move_wallets
from tests.plugins.points_store.village import SIBLING, VILLAGE, acting, household_in


def move(world, area_code):
    with unit_of_work(housekeeping="test"):
        move_wallets(world.admin, world.household, area_code)


def test_points_move_and_both_villages_close(world):
    wallet = world.award(100)
    move(world, SIBLING)
    books = {book.area_code: book for book in village_books(world.admin.scope("points_store.view"))}
    assert (books[VILLAGE].outstanding, books[VILLAGE].moved) == (0, -100)
    assert (books[SIBLING].outstanding, books[SIBLING].moved) == (100, 100)
    assert all(book.balanced for book in books.values())
    assert world.balance() == 100
    lines, _ = statement(wallet, 1, 10)
    assert [line.points for line in lines] == [100, -100, 100]


def test_a_reversal_after_a_move_closes_in_both_villages(world):
    world.award(100)
    receipt = world.redeem(world.code().code, (world.bus, 3))
    move(world, SIBLING)
    reverse_redemption(world.second_clerk, redemption_id=receipt.redemption_id, reason="点错了")
    books = {book.area_code: book for book in village_books(world.admin.scope("points_store.view"))}
    assert all(book.balanced for book in books.values())
    assert (books[VILLAGE].reversed, books[VILLAGE].moved) == (30, -100)
    assert (books[SIBLING].reversed, books[SIBLING].moved, books[SIBLING].outstanding) == (0, 100, 100)
    assert world.balance() == 100


def test_the_wall_moves_with_the_household(world):
    wallet = world.award(100)
    move(world, SIBLING)
    with pytest.raises(NotFound):
        visible_wallet(world.secretary, wallet)
    assert visible_wallet(acting(8, "secretary", SIBLING), wallet).id == wallet
    with pytest.raises(NotFound):
        world.award(1)


def test_a_card_moves_too_and_its_new_village_can_stop_it(world):
    world.award(100)
    issued = cards.issue_card(world.secretary, household_id=world.household)
    move(world, SIBLING)
    with pytest.raises(NotFound):
        cards.stop_card(world.secretary, card_id=issued.card_id)
    cards.stop_card(acting(8, "secretary", SIBLING), card_id=issued.card_id)


def test_a_move_within_the_village_books_nothing(world):
    wallet = world.award(100)
    move(world, VILLAGE + "001")
    assert statement(wallet, 1, 10)[1] == 1
    row = LedgerAccount.unscoped("test").where(LedgerAccount.id == wallet).get()
    assert row.area_code == VILLAGE + "001"


def test_a_grid_member_makes_and_stops_the_card_of_a_household_in_the_grid(world):
    home = household_in(VILLAGE + "001", "009", "赵六")
    world.award(5, home)
    with pytest.raises(NotFound):
        cards.issue_card(acting(9, "grid_member", VILLAGE + "002"), household_id=home)
    member = acting(9, "grid_member", VILLAGE + "001")
    issued = cards.issue_card(member, household_id=home)
    cards.stop_card(member, card_id=issued.card_id)


def test_an_import_is_kept_once_a_wallet_stands_on_it(world):
    table = Upload("居民.csv", f"区划代码,户编号,姓名\n{VILLAGE},909,赵六\n".encode())
    batch = services.import_households(world.admin, table, dry_run=False).batch
    (found,) = find_households(AreaScope((VILLAGE,)), "赵六")
    world.award(5, found.id)
    with pytest.raises(ImportKept, match="积分账户"):
        services.undo_import(world.admin, batch)
