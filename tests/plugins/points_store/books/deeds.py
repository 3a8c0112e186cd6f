"""What a village does with its points, one deed after another, each drawn at random."""

import random
from collections import Counter
from datetime import timedelta

from core.errors import DomainError
from core.people.services import update_household
from plugins.points_store.models import AWARD, LedgerAccount, OpeningLine, Redemption, Transfer
from plugins.points_store.queries.months import month_to_close
from plugins.points_store.services import awards, codes, holders, openings
from plugins.points_store.services.closings import close_month
from plugins.points_store.services.expiry import expire_points
from plugins.points_store.services.openings import Holding
from plugins.points_store.services.reversal import reverse_redemption
from tests.plugins.points_store.village import NOON, SIBLING, VILLAGE, acting, household_in

HOMES = 12
# How often each deed is drawn; what comes back to a wallet more often than what stops it.
OFTEN = {
    "award": 30,
    "redeem": 30,
    "reverse": 6,
    "hand_over": 6,
    "split": 3,
    "join": 2,
    "move": 4,
    "stop": 2,
    "resume": 8,
    "enter": 3,
    "withdraw": 2,
    "take_back": 3,
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
        self.reviewer = acting(3, "reviewer", VILLAGE[:6])
        self.second_reviewer = acting(98, "reviewer", VILLAGE[:6])
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
        home = self.home
        of_home = LedgerAccount.unscoped("test").where(LedgerAccount.household_id == home)
        if not of_home.exists():
            self.world.award(1, home)
        return of_home.get()

    def award(self):
        points = self.random.randint(1, 300)
        rule = self.world.rule.id
        awards.award(self.reviewer, household_id=self.home, rule_id=rule, points=points, reason="清扫")

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

    def take_back(self):
        of_awards = Transfer.unscoped("test").where(Transfer.kind == AWARD)
        newest = [row.id for row in of_awards.order_by(Transfer.id.desc()).limit(9)]
        award = self.random.choice(newest or [0])
        awards.withdraw_award(self.second_reviewer, transfer_id=award, reason="发错了")

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
