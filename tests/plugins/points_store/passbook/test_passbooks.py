"""Passbooks: printed on where they stopped, each booking once, at the next line of the same page."""

import threading

import pytest
from peewee import IntegrityError, fn

from core.db import database
from core.errors import Forbidden, NotFound
from plugins.points_store.errors import PassbookClosed, PassbookInUse, PassbookUpToDate
from plugins.points_store.models import LINES_A_PAGE, Entry, Passbook, PassbookPrint
from plugins.points_store.queries.passbooks import lines_of, passbook_view
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services import passbooks
from tests.plugins.points_store.test_races import THREADS, at_once
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, acting


@pytest.fixture
def book(world):
    """A passbook that was opened with 50 points on it."""
    wallet = world.award(50)
    return passbooks.open_passbook(world.secretary, wallet_id=wallet)


def printed(world, book):
    """The lines that the next print brings: (page, line, title, points, balance)."""
    row = passbooks.print_page(world.secretary, passbook_id=book.id)
    passbook = Passbook.get_by_id(row.passbook_id)
    return [(row.page, line.line, line.title, line.points, line.balance) for line in lines_of(row, passbook)]


def test_a_print_goes_on_below_the_last_line(world, book):
    world.award(20)
    assert printed(world, book) == [(1, 1, "开折余额", None, 50), (1, 2, "奖励", 20, 70)]
    world.redeem(world.code().code, (world.salt, 2))
    world.award(5)
    assert printed(world, book) == [(1, 3, "兑换", -6, 64), (1, 4, "奖励", 5, 69)]
    view = passbook_view(book)
    assert (view.page, view.line, view.balance_after, view.waiting) == (1, 4, 69, 0)


def test_the_balance_alone_is_printed_into_a_new_passbook(world, book):
    assert printed(world, book) == [(1, 1, "开折余额", None, 50)]
    world.award(1)
    assert printed(world, book) == [(1, 2, "奖励", 1, 51)]


def test_with_nothing_new_nothing_is_printed(world, book):
    printed(world, book)
    with pytest.raises(PassbookUpToDate):
        passbooks.print_page(world.secretary, passbook_id=book.id)
    assert PassbookPrint.select().count() == 1


def test_a_full_page_is_turned(world, book):
    for _ in range(LINES_A_PAGE + 1):
        world.award(1)
    first = printed(world, book)
    assert [line for _, line, *_ in first] == list(range(1, LINES_A_PAGE + 1))
    assert passbook_view(book).waiting == 2
    assert [(page, line) for page, line, *_ in printed(world, book)] == [(2, 1), (2, 2)]


def test_a_lost_passbook_is_closed_and_the_new_one_begins_where_it_stopped(world, book):
    printed(world, book)
    world.award(7)
    new = passbooks.replace_passbook(world.secretary, passbook_id=book.id, why="lost")
    with pytest.raises(PassbookClosed):
        passbooks.print_page(world.secretary, passbook_id=book.id)
    with pytest.raises(PassbookClosed):
        passbooks.replace_passbook(world.secretary, passbook_id=book.id, why="lost")
    assert new.number == 2
    assert printed(world, new) == [(1, 1, "承前余额", None, 50), (1, 2, "奖励", 7, 57)]


def test_a_household_has_one_passbook_and_a_print_is_never_changed(world, book):
    with pytest.raises(PassbookInUse):
        passbooks.open_passbook(world.secretary, wallet_id=book.wallet_id)
    printed(world, book)
    for statement in (
        PassbookPrint.update(last_line=19),
        PassbookPrint.delete(),
        Passbook.update(brought_forward=1),
        Passbook.delete(),
    ):
        with pytest.raises(IntegrityError), database.atomic():
            statement.execute()


def test_only_those_who_make_cards_print_and_only_in_their_village(world, book):
    for work in (
        lambda actor: passbooks.print_page(actor, passbook_id=book.id),
        lambda actor: passbooks.replace_passbook(actor, passbook_id=book.id, why="lost"),
        lambda actor: passbooks.open_passbook(actor, wallet_id=book.wallet_id),
    ):
        with pytest.raises(NotFound):
            work(acting(8, "secretary", SIBLING))
        with pytest.raises(Forbidden):
            work(world.clerk)
    assert passbooks.print_page(acting(9, "grid_member", VILLAGE), passbook_id=book.id).last_line == 1


def test_many_who_print_at_once_print_each_line_once(world, book):
    for _ in range(5):
        world.award(1)
    results = at_once(lambda _: passbooks.print_page(world.secretary, passbook_id=book.id))
    assert sum(isinstance(result, PassbookPrint) for result in results) == 1
    assert sum(isinstance(result, PassbookUpToDate) for result in results) == THREADS - 1
    assert passbook_view(book).line == 6


def test_control_reading_first_and_writing_later_does_print_twice(world, book):
    """The same passbook without the unit that is alone: all take the same lines to their printers."""
    world.award(1)
    gap = threading.Barrier(THREADS, timeout=10)

    def careless(_):
        waiting = passbook_view(book).waiting
        gap.wait()  # everybody has read before anybody writes
        return waiting

    assert at_once(careless).count(2) == THREADS


def test_the_proof_finds_a_print_with_another_balance(world, book):
    printed(world, book)
    last = PassbookPrint.get()
    world.award(1)
    with database.atomic() as forgery:
        PassbookPrint.create(
            passbook_id=book.id,
            page=1,
            first_line=2,
            last_line=2,
            after_entry=last.last_entry,
            last_entry=Entry.select(fn.MAX(Entry.id)).scalar(),
            balance_after=9,
            at=NOON,
        )
        assert [mistake for mistake in verify_ledger().mistakes if "存折打印" in mistake]
        forgery.rollback()
