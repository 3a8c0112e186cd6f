"""How each household stands is kept up to date: after a visit or a mark, and each night."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from peewee import EXCLUDED, IntegrityError, fn

from core import audit
from core.clock import today
from core.county import county, plugin_settings
from core.db import rows, unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.people.api import (
    Attention,
    attention,
    deserted_households,
    household_area,
    household_brief,
    is_deserted,
    last_household_of,
    members_of,
    open_households,
)
from core.scope import AreaScope
from core.security import Actor
from core.text import N_
from plugins.diary.care_rules import due
from plugins.diary.errors.visits import HouseholdEnded, MarkedAlready, NotOfHousehold
from plugins.diary.models.visits import Care, Mark, Visit
from plugins.diary.words import MUST

REGISTER, WRITE = "diary.register", "diary.write"
_ALL = "how each household stands is made anew from all visits"
_BATCH = 500
_NIGHTLY = "who is due is reckoned from visits and the register, which are on record"


def refresh(households: Sequence[tuple[int, str]]) -> None:
    """Reckon how these households (id, area) stand, inside the caller's unit of work."""
    for some in _chunks(households):
        _write(some, attention(_scope_of(some), [key for key, _ in some]))


def refresh_all() -> int:
    """The same for the whole county, without households that ended or have nobody left; how many there are.

    The nightly job: a batch a unit of work, so that nobody waits for it.
    """
    everywhere = AreaScope((county().settings.county_code,))
    needs = attention(everywhere)
    deserted = deserted_households(everywhere)
    households = [each for each in open_households(everywhere) if each[0] not in deserted]
    for some in _chunks(households):
        with unit_of_work(housekeeping=_NIGHTLY):
            _write(some, needs)
    kept = {key for key, _ in households}
    known = [key for (key,) in rows(Care.unscoped(_ALL, Care.household_id))]
    for gone in _chunks([key for key in known if key not in kept]):
        with unit_of_work(housekeeping=_NIGHTLY):
            Care.delete().where(Care.household_id.in_(gone)).execute()
    return len(households)


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + _BATCH] for start in range(0, len(values), _BATCH))


def _scope_of(households: Iterable[tuple[int, str]]) -> AreaScope:
    return AreaScope(tuple(sorted({code for _, code in households})))


def _write(households: Sequence[tuple[int, str]], needs: dict[int, Attention]) -> None:
    ids = [key for key, _ in households]
    visits = _visits(ids)
    marks = _marks(ids)
    agreed = _revisits(ids)
    days, day = plugin_settings("diary"), today()
    values = []
    for key, area_code in households:
        need = needs.get(key, Attention())
        number, last = visits.get(key, (0, None))
        revisit = agreed.get(key)
        if revisit is not None and last is not None and last >= revisit:
            revisit = None
        found = due(
            day,
            last_visit=last,
            revisit_on=revisit,
            marks=marks.get(key, ()),
            tags=need.tags,
            risk_levels=need.risk_levels,
            days=days,
        )
        values.append((key, area_code, last, number, found.on, found.reason, revisit))
    columns: list[Any] = [
        Care.household_id,
        Care.area_code,
        Care.last_visit,
        Care.visits,
        Care.due_on,
        Care.reason,
        Care.revisit_on,
    ]
    Care.insert_many(values, fields=columns).on_conflict(
        conflict_target=[Care.household_id],
        update={column: getattr(EXCLUDED, column.column_name) for column in columns[1:]},
    ).execute()


def _visits(ids: Collection[int]) -> dict[int, tuple[int, date | None]]:
    query = Visit.unscoped(_ALL, Visit.household_id, fn.COUNT(Visit.id), fn.MAX(Visit.day))
    found = rows(query.where(Visit.household_id.in_(ids)).group_by(Visit.household_id))
    return {key: (number, _date(last)) for key, number, last in found}


