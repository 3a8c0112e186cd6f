"""Who may see a case and who has it on their desk: areas are walls, units and one's own cases are doors."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

from peewee import SQL

from core.areas.api import LEVEL_DIGITS
from core.cases.models import Assignment, Case
from core.cases.queries.units import areas_of_units, units_of
from core.county import plugins
from core.errors import NotFound
from core.scope import AreaScope
from core.security import Actor

VIEW, WORK, DESK, DISPATCH, URGE, CHECK, MANAGE, REPORT = (
    f"cases.{right}" for right in ("view", "work", "desk", "dispatch", "urge", "check", "manage", "report")
)
Reader = Actor | AreaScope


def listed(reader: Reader) -> Any:
    """The condition on `Case` for lists: the reader's areas and units; without either, their own cases.

    One's own ones elsewhere are asked for by themselves: a list of "these or those" reads everything.
    """
    if isinstance(reader, AreaScope):
        return reader.where(Case.area_code)
    scope = reader.scope(VIEW)
    ways: list[Any] = [scope.where(Case.area_code)] if scope.prefixes else []
    # What a village hands down to a grid lies in the village: the grid's desk has it all the same.
    if grids := [code for code in scope.prefixes if len(code) == LEVEL_DIGITS["grid"]]:
        ways.append(Case.desk_area.in_(grids))
    # What a unit is given lies in the area that it serves.
    units = [unit_id for unit_id, area in areas_of_units(reader).items() if not scope.covers(area)]
    if units:
        ways += [Case.unit_id.in_(units), Case.id.in_(_given_to(units))]
    return any_of(ways or own(reader))


def visible(reader: Reader) -> Any:
    """The condition on `Case` for all that the reader may see besides public answers; for some rows only."""
    return listed(reader) if isinstance(reader, AreaScope) else any_of([listed(reader), *own(reader)])


def any_of(ways: Sequence[Any]) -> Any:
    """Either of some conditions; none of them: nothing."""
    return reduce(lambda left, right: left | right, ways) if ways else SQL("1 = 0")


def own(actor: Actor) -> list[Any]:
    """Conditions for the cases that the actor filed or that were filed for them."""
    ways = []
    if actor.account_id is not None:
        ways.append(Case.filed_by == actor.account_id)
    if actor.person_id is not None:
        ways.append(Case.person_id == actor.person_id)
    return ways


def _given_to(units: Sequence[int]) -> Any:
    return Assignment.select(Assignment.case_id).where(Assignment.unit_id.in_(units))


def demand_visible(reader: Reader, row: Case) -> None:
    """Raises NotFound for a case that the reader may not see."""
    if isinstance(reader, AreaScope):
        if not reader.covers(row.area_code):
            raise NotFound
        return
    if not (is_own(reader, row) or sees_at_work(reader, row)):
        raise NotFound


def sees_at_work(actor: Actor, row: Case) -> bool:
    """Whether the case lies in the actor's areas, or is or was on a desk there or with a unit of theirs."""
    if actor.may(VIEW, row.area_code) or actor.may(VIEW, row.desk_area):
        return True
    units, scope = units_of(actor), actor.scope(VIEW)
    if row.unit_id in units:
        return True
    ways = [Assignment.unit_id.in_(units)] if units else []
    if scope.prefixes:
        ways.append(scope.where(Assignment.desk_area))
    given = Assignment.select().where((Assignment.case_id == row.id) & any_of(ways)) if ways else None
    return given is not None and bool(given.exists())


def is_own(actor: Actor, row: Case) -> bool:
    """Whether the actor filed the case or it was filed for them."""
    filed = actor.account_id is not None and row.filed_by == actor.account_id
    return filed or (actor.person_id is not None and row.person_id == actor.person_id)


def at_desk(actor: Actor, desk: Any) -> bool:
    """Whether this is the actor's own desk. `desk`: whatever has level, desk_area and unit_id.

    Of a unit: its members. Otherwise whoever has a post that minds the desk of that very area; a grid's
    desk is also its village's.
    """
    if not actor.may(WORK):
        return False
    if desk.unit_id is not None:
        return desk.unit_id in units_of(actor)
    return desk.desk_area in desk_areas(actor) or (
        desk.level == "grid" and desk.desk_area[:12] in desk_areas(actor)
    )


def desk_areas(actor: Actor) -> tuple[str, ...]:
    """The areas whose desks are the actor's own."""
    scope = actor.scope(DESK)
    if not scope.prefixes:
        return ()
    # Of two posts, one above the other, the scope names the upper area only.
    held = {post.area_code for post in actor.posts if DESK in plugins().grants((post,))}
    return tuple(sorted(held | set(scope.prefixes)))


def may_hand_out(actor: Actor, row: Case) -> bool:
    """Whether the actor may dispatch from the desk where the case is."""
    return actor.may(DISPATCH, row.desk_area)
