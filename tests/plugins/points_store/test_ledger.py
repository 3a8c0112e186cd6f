"""The book: double entry, never negative, never changed, reversed instead."""

import pytest
from peewee import DatabaseError, IntegrityError

from core.db import database, unit_of_work
from core.security import Actor
from plugins.points_store.errors import BudgetExceeded, InsufficientPoints, StoreShort
from plugins.points_store.models import AWARD, Entry, LedgerAccount, Redemption, Transfer
from plugins.points_store.queries.books import ledger_sum, village_books
from plugins.points_store.queries.proof import TRIGGERS, verify_ledger
from plugins.points_store.services import ledger
from plugins.points_store.services.ledger import Leg
from tests.plugins.points_store.village import NOON, VILLAGE
from tests.tampering import undone, without_triggers

TABLES = ("points_store_entry", "points_store_transfer", "points_store_stock_move")
ACCOUNTS = "points_store_ledger_account"
SYSTEM = Actor(None, "test")


def test_an_award_moves_points_from_the_villages_fund_to_the_wallet(world):
    world.award(120)
    (book,) = [b for b in village_books(world.admin.scope("points_store.view")) if b.issued]
    assert (book.granted, book.fund, book.issued, book.outstanding) == (1_000, 880, 120, 120)
    assert book.balanced
    assert ledger_sum() == 0


def test_an_award_beyond_the_budget_is_refused_and_leaves_nothing(world):
    world.award(900)
    before = Entry.select().count()
    with pytest.raises(BudgetExceeded) as refusal:
        world.award(101)
    assert refusal.value.params == {"needed": 101, "balance": 100}
    assert Entry.select().count() == before
    assert world.balance() == 900


def test_a_negative_balance_is_refused_by_the_database_itself(world):
    wallet = world.award(5)
    with pytest.raises(IntegrityError), database.atomic():
        LedgerAccount.update(balance=-1).where(LedgerAccount.id == wallet).execute()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_a_booking_refuses_to_be_changed_or_deleted(world, table, change):
    world.award(5)
    with pytest.raises(DatabaseError, match="reversed, never changed"), database.atomic():
        database.execute_sql(change.format(table))


def test_two_transfers_cannot_reverse_the_same_one(world):
    world.award(50)
    transfer = Transfer.unscoped("test").order_by(Transfer.id.desc()).first()
    turned = [Leg(leg.ledger_account_id, -leg.points) for leg in ledger.legs_of(transfer.id)]
    with unit_of_work(housekeeping="test"):
        ledger.post(SYSTEM, "reversal", turned, area_code=transfer.area_code, reverses_id=transfer.id)
    with pytest.raises(IntegrityError), unit_of_work(housekeeping="test"):
        ledger.post(SYSTEM, "reversal", turned, area_code=transfer.area_code, reverses_id=transfer.id)


@pytest.mark.parametrize(
    "legs", [[Leg(1, 5), Leg(2, -4)], [Leg(1, 0), Leg(2, 0)], [Leg(1, 0)]], ids=["off", "zero", "single"]
)
def test_a_transfer_that_is_none_is_refused(world, legs):
    with pytest.raises(AssertionError), unit_of_work(housekeeping="test"):
        ledger.post(SYSTEM, AWARD, legs, area_code="341504001001")


def test_verify_names_a_balance_that_was_altered(world):
    wallet = world.award(50)
    LedgerAccount.update(balance=51).where(LedgerAccount.id == wallet).execute()
    (mistake,) = verify_ledger().mistakes
    assert f"账户 {wallet}" in mistake
    LedgerAccount.update(balance=50).where(LedgerAccount.id == wallet).execute()


@pytest.fixture
def unguarded(world):
    """The ledger without its triggers, as somebody who holds the database makes it; mended afterwards."""
    with without_triggers():
        yield


def test_verify_names_missing_triggers(world, unguarded):
    assert sum("触发器" in mistake for mistake in verify_ledger().mistakes) == len(TRIGGERS)


TAMPERING = [
    "UPDATE points_store_entry SET points = points + 1 WHERE id = (SELECT MAX(id) FROM points_store_entry)",
    "UPDATE points_store_entry SET balance_after = balance_after + 1 WHERE id = 3",
    "UPDATE points_store_transfer SET reason = '别的事由' WHERE kind = 'award'",
    "UPDATE points_store_transfer SET at = at + 86400000 WHERE kind = 'award'",
    "UPDATE points_store_transfer SET account_id = 99 WHERE kind = 'award'",
    "UPDATE points_store_transfer SET area_code = '341504001002' WHERE kind = 'award'",
    "UPDATE points_store_redemption SET points = points + 1",
    "UPDATE points_store_redemption SET clerk_id = 6",
    "UPDATE points_store_redemption_line SET quantity = 9",
    "UPDATE points_store_redemption_line SET name = '好酒'",
    "UPDATE points_store_product SET stock = stock + 5 WHERE stock IS NOT NULL",
    "DELETE FROM points_store_stock_move WHERE id = 1",
]


