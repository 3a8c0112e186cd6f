"""Opening balances of a village as a workbook: checked row by row, all or nothing, entered as one sheet."""

from collections.abc import Iterator

from core.people.api import HouseholdBrief, list_households, persons_of
from core.scope import AreaScope
from core.security import Actor
from core.sheets import UNREADABLE, Column, Mistakes, Outcome, Table, Upload, reading
from core.text import N_
from plugins.points_store.services import wallets
from plugins.points_store.services.openings import Holding, P, enter_opening, known_holders

COLUMNS = (
    Column("household_number", N_("户编号")),
    Column("head_name", N_("户主姓名")),
    Column("points", N_("积分")),
    Column("name", N_("持有人"), required=False),
    Column("page", N_("原台账页码"), required=False),
)
NUMBER, HEAD, POINTS, NAME, PAGE = (column.title for column in COLUMNS)
MOST_POINTS, LONGEST_PAGE = 1_000_000, 40
# More households than any village has.
_ALL = 20_000


def import_openings(actor: Actor, upload: Upload, *, area_code: str, source: str, dry_run: bool) -> Outcome:
    """Read a village's workbook of opening balances and, unless `dry_run` or wrong, enter it as one sheet.

    All or nothing. Returns what was found; its `batch` is the sheet's id.
    Raises NotFound, Invalid, SheetRefused.
    """
    actor.demand(P, area_code)
    with reading(upload, COLUMNS) as table:
        check = _Check(table, area_code)
        holdings = list(check.read())
    check.mistakes.sort()
    sheet_id = None
    if check.mistakes.total == 0 and holdings and not dry_run:
        entered = enter_opening(
            actor, area_code=area_code, source=source, holdings=holdings, digest=upload.digest
        )
        sheet_id = int(entered.id)
    return Outcome(
        dry_run=dry_run,
        digest=upload.digest,
        rows=check.rows,
        counts={"households": len(holdings), "points": sum(holding.points for holding in holdings)},
        mistakes=tuple(check.mistakes.kept),
        mistake_count=check.mistakes.total,
        batch=sheet_id,
    )


class _Check:
    """One walk through a workbook: whom it means, and all that is wrong in it."""

    def __init__(self, table: Table, area_code: str) -> None:
        self._table = table
        self.mistakes: Mistakes = table.mistakes
        self.rows = 0
        households, _ = list_households(AreaScope((area_code,)), page_size=_ALL)
        self._by_number: dict[str, list[HouseholdBrief]] = {}
        for each in households:
            self._by_number.setdefault(each.number, []).append(each)
        self._known = known_holders([each.id for each in households])
        self._row_of: dict[tuple[int, int | None], int] = {}

    def read(self) -> Iterator[Holding]:
        """What stands in the rows that are right."""
        for row, (number, head, raw_points, name, page) in self._table.rows():
            self.rows += 1
            household = self._household(row, number, head)
            points = self._points(row, raw_points)
            person_id = self._person(row, household, name) if household else None
            if len(page) > LONGEST_PAGE:
                self.mistakes.add(row, PAGE, N_("页码最多 40 个字。"))
            if household is None or points is None:
                continue
            key = (household.id, person_id)
            first = self._row_of.setdefault(key, row)
            if first != row:
                self.mistakes.add(row, NUMBER, N_("与第 %(other)d 行重复。"), other=first)
            if key in self._known:
                self.mistakes.add(row, NUMBER, N_("这一户已经登记过期初积分。"))
            yield Holding(household.id, points, person_id, page)

    def _household(self, row: int, number: str, head: str) -> HouseholdBrief | None:
        if UNREADABLE in (number, head):
            return None
        named = [each for each in self._by_number.get(number, []) if each.head_name == head]
        if len(named) == 1:
            return named[0]
        if number not in self._by_number:
            self.mistakes.add(row, NUMBER, N_("本村没有这个户编号。"))
        elif named:
            self.mistakes.add(row, NUMBER, N_("本村有几户编号和户主姓名都相同，请逐户登记。"))
        else:
            self.mistakes.add(row, HEAD, N_("户主姓名与这个户编号不符。"))
        return None

    def _points(self, row: int, text: str) -> int | None:
        if text == UNREADABLE:
            return None
        if text.isascii() and text.isdigit() and 1 <= int(text[:12]) <= MOST_POINTS:
            return int(text)
        self.mistakes.add(row, POINTS, N_("积分应为 1 到 1000000 的整数。"))
        return None

    def _person(self, row: int, household: HouseholdBrief, name: str) -> int | None:
        if not wallets.per_person() or name == UNREADABLE:
            return None
        named = [person.id for person in persons_of(household.id) if person.name == name]
        if len(named) == 1:
            return named[0]
        self.mistakes.add(row, NAME, N_("这一户没有这个人，或有几人同名。"))
        return None
