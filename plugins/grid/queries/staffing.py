"""All reads of posts in grids: who works where, who stands in, what is wrong with the staffing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field, replace
from datetime import date, timedelta
from typing import Any

from core.areas.api import area_names, list_areas, path_names
from core.clock import today
from core.county import plugin_settings
from core.errors import NotFound
from core.people.api import household_counts, person_names
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.grid.models.staffing import Cover, Staff
from plugins.grid.queries.division import MOST_GRIDS
from plugins.grid.queries.open_work import open_work_by_area
from plugins.grid.words import STAFF_ROLES

EXPIRING_DAYS = 30
NO_LEADER, NO_MEMBER, NO_ASSISTANT = "no_leader", "no_member", "no_assistant"
DOUBLE, OVERLOAD, UNOWNED, EXPIRING = "double", "overload", "unowned", "expiring"
VACANCIES = {"leader": NO_LEADER, "member": NO_MEMBER, "assistant": NO_ASSISTANT}
_KNOWN = "posts of areas that the caller has checked"


@value_class
class CoverView:
    """Who stands in, from when to when."""

    id: int
    staff_id: int
    person_id: int
    name: str
    account_id: int | None
    reason: str
    since: date
    until: date


@value_class
class StaffView:
    """A post with the words people know it by. `until` is its last day; `cover`: who stands in today."""

    id: int
    area_code: str
    role: str
    role_title: str
    person_id: int
    name: str
    capacity: str
    phone: str
    account_id: int | None
    post_id: int | None
    since: date
    until: date | None
    ended_why: str = ""
    cover: CoverView | None = None

    @property
    def is_over(self) -> bool:
        """Whether its last day is behind us."""
        return self.until is not None and self.until < today()

    @property
    def is_coming(self) -> bool:
        """Whether its first day is before us."""
        return self.since > today() and not self.is_over


@value_class
class GridStaff:
    """A grid with its people today and what is wrong (`problems`: codes as above)."""

    code: str
    name: str
    village_code: str
    village_name: str
    households: int
    staff: tuple[StaffView, ...]
    problems: tuple[str, ...] = ()
    open_work: int = 0

    def holders(self, role: str) -> list[StaffView]:
        """Who holds a role here today."""
        return [each for each in self.staff if each.role == role]


@value_class
class Board:
    """The staffing of an area: every grid, and how often each problem occurs."""

    grids: tuple[GridStaff, ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    roles: Mapping[str, int] = field(default_factory=dict)

    def with_problem(self, problem: str = "") -> list[GridStaff]:
        """The grids with this problem (with any, if none is named)."""
        return [g for g in self.grids if (problem in g.problems if problem else g.problems)]


def live(on: date) -> Any:
    """The condition for posts that are held on a day."""
    return (Staff.since <= on) & (Staff.until.is_null() | (Staff.until >= on))


def staff(scope: AreaScope, staff_id: int) -> Staff:
    """The row of a post in `scope`. Raises NotFound."""
    row: Staff | None = Staff.within(scope).where(Staff.id == staff_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def staff_view(scope: AreaScope, staff_id: int) -> StaffView:
    """One post. Raises NotFound."""
    return _views([staff(scope, staff_id)])[0]


def staff_of(area_code: str, *, past: bool = False) -> list[StaffView]:
    """Today's and coming posts of a grid, the leader first; with `past` those that are over, newest first.

    The caller has checked that the grid may be seen.
    """
    rows = Staff.unscoped(_KNOWN).where(Staff.area_code == area_code)
    over = Staff.until.is_null(False) & (Staff.until < today())
    if past:
        return _views(list(rows.where(over).order_by(Staff.until.desc(), Staff.id.desc()).limit(100)))
    return _views(list(rows.where(Staff.until.is_null() | (Staff.until >= today()))))


def posts_of_persons(person_ids: Iterable[int]) -> dict[int, list[str]]:
    """Person -> codes of the grids where they hold a post today, wherever that is (double posts)."""
    rows: Any = Staff.unscoped("double posts are seen across grids", Staff.person_id, Staff.area_code)
    found: dict[int, list[str]] = defaultdict(list)
    wanted = sorted(set(person_ids))
    for start in range(0, len(wanted), 5_000):
        some = Staff.person_id.in_(wanted[start : start + 5_000])
        for person_id, code in rows.where(live(today()) & some).tuples():
            found[person_id].append(code)
    return dict(found)


def covered_accounts(account_id: int) -> list[int]:
    """The accounts of those whom this one stands in for today: their tasks are theirs to do as well."""
    rows: Any = (
        Cover.unscoped("one's own acting cover", Staff.account_id)
        .join(Staff, on=Staff.id == Cover.staff_id)
        .where((Cover.account_id == account_id) & (Cover.since <= today()) & (Cover.until >= today()))
    )
    return sorted({key for (key,) in rows.tuples() if key is not None})


def board(scope: AreaScope) -> Board:
    """Every grid in `scope` with its people and what is wrong, seven statements however many there are.

    The people are without their names, which only the rows that are shown need: `with_names`.
    """
    grids = list_areas(scope, level="grid", on_date=today(), page_size=MOST_GRIDS)[0]
    by_grid: dict[str, list[StaffView]] = defaultdict(list)
    for view in _unnamed(scope):
        by_grid[view.area_code].append(view)
    standing = household_counts(scope)
    work: Counter[str] = Counter()
    for counts in open_work_by_area(scope).values():
        work.update(counts)
    villages = path_names({grid.code[:12] for grid in grids})
    rows = []
    double = _doubles(view for views in by_grid.values() for view in views)
    for grid in grids:
        people = tuple(by_grid.get(grid.code, ()))
        households = standing.get(grid.code, 0)
        problems = _problems(people, households, work.get(grid.code, 0), double)
        village = grid.code[:12]
        rows.append(
            GridStaff(
                grid.code,
                grid.name,
                village,
                villages[village],
                households,
                people,
                problems,
                work[grid.code],
            )
        )
    counts = Counter(problem for row in rows for problem in row.problems)
    roles = Counter(view.role for row in rows for view in row.staff)
    return Board(tuple(rows), counts, roles)


_COLUMNS = (
    Staff.id,
    Staff.area_code,
    Staff.role,
    Staff.person_id,
    Staff.capacity,
    Staff.phone,
    Staff.account_id,
    Staff.post_id,
    Staff.since,
    Staff.until,
)


def _unnamed(scope: AreaScope) -> list[StaffView]:
    """Today's posts without names: models would take most of a county's time."""
    rows: Any = Staff.within(scope, *_COLUMNS).where(live(today())).order_by(Staff.area_code, Staff.since)
    found = list(rows.tuples())
    covers = {key: _cover_view(row, {}) for key, row in _covers([row[0] for row in found]).items()}
    return [
        StaffView(
            key,
            area,
            role,
            STAFF_ROLES[role],
            person,
            "",
            capacity,
            phone,
            account,
            post,
            since,
            until,
            cover=covers.get(key),
        )
        for key, area, role, person, capacity, phone, account, post, since, until in found
    ]


def with_names(grids: Sequence[GridStaff]) -> list[GridStaff]:
    """The same grids with the names of their people and of those who stand in."""
    people = [each for grid in grids for each in grid.staff]
    names = person_names(
        {each.person_id for each in people} | {each.cover.person_id for each in people if each.cover}
    )
    return [replace(grid, staff=tuple(_named(each, names) for each in grid.staff)) for grid in grids]


def _named(view: StaffView, names: Mapping[int, str]) -> StaffView:
    cover = view.cover and replace(view.cover, name=names.get(view.cover.person_id, ""))
    return replace(view, name=names.get(view.person_id, ""), cover=cover)


def _doubles(views: Iterable[StaffView]) -> set[int]:
    most = int(plugin_settings("grid")["overload_grids"])
    grids: dict[int, set[str]] = defaultdict(set)
    for view in views:
        grids[view.person_id].add(view.area_code)
    return {person for person, codes in grids.items() if len(codes) > most}


def _problems(
    people: Sequence[StaffView], households: int, open_work: int, double: set[int]
) -> tuple[str, ...]:
    found = [problem for role, problem in VACANCIES.items() if not any(p.role == role for p in people)]
    if any(person.person_id in double for person in people):
        found.append(DOUBLE)
    members = sum(person.role == "member" for person in people)
    if members and households > members * int(plugin_settings("grid")["overload_households"]):
        found.append(OVERLOAD)
    if open_work and not any(_can_work(person) for person in people):
        found.append(UNOWNED)
    soon = today() + timedelta(days=EXPIRING_DAYS)
    if any(person.until is not None and person.until <= soon for person in people):
        found.append(EXPIRING)
    return tuple(found)


def _can_work(person: StaffView) -> bool:
    """Whether open work has somebody who can log in and do it."""
    acting = person.cover is not None and person.cover.account_id is not None
    return person.role in ("leader", "member") and (person.account_id is not None or acting)


def _views(rows: Sequence[Staff]) -> list[StaffView]:
    covers = _covers([row.id for row in rows])
    names = person_names({row.person_id for row in rows} | {cover.person_id for cover in covers.values()})
    order = list(STAFF_ROLES)
    views = [
        StaffView(
            id=row.id,
            area_code=row.area_code,
            role=row.role,
            role_title=STAFF_ROLES[row.role],
            person_id=row.person_id,
            name=names.get(row.person_id, ""),
            capacity=row.capacity,
            phone=row.phone,
            account_id=row.account_id,
            post_id=row.post_id,
            since=row.since,
            until=row.until,
            ended_why=row.ended_why,
            cover=_cover_view(covers[row.id], names) if row.id in covers else None,
        )
        for row in rows
    ]
    return sorted(views, key=lambda view: (view.area_code, order.index(view.role), view.since, view.id))


def _covers(staff_ids: Sequence[int]) -> dict[int, Cover]:
    """Post -> who stands in today."""
    if not staff_ids:
        return {}
    rows = Cover.unscoped(_KNOWN).where((Cover.since <= today()) & (Cover.until >= today()))
    wanted = set(staff_ids)
    # Those who stand in today are few; the posts may be two thousand.
    return {row.staff_id: row for row in rows if row.staff_id in wanted}


def covers_of(staff_ids: Iterable[int]) -> list[CoverView]:
    """All acting cover of some posts that is not over, the earliest first."""
    wanted = sorted(set(staff_ids))
    rows = list(
        Cover.unscoped(_KNOWN)
        .where(Cover.staff_id.in_(wanted) & (Cover.until >= today()))
        .order_by(Cover.since, Cover.id)
    )
    names = person_names(row.person_id for row in rows)
    return [_cover_view(row, names) for row in rows]


def _cover_view(row: Cover, names: Mapping[int, str]) -> CoverView:
    return CoverView(
        row.id,
        row.staff_id,
        row.person_id,
        names.get(row.person_id, ""),
        row.account_id,
        row.reason,
        row.since,
        row.until,
    )


def grid_names(codes: Iterable[str]) -> dict[str, str]:
    """Code -> name, for sheets and lists."""
    return area_names(codes)
