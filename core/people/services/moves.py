"""Many households at once into other areas of the same county: what a redrawn border does."""

from collections.abc import Mapping

from core import audit
from core.clock import today
from core.county import plugins
from core.db import unit_of_work
from core.errors import NotFound
from core.people.errors import HouseholdEnded
from core.people.models import Household
from core.people.services.input import LONGEST_NUMBER, checked_area
from core.people.services.residence import batches, move_persons, move_residences
from core.scope import AreaScope
from core.security import Actor

_TAKEN = "a number is unique in its area"


def move_households(actor: Actor, scope: AreaScope, targets: Mapping[int, str]) -> int:
    """Move households (id -> code of the village or grid); returns how many were not there before.

    From today on they stand there, with their persons and all that plugins keep for them; a plugin
    that fails there refuses the whole move. A household number that is taken in the new area gets
    the old area's last digits behind it, so that both stay readable. The caller has demanded a
    permission that holds in `scope`. Raises NotFound, HouseholdEnded, NoSuchArea.
    """
    with unit_of_work():
        rows = _open_households(scope, targets)
        for code in sorted(set(targets.values())):
            checked_area(scope, code)
        moving = {row.id: row for row in rows if row.area_code != targets[row.id]}
        if not moving:
            return 0
        _move(moving, targets)
        for key in sorted(moving):
            plugins().tell("household_moved", household_id=key, area_code=targets[key])
        touched = [*targets.values(), *(row.area_code for row in moving.values())]
        audit.record(
            actor,
            "people.move_households",
            area_code=_common(touched) or scope.prefixes[0],
            subject="households:moved",
            households=len(moving),
            targets=sorted({targets[key] for key in moving}),
        )
    return len(moving)


def _open_households(scope: AreaScope, targets: Mapping[int, str]) -> list[Household]:
    rows: list[Household] = []
    for some in batches(sorted(targets)):
        rows.extend(Household.within(scope).where(Household.id.in_(some)))
    if len(rows) < len(targets):
        raise NotFound
    if any(row.ended_at is not None for row in rows):
        raise HouseholdEnded
    return rows


def _move(moving: Mapping[int, Household], targets: Mapping[int, str]) -> None:
    for code in sorted({targets[key] for key in moving}):
        keys = [key for key in sorted(moving) if targets[key] == code]
        taken = _numbers_in(code)
        for key in keys:
            row = moving[key]
            number = _free_number(row, taken)
            taken.add(number)
            if number != row.number:
                Household.update(number=number, area_code=code).where(Household.id == key).execute()
        for some in batches(keys):
            Household.update(area_code=code).where(Household.id.in_(some)).execute()
            move_persons(some, code)
    move_residences({key: targets[key] for key in moving}, today())


def _numbers_in(code: str) -> set[str]:
    rows = Household.unscoped(_TAKEN, Household.number).where(Household.area_code == code)
    return {row.number for row in rows}


def _free_number(row: Household, taken: set[str]) -> str:
    number = row.number
    serial = 1
    while number in taken:
        tail = f"-{row.area_code[-3:]}" + (f"-{serial}" if serial > 1 else "")
        number = row.number[: LONGEST_NUMBER - len(tail)] + tail
        serial += 1
    return str(number)


def _common(codes: list[str]) -> str:
    lengths = (15, 12, 9, 6)
    return next((codes[0][:n] for n in lengths if all(code[:n] == codes[0][:n] for code in codes)), "")