def _date(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _marks(ids: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    query = Mark.unscoped(_ALL, Mark.household_id, Mark.kind)
    for key, kind in rows(query.where(Mark.household_id.in_(ids) & Mark.until.is_null())):
        found.setdefault(key, set()).add(kind)
    return found


def _revisits(ids: Collection[int]) -> dict[int, date]:
    """The day that the latest visit of each household agreed on."""
    query = Visit.unscoped(_ALL, Visit.household_id, Visit.revisit_on).where(
        Visit.household_id.in_(ids) & Visit.revisit_on.is_null(False)
    )
    return dict(rows(query.order_by(Visit.day, Visit.id)))


def mark_household(
    actor: Actor, household_id: int, *, kind: str, person_id: int | None = None, note: str = ""
) -> int:
    """This household is always to be visited, for a reason that the register does not know.

    Returns the mark's id. Raises NotFound, HouseholdEnded, NotOfHousehold, MarkedAlready, Invalid.
    """
    scope = actor.demand(REGISTER)
    words = cleaned(note)
    if kind not in MUST:
        raise Invalid(fields={"kind": [N_("请选择必访的类别。")]})
    if len(words) > 200:
        raise Invalid(fields={"note": [N_("至多 200 个字。")]})
    with unit_of_work():
        area_code = open_area(scope, household_id)
        if person_id is not None and person_id not in members_of([household_id]).get(household_id, ()):
            raise NotOfHousehold
        try:
            with unit_of_work(housekeeping="the mark's line follows"):
                row = Mark.create(
                    household_id=household_id,
                    person_id=person_id,
                    area_code=area_code,
                    kind=kind,
                    note=words,
                    since=today(),
                    account_id=actor.account_id,
                )
        except IntegrityError:
            raise MarkedAlready from None
        refresh([(household_id, area_code)])
        _record(actor, "diary.mark_household", household_id, area_code, kind=kind)
    return int(row.id)


def unmark_household(actor: Actor, mark_id: int) -> None:
    """The reason holds no longer. Raises NotFound."""
    scope = actor.demand(REGISTER)
    with unit_of_work():
        row: Mark | None = Mark.within(scope).where((Mark.id == mark_id) & Mark.until.is_null()).get_or_none()
        if row is None:
            raise NotFound
        Mark.update(until=today()).where(Mark.id == row.id).execute()
        refresh([(row.household_id, row.area_code)])
        _record(actor, "diary.unmark_household", row.household_id, row.area_code, kind=row.kind)


def mark_door(actor: Actor, household_id: int, *, latitude: float, longitude: float) -> None:
    """Where the door is, for whoever comes next; nobody has to. Raises NotFound, HouseholdEnded, Invalid."""
    scope = actor.demand(WRITE)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise Invalid(fields={"latitude": [N_("经纬度有误。")]})
    with unit_of_work():
        area_code = open_area(scope, household_id)
        if not Care.unscoped(_ALL).where(Care.household_id == household_id).exists():
            refresh([(household_id, area_code)])
        Care.update(latitude=latitude, longitude=longitude).where(Care.household_id == household_id).execute()
        _record(actor, "diary.mark_door", household_id, area_code)


def open_area(scope: AreaScope, household_id: int) -> str:
    """Where a household stands that has not ended. Raises NotFound, HouseholdEnded."""
    household = household_brief(scope, household_id)
    if household is None:
        raise NotFound
    if household.ended_at is not None:
        raise HouseholdEnded
    return household.area_code


def move_care(household_id: int, area_code: str) -> None:
    """How a household stands follows it; inside the unit of work that moves it."""
    for model in (Care, Mark):
        model.update(area_code=area_code).where(model.household_id == household_id).execute()


def end_care_of_person(person_id: int) -> None:
    """Whoever died or moved away makes nobody's household due; one without a member is visited no more.

    Inside the unit of work that says so. Marks that name nobody hold for those who remain.
    """
    Mark.update(until=today()).where((Mark.person_id == person_id) & Mark.until.is_null()).execute()
    household_id = last_household_of(person_id)
    area_code = household_area(household_id) if household_id is not None else None
    if household_id is None or area_code is None:
        return
    if is_deserted(household_id):
        end_care(household_id)
    else:
        refresh([(household_id, area_code)])


def end_care(household_id: int) -> None:
    """Nobody visits a household that has ended; inside the unit of work that ends it."""
    Care.delete().where(Care.household_id == household_id).execute()
    Mark.update(until=today()).where((Mark.household_id == household_id) & Mark.until.is_null()).execute()


def _record(actor: Actor, action: str, household_id: int, area_code: str, **detail: Any) -> None:
    audit.record(actor, action, area_code=area_code, subject=f"household:{household_id}", **detail)
