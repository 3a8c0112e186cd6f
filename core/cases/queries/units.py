"""Units and who works in them."""

from collections.abc import Iterable
from datetime import date

from core.accounts.api import account_names
from core.areas.api import area_names
from core.cases.errors import UnitUnknown
from core.cases.models import Unit, UnitMember
from core.clock import today
from core.db import Statement, rows
from core.scope import AreaScope
from core.security import Actor
from core.value_classes import value_class

NAMES = "names of offices are public, and cases lead above the actor's own area"
_MINE = Statement(
    lambda p: (
        UnitMember.select(UnitMember.unit_id, Unit.area_code)
        .join(Unit, on=(Unit.id == UnitMember.unit_id))
        .where(
            (UnitMember.account_id == p("account_id"))
            & (UnitMember.since <= p("day"))
            & (UnitMember.until.is_null() | (UnitMember.until >= p("day")))
        )
    )
)


@value_class
class UnitView:
    """A unit. `members`: names of those who work in it today, by account."""

    id: int
    name: str
    level: str
    area_code: str
    area_name: str
    is_closed: bool
    successor_id: int | None
    members: dict[int, str]


def units_of(actor: Actor) -> tuple[int, ...]:
    """The units in which this actor works today."""
    return tuple(areas_of_units(actor))


def areas_of_units(actor: Actor) -> dict[int, str]:
    """The same with the area that each serves."""
    if actor.account_id is None:
        return {}
    return dict(_MINE.all(account_id=actor.account_id, day=today().isoformat()))


def get_unit(unit_id: int) -> Unit:
    """The unit wherever it is, a closed one too. Raises UnitUnknown."""
    found: Unit | None = Unit.unscoped(NAMES).where(Unit.id == unit_id).get_or_none()
    if found is None:
        raise UnitUnknown
    return found


def open_unit(unit_id: int) -> Unit | None:
    """The unit, or the last one that took its work; None when there is no open one."""
    seen: set[int] = set()
    following: int | None = unit_id
    while following is not None and following not in seen:
        seen.add(following)
        unit: Unit | None = Unit.unscoped(NAMES).where(Unit.id == following).get_or_none()
        if unit is None or unit.closed_at is None:
            return unit
        following = unit.successor_id
    return None


def unit_names(ids: Iterable[int | None]) -> dict[int, str]:
    """Id -> name."""
    wanted = sorted({each for each in ids if each is not None})
    if not wanted:
        return {}
    return dict(rows(Unit.unscoped(NAMES, Unit.id, Unit.name).where(Unit.id.in_(wanted))))


def list_units(scope: AreaScope, *, closed: bool = False) -> list[UnitView]:
    """The units in `scope` by area and name, with `closed` those that are no more too."""
    query = Unit.within(scope)
    found = list(
        (query if closed else query.where(Unit.closed_at.is_null())).order_by(Unit.area_code, Unit.name)
    )
    return _views(found)


def units_for(area_code: str) -> list[UnitView]:
    """Open units that a case in `area_code` can be dispatched to: of its village, town and county."""
    above = [area_code[:length] for length in (6, 9, 12) if length <= len(area_code)]
    query = Unit.unscoped(NAMES).where(Unit.area_code.in_(above) & Unit.closed_at.is_null())
    return _views(list(query.order_by(Unit.area_code.desc(), Unit.name)))


def open_units_at(area_codes: Iterable[str]) -> list[tuple[int, str, str, str]]:
    """Id, name, level and area of the open units of just these areas, by name."""
    query = Unit.unscoped(NAMES, Unit.id, Unit.name, Unit.level, Unit.area_code)
    here = Unit.area_code.in_(list(area_codes)) & Unit.closed_at.is_null()
    return list(rows(query.where(here).order_by(Unit.name)))


def members_of(unit_id: int, day: date | None = None) -> list[int]:
    """The accounts that work in a unit on a day (today)."""
    on = day or today()
    query = UnitMember.select(UnitMember.account_id).where(
        (UnitMember.unit_id == unit_id)
        & (UnitMember.since <= on)
        & (UnitMember.until.is_null() | (UnitMember.until >= on))
    )
    return sorted({account_id for (account_id,) in rows(query)})


def _views(found: list[Unit]) -> list[UnitView]:
    on = today()
    held = UnitMember.select().where(
        UnitMember.unit_id.in_([unit.id for unit in found])
        & (UnitMember.since <= on)
        & (UnitMember.until.is_null() | (UnitMember.until >= on))
    )
    members: dict[int, list[int]] = {}
    for row in held if found else []:
        members.setdefault(row.unit_id, []).append(row.account_id)
    names = account_names(each for ids in members.values() for each in ids)
    areas = area_names(unit.area_code for unit in found)
    return [
        UnitView(
            id=unit.id,
            name=unit.name,
            level=unit.level,
            area_code=unit.area_code,
            area_name=areas.get(unit.area_code, unit.area_code),
            is_closed=unit.closed_at is not None,
            successor_id=unit.successor_id,
            members={each: names.get(each, "") for each in members.get(unit.id, [])},
        )
        for unit in found
    ]
