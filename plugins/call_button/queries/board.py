"""The duty screen: what is open, and what has changed since a number.

Every change of any call gives it a higher number, in the order of the commits. So a screen that has seen
number n asks for the calls above n: one look at the end of an index, which nearly always finds nothing.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any, Final

from core.accounts.api import account_names
from core.areas.api import path_names
from core.clock import CHINA, now, today
from core.county import plugin_settings
from core.db import Statement, milliseconds
from core.people.api import household_head_name, household_labels, person_names
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.call_button.call_words import END_OF_LADDER, OPEN
from plugins.call_button.models.calls import RINGING, Call, Change
from plugins.call_button.models.devices import Device

AT_ONCE: Final = 200
_MOST_OPEN, _TAKEN_TODAY = 500, 40
_BY_NUMBER = "what changed is found by its number, then held against the areas"
_OF_CALLS = "devices of calls that lie in the areas"
_CHANGED = Statement(
    lambda p: Call.unscoped(_BY_NUMBER).where(Call.changed > p("since")).order_by(Call.changed).limit(AT_ONCE)
)
_NEWEST = Statement(lambda _p: Change.select(Change.number))


@value_class
class CallLine:
    """A call as a screen shows it.

    `who`: whom to expect, else the head of the household; `told`: the rung of the ladder that it rings with
    now (`END_OF_LADDER`: the last one was told), empty once it is taken.
    """

    id: int
    version: int
    state: str
    kind: str
    urgency: int
    household_id: int
    household_number: str
    who: str
    place: str
    area_code: str
    area_name: str
    told: str
    taken_by: int | None
    taken_name: str
    taken_how: str
    thumb: str
    rung_at: datetime
    answered_at: datetime | None
    arrived_at: datetime | None
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state in OPEN

    @property
    def is_ringing(self) -> bool:
        """Whether nobody has taken it."""
        return self.state == RINGING

    @property
    def answer_seconds(self) -> int | None:
        """From the press to the answer; None where there was none."""
        return None if self.answered_at is None else seconds_between(self.rung_at, self.answered_at)


@value_class
class Board:
    """What is new. `number`: what to ask with next; `is_whole`: these are all calls that count, so forget the
    others; `has_more`: ask again at once."""

    number: int
    at: datetime
    calls: tuple[CallLine, ...]
    is_whole: bool
    has_more: bool


def board(scope: AreaScope, since: int) -> Board:
    """What changed after number `since` in the areas, the oldest change first; 0: everything that is open,
    and what was taken today.

    Nothing changed costs one statement that finds no row. At most AT_ONCE changes at a time.
    """
    if since <= 0:
        return _whole(scope)
    found: list[Call] = _CHANGED.instances(since=since)
    if not found:
        return Board(since, now(), (), is_whole=False, has_more=False)
    mine = [row for row in found if scope.covers(row.area_code)]
    return Board(found[-1].changed, now(), lines(mine), is_whole=False, has_more=len(found) == AT_ONCE)


def newest_number() -> int:
    """The number of the last change of any call; 0 before the first."""
    row = _NEWEST.first()
    return int(row[0]) if row else 0


def ringing(scope: AreaScope) -> tuple[CallLine, ...]:
    """What rings and nobody has taken, longest first."""
    query = Call.within(scope).where(Call.state == RINGING)
    return lines(list(query.order_by(Call.rung_at, Call.id).limit(_MOST_OPEN)))


def ringing_count(scope: AreaScope) -> int:
    """How many ring."""
    return int(Call.within(scope).where(Call.state == RINGING).count())


def _whole(scope: AreaScope) -> Board:
    # The number first: what changes meanwhile comes twice, never not at all.
    number = newest_number()
    is_open = Call.within(scope).where(Call.state.in_(OPEN))
    found = list(is_open.order_by(Call.rung_at, Call.id).limit(_MOST_OPEN))
    since = milliseconds(datetime.combine(today(), time(), CHINA))
    taken = Call.within(scope).where((Call.rung_at >= since) & Call.ended_at.is_null(False))
    found += list(taken.order_by(Call.rung_at.desc(), Call.id.desc()).limit(_TAKEN_TODAY))
    return Board(number, now(), lines(found), is_whole=True, has_more=False)


def lines(found: Sequence[Call]) -> tuple[CallLine, ...]:
    """Rows that may be seen, in words, in their order."""
    if not found:
        return ()
    devices = _devices({row.device_id for row in found})
    homes = {row.household_id for row in found}
    heads, numbers = household_head_name(homes), household_labels(homes)
    expected = person_names(each.person_id for each in devices.values() if each.person_id is not None)
    names = account_names(row.taken_by for row in found)
    paths = path_names({row.area_code for row in found})
    ladder = plugin_settings("call_button")["ladder"]
    return tuple(
        _line(row, devices.get(row.device_id), heads, numbers, expected, names, paths, ladder)
        for row in found
    )


def _devices(ids: Iterable[int]) -> dict[int, Device]:
    return {row.id: row for row in Device.unscoped(_OF_CALLS).where(Device.id.in_(list(ids)))}


def _line(
    row: Call,
    device: Device | None,
    heads: dict[int, str],
    numbers: dict[int, str],
    expected: dict[int, str],
    names: dict[int, str],
    paths: dict[str, str],
    ladder: Sequence[Any],
) -> CallLine:
    person = device.person_id if device else None
    told = ""
    if row.state == RINGING:
        told = ladder[max(row.rung, 0)]["who"] if row.rung < len(ladder) else END_OF_LADDER
    return CallLine(
        id=row.id,
        version=row.version,
        state=row.state,
        kind=row.kind,
        urgency=row.urgency,
        household_id=row.household_id,
        household_number=numbers.get(row.household_id, ""),
        who=expected.get(person or 0, "") or heads.get(row.household_id, ""),
        place=device.place if device else "",
        area_code=row.area_code,
        area_name=paths.get(row.area_code, row.area_code),
        told=told,
        taken_by=row.taken_by,
        taken_name=names.get(row.taken_by or 0, ""),
        taken_how=row.taken_how,
        thumb=row.thumb,
        rung_at=row.rung_at,
        answered_at=row.answered_at,
        arrived_at=row.arrived_at,
        ended_at=row.ended_at,
    )


def seconds_between(since: datetime, until: datetime) -> int:
    """Whole seconds, never below zero."""
    return max(0, (milliseconds(until) - milliseconds(since)) // 1000)
