"""Spot checks as people read and re-draw them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import field
from datetime import date, datetime

from core.accounts.api import account_names, account_persons
from core.areas.api import area_names
from core.cases.api import answered_cases, numbered_cases, workers_of
from core.db import rows
from core.errors import NotFound
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class
from plugins.diary import check_rules
from plugins.diary.library_words import NOT_TRUE, RESULTS, TRUE
from plugins.diary.models.checks import CheckDraw, CheckItem, CheckResult, SpotCheck
from plugins.diary.models.visits import Visit

VIEW, CHECK = "diary.view", "diary.check"
_OF_CHECK = "parts of a spot check that the caller was allowed to see"
_DRAWN = "what a list that was frozen names"


@value_class
class FoundView:
    """What somebody found of an item; the last of them stands."""

    result: str
    remark: str
    account_name: str
    at: datetime


@value_class
class ItemView:
    """Something that was drawn, and what was found of it."""

    id: int
    place: int
    subject_id: int
    label: str
    area_code: str
    area_name: str
    lot: str
    found: tuple[FoundView, ...]

    @property
    def result(self) -> str:
        """What stands; empty while nobody has looked."""
        return self.found[-1].result if self.found else ""


@value_class
class CheckView:
    """A spot check; `drawn_at` is empty until it was drawn, `counts` has every result."""

    id: int
    area_code: str
    area_name: str
    kind: str
    since: date
    until: date
    wanted: int
    size: int
    list_hash: str
    seed: str
    source: str
    draw_on: date
    account_name: str
    at: datetime
    beacon: str
    drawn_by: str
    drawn_at: datetime | None
    counts: dict[str, int]
    items: tuple[ItemView, ...] = field(default_factory=tuple)

    @property
    def is_drawn(self) -> bool:
        """Whether it was drawn."""
        return self.drawn_at is not None

    @property
    def looked_at(self) -> int:
        """Items that are true or not: what a share is taken of."""
        return self.counts[TRUE] + self.counts[NOT_TRUE]

    @property
    def found_true(self) -> int:
        """Items found true."""
        return self.counts[TRUE]

    @property
    def waiting(self) -> int:
        """Items that nobody has looked at."""
        return self.wanted - sum(self.counts.values()) if self.is_drawn else 0

    @property
    def share(self) -> int | None:
        """Found true, in tenths of a percent of those looked at; None where there is none."""
        return round(self.found_true * 1000 / self.looked_at) if self.looked_at else None


def list_checks(scope: AreaScope, *, page: int = 1, page_size: int = 20) -> tuple[list[CheckView], int]:
    """Spot checks of one's areas, the newest first."""
    query = SpotCheck.within(scope)
    found = list(query.order_by(SpotCheck.id.desc()).paginate(page, page_size))
    return _views(found), query.count()


def spot_check(scope: AreaScope, check_id: int) -> CheckView:
    """One with all that was drawn. Raises NotFound."""
    return _views([check_row(scope, check_id)], items=True)[0]


