"""Opening balances from paper: entered by one, confirmed by another, taken back while unspent."""

import pytest

from core.errors import Forbidden, Invalid, NotFound
from core.sheets import Upload
from plugins.points_store.errors import (
    BudgetExceeded,
    OpeningDecided,
    OpeningSecondPerson,
    OpeningSpent,
    OpeningTwice,
    OwnAffair,
)
from plugins.points_store.models import OPENING, OpeningLine, OpeningSheet, Transfer
from plugins.points_store.queries.books import village_books
from plugins.points_store.services import openings
from plugins.points_store.services.opening_table import import_openings
from plugins.points_store.services.openings import Holding
from tests.plugins.points_store.village import SIBLING, VILLAGE, acting

HEADINGS = "户编号,户主姓名,积分,原台账页码\n"


@pytest.fixture
def accountant(world):
    """The village's accountant."""
    return acting(20, "accountant", VILLAGE)


def enter(world, actor, *holdings):
    return openings.enter_opening(
        actor,
        area_code=VILLAGE,
        source="积分台账第3册第12页",
        holdings=holdings or [Holding(world.household, 80)],
    )


def line_of(sheet):
    return OpeningLine.get(OpeningLine.sheet_id == sheet.id)


def table(*rows):
    return Upload("期初.csv", (HEADINGS + "\n".join(rows) + "\n").encode())


def bring_in(actor, upload, *, dry_run=False):
    return import_openings(actor, upload, area_code=VILLAGE, source="积分台账", dry_run=dry_run)


def test_nothing_is_booked_before_a_second_person_has_confirmed(world, accountant):
    sheet = enter(world, accountant)
    assert world.balance() == 0
    with pytest.raises(OpeningSecondPerson):
        openings.confirm_opening(accountant, sheet_id=sheet.id)
    assert openings.confirm_opening(world.secretary, sheet_id=sheet.id) == 80
    assert world.balance() == 80
    (transfer,) = Transfer.unscoped("test").where(Transfer.kind == OPENING)
    assert transfer.reason == "积分台账第3册第12页"
    with pytest.raises(OpeningDecided):
        openings.confirm_opening(world.secretary, sheet_id=sheet.id)
    (book,) = [b for b in village_books(world.admin.scope("points_store.view")) if b.issued]
    assert (book.issued, book.fund, book.balanced) == (80, 920, True)


def test_two_accounts_of_one_person_are_one_pair_of_eyes(world):
    one, other = acting(20, "accountant", VILLAGE, 77), acting(21, "secretary", VILLAGE, 77)
    sheet = enter(world, one)
    with pytest.raises(OpeningSecondPerson):
        openings.confirm_opening(other, sheet_id=sheet.id)


def test_nobody_confirms_the_balance_of_their_own_household(world, accountant):
    sheet = enter(world, accountant)
    with pytest.raises(OwnAffair):
        openings.confirm_opening(acting(22, "secretary", VILLAGE, world.household), sheet_id=sheet.id)


def test_a_sheet_beyond_the_budget_is_refused_as_a_whole(world, accountant):
    sheet = enter(world, accountant, Holding(world.household, 600), Holding(world.other_household, 500))
    with pytest.raises(BudgetExceeded):
        openings.confirm_opening(world.secretary, sheet_id=sheet.id)
    assert (world.balance(), OpeningSheet.unscoped("test").get().state) == (0, "waiting")


def test_a_holder_has_one_opening_balance_until_it_is_taken_back(world, accountant):
    sheet = enter(world, accountant)
    with pytest.raises(OpeningTwice):
        enter(world, accountant)
    openings.refuse_opening(world.secretary, sheet_id=sheet.id, reason="与台账不符")
    openings.confirm_opening(world.secretary, sheet_id=enter(world, accountant).id)


def test_an_unspent_balance_is_taken_back_by_a_second_person(world, accountant):
    sheet = enter(world, accountant)
    openings.confirm_opening(world.secretary, sheet_id=sheet.id)
    world.award(5)
    with pytest.raises(OpeningSecondPerson):
        openings.withdraw_opening(accountant, line_id=line_of(sheet).id, reason="登错户")
    openings.withdraw_opening(world.secretary, line_id=line_of(sheet).id, reason="登错户")
    assert world.balance() == 5
    with pytest.raises(NotFound):
        openings.withdraw_opening(world.secretary, line_id=line_of(sheet).id, reason="登错户")


def test_a_balance_of_which_something_was_spent_stays(world, accountant):
    sheet = enter(world, accountant)
    openings.confirm_opening(world.secretary, sheet_id=sheet.id)
    world.award(50)
    world.redeem(world.code().code, (world.bus, 1))
    with pytest.raises(OpeningSpent):
        openings.withdraw_opening(world.secretary, line_id=line_of(sheet).id, reason="登错户")


def test_outside_of_ones_village_nothing_can_be_entered_or_seen(world, accountant):
    with pytest.raises(NotFound):
        openings.enter_opening(
            accountant, area_code=SIBLING, source="台账", holdings=[Holding(world.sibling_household, 5)]
        )
    with pytest.raises(NotFound):
        enter(world, accountant, Holding(world.sibling_household, 5))
    sheet = enter(world, accountant)
    with pytest.raises(NotFound):
        openings.confirm_opening(acting(23, "secretary", SIBLING), sheet_id=sheet.id)
    with pytest.raises(Forbidden):
        openings.confirm_opening(world.reviewer, sheet_id=sheet.id)
    with pytest.raises(Invalid):
        openings.enter_opening(
            accountant, area_code=VILLAGE, source=" ", holdings=[Holding(world.household, 5)]
        )


def test_a_workbook_is_one_sheet_with_the_page_of_every_line(world, accountant):
    upload = table("001,张三,120,第1页", "002,李四,30,")
    assert bring_in(accountant, upload, dry_run=True).counts == {"households": 2, "points": 150}
    assert OpeningSheet.unscoped("test").count() == 0
    outcome = bring_in(accountant, upload)
    assert outcome.clean
    sheet = OpeningSheet.unscoped("test").get()
    assert (sheet.id, sheet.digest) == (outcome.batch, upload.digest)
    assert openings.confirm_opening(world.secretary, sheet_id=sheet.id) == 150
    assert (world.balance(), world.balance(world.other_household)) == (120, 30)


@pytest.mark.parametrize(
    ("row", "column", "text"),
    [
        ("009,张三,5,", "户编号", "没有这个户编号"),
        ("001,李四,5,", "户主姓名", "不符"),
        ("001,张三,0,", "积分", "1 到 1000000"),
        ("001,张三,5.5,", "积分", "1 到 1000000"),
        ("001,张三,-5,", "积分", "1 到 1000000"),
        ("002,李四,5,", "户编号", "与第 2 行重复"),
        (f"001,张三,5,{'页' * 41}", "原台账页码", "40 个字"),
    ],
)
def test_a_wrong_row_is_marked_and_nothing_is_entered(world, accountant, row, column, text):
    outcome = bring_in(accountant, table("002,李四,30,", row))
    (mistake,) = outcome.mistakes
    assert (mistake.row, mistake.column) == (3, column)
    assert text in mistake.sentence()
    assert OpeningSheet.unscoped("test").count() == 0


def test_a_second_workbook_with_the_same_households_is_marked(world, accountant):
    bring_in(accountant, table("001,张三,5,"))
    (mistake,) = bring_in(accountant, table("001,张三,5,")).mistakes
    assert "已经登记过" in mistake.sentence()
