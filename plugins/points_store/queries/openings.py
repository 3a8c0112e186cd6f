"""Reading sheets of opening balances: who has entered what from which paper, and what became of it."""

from datetime import datetime

from peewee import fn

from core.accounts.api import account_names
from core.areas.api import area_names
from core.db import rows
from core.errors import NotFound
from core.people.api import household_head_name, person_names
from core.security import Actor
from core.text import N_
from core.value_classes import value_class
from plugins.points_store.models import CONFIRMED, REFUSED, WAITING, OpeningLine, OpeningSheet

STATE_TITLES = {WAITING: N_("待复核"), CONFIRMED: N_("已入账"), REFUSED: N_("已退回")}


@value_class
class SheetView:
    """A sheet in a list. `mine`: the actor has entered it, so somebody else confirms it."""

    id: int
    area_code: str
    area_name: str
    source: str
    state: str
    state_title: str
    lines: int
    points: int
    entered_at: datetime
    entered_by: str
    decided_by: str
    note: str
    mine: bool


@value_class
class LineView:
    """What one holder has on a sheet."""

    id: int
    holder_name: str
    page: str
    points: int
    booked: bool
    withdrawn: bool


def list_sheets(actor: Actor, page: int, page_size: int) -> tuple[list[SheetView], int]:
    """The newest sheets of the actor's villages, and how many there are. Raises Forbidden."""
    query = OpeningSheet.within(actor.demand("points_store.opening"))
    found = list(query.order_by(OpeningSheet.id.desc()).paginate(page, page_size))
    return _views(actor, found), query.count()


def sheet_of(actor: Actor, sheet_id: int) -> SheetView:
    """A sheet in the actor's villages. Raises NotFound, Forbidden."""
    scope = actor.demand("points_store.opening")
    found = list(OpeningSheet.within(scope).where(OpeningSheet.id == sheet_id))
    if not found:
        raise NotFound
    return _views(actor, found)[0]


def sheet_lines(sheet_id: int, page: int, page_size: int) -> tuple[list[LineView], int]:
    """The lines of a sheet that the caller has found in scope, and how many there are."""
    query = OpeningLine.select().where(OpeningLine.sheet_id == sheet_id)
    found = list(query.order_by(OpeningLine.id).paginate(page, page_size))
    heads = household_head_name([line.household_id for line in found])
    persons = person_names(line.person_id for line in found if line.person_id is not None)
    return [
        LineView(
            line.id,
            persons.get(line.person_id or 0, "") or heads.get(line.household_id, ""),
            line.page,
            line.points,
            line.transfer_id is not None,
            line.withdrawal_id is not None,
        )
        for line in found
    ], query.count()


def _views(actor: Actor, found: list[OpeningSheet]) -> list[SheetView]:
    names = area_names([row.area_code for row in found])
    people = account_names([row.entered_by for row in found] + [row.decided_by for row in found])
    sums = {
        sheet_id: (int(lines), int(points))
        for sheet_id, lines, points in rows(
            OpeningLine.select(OpeningLine.sheet_id, fn.COUNT(OpeningLine.id), fn.SUM(OpeningLine.points))
            .where(OpeningLine.sheet_id.in_([row.id for row in found]))
            .group_by(OpeningLine.sheet_id)
        )
    }
    return [
        SheetView(
            id=row.id,
            area_code=row.area_code,
            area_name=names.get(row.area_code, row.area_code),
            source=row.source,
            state=row.state,
            state_title=STATE_TITLES[row.state],
            lines=sums.get(row.id, (0, 0))[0],
            points=sums.get(row.id, (0, 0))[1],
            entered_at=row.entered_at,
            entered_by=people.get(row.entered_by or 0, ""),
            decided_by=people.get(row.decided_by or 0, ""),
            note=row.note,
            mine=row.entered_by == actor.account_id
            or (actor.person_id is not None and row.entered_person_id == actor.person_id),
        )
        for row in found
    ]