def check_row(scope: AreaScope, check_id: int) -> SpotCheck:
    """The row. Raises NotFound."""
    row: SpotCheck | None = SpotCheck.within(scope).where(SpotCheck.id == check_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def item_row(scope: AreaScope, item_id: int) -> tuple[CheckItem, SpotCheck]:
    """Something that was drawn, and of which spot check. Raises NotFound."""
    row: CheckItem | None = CheckItem.unscoped(_OF_CHECK).where(CheckItem.id == item_id).get_or_none()
    if row is None:
        raise NotFound
    return row, check_row(scope, row.check_id)


def list_of(scope: AreaScope, check_id: int) -> str:
    """The frozen list, one id a line. Raises NotFound."""
    return str(check_row(scope, check_id).population)


def is_drawn_again(scope: AreaScope, check_id: int) -> bool:
    """Draw it again from what was published: whether the same comes out. Raises NotFound."""
    row = check_row(scope, check_id)
    done = CheckDraw.unscoped(_OF_CHECK).where(CheckDraw.check_id == check_id).get_or_none()
    if done is None or check_rules.fingerprint(row.population) != row.list_hash:
        return False
    again = check_rules.draw(row.population, row.wanted, seed=row.seed, beacon=done.beacon)
    kept = CheckItem.unscoped(_OF_CHECK, CheckItem.lot, CheckItem.subject_id).where(
        CheckItem.check_id == check_id
    )
    return list(rows(kept.order_by(CheckItem.place))) == again


def population(area_code: str, kind: str, since: date, until: date) -> list[int]:
    """The ids of all that can be drawn; the caller has checked the area."""
    scope = AreaScope((area_code,))
    if kind == "case":
        return answered_cases(scope, since, until)
    query = Visit.within(scope, Visit.id).where((Visit.day >= since) & (Visit.day <= until))
    if kind == "small":
        query = query.where(Visit.solved > 0)
    return [number for (number,) in rows(query.order_by(Visit.id))]


def labels(kind: str, ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Id -> what to call it (a case's number, a visit's day) and where it lies."""
    if kind == "case":
        return numbered_cases(ids)
    query = Visit.unscoped(_DRAWN, Visit.id, Visit.day, Visit.area_code).where(Visit.id.in_(list(ids)))
    return {number: (day.isoformat(), area_code) for number, day, area_code in rows(query)}


def has_handled(actor: Actor, kind: str, subject_id: int) -> bool:
    """Whether the actor, under whatever account, handled what is to be checked."""
    if kind == "case":
        handlers = workers_of(subject_id)
    else:
        query = Visit.unscoped("who made a visit that was drawn", Visit.account_id)
        handlers = {account for (account,) in rows(query.where(Visit.id == subject_id)) if account}
    if actor.account_id in handlers:
        return True
    return actor.person_id is not None and actor.person_id in account_persons(handlers).values()


def _views(found: Sequence[SpotCheck], *, items: bool = False) -> list[CheckView]:
    ids = [row.id for row in found]
    draws = {row.check_id: row for row in CheckDraw.unscoped(_OF_CHECK).where(CheckDraw.check_id.in_(ids))}
    results = _results(ids)
    areas = area_names({row.area_code for row in found})
    by = {row.account_id for row in found} | {row.account_id for row in draws.values()}
    names = account_names(by)
    views = []
    for row in found:
        done, counted = draws.get(row.id), Counter(each[-1].result for each in results[row.id].values())
        views.append(
            CheckView(
                id=row.id,
                area_code=row.area_code,
                area_name=areas.get(row.area_code, row.area_code),
                kind=row.kind,
                since=row.since,
                until=row.until,
                wanted=row.wanted,
                size=row.size,
                list_hash=row.list_hash,
                seed=row.seed,
                source=row.source,
                draw_on=row.draw_on,
                account_name=names.get(row.account_id, ""),
                at=row.at,
                beacon=done.beacon if done else "",
                drawn_by=names.get(done.account_id, "") if done else "",
                drawn_at=done.at if done else None,
                counts={result: counted[result] for result in RESULTS},
                items=_items(row.id, results[row.id]) if items and done else (),
            )
        )
    return views


def _results(check_ids: Sequence[int]) -> dict[int, dict[int, list[FoundView]]]:
    """Check -> item -> what was found, in its order."""
    query = CheckResult.unscoped(_OF_CHECK).where(CheckResult.check_id.in_(check_ids))
    found = list(query.order_by(CheckResult.id))
    names = account_names([row.account_id for row in found])
    by_check: dict[int, dict[int, list[FoundView]]] = {number: {} for number in check_ids}
    for row in found:
        view = FoundView(row.result, row.remark, names.get(row.account_id, ""), row.at)
        by_check[row.check_id].setdefault(row.item_id, []).append(view)
    return by_check


def _items(check_id: int, results: dict[int, list[FoundView]]) -> tuple[ItemView, ...]:
    found = list(
        CheckItem.unscoped(_OF_CHECK).where(CheckItem.check_id == check_id).order_by(CheckItem.place)
    )
    areas = area_names({row.area_code for row in found})
    return tuple(
        ItemView(
            row.id,
            row.place,
            row.subject_id,
            row.label,
            row.area_code,
            areas.get(row.area_code, row.area_code),
            row.lot,
            tuple(results.get(row.id, ())),
        )
        for row in found
    )
