"""Visits as people read them."""

from collections.abc import Sequence
from dataclasses import field
from datetime import date, datetime

from peewee import fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.db import rows
from core.errors import NotFound
from core.people.api import household_head_name, person_names
from core.security import Actor
from core.value_classes import value_class
from plugins.diary.models.entries import Entry, EntryLink
from plugins.diary.models.visits import Mark, Visit, VisitPerson
from plugins.diary.queries.establishments import names_of
from plugins.diary.queries.former import lies_in, widened

VIEW = "diary.view"
_REACHED = "of visits that the reader may see"


@value_class
class Met:
    """Somebody who was met, and what the visit changed in the register."""

    person_id: int
    name: str
    tags_before: str
    tags_after: str
    risk_before: str
    risk_after: str


@value_class
class VisitView:
    """A visit in words. `name`: the household's head or the establishment."""

    id: int
    area_code: str
    area_name: str
    household_id: int | None
    establishment_id: int | None
    name: str
    account_id: int | None
    account_name: str
    kind: str
    day: date
    reason: str
    occasion: str
    topics: tuple[str, ...]
    solved: int
    solved_note: str
    revisit_on: date | None
    at: datetime
    entry_id: int | None
    latitude: float | None = None
    longitude: float | None = None
    persons: tuple[Met, ...] = field(default_factory=tuple)


def list_visits(
    reader: Actor,
    *,
    area_code: str = "",
    household_id: int | None = None,
    establishment_id: int | None = None,
    mine: bool = False,
    since: date | None = None,
    until: date | None = None,
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[VisitView], int]:
    """Visits in one's areas (and villages that merged into them), the newest first; how many."""
    query = Visit.within(widened(reader.scope(VIEW)))
    if area_code:
        query = query.where(lies_in(area_code, Visit.area_code))
    if household_id is not None:
        query = query.where(Visit.household_id == household_id)
    if establishment_id is not None:
        query = query.where(Visit.establishment_id == establishment_id)
    if mine:
        query = query.where(Visit.account_id == reader.account_id)
    if since is not None:
        query = query.where(Visit.day >= since)
    if until is not None:
        query = query.where(Visit.day <= until)
    found = list(query.order_by(Visit.day.desc(), Visit.id.desc()).paginate(page, page_size))
    return visit_views(reader, found), query.count()


def visit(reader: Actor, visit_id: int) -> VisitView:
    """One visit in one's areas. Raises NotFound."""
    row: Visit | None = Visit.within(widened(reader.scope(VIEW))).where(Visit.id == visit_id).get_or_none()
    if row is None:
        raise NotFound
    return visit_views(reader, [row])[0]


def sees_files(actor: Actor, subject: str) -> bool:
    """Whether the actor may see the photos of `diary_visit:12`."""
    number = subject.partition(":")[2]
    if not (number.isascii() and number.isdigit()):
        return False
    return Visit.within(widened(actor.scope(VIEW))).where(Visit.id == int(number)).exists()


def visit_views(reader: Actor, found: Sequence[Visit]) -> list[VisitView]:
    """Rows that were found in scope, in words; a private entry is its author's."""
    ids = [row.id for row in found]
    heads = household_head_name([row.household_id for row in found if row.household_id])
    names = names_of([row.establishment_id for row in found if row.establishment_id])
    areas = area_names({row.area_code for row in found})
    people = account_names([row.account_id for row in found])
    met = _met(ids)
    entries = _entries(reader, ids)
    return [
        VisitView(
            id=row.id,
            area_code=row.area_code,
            area_name=areas.get(row.area_code, row.area_code),
            household_id=row.household_id,
            establishment_id=row.establishment_id,
            name=heads.get(row.household_id or 0, "") or names.get(row.establishment_id or 0, ""),
            account_id=row.account_id,
            account_name=people.get(row.account_id or 0, ""),
            kind=row.kind,
            day=row.day,
            reason=row.reason,
            occasion=row.occasion,
            topics=tuple(filter(None, row.topics.split(","))),
            solved=row.solved,
            solved_note=row.solved_note,
            revisit_on=row.revisit_on,
            at=row.at,
            entry_id=entries.get(row.id),
            latitude=row.latitude,
            longitude=row.longitude,
            persons=tuple(met.get(row.id, ())),
        )
        for row in found
    ]


def _met(visit_ids: Sequence[int]) -> dict[int, list[Met]]:
    query = VisitPerson.unscoped(_REACHED).where(VisitPerson.visit_id.in_(visit_ids)).order_by(VisitPerson.id)
    found = list(query)
    names = person_names([row.person_id for row in found])
    met: dict[int, list[Met]] = {}
    for row in found:
        met.setdefault(row.visit_id, []).append(
            Met(
                row.person_id,
                names.get(row.person_id, ""),
                row.tags_before,
                row.tags_after,
                row.risk_before,
                row.risk_after,
            )
        )
    return met


def _entries(reader: Actor, visit_ids: Sequence[int]) -> dict[int, int]:
    query = Entry.unscoped(_REACHED, Entry.visit_id, fn.MAX(Entry.id)).where(
        Entry.visit_id.in_(visit_ids)
        & Entry.removed_at.is_null()
        & ((Entry.state == "published") | (Entry.account_id == reader.account_id))
    )
    return dict(rows(query.group_by(Entry.visit_id)))


def stand_on(households: range) -> bool:
    """Whether a visit, a mark or an entry stands on one of these households: an import that made them."""
    reason = "whether anything stands on households that are about to go"
    first, last = households.start, households.stop - 1
    told = EntryLink.unscoped(reason, EntryLink.target).where(EntryLink.kind == "household")
    return (
        Visit.unscoped(reason).where(Visit.household_id.between(first, last)).exists()
        or Mark.unscoped(reason).where(Mark.household_id.between(first, last)).exists()
        or any(int(target) in households for (target,) in rows(told))
    )
