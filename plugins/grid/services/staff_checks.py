"""A table of staff, checked row by row: one row a post."""

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any

from core.areas.api import list_areas
from core.clock import today
from core.errors import DomainError
from core.people.api import check_citizen_id, check_phone, persons_by_citizen_id
from core.scope import AreaScope
from core.sheets import UNREADABLE, Column, Mistakes, Table, parse_date
from core.text import N_
from plugins.grid.models.staffing import Staff
from plugins.grid.queries.division import MOST_GRIDS
from plugins.grid.queries.staffing import live
from plugins.grid.services.posts import NewPost
from plugins.grid.words import CAPACITIES, STAFF_ROLES, USUAL_CAPACITY

COLUMNS = (
    Column("grid_code", N_("网格代码"), digits=True),
    Column("role", N_("岗位")),
    Column("name", N_("姓名")),
    Column("citizen_id", N_("公民身份号码"), digits=True),
    Column("capacity", N_("身份"), required=False),
    Column("phone", N_("公示电话"), required=False, digits=True),
    Column("since", N_("任职日期"), required=False),
)
GRID, ROLE, NAME, CITIZEN_ID, CAPACITY, PHONE, SINCE = (column.title for column in COLUMNS)
_ROLES = {
    **{code: code for code in STAFF_ROLES},
    **{title: code for code, title in STAFF_ROLES.items()},
    "网格协管员": "assistant",
    "网格员": "member",
}
_CAPACITIES = {**{code: code for code in CAPACITIES}, **{title: code for code, title in CAPACITIES.items()}}
ONE_ONLY = ("leader", "member")


class StaffTable:
    """One walk through a table: the posts it asks for, and all that is wrong in it."""

    def __init__(self, table: Table, scope: AreaScope) -> None:
        self._table, self._scope = table, scope
        self.mistakes: Mistakes = table.mistakes
        grids, _ = list_areas(scope, level="grid", on_date=today(), page_size=MOST_GRIDS)
        self._grids = {grid.code for grid in grids}
        self._posts: dict[int, dict[str, Any]] = {}
        self._seats: dict[tuple[str, str], int] = {}
        self._people: dict[tuple[str, str], int] = {}
        self._names: dict[int, str] = {}
        self._held: set[tuple[str, int]] = set()
        self.rows = 0

    def read(self) -> list[NewPost]:
        """The posts in the table's order, complete only when nothing was marked."""
        for number, cells in self._table.rows():
            self.rows += 1
            self._read_row(number, [unicodedata.normalize("NFKC", cell) for cell in cells])
        self._mark_taken()
        known = self._known_persons()
        return [
            NewPost(person_id=known[post.pop("citizen_id")], **post)
            for post in self._posts.values()
            if post["citizen_id"] in known
        ]

    def _read_row(self, row: int, cells: list[str]) -> None:
        grid, role_word, name, citizen_id, capacity_word, phone, since_text = cells
        before = self.mistakes.total
        if grid not in self._grids and grid != UNREADABLE:
            self.mistakes.add(row, GRID, N_("没有这个网格，或不在您负责的区域内。"))
        role = _ROLES.get(role_word, "")
        if not role:
            self.mistakes.add(row, ROLE, N_("岗位应为 网格长、专职网格员、协管员 之一。"))
        usual = USUAL_CAPACITY.get(role, "")
        capacity = _CAPACITIES.get(capacity_word, "") if capacity_word else usual
        if capacity_word and not capacity:
            self.mistakes.add(
                row, CAPACITY, N_("身份应为 村干部、村民小组长、党员、村民代表、乡贤、其他 之一。")
            )
        number = self._checked(row, CITIZEN_ID, citizen_id, check_citizen_id)
        checked_phone = self._checked(row, PHONE, phone, check_phone) if phone else ""
        since = self._since(row, since_text)
        if self.mistakes.total > before or UNREADABLE in cells or since is None:
            return
        self._mark_repeats(row, grid, role, number)
        self._posts[row] = {
            "area_code": grid,
            "role": role,
            "citizen_id": number,
            "since": since,
            "capacity": capacity,
            "phone": checked_phone,
        }
        self._names[row] = name

    def _checked(self, row: int, column: str, text: str, check: Any) -> str:
        if text == UNREADABLE:
            return ""
        try:
            return str(check(text))
        except DomainError as error:
            self.mistakes.add(row, column, error.text)
            return ""

    def _since(self, row: int, text: str) -> date | None:
        if not text:
            return today()
        since = parse_date(text)
        if since is None:
            self.mistakes.add(row, SINCE, N_("日期应写成 2023-06-30 的样子。"))
        return since

    def _mark_repeats(self, row: int, grid: str, role: str, number: str) -> None:
        seat = self._seats.setdefault((grid, role), row)
        if role in ONE_ONLY and seat != row:
            self.mistakes.add(
                row, ROLE, N_("这个网格的这一岗位与第 %(other)d 行重复，只能有一人。"), other=seat
            )
        first = self._people.setdefault((grid, number), row)
        if first != row:
            self.mistakes.add(row, CITIZEN_ID, N_("与第 %(other)d 行重复。"), other=first)

    def _mark_taken(self) -> None:
        """Seats that somebody holds already, and people who are there already, come from one look each."""
        held = list(Staff.within(self._scope).where(live(today()) | (Staff.since > today())))
        seats = {(post.area_code, post.role) for post in held if post.role in ONE_ONLY}
        for row, post in self._posts.items():
            if (post["area_code"], post["role"]) in seats:
                self.mistakes.add(row, ROLE, N_("这个网格的这一岗位已有人，请先交接。"))
        self._held = {(post.area_code, post.person_id) for post in held}

    def _known_persons(self) -> dict[str, int]:
        found = persons_by_citizen_id(self._scope, {post["citizen_id"] for post in self._posts.values()})
        for row, post in self._posts.items():
            person = found.get(post["citizen_id"])
            if person is None:
                self.mistakes.add(row, CITIZEN_ID, N_("户籍里没有这个人，或不在您负责的区域内。"))
            elif person[1] != self._names[row]:
                self.mistakes.add(row, NAME, N_("姓名与户籍登记的不一致。"))
            elif (post["area_code"], person[0]) in self._held:
                self.mistakes.add(row, CITIZEN_ID, N_("这个人在这个网格已有岗位。"))
        return {number: key for number, (key, _) in found.items()}


def grids_of(posts: Iterable[NewPost]) -> int:
    """How many grids a table staffs."""
    return len({post.area_code for post in posts})
