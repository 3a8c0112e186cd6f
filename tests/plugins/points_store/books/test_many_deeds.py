"""Very many deeds at random, refused ones among them, and the equation holds (a million in the soak)."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from core.errors import DomainError
from core.people.services import update_household
from plugins.points_store.models import Closing, LedgerAccount, OpeningLine, Redemption
from plugins.points_store.queries.books import ledger_sum, village_books
from plugins.points_store.queries.months import month_to_close
from plugins.points_store.queries.proof import verify_ledger
from plugins.points_store.services import awards, codes, holders, openings, stores
from plugins.points_store.services.closings import close_month
from plugins.points_store.services.expiry import expire_points
from plugins.points_store.services.openings import Holding
from plugins.points_store.services.reversal import reverse_redemption
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, acting, household_in
from tests.proofs.sizes import SIZE

HOMES, LOOKS = 12, 5


@pytest.fixture
def county_sections():
    """Points are good for sixty days."""
    return '[plugin.points_store]\nexpiry = "days"\nexpiry_days = 60\nredeem_within = "county"\n'


OFTEN = {
    "award": 30,
    "redeem": 30,
    "reverse": 6,
    "hand_over": 6,
    "split": 3,
    "join": 2,
    "move": 4,
    "stop": 2,
    "resume": 3,
    "enter": 3,
    "withdraw": 2,
    "days": 3,
    "expire": 2,
    "close": 2,
    "grant": 3,
}


class Deeds:
    """One deed after another, each drawn at random."""

    def __init__(self, world, seed):
        self.world, self.random, self.now = world, random.Random(seed), NOON
        self.homes = [household_in(VILLAGE, f"D{number}", f"户{number}") for number in range(HOMES)]
        self.residents = {
            home: acting(100 + n, "resident", VILLAGE, home) for n, home in enumerate(self.homes)
        }
        self.accountant = acting(99, "accountant", VILLAGE)
        self.drawn = [name for name, often in OFTEN.items() for _ in range(often)]
        self.counted = Counter()

    def one(self):
        """The next deed; a refusal is a deed too."""
        name = self.random.choice(self.drawn)
        try:
            getattr(self, name)()
        except DomainError as refusal:
            name = refusal.code
        self.counted[name] += 1

    @property
    def home(self):
        return self.random.choice(self.homes)

    @property
    def wallet(self):
        row = LedgerAccount.unscoped("test").where(LedgerAccount.household_id == self.home).first()
        return row or LedgerAccount.get_by_id(self.world.award(1))

    def award(self):
        points = self.random.randint(1, 300)
        reviewer = acting(3, "reviewer", VILLAGE[:6])
        rule = self.world.rule.id
        awards.award(reviewer, household_id=self.home, rule_id=rule, points=points, reason="清扫")

    def redeem(self):
        code = codes.issue_code(self.residents[self.home]).code
        self.world.redeem(code, (self.world.bus, self.random.randint(1, 6)))

    def reverse(self):
        newest = Redemption.unscoped("test").order_by(Redemption.id.desc()).limit(9)
        row = self.random.choice([row.id for row in newest] or [0])
        reverse_redemption(self.world.second_clerk, redemption_id=row, reason="点错了")

    def hand_over(self):
        holders.hand_points_over(
            self.world.admin,
            wallet_id=self.wallet.id,
            household_id=self.home,
            points=self.random.randint(1, 120),
            reason="转",
        )

    def split(self):
        wallet = self.wallet
        given = self.random.randint(0, wallet.balance)
        shares = {self.home: given}
        shares[wallet.household_id] = shares.get(wallet.household_id, 0) + wallet.balance - given
        holders.split_wallet(self.world.admin, wallet_id=wallet.id, shares=shares, reason="分户")

    def join(self):
        holders.merge_wallets(
            self.world.admin, wallet_id=self.wallet.id, household_id=self.home, reason="并户"
        )

    def move(self):
        home = self.home
        village = self.random.choice([VILLAGE, SIBLING])
        update_household(self.world.admin, home, area_code=village, number=f"D{home}")

    def stop(self):
        holders.stop_wallet(self.world.admin, wallet_id=self.wallet.id, reason="议定")

    def resume(self):
        holders.resume_wallet(self.world.admin, wallet_id=self.wallet.id, reason="议定")

    def enter(self):
        lines = [Holding(self.home, self.random.randint(1, 90))]
        sheet = openings.enter_opening(self.accountant, area_code=VILLAGE, source="第1页", holdings=lines)
        try:
            openings.confirm_opening(self.world.admin, sheet_id=sheet.id)
        except DomainError:
            openings.refuse_opening(self.world.admin, sheet_id=sheet.id, reason="预算不足")
            raise

    def withdraw(self):
        booked = OpeningLine.select().where(OpeningLine.withdrawal_id.is_null())
        line = self.random.choice([row.id for row in booked] or [0])
        openings.withdraw_opening(self.world.admin, line_id=line, reason="登错")

    def days(self):
        self.now += timedelta(days=self.random.randint(0, 9), seconds=self.random.randint(1, 80_000))
        self.world.move_clock(self.now)

    def expire(self):
        expire_points()

    def close(self):
        area = self.random.choice([VILLAGE, SIBLING, VILLAGE[:6]])
        close_month(self.world.admin, area_code=area, month=month_to_close(area))

    def grant(self):
        area = self.random.choice([VILLAGE, SIBLING])
        awards.grant_budget(
            self.world.admin, area_code=area, points=self.random.randint(1, 4_000), reason="追加"
        )


@pytest.mark.grows
def test_many_deeds_at_random_keep_the_equation(world, record_property):
    deeds = Deeds(world, seed=20261120)
    stores.change_product(world.clerk, product_id=world.bus.id, points=10, active=True)
    for look in range(LOOKS):
        for _ in range(SIZE.deeds // LOOKS):
            deeds.one()
        assert ledger_sum() == 0
        assert verify_ledger().mistakes == [], look
        assert all(book.balanced for book in village_books(world.admin.scope("points_store.view")))
    record_property("figures", f"{SIZE.deeds} deeds: {dict(deeds.counted.most_common())}")
    assert {name for name in OFTEN if deeds.counted[name]} >= {"award", "redeem", "move", "hand_over"}
    assert Closing.unscoped("test").count() > 0
