"""The equation after every single deed: what was booked since the last look, added up in plain SQL.

It shares no code with the program: it keeps its own sums of all entries it has ever seen and holds the
accounts, the villages' books and the holds against them. A look costs what one deed booked, not the book.
"""

from collections import Counter, defaultdict

from core.db import database

# What each kind of booking does to what the households of its village hold, and to its fund.
HELD = {"award": 1, "opening": 1, "withdrawal": -1, "redemption": -1, "expiry": -1, "deduction": -1}
HELD |= {"reversal": 1, "move_in": 1, "move_out": -1}
FUND = {"budget": 1, "budget_back": -1, "award": -1, "opening": -1}
FUND |= {"withdrawal": 1, "expiry": 1, "deduction": 1}
VILLAGE_DIGITS = 12


def read(sql, *values):
    """All rows of a statement."""
    mark = "?" if type(database.obj).__name__.startswith("Sqlite") else "%s"
    return database.execute_sql(sql.replace("?", mark), values).fetchall()


class EquationAfterEach:
    """Looks again after each deed; `looks` counts them, `bookings` what was looked at."""

    def __init__(self):
        self.looks = self.bookings = 0
        self.last_transfer = self.last_entry = 0
        self.balances = Counter()
        self.by_kind = defaultdict(Counter)

    def holds(self):
        """Raises AssertionError, with what differs, when any part of the equation does not hold."""
        self._add_what_is_new()
        accounts = read(
            "SELECT id, kind, area_code, balance, held FROM points_store_ledger_account ORDER BY id"
        )
        assert sum(row[3] for row in accounts) == 0, "all balances sum to zero"
        held, funds = Counter(), Counter()
        for account, kind, area_code, balance, promised in accounts:
            assert balance == self.balances[account], (account, balance, self.balances[account])
            assert kind == "mint" or 0 <= promised <= balance, (account, kind, balance, promised)
            (held if kind == "wallet" else funds if kind == "fund" else Counter())[
                area_code[:VILLAGE_DIGITS]
            ] += balance
        self._hold_the_villages(held, funds)
        self.looks += 1

    def _add_what_is_new(self):
        transfers = read(
            "SELECT id, kind, area_code, points FROM points_store_transfer WHERE id > ? ORDER BY id",
            self.last_transfer,
        )
        entries = read(
            "SELECT id, transfer_id, ledger_account_id, points, balance_after"
            " FROM points_store_entry WHERE id > ? ORDER BY id",
            self.last_entry,
        )
        sides = defaultdict(list)
        for entry, transfer, account, points, after in entries:
            self.balances[account] += points
            assert self.balances[account] == after, (entry, after, self.balances[account])
            sides[transfer].append(points)
            self.last_entry = entry
        for transfer, kind, area_code, points in transfers:
            found = sides.pop(transfer, [])
            assert sum(found) == 0, (transfer, found)
            assert sum(side for side in found if side > 0) == points > 0, (transfer, found, points)
            self.by_kind[area_code][kind] += points
            self.last_transfer = transfer
        assert not sides, f"entries that belong to no new booking: {dict(sides)}"
        self.bookings += len(transfers)

    def _hold_the_villages(self, held, funds):
        """issued - redeemed - expired - ... = outstanding <= what was granted, and the fund beside it."""
        for village in self.by_kind.keys() | held.keys() | funds.keys():
            kinds = self.by_kind[village]
            outstanding = sum(sign * kinds[kind] for kind, sign in HELD.items())
            fund = sum(sign * kinds[kind] for kind, sign in FUND.items())
            assert outstanding == held[village] >= 0, (village, outstanding, held[village])
            assert fund == funds[village] >= 0, (village, fund, funds[village])
            moved = kinds["move_in"] - kinds["move_out"]
            assert outstanding <= kinds["budget"] - kinds["budget_back"] + max(moved, 0), (village, kinds)
