"""The duty screen: what is open, and what has changed since a number.

Every change of any call gives it a higher number, in the order of the commits. So a screen that has seen
number n asks for the calls above n: one look at the end of an index, which nearly always finds nothing.
"""

from datetime import datetime, time
from typing import Final

from core.clock import CHINA, now, today
from core.county import plugin_settings
from core.db import Statement, milliseconds
from core.scope import AreaScope
from core.value_classes import value_class
from plugins.call_button.call_words import END_OF_LADDER
from plugins.call_button.models.calls import Call, Change
from plugins.call_button.queries.calls import CallView, views

AT_ONCE: Final = 200
_MOST_OPEN, _TAKEN_TODAY = 500, 40
_BY_NUMBER = "what changed is found by its number, then held against the areas"
_CHANGED = Statement(
    lambda p: Call.unscoped(_BY_NUMBER).where(Call.changed > p("since")).order_by(Call.changed).limit(AT_ONCE)
)
_NEWEST = Statement(lambda _p: Change.select(Change.number))


@value_class
class Board:
    """What is new. `number`: what to ask with next; `is_whole`: these are all calls that count, so forget the
    others; `has_more`: ask again at once."""

    number: int
    at: datetime
    calls: tuple[CallView, ...]
    is_whole: bool
    has_more: bool

    @property
    def id(self) -> int:
        """What tells this answer from others: its number."""
        return self.number


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
    return Board(found[-1].changed, now(), tuple(views(mine)), is_whole=False, has_more=len(found) == AT_ONCE)


def newest_number() -> int:
    """The number of the last change of any call; 0 before the first."""
    row = _NEWEST.first()
    return int(row[0]) if row else 0


def _whole(scope: AreaScope) -> Board:
    # The number first: what changes meanwhile comes twice, never not at all.
    number = newest_number()
    is_open = Call.within(scope).where(Call.ended_at.is_null())
    found = list(is_open.order_by(Call.rung_at, Call.id).limit(_MOST_OPEN))
    since = milliseconds(datetime.combine(today(), time(), CHINA))
    taken = Call.within(scope).where((Call.rung_at >= since) & Call.ended_at.is_null(False))
    found += list(taken.order_by(Call.rung_at.desc(), Call.id.desc()).limit(_TAKEN_TODAY))
    return Board(number, now(), tuple(views(found)), is_whole=True, has_more=False)


def told_rung(call: CallView) -> str:
    """The rung of the ladder that a call rings with now (`END_OF_LADDER`: the last one was told); empty once
    it is taken."""
    if not call.is_ringing:
        return ""
    ladder = plugin_settings("call_button")["ladder"]
    return str(ladder[max(call.rung, 0)]["who"]) if call.rung < len(ladder) else END_OF_LADDER
