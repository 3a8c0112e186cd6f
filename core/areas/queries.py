"""All reads of areas. Names and the way up are public facts; lists follow the actor's areas."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from peewee import SQL, fn

from core.areas.levels import DIGITS, LEVEL_OF, codes_above
from core.areas.models import Area
from core.clock import today
from core.db import Statement, contains
from core.errors import NotFound
from core.scope import AFTER_DIGITS, AreaScope

PUBLIC = "names of divisions are public, and paths lead above the actor's own area"
# SQLite takes 32,766 values in one statement; keep well below it.
_BATCH = 5_000
# So many look-ups one by one cost less than building the SQL that fetches them together.
_FEW = 3
_NAME = Statement(lambda p: Area.unscoped(PUBLIC, Area.name).where(Area.code == p("code")))


def area(scope: AreaScope, code: str) -> Area:
    """The area with `code`, old ones too. Raises NotFound outside `scope`."""
    found: Area | None = Area.within(scope).where(Area.code == code).get_or_none()
    if found is None:
        raise NotFound
    return found


def get_area(code: str) -> Area | None:
    """The area with `code` wherever it lies, old ones too."""
    found: Area | None = Area.unscoped(PUBLIC).where(Area.code == code).get_or_none()
    return found


def has_areas() -> bool:
    """Whether any area has been imported."""
    return bool(Area.unscoped(PUBLIC).exists())


def is_current(code: str, level: str | None = None, *, on: date | None = None) -> bool:
    """Whether an area with `code` (of `level`, if given) is valid on a day (today)."""
    query = Area.unscoped(PUBLIC).where((Area.code == code) & _valid(on or today()))
    return bool((query.where(Area.level == level) if level else query).exists())


def current_code(code: str) -> str:
    """Where an old code leads today: the last successor, or `code` itself."""
    seen = {code}
    while True:
        row = get_area(code)
        if row is None or row.successor_code is None or row.successor_code in seen:
            return code
        code = row.successor_code
        seen.add(code)


def former_codes(codes: Iterable[str]) -> list[str]:
    """The old codes that lead to one of `codes`, or below it, today: villages that were merged into it.

    Each once; an area leads on from the day after its last one.
    """
    found: set[str] = set()
    asked = set(codes)
    while asked:
        leads = AreaScope(tuple(sorted(asked))).where(Area.successor_code) & (Area.valid_to < today())
        query: Any = Area.unscoped(PUBLIC, Area.code).where(leads)
        asked = {code for (code,) in query.tuples()} - found
        found |= asked
    return sorted(found)


def list_areas(
    scope: AreaScope,
    *,
    parent: str | None = None,
    level: str | None = None,
    on_date: date | None = None,
    search: str = "",
    page: int = 1,
    page_size: int = 100,
) -> tuple[list[Area], int]:
    """Areas in `scope` by code, and how many there are.

    `parent`: its direct children; `on_date`: valid on that day (None: old ones too); `search`: part
    of the name or the beginning of the code.
    """
    query = Area.within(scope)
    if parent is not None:
        query = query.where(_child_of(parent))
    if level is not None:
        query = query.where(Area.level == level)
    if on_date is not None:
        query = query.where(_valid(on_date))
    if search:
        query = query.where(
            _begins(search) if search.isascii() and search.isdigit() else contains(Area.name, search)
        )
    found = list(query.order_by(Area.code).paginate(page, page_size))
    return found, len(found) if page == 1 and len(found) < page_size else query.count()


def children(scope: AreaScope, code: str, *, on_date: date | None = None) -> list[Area]:
    """The direct children of `code` that are valid on a day (today)."""
    query = Area.within(scope).where(_child_of(code) & _valid(on_date or today()))
    return list(query.order_by(Area.code))


def roots(scope: AreaScope) -> list[Area]:
    """The topmost areas that the actor holds."""
    return list(Area.within(scope).where(Area.code.in_(scope.prefixes)).order_by(Area.code))


def ways_up(scope: AreaScope, code: str) -> list[Area]:
    """The areas above `code` that the actor may see, from the top."""
    above = [higher for higher in codes_above(code) if higher != code]
    return list(Area.within(scope).where(Area.code.in_(above)).order_by(Area.code))


def descendant_counts(scope: AreaScope, codes: Sequence[str]) -> dict[str, dict[str, int]]:
    """Code -> level -> how many valid areas lie below it. `codes` are all of one level."""
    counts: dict[str, dict[str, int]] = {code: {} for code in codes}
    if not codes:
        return counts
    length = len(codes[0])
    head = fn.SUBSTR(Area.code, 1, length)
    rows: Any = (
        Area.within(scope, head, Area.level, fn.COUNT(Area.code))
        .where(_valid(today()) & (fn.LENGTH(Area.code) > length) & head.in_(list(codes)))
        .group_by(SQL("1"), Area.level)  # the first column: PostgreSQL compares no parameters
        .tuples()
    )
    for code, level, count in rows:
        counts[code][level] = count
    return counts


def area_names(codes: Iterable[str]) -> dict[str, str]:
    """Code -> name, for all codes that are known."""
    wanted = sorted(set(codes))
    if len(wanted) <= _FEW:
        return {code: row[0] for code in wanted if (row := _NAME.first(code=code))}
    names: dict[str, str] = {}
    for start in range(0, len(wanted), _BATCH):
        rows: Any = Area.unscoped(PUBLIC, Area.code, Area.name).where(
            Area.code.in_(wanted[start : start + _BATCH])
        )
        names.update(rows.tuples())
    return names


def path_names(codes: Iterable[str]) -> dict[str, str]:
    """Code -> the names from the county down, e.g. 叶集区 史河街道 新元社区居委会."""
    wanted = set(codes)
    names = area_names(above for code in wanted for above in codes_above(code))
    return {
        code: " ".join(
            names[above] for above in codes_above(code) if above in names and len(above) >= DIGITS["county"]
        )
        or names.get(code, code)
        for code in wanted
    }


def path_name(code: str) -> str:
    """The names from the county down to `code`; the code itself where nothing is known of it."""
    return path_names([code])[code]


def _valid(day: date) -> Any:
    return (Area.valid_from <= day) & (Area.valid_to.is_null() | (Area.valid_to >= day))


def _below(code: str) -> Any:
    return (Area.code > code) & (Area.code < code + AFTER_DIGITS)


def _child_of(code: str) -> Any:
    return _below(code) & (Area.level == _child_level(code))


def _begins(digits: str) -> Any:
    return (Area.code >= digits) & (Area.code < digits + AFTER_DIGITS)


def _child_level(code: str) -> str:
    longer = [length for length in sorted(LEVEL_OF) if length > len(code)]
    return LEVEL_OF[longer[0]] if longer else ""