@pytest.mark.parametrize("change", TAMPERING)
def test_verify_finds_every_single_change_of_a_booking(world, unguarded, change):
    world.award(50)
    world.redeem(world.code().code, (world.salt, 2))
    before = verify_ledger().mistakes
    with database.atomic() as undo:
        database.execute_sql(change)
        assert len(verify_ledger().mistakes) > len(before)
        undo.rollback()


def _of_the_record(before):
    """What is new, without the lots, which do not fit either."""
    return [text for text in verify_ledger().mistakes if text not in before and "批次" not in text]


def test_verify_finds_both_legs_raised_so_that_all_sums_stay_right(world, unguarded):
    wallet = world.award(50)
    fund = ledger.fund("341504001001").id
    transfer = Transfer.unscoped("test").order_by(Transfer.id.desc()).first().id
    before = verify_ledger().mistakes
    with database.atomic() as undo:
        database.execute_sql(f"UPDATE points_store_transfer SET points = points + 500 WHERE id = {transfer}")
        for account, points in ((wallet, 500), (fund, -500)):
            database.execute_sql(
                f"UPDATE points_store_entry SET points = points + {points}, "
                f"balance_after = balance_after + {points} "
                f"WHERE transfer_id = {transfer} AND ledger_account_id = {account}"
            )
            database.execute_sql(
                f"UPDATE points_store_ledger_account SET balance = balance + {points} WHERE id = {account}"
            )
        found = _of_the_record(before)
        assert found == [f"交易 {transfer} 与审计记录不符，可能被改动"]
        undo.rollback()


def test_verify_finds_a_forged_award_and_a_deleted_redemption(world, unguarded):
    wallet = world.award(50)
    receipt = world.redeem(world.code().code, (world.bus, 1))
    before = verify_ledger().mistakes
    fund = ledger.fund("341504001001").id
    with database.atomic() as undo:
        forged = Transfer.create(
            kind=AWARD, area_code="341504001001", at=NOON, account_id=3, points=77, reason="清扫"
        )
        for account, points in ((wallet, 77), (fund, -77)):
            row = LedgerAccount.unscoped("test").where(LedgerAccount.id == account).get()
            after = row.balance + points
            Entry.create(transfer_id=forged.id, ledger_account_id=account, points=points, balance_after=after)
            LedgerAccount.update(balance=after).where(LedgerAccount.id == account).execute()
        found = _of_the_record(before)
        assert found == [f"交易 {forged.id} 没有审计记录，可能是伪造的"]
        undo.rollback()
    with database.atomic() as undo:
        for entry in Entry.select().where(Entry.transfer_id == receipt.transfer_id):
            LedgerAccount.update(balance=LedgerAccount.balance - entry.points).where(
                LedgerAccount.id == entry.ledger_account_id
            ).execute()
        Entry.delete().where(Entry.transfer_id == receipt.transfer_id).execute()
        Transfer.delete().where(Transfer.id == receipt.transfer_id).execute()
        Redemption.delete().where(Redemption.id == receipt.redemption_id).execute()
        found = _of_the_record(before)
        assert found == [f"审计记录中的交易 {receipt.transfer_id} 在账上少了，可能被删除"]
        undo.rollback()


def test_a_wallet_refuses_another_holder_and_to_go(world):
    wallet = world.award(10)
    for change in ("UPDATE {} SET household_id = 999", "UPDATE {} SET kind = 'fund'", "DELETE FROM {}"):
        with pytest.raises(IntegrityError, match="keeps its holder"), database.atomic():
            database.execute_sql(f"{change.format(ACCOUNTS)} WHERE id = {wallet}")
    assert verify_ledger().mistakes == []


def test_verify_finds_wallets_that_changed_hands_and_one_that_nobody_opened(world):
    first, second = world.award(10), world.award(20, world.other_household)
    with undone(), without_triggers(ACCOUNTS):
        for wallet, household in ((first, -1), (second, world.household), (first, world.other_household)):
            database.execute_sql(f"UPDATE {ACCOUNTS} SET household_id = {household} WHERE id = {wallet}")
        database.execute_sql(
            f"INSERT INTO {ACCOUNTS} (kind, area_code, household_id, balance, opened_at) "
            f"VALUES ('wallet', '{VILLAGE}', {world.sibling_household}, 0, 0)"
        )
        mistakes = verify_ledger().mistakes
    assert [text for text in mistakes if "户主与开户记录不符" in text] == [
        f"积分账户 {wallet} 的户主与开户记录不符，可能被改动" for wallet in (first, second)
    ]
    assert len([text for text in mistakes if "没有开户记录" in text]) == 1


def test_accounts_are_touched_in_one_order_and_shortage_says_whose(world):
    wallet = world.award(10)
    with unit_of_work(housekeeping="test"):
        fund = ledger.fund("341504001001")
        takings = ledger.takings(world.store.id, "341504001001")
    for short, other, error in (
        (wallet, fund.id, InsufficientPoints),
        (takings.id, wallet, StoreShort),
        (fund.id, wallet, BudgetExceeded),
    ):
        with pytest.raises(error), unit_of_work(housekeeping="test"):
            ledger.post(SYSTEM, AWARD, [Leg(short, -100_000), Leg(other, 100_000)], area_code="341504001001")
