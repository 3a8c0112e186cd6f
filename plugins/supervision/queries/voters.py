"""The village's table of voters: who holds which seat from a day to a day, and whom other registers name."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from core.areas.api import path_names
from core.clock import today
from core.db import rows
from core.errors import NotFound
from core.people.api import person_names
from core.rolls import roll_candidates
from core.scope import AFTER_DIGITS, AreaScope
from core.value_classes import value_class
from plugins.supervision.models.decisions import SEATS, Concerned, Recusal, RollEntry, Voter

_FROZEN = "the roll of a village whose decision is being published"


@value_class
class VoterView:
    """A seat of somebody in words."""

    id: int
    area_code: str
    area_name: str
    person_id: int
    name: str
    seat: str
    since: date
    until: date | None
    source: str


@value_class
class CandidateView:
    """Somebody whom a plugin's register names and who does not hold the seat yet."""

    person_id: int
    name: str
    seat: str
    since: date | None


def _on(day: date) -> Any:
    return (Voter.since <= day) & (Voter.until.is_null() | (Voter.until >= day))


def list_voters(
    scope: AreaScope, area_code: str, *, seat: str = "", page: int = 1, page_size: int = 50
) -> tuple[list[VoterView], int]:
    """Who holds a seat today (or will) in an area, by village, seat and person; how many."""
    column = Voter.area_code
    query = Voter.within(scope).where(
        (column >= area_code)
        & (column < area_code + AFTER_DIGITS)
        & (Voter.until.is_null() | (Voter.until >= today()))
    )
    if seat:
        query = query.where(Voter.seat == seat)
    found = list(query.order_by(column, Voter.seat, Voter.id).paginate(page, page_size))
    return _views(found), query.count()


def voter(scope: AreaScope, voter_id: int) -> VoterView:
    """One seat in words. Raises NotFound."""
    return _views([voter_row(scope, voter_id)])[0]


def _views(found: Sequence[Voter]) -> list[VoterView]:
    names = person_names(row.person_id for row in found)
    paths = path_names({row.area_code for row in found})
    return [
        VoterView(
            row.id,
            row.area_code,
            paths.get(row.area_code, row.area_code),
            row.person_id,
            names.get(row.person_id, ""),
            row.seat,
            row.since,
            row.until,
            row.source,
        )
        for row in found
    ]


def voter_row(scope: AreaScope, voter_id: int) -> Voter:
    """One row. Raises NotFound."""
    row: Voter | None = Voter.within(scope).where(Voter.id == voter_id).get_or_none()
    if row is None:
        raise NotFound
    return row


def voters_on(area_code: str, day: date) -> dict[int, list[Voter]]:
    """Person -> the seats that they hold in exactly this village on a day, in the order of SEATS."""
    seats: dict[int, list[Voter]] = {}
    query = Voter.unscoped(_FROZEN).where((Voter.area_code == area_code) & _on(day))
    for row in sorted(query.order_by(Voter.id), key=lambda row: (row.person_id, SEATS.index(row.seat))):
        seats.setdefault(row.person_id, []).append(row)
    return seats


def held_seats(area_code: str, person_id: int, seat: str, since: date, until: date | None) -> bool:
    """Whether a person holds the seat at any time of a period."""
    query = Voter.unscoped(_FROZEN).where(
        (Voter.area_code == area_code)
        & (Voter.person_id == person_id)
        & (Voter.seat == seat)
        & (Voter.until.is_null() | (Voter.until >= since))
    )
    if until is not None:
        query = query.where(Voter.since <= until)
    return bool(query.exists())


def seats_held_in(area_codes: set[str]) -> set[tuple[str, int, str]]:
    """Village, person and seat of everybody who holds one there today or later."""
    query = Voter.unscoped(_FROZEN, Voter.area_code, Voter.person_id, Voter.seat).where(
        Voter.area_code.in_(sorted(area_codes)) & (Voter.until.is_null() | (Voter.until >= today()))
    )
    return set(rows(query))


def candidates(area_code: str) -> list[CandidateView]:
    """Whom the registers of other plugins name for a village and who is not on its table yet."""
    held = {(person_id, seat) for _, person_id, seat in seats_held_in({area_code})}
    found = [
        each
        for each in roll_candidates(area_code)
        if each.seat in SEATS and (each.person_id, each.seat) not in held
    ]
    names = person_names(each.person_id for each in found)
    return [
        CandidateView(each.person_id, names[each.person_id], each.seat, each.since)
        for each in found
        if each.person_id in names
    ]


def keeps_persons(persons: range) -> bool:
    """Whether any of a stretch of persons has a seat, stands on a roll, is concerned or proposed to leave."""
    columns = (Voter, RollEntry, Concerned, Recusal)
    return any(
        model.unscoped(_FROZEN).where(model.person_id.between(persons[0], persons[-1])).exists()
        for model in columns
    )
