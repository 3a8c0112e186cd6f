"""Lists of cases: by area, state, kind, unit, light and words; the desk; the board."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from peewee import SQL

from core.cases.models import Case
from core.cases.queries.codes import typed_number
from core.cases.queries.figures import reported_from
from core.cases.queries.reach import Reader, any_of, listed, own
from core.cases.queries.views import CaseView, case_views
from core.cases.words import ANSWERED, CANCELLED, DOWN, GREEN, OPEN, RED, UP, YELLOW
from core.clock import now
from core.db import contains, milliseconds, rows
from core.scope import AreaScope
from core.security import Actor

# A search reads texts: more of them would keep people waiting.
MOST_SEARCHED = 10_000
_LONGEST_SEARCH = 60
_NUMBER = re.compile(r"[0-9]{6}-[0-9A-Z]{6}")
# What a figure of a period counts -> the condition that its cases fulfil.
FACTS: Final[dict[str, Any]] = {
    "answered": Case.state.in_(ANSWERED),
    "rated": Case.thumb.in_((UP, DOWN)),
    "satisfied": Case.thumb == UP,
    "on_the_spot": Case.on_the_spot == True,  # noqa: E712 - SQL
    "overdue": Case.late == True,  # noqa: E712 - SQL
    "open": Case.state.in_(OPEN),
    "cancelled": Case.state == CANCELLED,
    "kept": Case.state != CANCELLED,
}
_LISTED = "the reader's areas, units and own cases are a condition of the list"


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
    reported: tuple[date, date] | None = None,
    fact: str = "",
    areas: Sequence[str] = (),
    page: int = 1,
    page_size: int = 20,
) -> tuple[list[CaseView], int]:
    """Cases of the reader's areas and units, the newest first, and how many there are; a resident's own.

    `state`: one of STATES, or `open` for all that wait; `area_code`: an area with all below it; `light`:
    green, yellow or red; `search`: a number, or a part of the text or place of the newest MOST_SEARCHED;
    `mine`: `reported` (filed by or for me) or `working` (I have accepted it). `reported`: from a day to a
    day, both inclusive; `fact`: one of FACTS, as the figures of a period count; `areas`: in any of these.
    """
    reach = _mine(reader, mine) if mine and isinstance(reader, Actor) else listed(reader)
    conditions = [reach, *_conditions(reader, state, area_code, kind, unit_id, light)]
    if reported is not None:
        conditions.append(reported_from(*reported))
    if fact:
        conditions.append(FACTS[fact])
    if areas:
        conditions.append(AreaScope(tuple(areas)).where(Case.area_code))
    query = Case.unscoped(_LISTED, Case.id).where(*conditions)
    if text := search.strip()[:_LONGEST_SEARCH]:
        ids = _found(query, text)
        return case_views(rows_of(ids[page_size * (page - 1) : page_size * page])), len(ids)
    return case_views(rows_of(page_of(query, page, page_size))), query.count()


def page_of(query: Any, page: int, page_size: int) -> list[int]:
    """A page of the ids that a query finds, the newest first."""
    # Ids first: they lie in an index, and so do those that a page skips.
    return [case_id for (case_id,) in rows(query.order_by(Case.id.desc()).paginate(page, page_size))]


def rows_of(ids: Sequence[int]) -> list[Case]:
    """The rows in the order of `ids`."""
    found = {row.id: row for row in Case.unscoped(_LISTED).where(Case.id.in_(ids))} if ids else {}
    return [found[case_id] for case_id in ids if case_id in found]


def _found(query: Any, text: str) -> list[int]:
    """The ids that a search leaves of a list, the newest first: a whole number, or a part of a text."""
    if _NUMBER.fullmatch(number := typed_number(text)):
        return [case_id for (case_id,) in rows(query.where(Case.number == number))]
    latest = query.order_by(Case.id.desc()).limit(MOST_SEARCHED).alias("latest")
    chosen = Case.unscoped(_LISTED, Case.id).join(latest, on=(Case.id == latest.c.id))
    fits = chosen.where(contains(Case.text, text) | contains(Case.place, text))
    return [case_id for (case_id,) in rows(fits.order_by(Case.id.desc()))]


def list_public_cases(
    *, area_code: str | None = None, kind: str | None = None, page: int = 1, page_size: int = 20
) -> tuple[list[CaseView], int]:
    """Answered cases that everybody may read, without names, the newest first, and how many there are."""
    query = Case.unscoped("answers that are marked as public are there for everybody", Case.id).where(
        (Case.public == True) & Case.state.in_(ANSWERED)  # noqa: E712 - served by its index so
    )
    if area_code:
        query = query.where(AreaScope((area_code,)).where(Case.area_code))
    if kind:
        query = query.where(Case.kind == kind)
    return case_views(rows_of(page_of(query, page, page_size)), full=False), query.count()


def _conditions(
    reader: Reader,
    state: str | None,
    area_code: str | None,
    kind: str | None,
    unit_id: int | None,
    light: str | None,
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
    return found


def _mine(actor: Actor, mine: str) -> Any:
    if mine == "working":
        return Case.worker_id == actor.account_id
    return any_of(own(actor))


def _lit(light: str) -> Any:
    at, waits = milliseconds(now()), Case.state.in_(OPEN)
    if light == RED:
        return waits & (Case.due_at < at)
    if light == YELLOW:
        return waits & (Case.due_at >= at) & (Case.yellow_at <= at)
    return waits & (Case.due_at >= at) & (Case.yellow_at > at) if light == GREEN else SQL("1 = 0")
