"""Lists of cases: by area, state, kind, unit, light and words; the desk; the board."""

from typing import Any

from peewee import SQL

from core.cases.models import Case
from core.cases.queries.codes import typed_number
from core.cases.queries.reach import Reader, own, visible
from core.cases.queries.views import CaseView, case_views
from core.cases.words import ANSWERED, GREEN, OPEN, RED, YELLOW
from core.clock import now
from core.db import contains, milliseconds
from core.scope import AreaScope
from core.security import Actor

LISTED = "the reader's areas, units and own cases are a condition of the list"


def list_cases(
    reader: Reader,
    *,
    state: str | None = None,
    area_code: str | None = None,
    kind: str | None = None,
    unit_id: int | None = None,
    light: str | None = None,
    search: str = "",
    mine: str | None = None,
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[CaseView], int]:
    """Cases that the reader may see, the newest first, and how many there are.

    `state`: one of STATES, or `open` for all that wait; `area_code`: an area with all below it; `light`:
    green, yellow or red; `search`: a number, or a part of the text; `mine`: `reported` (filed by or for
    me) or `working` (I have accepted it).
    """
    query = Case.unscoped(LISTED).where(visible(reader))
    for condition in _conditions(reader, state, area_code, kind, unit_id, light, search, mine):
        query = query.where(condition)
    found = list(query.order_by(Case.id.desc()).paginate(page, page_size))
    return case_views(found), query.count()


def list_public_cases(
    *, area_code: str | None = None, kind: str | None = None, page: int = 1, page_size: int = 20
) -> tuple[list[CaseView], int]:
    """Answered cases that everybody may read, without names, the newest first, and how many there are."""
    query = Case.unscoped("answers that are marked as public are there for everybody").where(
        Case.public & Case.state.in_(ANSWERED)
    )
    if area_code:
        query = query.where(AreaScope((area_code,)).where(Case.area_code))
    if kind:
        query = query.where(Case.kind == kind)
    found = list(query.order_by(Case.id.desc()).paginate(page, page_size))
    return case_views(found, full=False), query.count()


def _conditions(
    reader: Reader,
    state: str | None,
    area_code: str | None,
    kind: str | None,
    unit_id: int | None,
    light: str | None,
    search: str,
    mine: str | None,
) -> list[Any]:
    found: list[Any] = []
    if state:
        found.append(Case.state.in_(OPEN) if state == "open" else Case.state == state)
    if area_code:
        found.append(AreaScope((area_code,)).where(Case.area_code))
    if kind:
        found.append(Case.kind == kind)
    if unit_id is not None:
        found.append(Case.unit_id == unit_id)
    if light:
        found.append(_lit(light))
    if text := search.strip()[:60]:
        found.append((Case.number == typed_number(text)) | contains(Case.text, text))
    if mine and isinstance(reader, Actor):
        found.append(_mine(reader, mine))
    return found


def _mine(actor: Actor, mine: str) -> Any:
    if mine == "working":
        return Case.worker_id == actor.account_id
    ways = own(actor)
    return ways[0] if len(ways) == 1 else (ways[0] | ways[1]) if ways else SQL("1 = 0")


def _lit(light: str) -> Any:
    at = milliseconds(now())
    if light == RED:
        return Case.due_at < at
    if light == YELLOW:
        return (Case.due_at >= at) & (Case.yellow_at <= at)
    return (Case.due_at >= at) & (Case.yellow_at > at) if light == GREEN else SQL("1 = 0")
