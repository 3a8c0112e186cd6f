"""Units and who works in them: opened, closed with a successor, staffed from a day to a day."""

from datetime import date, timedelta

from core import audit
from core.areas.api import LEVEL_DIGITS, is_current
from core.cases.errors import DeskElsewhere, MemberHeld, UnitClosedAlready, UnitClosedError, UnitUnknown
from core.cases.models import Assignment, Case, Unit, UnitMember
from core.cases.queries.reach import MANAGE
from core.cases.queries.units import open_unit
from core.cases.services.moving import send_on_from_closed
from core.cases.words import OPEN
from core.clock import now, today
from core.db import rows, unit_of_work
from core.errors import Invalid, NotFound
from core.fields import cleaned
from core.security import Actor
from core.text import N_


def create_unit(actor: Actor, *, name: str, level: str, area_code: str) -> int:
    """Open a unit of a village, town or the county; returns its id.

    Raises NotFound outside one's areas, DeskElsewhere for a level that is not that of the area.
    """
    actor.demand(MANAGE, area_code)
    if level == "grid" or LEVEL_DIGITS.get(level) != len(area_code) or not is_current(area_code):
        raise DeskElsewhere
    title = cleaned(name)
    if not 1 <= len(title) <= 60:
        raise Invalid(fields={"name": [N_("名称应为 1 到 60 个字。")]})
    with unit_of_work():
        unit = Unit.create(name=title, level=level, area_code=area_code, opened_at=now())
        audit.record(actor, "cases.create_unit", area_code=area_code, subject=f"unit:{unit.id}", level=level)
    return int(unit.id)


def close_unit(actor: Actor, unit_id: int, *, successor_id: int | None = None) -> int:
    """Close a unit: its open cases go to the successor, or one level up, each with a flag; returns how many.

    Nothing is dispatched to it any more. Raises NotFound, UnitClosedAlready, UnitUnknown (the successor).
    """
    with unit_of_work():
        unit = _own(actor, unit_id)
        following = None
        if successor_id is not None:
            following = _own(actor, successor_id)
            if following.id == unit.id or not unit.area_code.startswith(following.area_code):
                raise UnitUnknown
        Unit.update(closed_at=now(), successor_id=successor_id).where(Unit.id == unit.id).execute()
        end_memberships(unit.id)
        waiting = [row_id for (row_id,) in rows(_open_at(unit.id))]
        for case_id in waiting:
            send_on_from_closed(actor, case_id, unit, following)
        _end_helping(unit.id)
        audit.record(
            actor,
            "cases.close_unit",
            area_code=unit.area_code,
            subject=f"unit:{unit.id}",
            successor=successor_id,
            cases=len(waiting),
        )
    return len(waiting)


def _open_at(unit_id: int) -> object:
    open_now = (Case.unit_id == unit_id) & Case.state.in_(OPEN)
    return Case.unscoped("the cases of a unit that closes", Case.id).where(open_now).order_by(Case.id)


def _end_helping(unit_id: int) -> None:
    Assignment.update(ended_at=now(), ended_why="close_unit").where(
        (Assignment.unit_id == unit_id) & Assignment.ended_at.is_null() & (Assignment.part == "helper")
    ).execute()


def _own(actor: Actor, unit_id: int) -> Unit:
    unit: Unit | None = Unit.within(actor.demand(MANAGE)).where(Unit.id == unit_id).get_or_none()
    if unit is None:
        raise NotFound
    if unit.closed_at is not None:
        raise UnitClosedAlready(name=unit.name)
    return unit


def add_member(actor: Actor, unit_id: int, account_id: int, *, since: date | None = None) -> None:
    """Let somebody work in a unit. Raises NotFound, UnitClosedAlready, MemberHeld."""
    with unit_of_work():
        unit = _own(actor, unit_id)
        day = since or today()
        held = (UnitMember.unit_id == unit_id) & (UnitMember.account_id == account_id)
        if (
            UnitMember.select()
            .where(held & (UnitMember.until.is_null() | (UnitMember.until >= day)))
            .exists()
        ):
            raise MemberHeld
        UnitMember.create(unit_id=unit_id, account_id=account_id, since=day)
        audit.record(
            actor,
            "cases.add_member",
            area_code=unit.area_code,
            subject=f"unit:{unit_id}",
            member=account_id,
        )


def end_member(actor: Actor, unit_id: int, account_id: int) -> None:
    """From now on somebody works in a unit no more. Raises NotFound, UnitClosedAlready."""
    with unit_of_work():
        unit = _own(actor, unit_id)
        if not _end(UnitMember.unit_id == unit_id, UnitMember.account_id == account_id):
            raise NotFound
        audit.record(
            actor,
            "cases.end_member",
            area_code=unit.area_code,
            subject=f"unit:{unit_id}",
            member=account_id,
        )


def end_memberships(unit_id: int) -> None:
    """Nobody works in a unit any more, inside a unit of work."""
    _end(UnitMember.unit_id == unit_id)


def _end(*which: object) -> int:
    yesterday = today() - timedelta(days=1)
    still = UnitMember.until.is_null() | (UnitMember.until >= today())
    return int(UnitMember.update(until=yesterday).where(*which, still).execute())


def demand_open(unit_id: int) -> Unit:
    """The unit, if it is open. Raises UnitUnknown, UnitClosedError."""
    unit: Unit | None = (
        Unit.unscoped("whether a unit that the table names is open").where(Unit.id == unit_id).get_or_none()
    )
    if unit is None:
        raise UnitUnknown
    if unit.closed_at is not None:
        following = open_unit(unit_id)
        raise UnitClosedError(name=unit.name, successor=following.name if following else "—")
    return unit
